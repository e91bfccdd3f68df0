//! Nothing ever needs a page reload: each way to be lost, and the way back.

use protocol::time::Duration;
use session::{Connection, Intent, Page, Problem, Report, StudioPhase, WatchPhase};
use sim::{Path, TabId, World};

const CHANNEL: &str = "mina";
const GRACE: Duration = Duration::from_secs(30);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn studio() -> Page {
    Page::Studio(Some(CHANNEL.to_owned()))
}

fn watches(world: &World, viewer: TabId, streamer: TabId) -> bool {
    world.watch(viewer).phase == WatchPhase::Live && world.sees(viewer, streamer)
}

/// A streamer who is live, and a viewer who watches.
fn pair(seed: u64) -> (World, TabId, TabId) {
    let mut world = World::new(seed);
    let streamer = world.open(studio());
    world.go_live(streamer, CHANNEL);
    let viewer = world.open(Page::Watch(CHANNEL.to_owned()));
    world.until("watching", |world| watches(world, viewer, streamer));
    (world, streamer, viewer)
}

#[test]
fn a_viewer_on_another_network_gets_its_picture_back_on_the_same_link() {
    let (mut world, streamer, viewer) = pair(1);
    let link = world.watched_link(viewer);
    world.set_media(viewer, false);
    world.until("noticed", |world| {
        world.watch(viewer).phase == WatchPhase::Interrupted
    });
    world.set_media(viewer, true);
    world.report(viewer, Report::NetworkChanged);
    world.until("watching again", |world| watches(world, viewer, streamer));
    assert_eq!(world.watched_link(viewer), link);
}

#[test]
fn a_streamer_on_another_network_restarts_the_path_of_every_link() {
    let (mut world, streamer, viewer) = pair(2);
    let link = world.watched_link(viewer);
    world.set_media(streamer, false);
    world.set_path(streamer, Path::Down);
    world.pass(seconds(8));
    world.set_media(streamer, true);
    world.set_path(streamer, Path::Up);
    world.report(streamer, Report::NetworkChanged);
    world.until("watching again", |world| watches(world, viewer, streamer));
    assert_eq!(world.watched_link(viewer), link);
    assert_eq!(world.studio(streamer).phase, StudioPhase::Live);
}

#[test]
fn a_path_that_is_gone_for_good_is_given_up_for_a_new_link() {
    let (mut world, streamer, viewer) = pair(3);
    let link = world.watched_link(viewer);
    world.set_media(viewer, false);
    world.pass(seconds(60));
    world.set_media(viewer, true);
    world.until("watching again", |world| watches(world, viewer, streamer));
    assert_ne!(world.watched_link(viewer), link);
    world.until("no link left over", |world| {
        world.links(viewer) == 1 && world.links(streamer) == 1
    });
}

#[test]
fn a_streamer_who_comes_back_in_another_browser_after_ten_seconds_is_seen_within_three() {
    let (mut world, laptop, viewer) = pair(4);
    world.kill(laptop);
    world.pass(seconds(11));
    let phone = world.open(studio());
    world.go_live(phone, CHANNEL);
    let took = world.until("seen", |world| watches(world, viewer, phone));
    assert!(took < seconds(3), "{took:?}");
    assert_eq!(world.links(viewer), 1);
}

#[test]
fn another_browser_cannot_take_a_stream_whose_host_is_there() {
    let (mut world, streamer, viewer) = pair(5);
    let stranger = world.open(studio());
    world.intend(stranger, Intent::UseCameraAndMicrophone);
    world.until("ready", |world| world.studio(stranger).lock.is_none());
    world.intend(stranger, Intent::GoLive);
    world.until("refused", |world| {
        world.studio(stranger).problem == Some(Problem::ChannelBusy)
    });
    world.throughout(seconds(5), "undisturbed", |world| {
        watches(world, viewer, streamer)
    });
}

#[test]
fn a_tab_that_slept_for_minutes_comes_back_to_the_stream_as_it_is() {
    let (mut world, streamer, viewer) = pair(6);
    world.report(viewer, Report::PageHidden);
    world.set_path(viewer, Path::Silent);
    world.set_media(viewer, false);
    world.pass(seconds(300));
    assert_eq!(world.studio(streamer).viewer_count, 0, "its grace is over");
    world.set_path(viewer, Path::Up);
    world.set_media(viewer, true);
    world.report(viewer, Report::PageShown);
    world.until("watching again", |world| watches(world, viewer, streamer));
    world.until("counted again", |world| {
        world.studio(streamer).viewer_count == 1
    });
}

#[test]
fn a_connection_that_goes_silent_is_noticed_and_resumed_without_a_word_to_others() {
    let (mut world, streamer, viewer) = pair(7);
    world.set_path(viewer, Path::Silent);
    world.until("noticed", |world| {
        world.view(viewer).connection != Connection::Online
    });
    world.set_path(viewer, Path::Up);
    world.until("resumed", |world| {
        world.view(viewer).connection == Connection::Online
    });
    assert_eq!(world.studio(streamer).viewer_count, 1);
    assert!(watches(&world, viewer, streamer));
}

#[test]
fn a_streamer_who_is_lost_for_good_ends_the_stream_after_the_grace() {
    let (mut world, streamer, viewer) = pair(8);
    world.kill(streamer);
    world.throughout(GRACE - seconds(1), "not over yet", |world| {
        world.watch(viewer).phase != WatchPhase::Ended
    });
    world.until("over", |world| {
        world.watch(viewer).phase == WatchPhase::Ended
    });
    assert_eq!(world.links(viewer), 0);
}

#[test]
fn a_full_stream_lets_the_next_in_by_itself_when_somebody_leaves() {
    let (mut world, streamer, first) = pair(9);
    let page = || Page::Watch(CHANNEL.to_owned());
    let others: Vec<TabId> = (0..7).map(|_| world.open(page())).collect();
    world.until("all places taken", |world| {
        others
            .iter()
            .all(|viewer| watches(world, *viewer, streamer))
    });
    let ninth = world.open(page());
    world.until("told so", |world| {
        world.watch(ninth).phase == WatchPhase::Full
    });
    world.until("counted", |world| world.studio(streamer).viewer_count == 9);
    world.close(first);
    world.until("let in", |world| watches(world, ninth, streamer));
    assert_eq!(world.links(streamer), 8);
}

#[test]
fn a_bad_network_delays_but_loses_nothing() {
    for seed in 10..20 {
        let mut world = World::new(seed);
        world.network().delay = Duration::from_millis(150);
        world.network().jitter = Duration::from_millis(300);
        world.network().loss_percent = 20;
        let streamer = world.open(studio());
        let viewer = world.open(Page::Watch(CHANNEL.to_owned()));
        world.go_live(streamer, CHANNEL);
        world.until("watching", |world| watches(world, viewer, streamer));
    }
}

#[test]
fn a_viewer_who_reloads_sees_again() {
    let (mut world, streamer, mut viewer) = pair(20);
    for reloads in 1..=2 {
        viewer = world.reload(viewer, Page::Watch(CHANNEL.to_owned()));
        world.until("watching again", |world| watches(world, viewer, streamer));
        world.pass(seconds(1));
        assert_eq!(world.studio(streamer).viewer_count, 1, "{reloads}");
        assert_eq!(world.links(streamer), 1, "{reloads}");
    }
}

#[test]
fn a_streamer_who_was_away_longer_than_the_grace_comes_back_by_a_press() {
    let (mut world, streamer, viewer) = pair(21);
    world.set_path(streamer, Path::Down);
    world.set_media(streamer, false);
    world.pass(seconds(40));
    assert_eq!(world.watch(viewer).phase, WatchPhase::Ended);
    assert_eq!(world.studio(streamer).phase, StudioPhase::Recovering);
    world.set_path(streamer, Path::Up);
    world.set_media(streamer, true);
    world.until("told", |world| {
        world.studio(streamer).problem == Some(Problem::EndedMeanwhile)
    });
    world.pass(seconds(20));
    assert_eq!(world.studio(streamer).phase, StudioPhase::Ready);
    assert_eq!(world.watch(viewer).phase, WatchPhase::Ended);
    world.intend(streamer, Intent::TakeBack);
    world.until("watched again", |world| watches(world, viewer, streamer));
    assert_eq!(world.studio(streamer).phase, StudioPhase::Live);
    assert_eq!(world.studio(streamer).viewer_count, 1);
    world.until("no link left over", |world| {
        world.links(viewer) == 1 && world.links(streamer) == 1
    });
}
