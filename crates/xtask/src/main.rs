#![doc = include_str!("../README.md")]

mod arrows;
mod budgets;
mod front;
mod log_lines;
mod order;
mod size;
mod workspace;

use anyhow::{Result, bail};
use std::io::Write as _;
use workspace::Workspace;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let workspace = Workspace::read()?;
    match arguments.as_slice() {
        ["front"] => front::build(&workspace, "front"),
        ["front", "--profile", profile] => front::build(&workspace, profile),
        ["tidy"] => tidy(&workspace),
        ["size"] => size::report(&workspace),
        _ => bail!("usage: xtask front [--profile NAME] | tidy | size"),
    }
}

fn tidy(workspace: &Workspace) -> Result<()> {
    let mut faults = arrows::faults(&workspace.metadata);
    faults.extend(budgets::faults(&workspace.root)?);
    faults.extend(log_lines::faults(&workspace.root)?);
    if faults.is_empty() {
        return say("tidy: all arrows and budgets are kept, all log lines explained");
    }
    for fault in &faults {
        say(fault)?;
    }
    bail!("{} faults", faults.len())
}

/// Prints a line for whoever called the task.
fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
