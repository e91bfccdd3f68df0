//! Under which names this server answers. A page of any name may be led to an address that only
//! its reader reaches (DNS rebinding); its requests then name a host that is none of ours.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Version, header};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};

/// So many different mistakes are logged, each once.
const MAX_LOGGED: usize = 8;

/// Which names are ours.
#[derive(Debug)]
pub(crate) struct HostPolicy {
    /// Names in small letters; `*` stands for any.
    names: Vec<String>,
    logged: LoggedOnce,
}

impl HostPolicy {
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self {
            names,
            logged: LoggedOnce::default(),
        }
    }

    /// Why a request is not answered, and what its sender is told.
    pub(crate) fn refusal(
        &self,
        version: Version,
        headers: &HeaderMap,
    ) -> Option<(StatusCode, String)> {
        let mut lines = headers.get_all(header::HOST).iter();
        let host = match (lines.next(), lines.next()) {
            (None, _) if version < Version::HTTP_11 => return None,
            (Some(host), None) => host,
            // RFC 9112, section 3.2.
            (None, _) | (Some(_), Some(_)) => return Some(bad("a request has one Host header")),
        };
        let text = host.to_str().unwrap_or_default();
        let Ok(authority) = text.parse::<Authority>() else {
            return Some(bad("the Host header is no host"));
        };
        let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
        if self.is_ours(&name) {
            return None;
        }
        if self.logged.is_new(&name) {
            tracing::warn!(
                host = name,
                "a request was refused: its Host header names a host that is not in http.hosts; \
                 if people reach this server by that name, start it with --host {name}"
            );
        }
        let advice = format!(
            "This server does not answer to the name {name:?}. If it should, its operator adds the \
             name to the setting http.hosts: --host {name}, or HELIOGRAPH_HOST={name}.\n"
        );
        Some((StatusCode::MISDIRECTED_REQUEST, advice))
    }

    /// What no page of a stranger can have as its name, or what the operator names.
    fn is_ours(&self, name: &str) -> bool {
        name.starts_with('[')
            || name.parse::<Ipv4Addr>().is_ok()
            || is_private(name)
            || self.names.iter().any(|own| own == name || own == "*")
    }
}

/// Names that nobody can register, so that no stranger's page has one: of this machine and of
/// tests (RFC 6761), of home and company networks (RFC 8375, `internal`), and names without a dot,
/// which only a local network resolves. A number without a dot is an address to browsers.
fn is_private(name: &str) -> bool {
    const RESERVED: &[&str] = &["localhost", "test", "home.arpa", "internal"];
    let is_below = |reserved: &&str| {
        let below = name.strip_suffix(*reserved);
        below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
    };
    let is_local =
        !name.contains('.') && name.starts_with(|first: char| first.is_ascii_alphabetic());
    RESERVED.iter().any(is_below) || is_local
}

fn bad(problem: &str) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, format!("{problem}\n"))
}

/// Remembers what was logged, so that a stranger cannot fill the log.
#[derive(Debug, Default)]
pub(crate) struct LoggedOnce(Mutex<BTreeSet<String>>);

impl LoggedOnce {
    /// Whether something is to be logged: it was not before, and not too much else was.
    pub(crate) fn is_new(&self, text: &str) -> bool {
        // Nothing in here panics half-way.
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logged.len() < MAX_LOGGED && logged.insert(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(names: &[&str], hosts: &[&str]) -> Option<u16> {
        let policy = HostPolicy::new(names.iter().map(|&name| name.to_owned()).collect());
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, host.parse().unwrap());
        }
        let refusal = policy.refusal(Version::HTTP_11, &headers);
        refusal.map(|(status, _)| status.as_u16())
    }

    #[test]
    fn this_machine_and_addresses_are_answered_by_every_server() {
        for host in [
            "localhost",
            "LocalHost:3000",
            "localhost.:80",
            "a.localhost:3000",
            "heliograph.test:3000",
            "nas.home.arpa",
            "stream.corp.internal",
            "nas:3000",
            "127.0.0.1:3000",
            "192.168.1.7",
            "[::1]:3000",
            "[2001:db8::1]",
        ] {
            assert_eq!(status(&[], &[host]), None, "{host}");
        }
    }

    #[test]
    fn another_name_is_answered_if_the_operator_says_so() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "evil-test.example",
            "xinternal.example",
            "1",
        ] {
            assert_eq!(status(&["example.org"], &[host]), Some(421), "{host}");
            assert_eq!(status(&["*"], &[host]), None, "{host}");
        }
        for host in ["example.org", "Example.ORG:8443", "example.org."] {
            assert_eq!(status(&["example.org"], &[host]), None, "{host}");
        }
    }

    #[test]
    fn a_refusal_names_the_setting() {
        let policy = HostPolicy::new(Vec::new());
        let headers = HeaderMap::from_iter([(header::HOST, "example.org".parse().unwrap())]);
        let (_, advice) = policy.refusal(Version::HTTP_11, &headers).unwrap();
        assert!(advice.contains("http.hosts") && advice.contains("--host example.org"));
    }

    #[test]
    fn a_request_has_one_host() {
        assert_eq!(status(&["*"], &[]), Some(400));
        assert_eq!(status(&["*"], &["localhost", "localhost"]), Some(400));
        assert_eq!(status(&["*"], &["a b"]), Some(400));
        let policy = HostPolicy::new(Vec::new());
        let old = policy.refusal(Version::HTTP_10, &HeaderMap::new());
        assert_eq!(old, None);
    }

    #[test]
    fn a_stranger_cannot_fill_the_log() {
        let logged = LoggedOnce::default();
        assert!(logged.is_new("a"));
        assert!(!logged.is_new("a"));
        let more = (0..100).filter(|number| logged.is_new(&number.to_string()));
        assert_eq!(more.count(), MAX_LOGGED - 1);
    }
}
