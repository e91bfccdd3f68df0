//! The whole life of a stream, as one story.

use protocol::time::Duration;
use session::{Connection, Intent, Page, StudioPhase, WatchPhase};
use sim::{Path, TabId, World};

const CHANNEL: &str = "mina";

fn watch_page() -> Page {
    Page::Watch(CHANNEL.to_owned())
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn watches(world: &World, viewer: TabId, streamer: TabId) -> bool {
    world.watch(viewer).phase == WatchPhase::Live && world.sees(viewer, streamer)
}

#[test]
fn from_going_live_to_the_end() {
    let mut world = World::new(1);

    // A viewer is there first and waits.
    let early = world.open(watch_page());
    world.until("waiting", |world| {
        world.watch(early).phase == WatchPhase::Waiting
    });

    // Mina goes live; the page starts by itself.
    let mina = world.open(Page::Studio(Some(CHANNEL.to_owned())));
    world.go_live(mina, CHANNEL);
    world.until("seen by the first", |world| watches(world, early, mina));

    // Two more come.
    let second = world.open(watch_page());
    let third = world.open(watch_page());
    let everybody = [early, second, third];
    world.until("seen by all", |world| {
        everybody.iter().all(|it| watches(world, *it, mina))
    });
    world.until("counted", |world| world.studio(mina).viewer_count == 3);

    // The third viewer's socket is gone for ten seconds: it sees on, and nobody is told it left.
    world.set_path(third, Path::Down);
    world.throughout(seconds(10), "watching on", |world| {
        watches(world, third, mina) && world.studio(mina).viewer_count == 3
    });
    world.set_path(third, Path::Up);
    world.until("back", |world| {
        world.view(third).connection == Connection::Online
    });

    // The server is killed and started anew: direct media keep flowing, on the same links.
    let links = everybody.map(|it| world.watched_link(it));
    world.kill_server();
    world.throughout(seconds(5), "watching on", |world| {
        everybody.iter().all(|it| watches(world, *it, mina))
    });
    world.start_server();
    world.throughout(seconds(40), "watching on", |world| {
        everybody.iter().all(|it| watches(world, *it, mina))
    });
    assert_eq!(world.studio(mina).phase, StudioPhase::Live);
    assert_eq!(world.studio(mina).viewer_count, 3);
    assert_eq!(
        everybody.map(|it| world.watched_link(it)),
        links,
        "no link was made anew"
    );

    // Mina reloads the page and goes live again: all see the new picture within three seconds.
    let mina = world.reload(mina, Page::Studio(Some(CHANNEL.to_owned())));
    world.go_live(mina, CHANNEL);
    let took = world.until("seen again", |world| {
        everybody.iter().all(|it| watches(world, *it, mina))
    });
    assert!(took < seconds(3), "{took:?}");

    // The second viewer leaves; only its own links are touched.
    world.close(second);
    world.until("one fewer", |world| world.studio(mina).viewer_count == 2);
    world.until("one link fewer", |world| world.links(mina) == 2);

    // The end: the viewers are told, and nothing is left behind.
    world.intend(mina, Intent::EndStream);
    for viewer in [early, third] {
        world.until("told", |world| {
            world.watch(viewer).phase == WatchPhase::Ended
        });
        assert_eq!(world.links(viewer), 0);
    }
    for tab in [mina, early, third] {
        world.close(tab);
    }
    world.pass(seconds(60));
    assert_eq!(world.population(), (0, 0));
}
