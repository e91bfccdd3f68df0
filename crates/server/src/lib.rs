#![doc = include_str!("../README.md")]

mod admission;
mod assets;
pub mod cli;
mod clock;
pub mod config;
mod connections;
mod entropy;
mod headers;
mod http;
pub mod memory;
mod names;
mod net;
mod node_task;
mod page;
mod patience;
mod seat;
mod server;
pub mod telemetry;
mod transport;

pub use assets::Site;
pub use net::stream::Stream;
pub use node_task::Census;
pub use patience::Patience;
pub use server::{Running, Server, StartError};
pub use transport::websocket::{Handshake, Socket};
