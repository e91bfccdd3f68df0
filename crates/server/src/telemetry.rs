//! What the server says about itself: log lines on standard error.
//!
//! A client's mistake is answered and not logged; our fault is logged once. Addresses, names, keys
//! and descriptors never appear above the level debug.

use crate::config::Log;
use anyhow::Context as _;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Starts logging, once per process.
///
/// # Errors
/// If the filter cannot be read, or logging was started before.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter).context("reading the log filter")?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init()
        .map_err(|error| anyhow::anyhow!(error))
        .context("starting the log")
}
