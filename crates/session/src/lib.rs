//! Placeholder crate doc; becomes README.md.
#![deny(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type
)]

mod effect;
mod intent;
mod media;
mod report;
mod seed;
mod view;

pub use effect::{Effect, LinkEffect, MediaEffect, PlayEffect, SocketEffect};
pub use intent::{Intent, Page};
pub use media::{
    CaptureError, CaptureId, CaptureRequest, Device, DeviceId, DeviceKind, Outgoing, Permission,
    Slot, SlotSource, SocketId, TrackKind, TrackRef,
};
pub use report::{
    CapturedTrack, LinkReport, LinkState, LinkStats, MediaReport, PlayReport, Report, SocketReport,
};
pub use seed::{Locale, Preferences, Resumption, Seed, Theme};
pub use view::{
    Connection, LobbyView, Lock, PageView, Problem, SourceView, StudioPhase, StudioView, View,
    WatchPhase, WatchView,
};
