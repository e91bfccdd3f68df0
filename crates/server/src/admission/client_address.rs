//! Whom a connection is counted for: the client's own address, also where proxies stand between.

use crate::config::{self, truncated};
use axum::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How many bits of an IPv6 address tell customers apart: each of them is given at least a whole
/// /64 (RFC 6177, section 2), in which it may take any address.
const IPV6_PREFIX: u8 = 64;

/// The wider networks in which an IPv6 address is counted as well. Many providers give a customer
/// a /56 or a /48.
const WIDER_IPV6_PREFIXES: [u8; 2] = [56, 48];

/// How many times as much a wider network may use as one address. A trusted proxy that names no
/// client may use as much as the widest one: many clients may be behind it.
const FACTORS: [u32; 3] = [1, 4, 16];

/// An address or a network, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Network {
    first: IpAddr,
    prefix: u8,
    is_proxy: bool,
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let (address, prefix) = match address.to_canonical() {
            IpAddr::V4(address) => (IpAddr::V4(address), 32),
            IpAddr::V6(address) => (IpAddr::V6(address), IPV6_PREFIX),
        };
        Self {
            first: truncated(address, prefix),
            prefix,
            is_proxy: false,
        }
    }
}

impl Network {
    /// A trusted machine that has not said for whom it speaks.
    fn proxy(address: IpAddr) -> Self {
        Self {
            is_proxy: true,
            ..address.into()
        }
    }

    /// Whether it is a trusted machine that has not said for whom it speaks.
    pub(crate) const fn is_proxy(self) -> bool {
        self.is_proxy
    }

    /// The next wider network that is counted as well.
    pub(crate) fn wider(self) -> Option<Self> {
        if self.is_proxy || self.first.is_ipv4() {
            return None;
        }
        let mut wider = WIDER_IPV6_PREFIXES.into_iter();
        let prefix = wider.find(|prefix| *prefix < self.prefix)?;
        Some(Self {
            first: truncated(self.first, prefix),
            prefix,
            is_proxy: false,
        })
    }

    /// How many times as much it may use as one address.
    pub(crate) const fn factor(self) -> u32 {
        let [address, wider, widest] = FACTORS;
        if self.is_proxy {
            return widest;
        }
        match (self.first, self.prefix) {
            (IpAddr::V6(_), 56) => wider,
            (IpAddr::V6(_), 48) => widest,
            _ => address,
        }
    }
}

/// The machines that are believed when they name their client.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(pub(crate) Vec<config::Network>);

impl TrustedProxies {
    /// Whether this machine is one of them.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Whom a socket is counted for before anything was read from it.
    pub(crate) fn peer(&self, peer: IpAddr) -> Network {
        if self.contains(peer) {
            Network::proxy(peer)
        } else {
            peer.into()
        }
    }

    /// Who is behind a request that came from `peer`.
    ///
    /// Every proxy adds the machine it was asked by at the right, so the first hop from the right
    /// that is not trusted is the client. Whatever stands further left, anybody may have made up.
    /// What cannot be read is counted for the machine that passed it on, and so is a request that
    /// names none but trusted machines.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Network {
        if !self.contains(peer) {
            return peer.into();
        }
        let (added, forwarded) = (added_hops(headers), forwarded_hops(headers));
        let hops = match (added.is_empty(), forwarded.is_empty()) {
            (_, true) => added,
            (true, false) => forwarded,
            // A proxy writes one of the two and passes the other one on as the client made it up.
            // Nobody gets a proxy's quota for that.
            (false, false) if added != forwarded => return peer.into(),
            (false, false) => added,
        };
        let mut last = peer;
        for hop in hops.into_iter().rev() {
            match hop {
                Some(hop) if !self.contains(hop) => return hop.into(),
                Some(hop) => last = hop,
                None => break,
            }
        }
        Network::proxy(last)
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

    fn client(peer: &str, lines: &[(HeaderName, &str)]) -> Network {
        let networks = ["127.0.0.0/8", "::1", "10.0.0.0/8"];
        let trusted = TrustedProxies(networks.map(|text| text.parse().unwrap()).to_vec());
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        trusted.client(peer.parse().unwrap(), &headers)
    }

    fn added(peer: &str, value: &str) -> Network {
        client(peer, &[(X_FORWARDED_FOR, value)])
    }

    fn forwarded(peer: &str, value: &str) -> Network {
        client(peer, &[(header::FORWARDED, value)])
    }

    fn address(text: &str) -> Network {
        text.parse::<IpAddr>().unwrap().into()
    }

    fn proxy(text: &str) -> Network {
        Network::proxy(text.parse().unwrap())
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
            assert_eq!(added(PROXY, value), proxy(PROXY), "{value:?}");
        }
        assert_eq!(added(PROXY, "unknown, 10.0.0.9"), proxy("10.0.0.9"));
        assert_eq!(forwarded(PROXY, "proto=https"), proxy(PROXY));
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
    fn a_proxy_that_names_no_client_is_counted_itself_and_as_many() {
        for network in [client(PROXY, &[]), client("::ffff:127.0.0.1", &[])] {
            assert_eq!(network, proxy(PROXY));
            assert_ne!(network, address(PROXY));
            assert_eq!((network.factor(), network.wider()), (16, None));
        }
        assert_eq!(added(PROXY, "10.0.0.9"), proxy("10.0.0.9"));
    }

    #[test]
    fn an_ipv6_address_counts_for_its_wider_networks_and_they_may_use_more() {
        let counted = |address: &str| {
            let network: Network = address.parse::<IpAddr>().unwrap().into();
            let chain: Vec<_> = std::iter::successors(Some(network), |it| it.wider()).collect();
            let factors: Vec<_> = chain.iter().map(|it| it.factor()).collect();
            (chain, factors)
        };
        let (one, factors) = counted("2001:db8:1:200::1");
        assert_eq!(factors, [1, 4, 16]);
        let (other, _) = counted("2001:db8:1:2ff::1");
        assert_eq!((one[0] == other[0], &one[1..]), (false, &other[1..]));
        let (third, _) = counted("2001:db8:1:300::1");
        assert_eq!((one[1] == third[1], one[2]), (false, third[2]));
        assert_eq!(counted("203.0.113.9").1, [1]);
    }
}
