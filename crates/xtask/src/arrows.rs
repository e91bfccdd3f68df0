//! Which crate may know which. This table is the rule; ARCHITECTURE.md draws it.

use cargo_metadata::{DependencyKind, Metadata, Package};

/// One row of the table.
struct Rule {
    name: &'static str,
    /// The crates of this workspace it may depend on.
    ours: &'static [&'static str],
    /// What it must never name. A trailing `*` stands for any ending.
    never: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        name: "protocol",
        ours: &[],
        never: &["tokio", "axum", "leptos*", "web-sys", "str0m", "getrandom"],
    },
    Rule {
        name: "exchanger",
        ours: &["protocol"],
        never: &["tokio", "axum", "serde_json", "str0m", "relay"],
    },
    Rule {
        name: "node",
        ours: &["exchanger", "protocol"],
        never: &["tokio", "axum"],
    },
    Rule {
        name: "relay",
        ours: &["protocol"],
        never: &["tokio", "exchanger"],
    },
    Rule {
        name: "socketio",
        ours: &["protocol"],
        never: &["tokio", "axum", "exchanger", "leptos*"],
    },
    Rule {
        name: "session",
        ours: &["protocol"],
        never: &["leptos*", "web-sys", "js-sys", "tokio"],
    },
    Rule {
        name: "browser",
        ours: &["session", "protocol"],
        never: &["leptos*"],
    },
    Rule {
        name: "ui",
        ours: &["session", "protocol"],
        never: &["browser", "gloo-net", "tokio"],
    },
    Rule {
        name: "client",
        ours: &["ui", "browser", "session"],
        never: &["tokio", "axum"],
    },
    Rule {
        name: "server",
        // The session only for the seed, which the server writes into the page it renders.
        ours: &["node", "socketio", "ui", "session", "protocol"],
        never: &["browser", "client"],
    },
    Rule {
        name: "sim",
        ours: &["node", "session", "protocol"],
        never: &["axum", "tokio", "web-sys"],
    },
    Rule {
        name: "bench",
        // The exchanger is measured alone, without the server around it.
        ours: &["protocol", "exchanger"],
        never: &["server"],
    },
    Rule {
        name: "xtask",
        ours: &[],
        never: &["tokio", "leptos*"],
    },
];

/// Every arrow that the table does not allow, one line each.
pub(crate) fn faults(metadata: &Metadata) -> Vec<String> {
    let packages = metadata.workspace_packages();
    let names: Vec<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let mut faults = Vec::new();
    for package in &packages {
        let Some(rule) = RULES.iter().find(|rule| rule.name == package.name.as_str()) else {
            faults.push(format!(
                "{}: no row in the table of xtask/src/arrows.rs",
                package.name
            ));
            continue;
        };
        faults.extend(faults_of(package, rule, &names));
    }
    faults
}

fn faults_of(package: &Package, rule: &Rule, workspace: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let in_tests = dependency.kind == DependencyKind::Development;
        if workspace.contains(&name) && !rule.ours.contains(&name) {
            faults.push(format!("{} must not depend on {name}", rule.name));
        }
        if !in_tests && rule.never.iter().any(|pattern| matches(pattern, name)) {
            faults.push(format!("{} must never name {name}", rule.name));
        }
    }
    faults
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_ending() {
        assert!(matches("leptos*", "leptos_router"));
        assert!(matches("tokio", "tokio"));
        assert!(!matches("tokio", "tokio-util"));
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        let json = r#"{
            "name": "protocol", "version": "0.1.0", "id": "protocol", "source": null,
            "dependencies": [
                { "name": "server", "source": null, "req": "*", "kind": null, "rename": null,
                  "optional": false, "uses_default_features": true, "features": [],
                  "target": null, "registry": null },
                { "name": "tokio", "source": null, "req": "*", "kind": null, "rename": null,
                  "optional": false, "uses_default_features": true, "features": [],
                  "target": null, "registry": null }
            ],
            "targets": [], "features": {}, "manifest_path": "/Cargo.toml"
        }"#;
        let package: Package = serde_json::from_str(json).unwrap();
        let faults = faults_of(&package, &RULES[0], &["protocol", "server"]);
        assert_eq!(
            faults,
            [
                "protocol must not depend on server",
                "protocol must never name tokio"
            ]
        );
    }
}
