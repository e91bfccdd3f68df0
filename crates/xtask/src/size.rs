//! What a browser downloads before a page works: the watch page against its budget, and the studio.

use crate::say;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::Path;

/// The most that a viewer of the watch page may have to download, compressed, in bytes.
const BUDGET: u64 = 300_000;

/// Prints a table for each of the two bundles, and fails if the viewer's is above the budget.
pub(crate) fn report(workspace: &Workspace) -> Result<()> {
    let site = workspace.site();
    say("What a viewer of the watch page downloads:\n")?;
    let viewer = table(&site, "heliograph")?;
    say("\nWhat a streamer in the studio downloads:\n")?;
    table(&site, "studio")?;
    ensure!(
        viewer <= BUDGET,
        "{viewer} bytes are over the budget of {BUDGET}"
    );
    Ok(())
}

/// Prints what a page with this bundle downloads; the sum, compressed.
fn table(site: &Path, bundle: &str) -> Result<u64> {
    say("| file | raw, bytes | brotli, bytes |")?;
    say("|---|---|---|")?;
    let (script, wasm) = (format!("pkg/{bundle}.js"), format!("pkg/{bundle}.wasm"));
    let mut total = (0, 0);
    for file in [&wasm, &script, "pkg/heliograph.css", "start.js"] {
        let raw = length(&site.join(file))?;
        let compressed = length(&site.join(format!("{file}.br")))?;
        say(&format!("| {file} | {raw} | {compressed} |"))?;
        total = (total.0 + raw, total.1 + compressed);
    }
    say(&format!("| together | {} | {} |", total.0, total.1))?;
    Ok(total.1)
}

fn length(path: &Path) -> Result<u64> {
    let metadata = fs::metadata(path)
        .with_context(|| format!("{}: build the front end first", path.display()))?;
    Ok(metadata.len())
}
