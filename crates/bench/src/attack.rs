//! What strangers can do: one attack after the other on a server with default settings, beside an
//! honest pair and a hundred bystanders.
//!
//! Read [`attacks`] for what is done, [`person`] for what an honest client does, [`scene`] for how
//! they meet, and [`outcome`] for what is counted and aimed at. Everything stays on this machine:
//! each party has an address of its own in 127.0.0.0/8, and each attack a bound in count and time.

mod attacks;
mod bystanders;
mod outcome;
mod person;
mod polling;
mod scene;
mod swarm;
mod watch;
mod words;

use crate::signaling::machine;
use anyhow::{Context as _, Result};
use attacks::Attack;
use outcome::Calm;
use std::io::Write as _;
use std::path::PathBuf;

/// Whom to attack, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The release binary
    #[arg(long, value_name = "FILE")]
    server: PathBuf,
    /// Only this; may be repeated
    #[arg(long, value_enum, value_name = "ATTACK")]
    only: Vec<Attack>,
}

/// More than any attack opens.
const FILES: u64 = 4_096;

/// Attacks, and prints a row for each attack.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut out = std::io::stdout();
    machine::allow_files(FILES)?;
    writeln!(out, "Machine: {}.", machine::describe()?)?;
    writeln!(
        out,
        "Server on core {}, everybody else on core {}, over loopback. Costs are above those of the \
         calm.\n",
        machine::SERVER_CORE,
        machine::LOAD_CORE
    )?;
    write!(out, "{}", outcome::HEAD)?;
    let mut calm = Calm::default();
    let mut missed = Vec::new();
    for attack in attacks::ALL {
        let is_asked_for = options.only.is_empty() || options.only.contains(&attack);
        if !is_asked_for && attack != Attack::Calm {
            continue;
        }
        let outcome = scene::play(attack, &options.server);
        let outcome = outcome.with_context(|| format!("{attack:?}"))?;
        write!(out, "{}", outcome.row(&calm))?;
        out.flush()?;
        if attack == Attack::Calm {
            calm = outcome.as_calm();
        }
        let misses = outcome.missed(&calm);
        if !misses.is_empty() {
            missed.push(format!("- {}: {}", attack.what(), misses.join("; ")));
        }
    }
    writeln!(out, "\nAims missed: {}", missed.len())?;
    for line in missed {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
