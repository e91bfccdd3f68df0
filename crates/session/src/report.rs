//! What the shell saw.

use crate::{
    CaptureError, CaptureId, Device, Permission, Preferences, Resumption, Slot, SocketId,
    TrackKind, TrackRef,
};
use protocol::wire::ServerMessage;
use protocol::{Candidate, DescriptorKind, Generation, LinkFailure, LinkId};

/// One thing that happened outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// The tab has started: what its storages hold. The first report, once.
    Started {
        /// From local storage, with a key for streams where the browser can make one.
        preferences: Box<Preferences>,
        /// From session storage.
        resumption: Option<Resumption>,
    },
    /// Another tab of this browser has changed the preferences.
    PreferencesChanged(Box<Preferences>),
    /// About the signaling socket.
    Socket(SocketId, SocketReport),
    /// About a link.
    Link(LinkId, LinkReport),
    /// About devices and what is captured.
    Media(MediaReport),
    /// About video elements.
    Play(Slot, PlayReport),
    /// Whether a text is on the clipboard now.
    Copied(bool),
    /// The browser says that there is a network again (`online`), or one of another kind (`type` of
    /// `navigator.connection`). Its estimates of speed are no news.
    NetworkChanged,
    /// The page can be seen again (`visibilitychange`, `pageshow`).
    PageShown,
    /// The page cannot be seen.
    PageHidden,
    /// The tab goes away for good (`pagehide` without `persisted`). What is sent now must be sent
    /// synchronously.
    PageGone,
}

/// About the signaling socket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketReport {
    /// It is open.
    Opened,
    /// A message came.
    Received(ServerMessage),
    /// A message came that cannot be read.
    Unreadable,
    /// It is closed, or could never be opened. The number is the close frame's; 1006 without one.
    Closed(u16),
}

/// How a link's transport is doing (`RTCPeerConnection.connectionState`, reduced).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It looks for a path.
    Connecting,
    /// It has one.
    Connected,
    /// Nothing came for a while; may come back by itself.
    Disconnected,
    /// It has given up.
    Failed,
}

/// What passes through a link, as differences over about a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkStats {
    /// Bits per second, in the link's direction.
    pub bits_per_second: u64,
    /// Frames per second sent or decoded.
    pub frames_per_second: u32,
    /// The picture's width in pixels.
    pub width: u32,
    /// The picture's height in pixels.
    pub height: u32,
    /// Frames decoded since the link began; receiving links only.
    pub frames_decoded: u64,
    /// Audio bytes received since the link began; receiving links only.
    pub audio_bytes: u64,
    /// Round trip in milliseconds, if known.
    pub round_trip_ms: Option<u32>,
    /// Lost packets in percent of the last second, if known.
    pub loss_percent: Option<u8>,
    /// Something came from the other end, be it a report on what it got.
    pub heard: bool,
    /// The sender has reported that it sent nothing that is missing here; receiving links only.
    pub idle: bool,
    /// The network keeps the picture from being better; sending links only.
    pub limited: bool,
    /// What the network is believed to take, in bits per second; sending links only, if known.
    pub available_bits: Option<u64>,
}

/// About a link.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkReport {
    /// An offer or answer is set locally and has to reach the other end.
    LocalDescription {
        /// As in the effect that asked for it.
        generation: Generation,
        /// Which of the two.
        kind: DescriptorKind,
        /// The text.
        sdp: String,
    },
    /// The remote answer is set.
    Accepted(Generation),
    /// A local candidate was found; `None` is the end of candidates.
    LocalCandidate(Generation, Option<Candidate>),
    /// The transport's state changed.
    State(LinkState),
    /// The first media arrived: a decoded frame, or sound if the link has no picture.
    Flowing,
    /// A frame was decoded: the first of the link, or the first after `LinkEffect::Look`. Comes before
    /// `Flowing`.
    Frame,
    /// Once a second while something passes.
    Stats(LinkStats),
    /// The browser refused a step; the link is of no use any more.
    Broken(LinkFailure),
}

/// About devices and what is captured.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaReport {
    /// What can be chosen, at first and after every change.
    Devices {
        /// Cameras and microphones, in the browser's order.
        devices: Vec<Device>,
        /// Whether the camera will be given.
        camera: Permission,
        /// Whether the microphone will be given.
        microphone: Permission,
        /// Whether the browser can capture a screen.
        can_share_screen: bool,
    },
    /// The browser gave media.
    Captured {
        /// Which request.
        capture: CaptureId,
        /// What it yielded, with the device that was used as far as it is known.
        tracks: Vec<CapturedTrack>,
    },
    /// The browser gave nothing.
    CaptureFailed {
        /// Which request.
        capture: CaptureId,
        /// Why.
        error: CaptureError,
    },
    /// A track ended by itself: unplugged, revoked, or stopped by the browser's own button.
    TrackEnded(TrackRef),
    /// How loud the outgoing sound is, 0 to 100; about ten times a second while it changes.
    Level(u8),
}

/// One track that a capture yielded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedTrack {
    /// Heard or seen.
    pub kind: TrackKind,
    /// The device in use; absent for screens.
    pub device: Option<crate::DeviceId>,
    /// The browser's name for it.
    pub label: String,
}

/// About a video element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayReport {
    /// It plays with the sound that was asked for.
    Playing,
    /// It plays, but the browser allows sound only after a gesture.
    Blocked,
    /// It stands still, and the session did not ask for that: the browser paused it, or its own
    /// controls did.
    Paused,
    /// The picture's size in pixels.
    Resized {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
    },
    /// Full screen began or ended.
    Fullscreen(bool),
    /// Floating began or ended.
    PictureInPicture(bool),
}
