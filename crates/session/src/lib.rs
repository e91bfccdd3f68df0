#![doc = include_str!("../README.md")]
#![deny(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type
)]

mod connection;
mod context;
mod dispatch;
mod effect;
mod intent;
mod link;
mod links;
mod lobby;
mod media;
mod names;
mod page;
mod random;
mod report;
mod seed;
mod session;
mod settings;
mod shell;
mod studio;
mod studio_only;
#[cfg(test)]
mod tests;
mod timer;
mod view;
mod watch;

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
pub use session::{Input, Session};
pub use studio_only::StudioOnly;
pub use timer::Reason;
pub use view::{
    Connection, LobbyView, Lock, PageView, Problem, SourceView, Stop, StudioPhase, StudioView,
    Trouble, View, WatchPhase, WatchView,
};
