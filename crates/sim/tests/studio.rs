//! What happens to a streamer's devices, and who notices.

use protocol::Media;
use protocol::time::Duration;
use session::{CaptureError, Intent, Lock, Page, Problem, StudioPhase, WatchPhase};
use sim::{Devices, World};

const CHANNEL: &str = "mina";

fn studio() -> Page {
    Page::Studio(Some(CHANNEL.to_owned()))
}

#[test]
fn denied_devices_are_told_and_given_on_the_next_try() {
    let mut world = World::new(1);
    let streamer = world.open(studio());
    world.set_devices(streamer, Devices::Denied);
    world.intend(streamer, Intent::UseCameraAndMicrophone);
    let denied = Some(Problem::CameraAndMicrophone(CaptureError::Denied));
    world.until("told so", |world| world.studio(streamer).problem == denied);
    assert_eq!(world.studio(streamer).lock, Some(Lock::NoSource));
    world.intend(streamer, Intent::GoLive);
    world.pass(Duration::from_secs(5));
    assert_eq!(world.studio(streamer).phase, StudioPhase::Ready);

    world.set_devices(streamer, Devices::Present);
    world.go_live(streamer, CHANNEL);
    assert_eq!(world.studio(streamer).problem, None);
}

#[test]
fn a_camera_that_is_unplugged_leaves_the_sound() {
    let mut world = World::new(2);
    let streamer = world.open(studio());
    world.go_live(streamer, CHANNEL);
    let viewer = world.open(Page::Watch(CHANNEL.to_owned()));
    world.until("watching", |world| world.sees(viewer, streamer));
    let link = world.watched_link(viewer);
    let camera = world.outgoing(streamer).video;

    world.end_track(streamer, camera.expect("a camera is on"));
    let sound = Media {
        audio: true,
        video: false,
    };
    world.until("told so", |world| world.watch(viewer).media == sound);
    let view = world.studio(streamer);
    assert_eq!(view.problem, Some(Problem::CameraLost));
    assert!(!view.camera.is_on() && view.microphone.is_on());
    world.throughout(Duration::from_secs(30), "listening on", |world| {
        world.watch(viewer).phase == WatchPhase::Live && world.sees(viewer, streamer)
    });
    assert_eq!(world.watched_link(viewer), link);

    world.intend(streamer, Intent::UseCamera(None));
    world.until("seen again", |world| world.watch(viewer).media.video);
    assert_eq!(world.studio(streamer).problem, None);
    assert_eq!(world.watched_link(viewer), link);
}

#[test]
fn a_screen_is_shared_with_its_sound_and_gives_way_to_the_camera_again() {
    let mut world = World::new(3);
    let streamer = world.open(studio());
    world.go_live(streamer, CHANNEL);
    let viewer = world.open(Page::Watch(CHANNEL.to_owned()));
    world.until("watching", |world| world.sees(viewer, streamer));
    let (link, with_camera) = (world.watched_link(viewer), world.outgoing(streamer));

    world.intend(streamer, Intent::ShareScreen);
    world.until("shared", |world| world.outgoing(streamer).video_is_screen);
    let with_screen = world.outgoing(streamer);
    assert_eq!(
        with_screen.screen_sound.map(|it| it.capture),
        with_screen.video.map(|it| it.capture)
    );
    assert_eq!(
        with_screen.microphone, with_camera.microphone,
        "the voice is mixed in"
    );
    assert!(world.studio(streamer).screen_sound);

    world.intend(streamer, Intent::MuteMicrophone);
    assert_eq!(
        world.outgoing(streamer).screen_sound,
        with_screen.screen_sound
    );
    world.until("heard on", |world| world.watch(viewer).media.audio);

    world.intend(streamer, Intent::UnmuteMicrophone);
    world.intend(streamer, Intent::StopScreen);
    assert_eq!(world.outgoing(streamer), with_camera);
    assert_eq!(
        world.watched_link(viewer),
        link,
        "nothing was negotiated anew"
    );
}
