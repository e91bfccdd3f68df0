//! What a browser downloads before a page works: the watch page against its budget, and the studio.

use crate::say;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::Path;

/// The most that a viewer of the watch page may have to download, compressed, in bytes.
const BUDGET: u64 = 278_000;

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
    say("| file | raw, bytes | gzip, bytes | brotli, bytes |")?;
    say("|---|---|---|---|")?;
    let (script, wasm) = (format!("pkg/{bundle}.js"), format!("pkg/{bundle}.wasm"));
    let mut total = [0; 3];
    for file in [&wasm, &script, "pkg/heliograph.css"] {
        let mut row = [0; 3];
        for ((bytes, sum), ending) in row.iter_mut().zip(&mut total).zip(["", ".gz", ".br"]) {
            *bytes = length(&site.join(format!("{file}{ending}")))?;
            *sum += *bytes;
        }
        print_row(file, row)?;
    }
    print_row("together", total)?;
    let [_, _, brotli] = total;
    Ok(brotli)
}

fn print_row(name: &str, [raw, gzip, brotli]: [u64; 3]) -> Result<()> {
    say(&format!("| {name} | {raw} | {gzip} | {brotli} |"))
}

fn length(path: &Path) -> Result<u64> {
    let metadata = fs::metadata(path)
        .with_context(|| format!("{}: build the front end first", path.display()))?;
    Ok(metadata.len())
}
