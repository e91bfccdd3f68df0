//! What the server logs, against what the operator's document says about it.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

const DOCUMENT: &str = "docs/operating.md";
const SECTION: &str = "## What the log says";
const SOURCES: &str = "crates/server/src";
const MACROS: [&str; 2] = ["tracing::error!(", "tracing::warn!("];

/// Every line of the log that the document does not explain, and every one that it explains and
/// that is logged no more.
pub(crate) fn faults(root: &Path) -> Result<Vec<String>> {
    let document =
        fs::read_to_string(root.join(DOCUMENT)).with_context(|| format!("reading {DOCUMENT}"))?;
    let explained = explained(&document);
    let mut logged = Vec::new();
    crate::budgets::walk(&root.join(SOURCES), &mut |path| {
        logged.extend(logged_by(&fs::read_to_string(path)?));
        Ok(())
    })?;
    Ok(compare(&logged, &explained))
}

fn compare(logged: &[String], explained: &[String]) -> Vec<String> {
    let missing = logged
        .iter()
        .filter(|line| !explained.iter().any(|text| line.starts_with(text.as_str())))
        .map(|line| format!("{DOCUMENT}: does not explain the log line {line:?}"));
    let stale = explained
        .iter()
        .filter(|text| !logged.iter().any(|line| line.starts_with(text.as_str())))
        .map(|text| format!("{DOCUMENT}: explains {text:?}, which nothing logs"));
    missing.chain(stale).collect()
}

/// The beginnings of lines that the section's table has in its first column.
fn explained(document: &str) -> Vec<String> {
    let section = document.split_once(SECTION).map_or("", |(_, rest)| rest);
    let section = section.split_once("\n## ").map_or(section, |(it, _)| it);
    let text = |row: &str| {
        let (text, _) = row.strip_prefix("| `")?.split_once('`')?;
        Some(text.trim_end_matches('…').trim_end().to_owned())
    };
    section.lines().filter_map(text).collect()
}

/// The messages of a source file's warnings and errors: the last literal of each.
fn logged_by(source: &str) -> Vec<String> {
    let calls = MACROS
        .iter()
        .flat_map(|name| source.match_indices(name).map(|(at, name)| at + name.len()));
    calls.filter_map(|at| message(&source[at..])).collect()
}

fn message(call: &str) -> Option<String> {
    let mut message = None;
    let mut depth = 1;
    let mut chars = call.chars();
    while depth > 0 {
        match chars.next()? {
            '(' => depth += 1,
            ')' => depth -= 1,
            '"' => message = Some(literal(&mut chars)?),
            _ => {}
        }
    }
    message
}

/// A string's value, from behind its opening quote; a line that goes on is put together.
fn literal(chars: &mut std::str::Chars<'_>) -> Option<String> {
    let mut value = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(value),
            '\\' => match chars.next()? {
                '\n' => *chars = chars.as_str().trim_start().chars(),
                char => value.push(char),
            },
            char => value.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
        tracing::warn!(host = %name(")"), "a request was \
            refused: {name}");
        tracing::debug!("nobody reads this");
        tracing::error!(%error, "the node has ended");
    "#;

    #[test]
    fn finds_what_is_logged() {
        assert_eq!(
            logged_by(SOURCE),
            ["the node has ended", "a request was refused: {name}"]
        );
    }

    #[test]
    fn finds_what_is_explained() {
        let document = "## Before\n| `x` | |\n## What the log says\n| a line | means |\n\
                        |---|---|\n| `a request was refused: …` | no |\n| `gone` | |\n## After\n| `y` | |";
        assert_eq!(explained(document), ["a request was refused:", "gone"]);
    }

    #[test]
    fn what_is_not_explained_and_what_is_not_logged_are_faults() {
        let explained = ["a request was refused:".to_owned(), "gone".to_owned()];
        let faults = compare(&logged_by(SOURCE), &explained);
        assert_eq!(
            faults,
            [
                "docs/operating.md: does not explain the log line \"the node has ended\"",
                "docs/operating.md: explains \"gone\", which nothing logs",
            ]
        );
    }
}
