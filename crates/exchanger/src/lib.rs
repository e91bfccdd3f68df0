//! Placeholder crate doc; becomes README.md.
#![deny(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type
)]

mod config;
mod port;

pub use config::Config;
pub use port::{ChannelState, Input, Output, Reason, Seat, SeatKind};
