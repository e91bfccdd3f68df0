//! The nouns that effects, reports and views share about devices, tracks and video elements.

use serde::{Deserialize, Serialize};

/// One attempt to open a WebSocket. Reports of another attempt than the current one are stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// One call of `getUserMedia` or `getDisplayMedia`, counted by the session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaptureId(pub u32);

/// Whether a track is heard or seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackKind {
    /// It is heard.
    Audio,
    /// It is seen.
    Video,
}

/// One captured track. A capture yields at most one of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackRef {
    /// The capture it came from.
    pub capture: CaptureId,
    /// Which of the capture's tracks.
    pub kind: TrackKind,
}

/// A device as the browser names it to this page; changes when site data are cleared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub String);

/// What a device captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKind {
    /// Pictures.
    Camera,
    /// Sound.
    Microphone,
}

/// A camera or microphone that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What to ask for.
    pub id: DeviceId,
    /// What it captures.
    pub kind: DeviceKind,
    /// What to show; empty before the browser has given permission.
    pub label: String,
}

/// What to ask the browser for. A device that is named is asked for exactly, for browsers need not
/// heed a mere preference; if it is not there, any device of its kind is asked for once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureRequest {
    /// `getUserMedia` with both, so that the browser asks once.
    CameraAndMicrophone {
        /// The preferred camera.
        camera: Option<DeviceId>,
        /// The preferred microphone.
        microphone: Option<DeviceId>,
    },
    /// `getUserMedia` with video only.
    Camera(Option<DeviceId>),
    /// `getUserMedia` with audio only.
    Microphone(Option<DeviceId>),
    /// `getDisplayMedia`, with the screen's sound where the browser can.
    Screen,
}

/// Why the browser gave no media. Named by what the person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// Denied by the person, the browser or the system (`NotAllowedError`).
    Denied,
    /// The person closed the screen picker (`NotAllowedError` on a screen without a lasting
    /// denial, or `AbortError`).
    Dismissed,
    /// No such device (`NotFoundError`, `OverconstrainedError`).
    NoDevice,
    /// Another program holds the device (`NotReadableError`).
    InUse,
    /// The page is not in a secure context, so `navigator.mediaDevices` is missing.
    Insecure,
    /// The browser cannot do this at all (no `getDisplayMedia` on phones).
    Unsupported,
    /// Anything else.
    Failed,
}

/// What the browser says about a device before it is asked (`permissions.query`); a hint only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// It will not ask.
    Granted,
    /// It will refuse.
    Denied,
    /// It will ask, or does not say.
    #[default]
    Prompt,
}

/// What leaves through every sending link. The shell makes it so, without renegotiation: each
/// link has one audio and one video sender from the start, and tracks are replaced in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// The picture.
    pub video: Option<TrackRef>,
    /// The picture is a screen: sharp text matters more than motion.
    pub video_is_screen: bool,
    /// The voice; silent while muted.
    pub microphone: Option<TrackRef>,
    /// The microphone track is disabled, so it sends silence.
    pub microphone_muted: bool,
    /// The sound of the screen, mixed with the voice.
    pub screen_sound: Option<TrackRef>,
}

/// A `<video>` element, named by number so that no DOM type crosses into the session. In the page
/// it is the element with the attribute `data-slot`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

impl Slot {
    /// What the streamer sends, in the studio.
    pub const PREVIEW: Self = Self(0);
    /// What the viewer watches.
    pub const PICTURE: Self = Self(1);
}

/// What a slot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotSource {
    /// The captured picture that is sent, always without sound.
    Outgoing,
    /// What arrives on a link.
    Link(protocol::LinkId),
}
