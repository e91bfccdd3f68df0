#![doc = include_str!("../README.md")]
#![deny(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type
)]

mod assembly;
pub mod event;
pub mod http;
pub mod json;
pub mod limits;
pub mod message;
pub mod packet;
mod placeholder;
mod port;
mod session;

pub use event::Encoded;
pub use packet::Frame;
pub use port::{CloseReason, Input, Line, Opening, Output, Timer};
pub use session::Session;
