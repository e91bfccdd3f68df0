//! Each way in which a network can fail, alone.

use protocol::limits::MAX_REPLAY_EVENTS;
use protocol::time::Duration;
use session::{Connection, Intent, Page, StudioPhase, WatchPhase};
use sim::{Path, TabId, World};

const CHANNEL: &str = "mina";

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn watch_page() -> Page {
    Page::Watch(CHANNEL.to_owned())
}

fn watches(world: &World, viewer: TabId, streamer: TabId) -> bool {
    world.watch(viewer).phase == WatchPhase::Live && world.sees(viewer, streamer)
}

fn is_online(world: &World, tab: TabId) -> bool {
    world.view(tab).connection == Connection::Online
}

/// A streamer who is live, and a viewer who watches.
fn pair(seed: u64) -> (World, TabId, TabId) {
    let mut world = World::new(seed);
    let streamer = world.open(Page::Studio(Some(CHANNEL.to_owned())));
    world.go_live(streamer, CHANNEL);
    let viewer = world.open(watch_page());
    world.until("watching", |world| watches(world, viewer, streamer));
    (world, streamer, viewer)
}

#[test]
fn a_stall_delays_what_was_said_and_loses_none_of_it() {
    let (mut world, streamer, viewer) = pair(1);
    world.set_path(streamer, Path::Stalled);
    world.set_path(viewer, Path::Stalled);
    let newcomer = world.open(watch_page());
    world.throughout(seconds(8), "told nothing", |world| {
        world.studio(streamer).viewer_count == 1 && world.watch(viewer).viewers == 1
    });
    world.set_path(viewer, Path::Up);
    world.set_path(streamer, Path::Up);
    let took = world.until("told", |world| {
        world.studio(streamer).viewer_count == 2 && world.watch(viewer).viewers == 2
    });
    assert!(took < seconds(1), "no socket had to be opened: {took:?}");
    world.until("watching", |world| watches(world, newcomer, streamer));
}

#[test]
fn a_tab_that_hears_nothing_comes_back_before_anybody_is_told() {
    for path in [Path::Deaf, Path::Mute, Path::Silent] {
        let (mut world, streamer, viewer) = pair(2);
        world.set_path(viewer, path);
        world.until("noticed", |world| !is_online(world, viewer));
        world.set_path(viewer, Path::Up);
        world.until("back", |world| is_online(world, viewer));
        assert_eq!(world.studio(streamer).viewer_count, 1, "{path:?}");
        assert!(watches(&world, viewer, streamer), "{path:?}");
    }
}

#[test]
fn a_socket_that_dies_with_the_last_pong_is_noticed_before_the_grace_is_over() {
    let (mut world, streamer, viewer) = pair(10);
    // The ping comes so late that the server gives up just when the tab has heard of it.
    let first_ping = Duration::from_millis(19_500);
    world.pass(first_ping);
    world.set_path(viewer, Path::Stalled);
    world.pass(Duration::from_millis(10_200));
    world.set_path(viewer, Path::Up);
    world.pass(Duration::from_millis(10));
    world.set_path(viewer, Path::Silent);
    world.pass(seconds(2));
    assert_eq!(world.population(), (1, 2), "it is away");
    world.set_path(viewer, Path::Up);
    world.throughout(seconds(60), "in its place", |world| {
        world.studio(streamer).viewer_count == 1 && watches(world, viewer, streamer)
    });
    assert_eq!(world.population(), (2, 2));
}

#[test]
fn a_tab_that_takes_its_session_back_from_a_copy_is_called_by_its_own_name() {
    let (mut world, streamer, viewer) = pair(11);
    world.intend(viewer, Intent::NameUser("Original".to_owned()));
    world.pass(seconds(1));
    world.set_path(viewer, Path::Silent);
    let copy = world.duplicate(viewer, watch_page());
    world.intend(copy, Intent::NameUser("Copy".to_owned()));
    world.until("watching", |world| watches(world, copy, streamer));
    world.set_path(viewer, Path::Up);
    world.until("replaced", |world| {
        world.view(copy).connection == Connection::Stopped(session::Stop::Elsewhere)
    });
    world.intend(copy, Intent::Reconnect);
    world.until("both watching", |world| {
        watches(world, viewer, streamer) && watches(world, copy, streamer)
    });
    let viewers = world.studio(streamer).viewers;
    let names: Vec<&str> = viewers.iter().map(|it| it.user.name.as_str()).collect();
    assert_eq!(names, ["Original", "Copy"]);
}

#[test]
fn a_streamer_whom_the_server_cannot_hear_stays_live_to_its_viewers() {
    for path in [Path::Deaf, Path::Mute, Path::Silent] {
        let (mut world, streamer, viewer) = pair(3);
        world.set_path(streamer, path);
        world.until("recovering", |world| {
            world.studio(streamer).phase == StudioPhase::Recovering
        });
        world.set_path(streamer, Path::Up);
        world.until("live", |world| {
            world.studio(streamer).phase == StudioPhase::Live
        });
        assert!(watches(&world, viewer, streamer), "{path:?}");
    }
}

#[test]
fn a_tab_that_vanished_keeps_its_place_only_until_the_server_notices() {
    let (mut world, streamer, viewer) = pair(4);
    world.vanish(viewer);
    world.throughout(seconds(40), "waited for", |world| {
        world.studio(streamer).viewer_count == 1
    });
    world.until("given up", |world| {
        world.studio(streamer).viewer_count == 0 && world.links(streamer) == 0
    });
    assert_eq!(world.population(), (1, 1));
}

#[test]
fn browsers_that_cannot_reach_each_other_are_told_so_and_see_once_they_can() {
    let mut world = World::new(5);
    let streamer = world.open(Page::Studio(Some(CHANNEL.to_owned())));
    world.go_live(streamer, CHANNEL);
    let (near, far) = (world.open(watch_page()), world.open(watch_page()));
    world.set_island(far, 1);
    world.until("told so", |world| {
        world.watch(far).phase == WatchPhase::Unreachable
    });
    assert!(watches(&world, near, streamer));
    world.set_island(far, 0);
    world.until("watching", |world| watches(world, far, streamer));
}

#[test]
fn media_that_lose_half_of_their_packets_still_show_a_picture() {
    let mut world = World::new(6);
    world.network().media_loss_percent = 50;
    let streamer = world.open(Page::Studio(Some(CHANNEL.to_owned())));
    world.go_live(streamer, CHANNEL);
    let viewer = world.open(watch_page());
    world.until("watching", |world| watches(world, viewer, streamer));
    let link = world.watched_link(viewer);
    world.throughout(seconds(60), "watching", |world| {
        watches(world, viewer, streamer)
    });
    assert_eq!(world.watched_link(viewer), link);
}

#[test]
fn a_streamer_who_missed_too_much_is_told_everything_anew() {
    let (mut world, streamer, viewer) = pair(9);
    let link = world.watched_link(viewer);
    world.set_path(streamer, Path::Silent);
    let passers_by: Vec<TabId> = (0..MAX_REPLAY_EVENTS)
        .map(|_| {
            world.pass(Duration::from_millis(20));
            world.open(watch_page())
        })
        .collect();
    world.pass(seconds(1));
    for passer_by in passers_by {
        world.close(passer_by);
    }
    world.pass(seconds(1));
    world.set_path(streamer, Path::Up);
    world.pass(seconds(5));
    assert_eq!(world.studio(streamer).viewer_count, 1);
    assert_eq!(world.studio(streamer).viewers.len(), 1);
    world.until("no link left over", |world| world.links(streamer) == 1);
    assert!(watches(&world, viewer, streamer));
    assert_eq!(world.watched_link(viewer), link, "media never stopped");
}

#[test]
fn a_slow_link_is_late_and_nothing_worse() {
    let mut world = World::new(7);
    let streamer = world.open(Page::Studio(Some(CHANNEL.to_owned())));
    world.set_speed(streamer, Some(2_000));
    world.go_live(streamer, CHANNEL);
    let viewers: Vec<TabId> = (0..8).map(|_| world.open(watch_page())).collect();
    let took = world.until("all see", |world| {
        viewers.iter().all(|it| watches(world, *it, streamer))
    });
    assert!(took > seconds(2), "it is slow: {took:?}");
    world.throughout(seconds(60), "online", |world| is_online(world, streamer));
}

#[test]
fn a_server_that_lost_its_power_is_found_again_by_everybody() {
    let (mut world, streamer, viewer) = pair(8);
    let link = world.watched_link(viewer);
    world.cut_server();
    world.pass(seconds(2));
    world.start_server();
    world.until("found", |world| world.population() == (2, 2));
    world.until("known", |world| {
        world.studio(streamer).viewer_count == 1 && world.watch(viewer).viewers == 1
    });
    assert!(watches(&world, viewer, streamer));
    assert_eq!(world.watched_link(viewer), link, "media never stopped");
}
