//! The studio in every state.

use super::{buttons, html, status, view};
use protocol::{NameError, PeerId, PeerSummary, Role, User, UserName};
use session::{
    CaptureError, Device, DeviceId, DeviceKind, Lock, Page, PageView, Problem, SourceView,
    StudioPhase, StudioView, View,
};

fn studio(studio: StudioView) -> String {
    html(Page::Studio(None), view(PageView::Studio(Box::new(studio))))
}

fn ready() -> StudioView {
    let on = |device: &str| SourceView::On {
        device: Some(DeviceId(device.into())),
        label: device.into(),
    };
    StudioView {
        channel: "mina".into(),
        camera: on("c1"),
        microphone: on("m1"),
        can_share_screen: true,
        link: "https://a.example/c/mina".into(),
        ..StudioView::default()
    }
}

#[test]
fn the_studio_invites_before_it_shows_controls() {
    let html = studio(StudioView {
        can_share_screen: true,
        lock: Some(Lock::NoSource),
        ..StudioView::default()
    });
    assert_eq!(status(&html), "You are not live yet.");
    for name in [
        "Turn on camera and microphone",
        "Microphone only",
        "Share screen",
        "Go live",
    ] {
        assert_eq!(buttons(&html, name), 1, "{name}");
    }
    assert_eq!(buttons(&html, "Turn on camera"), 0);
    assert!(html.contains("Choose a camera, a microphone or a screen first."));
}

#[test]
fn a_phone_is_not_offered_what_it_cannot_do() {
    let html = studio(StudioView {
        can_share_screen: false,
        ..ready()
    });
    assert_eq!(buttons(&html, "Share screen"), 0);
}

#[test]
fn the_studio_says_where_going_live_stands() {
    for (phase, name, sentence, button) in [
        (
            StudioPhase::Ready,
            "ready",
            "You are not live yet.",
            "Go live",
        ),
        (
            StudioPhase::GoingLive,
            "going-live",
            "Starting the stream…",
            "Starting the stream…",
        ),
        (StudioPhase::Live, "live", "Live", "End stream"),
        (
            StudioPhase::Recovering,
            "recovering",
            "Connection lost. Getting you back…",
            "End stream",
        ),
    ] {
        let html = studio(StudioView { phase, ..ready() });
        assert_eq!(status(&html), sentence);
        assert!(
            html.contains(&format!("data-phase=\"{name}\" class=\"studio\"")),
            "{name}"
        );
        assert!(buttons(&html, button) >= 1, "{button}");
    }
}

#[test]
fn ending_the_stream_is_asked_back() {
    let html = studio(StudioView {
        phase: StudioPhase::Live,
        ..ready()
    });
    let (_, dialog) = html.split_once("<dialog").expect("a dialog");
    assert!(dialog.contains("End the stream?"));
    assert_eq!(buttons(dialog, "Keep streaming"), 1);
    assert_eq!(buttons(dialog, "End stream"), 1);
}

#[test]
fn sources_are_named_by_what_pressing_does() {
    let html = studio(ready());
    for name in [
        "Turn off camera",
        "Mute microphone",
        "Share screen",
        "Copy link",
    ] {
        assert_eq!(buttons(&html, name), 1, "{name}");
    }
    let screen = SourceView::On {
        device: None,
        label: String::new(),
    };
    let html = studio(StudioView {
        microphone_muted: true,
        screen,
        ..ready()
    });
    for name in ["Unmute microphone", "Stop sharing"] {
        assert_eq!(buttons(&html, name), 1, "{name}");
    }
}

#[test]
fn the_device_in_use_is_the_one_chosen() {
    let device = |id: &str| Device {
        id: DeviceId(id.into()),
        kind: DeviceKind::Camera,
        label: format!("Camera {id}"),
    };
    let html = studio(StudioView {
        devices: vec![device("c0"), device("c1")],
        ..ready()
    });
    assert!(html.contains("<option value=\"c0\" translate=\"no\">Camera c0"));
    assert!(html.contains("<option value=\"c1\" translate=\"no\" selected>Camera c1"));
}

#[test]
fn the_text_boxes_have_their_names_and_say_what_is_wrong() {
    let lock = Some(Lock::InvalidName(NameError::Forbidden('/')));
    let html = studio(StudioView {
        channel: "a/b".into(),
        lock,
        ..ready()
    });
    assert!(html.contains("<label for=\"channel\">Channel</label>"));
    assert!(html.contains("<label for=\"title\">Title</label>"));
    assert!(html.contains("A channel name cannot contain “/”."));
    assert!(html.contains("aria-invalid=\"true\""));
}

#[test]
fn a_problem_comes_with_its_next_step() {
    let html = studio(StudioView {
        problem: Some(Problem::Camera(CaptureError::Denied)),
        ..StudioView::default()
    });
    assert!(
        html.contains(
            "Your browser blocks the camera. Allow it in the address bar, then try again."
        )
    );
    assert_eq!(buttons(&html, "Try again"), 1);
}

#[test]
fn viewers_are_named_and_counted() {
    let viewers = vec![PeerSummary {
        peer: PeerId::from_bits(1),
        user: User {
            name: UserName::parse("한나 & <b>").unwrap(),
        },
        role: Role::Viewer,
    }];
    let html = studio(StudioView {
        viewers,
        viewer_count: 3,
        ..ready()
    });
    assert!(html.contains("data-viewers=\"3\""));
    assert!(html.contains("한나 &amp; &lt;b&gt;"));
    assert!(html.contains("and 2 more viewers"));
}

#[test]
fn nothing_can_be_pressed_in_the_studio_before_the_client_has_started() {
    let page = PageView::Studio(Box::default());
    let early = View {
        user_name: String::new(),
        ..view(page)
    };
    assert!(html(Page::Studio(None), early).contains("<fieldset disabled class=\"studio-send\""));
    assert!(studio(ready()).contains("<fieldset class=\"studio-send\""));
}
