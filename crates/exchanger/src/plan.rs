//! The route plan: which links a stream should have. Topology is decided here and nowhere else.

use protocol::{End, LinkKind, PeerId};

/// A link that a stream should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Planned {
    /// The end that sends media, and offers.
    pub(crate) from: End,
    /// The end that receives media, and answers.
    pub(crate) to: End,
    /// How the media travel.
    pub(crate) kind: LinkKind,
}

impl Planned {
    /// Whether `peer` is at one of its ends.
    pub(crate) fn touches(&self, peer: PeerId) -> bool {
        [self.from, self.to].contains(&End::Peer(peer))
    }
}

/// What an operator decides about routes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// How many viewers a host serves by itself.
    pub(crate) max_direct_viewers: usize,
}

/// The links for a host and its viewers, those first who are to be served first. Looks at no more
/// viewers than have a place, so it costs the same for ten viewers and for ten thousand.
pub(crate) fn plan(
    host: Option<PeerId>,
    viewers: impl Iterator<Item = PeerId>,
    policy: Policy,
) -> Vec<Planned> {
    let Some(host) = host else {
        return Vec::new();
    };
    viewers
        .take(policy.max_direct_viewers)
        .map(|viewer| Planned {
            from: host.into(),
            to: viewer.into(),
            kind: LinkKind::Direct,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Policy = Policy {
        max_direct_viewers: 2,
    };

    fn peer(bits: u64) -> PeerId {
        PeerId::from_bits(bits)
    }

    fn direct(from: u64, to: u64) -> Planned {
        Planned {
            from: peer(from).into(),
            to: peer(to).into(),
            kind: LinkKind::Direct,
        }
    }

    #[test]
    fn nothing_is_wanted_before_a_host_comes() {
        assert_eq!(plan(None, [peer(2)].into_iter(), POLICY), []);
    }

    #[test]
    fn the_first_viewers_get_direct_links() {
        let viewers = [peer(9), peer(3), peer(5)];
        assert_eq!(
            plan(Some(peer(1)), viewers.into_iter(), POLICY),
            [direct(1, 9), direct(1, 3)]
        );
    }

    #[test]
    fn looks_at_no_more_viewers_than_have_a_place() {
        let mut looked_at = 0;
        let viewers = (2..10_000).map(peer).inspect(|_| looked_at += 1);
        plan(Some(peer(1)), viewers, POLICY);
        assert_eq!(looked_at, 2);
    }
}
