#![doc = include_str!("../README.md")]
#![deny(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type
)]

mod channel;
mod claims;
mod config;
mod connection;
mod exchanger;
mod followers;
mod hello;
mod history;
mod ids;
mod link;
mod liveness;
mod lobby;
mod members;
mod membership;
mod mixed;
mod negotiation;
mod old_client;
mod open_link;
mod openings;
mod pacing;
mod peer;
mod permission;
mod plan;
mod port;
mod post;
mod presence;
mod queue;
mod replay;
mod rights;
mod rooms;
mod seat;
mod small_map;
mod stream;
mod timer;
mod topology;
mod turn;
mod untold;

#[cfg(test)]
mod tests;

pub use config::Config;
pub use exchanger::Exchanger;
pub use port::{ChannelState, ClosedBy, Input, Output, Reason, Seat, SeatKind, Source};
