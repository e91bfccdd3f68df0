mod capture;
mod decides;
mod live;

use crate::tests::harness::{Out, Tab, device};
use crate::{
    CaptureError, CaptureId, CaptureRequest, Device, DeviceKind, Effect, MediaEffect, MediaReport,
    Outgoing, Page, Permission, Problem, Report, TrackKind, TrackRef,
};
use protocol::{Command, Media, UpdateStream};

const fn video(capture: u32) -> TrackRef {
    TrackRef {
        capture: CaptureId(capture),
        kind: TrackKind::Video,
    }
}

const fn audio(capture: u32) -> TrackRef {
    TrackRef {
        capture: CaptureId(capture),
        kind: TrackKind::Audio,
    }
}

const BOTH: Outgoing = Outgoing {
    video: Some(video(1)),
    video_is_screen: false,
    microphone: Some(audio(1)),
    microphone_muted: false,
    screen_sound: None,
};

fn did(effect: MediaEffect) -> Out {
    Out::Did(Effect::Media(effect))
}

fn send(outgoing: Outgoing) -> Out {
    did(MediaEffect::Send(outgoing))
}

fn stop(track: TrackRef) -> Out {
    did(MediaEffect::Stop(track))
}

fn capture(number: u32, request: CaptureRequest) -> Out {
    did(MediaEffect::Capture {
        capture: CaptureId(number),
        request,
    })
}

fn media(audio: bool, video: bool) -> Out {
    Out::Asked(Command::UpdateStream(UpdateStream {
        title: None,
        media: Some(Media { audio, video }),
    }))
}

fn failed(capture: u32, error: CaptureError) -> Report {
    Report::Media(MediaReport::CaptureFailed {
        capture: CaptureId(capture),
        error,
    })
}

fn ended(track: TrackRef) -> Report {
    Report::Media(MediaReport::TrackEnded(track))
}

fn devices(permission: Permission) -> Report {
    Report::Media(MediaReport::Devices {
        devices: vec![Device {
            id: device(1),
            kind: DeviceKind::Camera,
            label: String::new(),
        }],
        camera: permission,
        microphone: permission,
        can_share_screen: true,
    })
}

fn both() -> CaptureRequest {
    CaptureRequest::CameraAndMicrophone {
        camera: None,
        microphone: None,
    }
}

fn studio() -> Tab {
    Tab::online(Page::Studio(Some("mina".to_owned())))
}

fn problem(tab: &Tab) -> Option<Problem> {
    tab.studio().problem
}
