#![doc = include_str!("../README.md")]

mod agenda;
mod media;
mod network;
mod rtc;
mod server;
mod sight;
mod tab;
mod world;

pub use network::{Network, Path};
pub use tab::{Devices, TabId};
pub use world::World;
