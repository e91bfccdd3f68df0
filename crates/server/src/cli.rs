//! The command line.

use crate::config::{self, Config, ConfigError, Flags};
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;

/// Go live from a browser tab on your own server.
#[derive(Debug, Parser)]
#[command(name = "heliograph", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Without a command, the server runs.
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs the server; this is what happens without a command
    Serve(Flags),
    /// Prints the effective settings as a TOML file
    Config(ShowConfig),
}

#[derive(Debug, Args)]
struct ShowConfig {
    /// Prints the defaults instead
    #[arg(long)]
    default: bool,
    #[command(flatten)]
    flags: Flags,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// To run the server.
    Serve(Config),
    /// To print these settings.
    ShowConfig(Config),
}

/// Why nothing is done.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The command line cannot be read, or asks for help.
    #[error("{0}")]
    Usage(#[from] clap::Error),
    /// A setting cannot be used.
    #[error("{0}")]
    Config(#[from] ConfigError),
}

/// Reads the command line and all settings.
///
/// # Errors
/// [`Refusal`] says what to tell the operator.
pub fn read(
    arguments: impl IntoIterator<Item = OsString>,
    variable: impl Fn(&'static str) -> Option<String>,
) -> Result<Task, Refusal> {
    let CommandLine { verb, flags } = CommandLine::try_parse_from(arguments)?;
    Ok(match verb {
        None => Task::Serve(config::read(flags, variable)?),
        Some(Verb::Serve(flags)) => Task::Serve(config::read(flags, variable)?),
        Some(Verb::Config(show)) if show.default => Task::ShowConfig(Config::default()),
        Some(Verb::Config(show)) => Task::ShowConfig(config::read(show.flags, variable)?),
    })
}
