#![doc = include_str!("../README.md")]

mod agenda;
mod devices;
mod media;
mod network;
mod random;
mod rtc;
mod server;
mod sight;
mod tab;
mod traffic;
mod verbs;
mod witness;
mod world;

pub use devices::Devices;
pub use network::{Network, Path};
pub use random::Random;
pub use sight::Steps;
pub use tab::TabId;
pub use world::World;
