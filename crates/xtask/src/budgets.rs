//! How large things may grow before they must be taken apart.
//!
//! Functions are counted by clippy (`too_many_lines`, 80); this module counts files.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// The most lines a source file may have.
const MAX_FILE_LINES: usize = 500;

/// Where our sources are.
const FOLDERS: &[&str] = &["crates", "docs", "end2end", "fuzz", "public", "style"];

/// What is not ours, or not written by hand.
const PASSED_OVER: &[&str] = &[
    "node_modules",
    "target",
    "test-results",
    "playwright-report",
    "corpus",
    "artifacts",
    // The client script as its project publishes it.
    "socket.io",
];

const SOURCES: &[&str] = &["css", "js", "mjs", "rs", "ts"];

/// Every file over its budget and every crate without its pages, one line each.
pub(crate) fn faults(root: &Path) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for folder in FOLDERS
        .iter()
        .map(|folder| root.join(folder))
        .filter(|folder| folder.exists())
    {
        walk(&folder, &mut |path| {
            let name = path.strip_prefix(root).unwrap_or(path).display();
            let text = fs::read_to_string(path).with_context(|| format!("reading {name}"))?;
            faults.extend(faults_of(&name.to_string(), &text));
            Ok(())
        })?;
    }
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.path();
        if !folder.join("README.md").exists() {
            faults.push(format!("{}: no README.md", folder.display()));
        }
    }
    Ok(faults)
}

fn faults_of(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    if lines > MAX_FILE_LINES {
        faults.push(format!(
            "{name}: {lines} lines; the limit is {MAX_FILE_LINES}"
        ));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        faults.push(format!("{name}: does not end with a line break"));
    }
    if let Some(line) = text.lines().position(|line| line.ends_with([' ', '\t'])) {
        faults.push(format!(
            "{name}:{}: blanks at the end of the line",
            line + 1
        ));
    }
    if name.ends_with("/src/lib.rs") && !text.contains("include_str!(\"../README.md\")") {
        faults.push(format!("{name}: the crate's doc must be its README.md"));
    }
    faults
}

pub(crate) fn walk(folder: &Path, visit: &mut impl FnMut(&Path) -> Result<()>) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let is_source = path
            .extension()
            .is_some_and(|end| SOURCES.iter().any(|it| end == *it));
        if path.is_dir() && !PASSED_OVER.iter().any(|it| name == *it) {
            walk(&path, visit)?;
        } else if path.is_file() && is_source {
            visit(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_its_budget_is_found() {
        let text = "x\n".repeat(MAX_FILE_LINES + 1);
        assert_eq!(
            faults_of("a.rs", &text),
            ["a.rs: 501 lines; the limit is 500"]
        );
        assert!(faults_of("a.rs", "x\n").is_empty());
    }

    #[test]
    fn untidy_ends_are_found() {
        let faults = faults_of("a.css", "a \nb");
        assert_eq!(
            faults,
            [
                "a.css: does not end with a line break",
                "a.css:1: blanks at the end of the line"
            ]
        );
    }
}
