//! What a viewer of the watch page downloads before the first frame.

use crate::say;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::Path;

/// The most that may cross the network, compressed, in bytes.
const BUDGET: u64 = 300_000;

const FILES: &[&str] = &[
    "pkg/heliograph.wasm",
    "pkg/heliograph.js",
    "pkg/heliograph.css",
    "start.js",
];

/// Prints a table and fails above the budget.
pub(crate) fn report(workspace: &Workspace) -> Result<()> {
    let site = workspace.site();
    say("| file | raw, bytes | brotli, bytes |")?;
    say("|---|---|---|")?;
    let mut total = (0, 0);
    for file in FILES {
        let raw = length(&site.join(file))?;
        let compressed = length(&site.join(format!("{file}.br")))?;
        say(&format!("| {file} | {raw} | {compressed} |"))?;
        total = (total.0 + raw, total.1 + compressed);
    }
    say(&format!("| together | {} | {} |", total.0, total.1))?;
    ensure!(
        total.1 <= BUDGET,
        "{} bytes are over the budget of {BUDGET}",
        total.1
    );
    Ok(())
}

fn length(path: &Path) -> Result<u64> {
    let metadata = fs::metadata(path)
        .with_context(|| format!("{}: build the front end first", path.display()))?;
    Ok(metadata.len())
}
