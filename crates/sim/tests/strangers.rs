//! What strangers can do to a stream, and what they cannot.

use protocol::time::Duration;
use session::{Intent, Page, StudioPhase, WatchPhase};
use sim::{Path, TabId, World};

const CHANNEL: &str = "mina";

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn watch() -> Page {
    Page::Watch(CHANNEL.to_owned())
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
    let viewer = world.open(watch());
    world.until("watching", |world| watches(world, viewer, streamer));
    (world, streamer, viewer)
}

/// The tab joins the channel, or leaves it.
fn flap(world: &mut World, tab: TabId, round: usize) {
    let page = if round.is_multiple_of(2) {
        watch()
    } else {
        Page::Lobby
    };
    world.intend(tab, Intent::OpenPage(page));
}

#[test]
fn nine_strangers_neither_take_a_stream_nor_cost_a_viewer_its_picture() {
    for shares_address in [false, true] {
        let (mut world, streamer, viewer) = pair(1);
        let strangers: Vec<TabId> = (0..8).map(|_| world.open(Page::Lobby)).collect();
        let ninth = world.open(studio());
        world.intend(ninth, Intent::UseCameraAndMicrophone);
        for tab in strangers.iter().chain([&ninth]).filter(|_| shares_address) {
            world.set_source(*tab, 99);
        }
        world.pass(millis(1_000));
        let made = world.links_made(streamer);
        for round in 0..125 {
            for stranger in &strangers {
                flap(&mut world, *stranger, round);
            }
            world.intend(ninth, Intent::GoLive);
            world.throughout(millis(120), "undisturbed", |world| {
                watches(world, viewer, streamer)
                    && world.studio(streamer).phase == StudioPhase::Live
                    && world.studio(ninth).phase != StudioPhase::Live
            });
        }
        let made = world.links_made(streamer) - made;
        assert!(made <= 8 + 2 * 15, "{made} connections in 15 s");
    }
}

#[test]
fn a_viewer_who_comes_and_goes_makes_a_studio_build_few_connections() {
    let (mut world, streamer, viewer) = pair(2);
    let stranger = world.open(Page::Lobby);
    world.pass(millis(1_000));
    for round in 0..450 {
        flap(&mut world, stranger, round);
        world.throughout(millis(100), "undisturbed", |world| {
            watches(world, viewer, streamer)
        });
    }
    let made = world.links_made(streamer);
    assert!(made <= 1 + 12, "{made} connections in 45 s");
    let late = world.open(watch());
    world.until("seen by an honest one", |world| {
        watches(world, late, streamer)
    });
}

#[test]
fn sixteen_viewers_who_never_answer_keep_nobody_out_for_long() {
    let mut world = World::new(3);
    let streamer = world.open(studio());
    world.go_live(streamer, CHANNEL);
    for _ in 0..16 {
        let silent = world.open(watch());
        world.until("joined", |world| world.watch(silent).viewers > 0);
        world.set_path(silent, Path::Mute);
    }
    let honest = world.open(watch());
    let took = world.until("let in", |world| watches(world, honest, streamer));
    assert!(took < Duration::from_secs(15), "{took:?}");
}
