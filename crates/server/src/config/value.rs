//! What a single setting may look like. A text means the same in a file, a variable and a flag.

use super::Network;
use axum::http::Uri;
use protocol::IceServer;
use std::net::SocketAddr;
use tracing_subscriber::EnvFilter;

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

pub(super) fn origin(text: &str) -> Result<String, Refusal> {
    let refuse = || Refusal {
        problem: format!("{text:?} is not an origin"),
        fix: "write scheme and host, and the port if it is not the usual one, with nothing behind: \
              https://example.org",
    };
    let lower = text.to_ascii_lowercase();
    let uri: Uri = lower.parse().map_err(|_syntax| refuse())?;
    let scheme = uri
        .scheme_str()
        .filter(|scheme| ["http", "https"].contains(scheme));
    match (scheme, uri.authority()) {
        (Some(scheme), Some(authority)) if lower == format!("{scheme}://{authority}") => Ok(lower),
        _ => Err(refuse()),
    }
}

pub(super) fn network(text: &str) -> Result<Network, Refusal> {
    text.parse().map_err(|_syntax| Refusal {
        problem: format!("{text:?} is not an address or a network"),
        fix: "write an IP address, or the first one of a network and how many bits it has in \
              common with the others, like 10.0.0.7, 10.0.0.0/8 or fd00::/8",
    })
}

/// Something that there must be, and of which there may be many.
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
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Refusal {
            problem: format!("{text:?} is not a filter: {error}"),
            fix: "write a level (error, warn, info, debug, trace), or levels per part, like \
                  warn,server=debug",
        }),
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
        ] {
            assert_eq!(origin(text), Ok(read.to_owned()));
        }
        for text in [
            "example.org",
            "https://example.org/",
            "ftp://a",
            "*",
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
    fn a_filter_is_checked_before_it_is_used() {
        assert!(filter("warn,server=debug").is_ok());
        assert!(filter("server=loud").is_err());
    }
}
