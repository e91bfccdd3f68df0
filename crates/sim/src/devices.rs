//! What a browser has to capture, and what it gives.

use session::{
    CaptureRequest, CapturedTrack, Device, DeviceId, DeviceKind, MediaReport, Permission, TrackKind,
};

/// How the browser answers when it is asked for media.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Devices {
    /// With a camera, a microphone and a screen.
    #[default]
    Present,
    /// With a refusal by the person.
    Denied,
}

/// What can be chosen.
pub(crate) fn all() -> MediaReport {
    MediaReport::Devices {
        devices: vec![
            device("cam-1", DeviceKind::Camera),
            device("mic-1", DeviceKind::Microphone),
        ],
        camera: Permission::Prompt,
        microphone: Permission::Prompt,
        can_share_screen: true,
    }
}

/// What a request yields.
pub(crate) fn tracks(request: &CaptureRequest) -> Vec<CapturedTrack> {
    let video = |id: Option<&str>| track(TrackKind::Video, id);
    let audio = track(TrackKind::Audio, Some("mic-1"));
    match request {
        CaptureRequest::CameraAndMicrophone { .. } => vec![video(Some("cam-1")), audio],
        CaptureRequest::Camera(_) => vec![video(Some("cam-1"))],
        CaptureRequest::Microphone(_) => vec![audio],
        CaptureRequest::Screen => vec![video(None), track(TrackKind::Audio, None)],
    }
}

fn device(id: &str, kind: DeviceKind) -> Device {
    Device {
        id: DeviceId(id.to_owned()),
        kind,
        label: String::new(),
    }
}

fn track(kind: TrackKind, device: Option<&str>) -> CapturedTrack {
    let device = device.map(|id| DeviceId(id.to_owned()));
    CapturedTrack {
        kind,
        device,
        label: String::new(),
    }
}
