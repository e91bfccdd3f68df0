#![doc = include_str!("../README.md")]

mod clock;
mod exchanger_alone;
#[cfg(target_os = "linux")]
mod signaling;

use anyhow::Result;
use clap::Parser;

/// What one core of this machine can do.
#[derive(Debug, Parser)]
enum Bench {
    /// The exchanger alone, without sockets
    Exchanger,
    /// The whole server against the one it replaces, over sockets
    #[cfg(target_os = "linux")]
    Signaling(signaling::Options),
}

fn main() -> Result<()> {
    match Bench::parse() {
        Bench::Exchanger => exchanger_alone::run(),
        #[cfg(target_os = "linux")]
        Bench::Signaling(options) => signaling::run(&options),
    }
}
