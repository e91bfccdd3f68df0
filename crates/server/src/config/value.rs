//! What a single setting may look like. A text means the same in a file, a variable and a flag.

use super::Network;
use protocol::IceServer;
use std::net::SocketAddr;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::{Host, Url};

/// What is wrong with a text, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) problem: String,
    pub(super) fix: &'static str,
}

pub(super) fn address(text: &str) -> Result<SocketAddr, Refusal> {
    // The library's error says no more than that parsing failed.
    text.parse().map_err(|_syntax| Refusal {
        problem: format!("{text:?} is not an address and a port"),
        fix: "write an IP address and a port, like 127.0.0.1:3000, 0.0.0.0:3000 or [::]:3000",
    })
}

/// An origin as browsers serialise it (HTML, section 7.1.1).
pub(super) fn origin(text: &str) -> Result<String, Refusal> {
    let refuse = |problem: &str| Refusal {
        problem: format!("{text:?} {problem}"),
        fix: "write scheme and host, and the port if it is not the usual one, with nothing behind: \
              https://example.org",
    };
    if text.contains('*') {
        return Err(refuse("has a wildcard; name each origin by itself"));
    }
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| refuse("is not an origin"))?;
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"/\\?#@".contains(c);
    if scheme.is_empty() || rest.is_empty() || !text.replacen("://", "", 1).chars().all(is_plain) {
        return Err(refuse("is not an origin"));
    }
    let url = Url::parse(text).map_err(|_syntax| refuse("is not an origin"))?;
    let origin = url.origin();
    if origin.is_tuple() {
        return Ok(origin.ascii_serialization());
    }
    // Apps that bring their pages along have schemes of their own.
    match url.host_str() {
        Some(host) if !host.is_empty() && url.scheme() != "file" => {
            let port = url
                .port()
                .map_or_else(String::new, |port| format!(":{port}"));
            Ok(format!("{}://{host}{port}", url.scheme()).to_ascii_lowercase())
        }
        Some(_) | None => Err(refuse("is not an origin")),
    }
}

/// A name without scheme and port, as browsers write it in a request; or `*`.
pub(super) fn host(text: &str) -> Result<String, Refusal> {
    let refuse = || Refusal {
        problem: format!("{text:?} is not the name of a host"),
        fix: "write a name without scheme and port, like example.org, or * for any",
    };
    if text == "*" {
        return Ok(text.to_owned());
    }
    if text.contains('*') {
        return Err(refuse());
    }
    match Host::parse(text.trim_end_matches('.')) {
        Ok(Host::Domain(name)) => Ok(name.to_ascii_lowercase()),
        Ok(address @ (Host::Ipv4(_) | Host::Ipv6(_))) => Ok(address.to_string()),
        Err(_syntax) => Err(refuse()),
    }
}

pub(super) fn network(text: &str) -> Result<Network, Refusal> {
    text.parse().map_err(|_syntax| Refusal {
        problem: format!("{text:?} is not an address or a network"),
        fix: "write an IP address, or the first one of a network and how many bits it has in \
              common with the others, like 10.0.0.7, 10.0.0.0/8 or fd00::/8",
    })
}

/// A number of seconds; none at all is a number as well.
pub(super) fn seconds(text: &str) -> Result<u32, Refusal> {
    text.trim().parse().map_err(|_syntax| Refusal {
        problem: format!("{text:?} is not a number of seconds"),
        fix: "write a whole number in digits, like 2; 0 waits for nobody",
    })
}

/// A positive number.
pub(super) fn count(text: &str) -> Result<u32, Refusal> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Refusal {
        problem: format!("{text:?} is not a number from 1 to {}", u32::MAX),
        fix: "write a whole number in digits, like 32; a very large one lifts the limit",
    })
}

pub(super) fn truth(text: &str) -> Result<bool, Refusal> {
    text.trim().parse().map_err(|_syntax| Refusal {
        problem: format!("{text:?} is neither true nor false"),
        fix: "write true or false",
    })
}

pub(super) fn ice_server(text: &str) -> Result<IceServer, Refusal> {
    let refuse = |problem: &str| Refusal {
        problem: format!("{text:?} {problem}"),
        fix: "write stun:host:port, or turn:host:port,username,credential",
    };
    let mut parts = text.splitn(3, ',').map(str::to_owned);
    let url = parts.next().unwrap_or_default();
    let (username, credential) = (parts.next(), parts.next());
    let (scheme, host) = url.split_once(':').ok_or_else(|| refuse("has no scheme"))?;
    if host.is_empty() || host.contains(char::is_whitespace) {
        return Err(refuse("has no host"));
    }
    match (scheme, &username, &credential) {
        ("stun" | "stuns", None, None) | ("turn" | "turns", Some(_), Some(_)) => Ok(IceServer {
            urls: vec![url],
            username,
            credential,
        }),
        ("stun" | "stuns", ..) => Err(refuse("has credentials, which STUN does not know")),
        ("turn" | "turns", ..) => Err(refuse("lacks the username or the credential")),
        _ => Err(refuse("is neither a STUN nor a TURN server")),
    }
}

/// The text that [`ice_server`] reads.
pub(super) fn ice_server_text(server: &IceServer) -> String {
    let mut parts = vec![server.urls.join(" ")];
    parts.extend(server.username.clone());
    parts.extend(server.credential.clone());
    parts.join(",")
}

pub(super) fn filter(text: &str) -> Result<String, Refusal> {
    let refuse = |problem: String| Refusal {
        problem,
        fix: "write a level (error, warn, info, debug, trace, off), or levels per part, like \
              warn,server=debug",
    };
    let directives: Vec<_> = text.split(',').map(|part| directive(part.trim())).collect();
    let mut written = Vec::new();
    for (part, directive) in text.split(',').zip(directives) {
        written.push(directive.ok_or_else(|| refuse(format!("{part:?} is not a level")))?);
    }
    let written = written.join(",");
    match EnvFilter::try_new(&written) {
        Ok(_) => Ok(written),
        Err(error) => Err(refuse(format!("{text:?} is not a filter: {error}"))),
    }
}

/// One part of a filter, with the level as the library knows it. A single word is a level: the
/// library would take an unknown one for the name of a part, and be silent about all others.
fn directive(text: &str) -> Option<String> {
    let level = |word: &str| match word.to_ascii_lowercase().as_str() {
        "warning" => Some("warn".to_owned()),
        "err" => Some("error".to_owned()),
        "" => None,
        word => word.parse::<LevelFilter>().ok().map(|_| word.to_owned()),
    };
    match text.rsplit_once('=') {
        Some((part, word)) => level(word).map(|level| format!("{part}={level}")),
        None if text.contains(['[', ':']) => Some(text.to_owned()),
        None => level(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_and_authority() {
        for (text, read) in [
            ("https://example.org", "https://example.org"),
            ("HTTP://Localhost:8080", "http://localhost:8080"),
            ("https://a:443", "https://a"),
            ("http://a:80", "http://a"),
            ("https://a:80", "https://a:80"),
            ("https://\u{D55C}.example", "https://xn--6q8b.example"),
            ("http://[::0:1]:3000", "http://[::1]:3000"),
            ("capacitor://localhost", "capacitor://localhost"),
            ("Ionic://LocalHost", "ionic://localhost"),
            ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ] {
            assert_eq!(origin(text), Ok(read.to_owned()));
        }
        for text in [
            "example.org",
            "https://example.org/",
            "https://example.org/a",
            "https://me@example.org",
            "https://example.org?a",
            "https://exam ple.org",
            "*",
            "https://*.example.org",
            "file://",
            "null",
            "://a",
            "",
            "https://",
        ] {
            assert!(origin(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_count_is_a_whole_number_above_zero() {
        for (text, read) in [("1", 1), (" 32\n", 32), ("4294967295", u32::MAX)] {
            assert_eq!(count(text), Ok(read));
        }
        for text in ["", "0", "-1", "1.5", "1k", "4294967296"] {
            assert!(count(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_truth_is_true_or_false() {
        assert_eq!((truth("true"), truth("false")), (Ok(true), Ok(false)));
        for text in ["", "1", "yes", "True"] {
            assert!(truth(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_ice_server_reads_as_it_is_written() {
        for text in [
            "stun:a.example:3478",
            "turn:a.example?transport=tcp,name,sec,ret",
        ] {
            let server = ice_server(text).unwrap();
            assert_eq!(ice_server_text(&server), text);
        }
    }

    #[test]
    fn an_ice_server_that_browsers_would_refuse_is_refused() {
        for text in [
            "a.example",
            "stun:",
            "https://a.example",
            "turn:a.example",
            "turn:a.example,name",
            "stun:a.example,name,secret",
        ] {
            assert!(ice_server(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_host_is_a_name_without_scheme_and_port() {
        for (text, read) in [
            ("Example.ORG", "example.org"),
            ("example.org.", "example.org"),
            ("\u{D55C}.example", "xn--6q8b.example"),
            ("*", "*"),
        ] {
            assert_eq!(host(text), Ok(read.to_owned()));
        }
        for text in ["", "https://a", "a:80", "a/b", "*.a", "a b"] {
            assert!(host(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_filter_is_checked_before_it_is_used() {
        for (text, read) in [
            ("warn,server=debug", "warn,server=debug"),
            ("warning", "warn"),
            ("WARN", "warn"),
            ("server=Warning, error", "server=warn,error"),
            ("off", "off"),
        ] {
            assert_eq!(filter(text), Ok(read.to_owned()));
        }
        for text in ["server=loud", "loud", "", "warn,", "verbose,server=debug"] {
            assert!(filter(text).is_err(), "{text:?}");
        }
    }
}
