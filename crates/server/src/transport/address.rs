//! Whom a connection is counted for: the client's own address, also where proxies stand between.

use crate::config::{Network, truncated};
use axum::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How many bits of an IPv6 address tell customers apart: each of them is given at least a whole
/// /64 (RFC 6177, section 2), in which it may take any address.
const IPV6_PREFIX: u8 = 64;

/// An address as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(IpAddr);

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => truncated(IpAddr::V6(address), IPV6_PREFIX),
        })
    }
}

/// The machines that are believed when they name their client.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(pub(crate) Vec<Network>);

impl TrustedProxies {
    /// Whether this machine is one of them.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who is behind a request that came from `peer`; `None` if none but trusted machines are.
    ///
    /// Every proxy adds the machine it was asked by at the right, so the first hop from the right
    /// that is not trusted is the client. Whatever stands further left, anybody may have made up.
    /// What cannot be read is counted for the machine that passed it on.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<Address> {
        if !self.contains(peer) {
            return Some(peer.into());
        }
        let (added, forwarded) = (added_hops(headers), forwarded_hops(headers));
        let hops = match (added.is_empty(), forwarded.is_empty()) {
            (_, true) => added,
            (true, false) => forwarded,
            // A proxy writes one of the two and passes the other one on as the client made it up.
            (false, false) if added != forwarded => return Some(peer.into()),
            (false, false) => added,
        };
        let mut last = peer;
        for hop in hops.into_iter().rev() {
            let Some(hop) = hop else {
                return Some(last.into());
            };
            if !self.contains(hop) {
                return Some(hop.into());
            }
            last = hop;
        }
        None
    }
}

/// The hops that `X-Forwarded-For` names; `None` for one that cannot be read.
fn added_hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    elements(headers, &X_FORWARDED_FOR).map(hop).collect()
}

/// The hops that `Forwarded` names (RFC 7239, section 5.2).
fn forwarded_hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let is_for = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let is_for = name.trim().eq_ignore_ascii_case("for");
        is_for.then(|| value.trim().trim_matches('"').to_owned())
    };
    elements(headers, &header::FORWARDED)
        .map(|element| hop(&element.split(';').find_map(is_for)?))
        .collect()
}

/// The elements of a header that is a list, from all of its lines.
fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter();
    // A line that is no text cannot be read, as little as an empty one.
    lines.flat_map(|line| line.to_str().unwrap_or_default().split(','))
}

/// An address as proxies write it: bare, in brackets, or with a port behind.
fn hop(text: impl AsRef<str>) -> Option<IpAddr> {
    let text = text.as_ref().trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    address.or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "127.0.0.1";

    fn client(peer: &str, lines: &[(HeaderName, &str)]) -> Option<Address> {
        let networks = ["127.0.0.0/8", "::1", "10.0.0.0/8"];
        let trusted = TrustedProxies(networks.map(|text| text.parse().unwrap()).to_vec());
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        trusted.client(peer.parse().unwrap(), &headers)
    }

    fn added(peer: &str, value: &str) -> Option<Address> {
        client(peer, &[(X_FORWARDED_FOR, value)])
    }

    fn forwarded(peer: &str, value: &str) -> Option<Address> {
        client(peer, &[(header::FORWARDED, value)])
    }

    fn address(text: &str) -> Option<Address> {
        Some(text.parse::<IpAddr>().unwrap().into())
    }

    #[test]
    fn who_is_not_trusted_speaks_for_itself() {
        let far = address("203.0.113.9");
        assert_eq!(added("203.0.113.9", "198.51.100.1"), far);
        assert_eq!(forwarded("203.0.113.9", "for=198.51.100.1"), far);
        assert_eq!(client("203.0.113.9", &[]), far);
    }

    #[test]
    fn the_rightmost_hop_that_is_not_trusted_counts() {
        let far = address("203.0.113.9");
        for value in [
            "203.0.113.9",
            "198.51.100.1, 203.0.113.9",
            "198.51.100.1,203.0.113.9 , 10.1.2.3",
            "garbage, 203.0.113.9:4711, 10.0.0.1",
        ] {
            assert_eq!(added(PROXY, value), far, "{value}");
        }
        for value in [
            "for=203.0.113.9;proto=https",
            "for=198.51.100.1, proto=https;For=\"203.0.113.9:80\"",
        ] {
            assert_eq!(forwarded(PROXY, value), far, "{value}");
        }
        let lines = ["198.51.100.1", "203.0.113.9, 10.0.0.1"];
        assert_eq!(
            client(PROXY, &lines.map(|line| (X_FORWARDED_FOR, line))),
            far
        );
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        let network = address("2001:db8:1:2::");
        assert_eq!(added("::1", "2001:db8:1:2:3:4:5:6"), network);
        assert_eq!(added("::1", "[2001:db8:1:2::9]:443"), network);
        assert_eq!(forwarded("::1", "for=\"[2001:db8:1:2::9]\""), network);
        assert_eq!(client("2001:db8:1:2:ffff::", &[]), network);
        assert_ne!(client("2001:db8:1:3::", &[]), network);
        assert_eq!(client("::ffff:203.0.113.9", &[]), address("203.0.113.9"));
    }

    #[test]
    fn what_cannot_be_read_counts_for_who_passed_it_on() {
        for value in ["", "unknown", "203.0.113.9, _hidden", "203.0.113.9,"] {
            assert_eq!(added(PROXY, value), address(PROXY), "{value:?}");
        }
        assert_eq!(added(PROXY, "unknown, 10.0.0.9"), address("10.0.0.9"));
        assert_eq!(forwarded(PROXY, "proto=https"), address(PROXY));
    }

    #[test]
    fn two_headers_that_differ_count_for_the_proxy() {
        let lines =
            |one, other| client(PROXY, &[(X_FORWARDED_FOR, one), (header::FORWARDED, other)]);
        assert_eq!(
            lines("203.0.113.9", "for=203.0.113.9"),
            address("203.0.113.9")
        );
        assert_eq!(lines("203.0.113.9", "for=198.51.100.1"), address(PROXY));
    }

    #[test]
    fn where_only_trusted_machines_are_nobody_is_counted() {
        assert_eq!(client(PROXY, &[]), None);
        assert_eq!(added(PROXY, "10.0.0.9"), None);
    }
}
