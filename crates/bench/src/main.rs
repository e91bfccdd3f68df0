#![doc = include_str!("../README.md")]

#[cfg(target_os = "linux")]
mod attack;
mod clock;
#[cfg(target_os = "linux")]
mod emulator;
mod exchanger_alone;
#[cfg(target_os = "linux")]
mod signaling;

use anyhow::Result;
use clap::Parser;

/// What one core of this machine can do.
#[derive(Debug, Parser)]
enum Bench {
    /// What strangers can do to a stream, to others and to the server
    #[cfg(target_os = "linux")]
    Attack(attack::Options),
    /// A network with delay, loss and cuts between two namespaces; needs root
    #[cfg(target_os = "linux")]
    Emulate(emulator::Options),
    /// The exchanger alone, without sockets
    Exchanger,
    /// The whole server against the one it replaces, over sockets
    #[cfg(target_os = "linux")]
    Signaling(signaling::Options),
}

fn main() -> Result<()> {
    match Bench::parse() {
        #[cfg(target_os = "linux")]
        Bench::Attack(options) => attack::run(&options),
        #[cfg(target_os = "linux")]
        Bench::Emulate(options) => emulator::run(&options),
        Bench::Exchanger => exchanger_alone::run(),
        #[cfg(target_os = "linux")]
        Bench::Signaling(options) => signaling::run(&options),
    }
}
