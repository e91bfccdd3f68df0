//! How many watch, as a viewer hears of it: by every name in a small stream, by a count in a large
//! one.

use protocol::{PeerId, PeerSummary, Role};
use std::collections::BTreeSet;

/// The machine of the count.
#[derive(Debug)]
pub(crate) enum Audience {
    /// A number, from a join or a page that the server rendered; names may follow.
    Told(usize),
    /// A large stream: only the number is told.
    Counted(usize),
    /// A small stream: everybody but this viewer.
    Known(BTreeSet<PeerId>),
}

impl Audience {
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Told(count) | Self::Counted(count) => *count,
            Self::Known(others) => others.len().saturating_add(1),
        }
    }

    /// The names that follow a join, or a return from large to small. After a join to a large
    /// stream the list is not complete.
    pub(crate) fn listed(&mut self, users: &[PeerSummary]) {
        let others: BTreeSet<PeerId> = users
            .iter()
            .filter(|user| user.role == Role::Viewer)
            .map(|user| user.peer)
            .collect();
        *self = match self {
            Self::Told(count) if others.len().saturating_add(1) < *count => Self::Counted(*count),
            Self::Told(_) | Self::Counted(_) | Self::Known(_) => Self::Known(others),
        };
    }

    pub(crate) fn joined(&mut self, user: &PeerSummary) {
        if let (Self::Known(others), Role::Viewer) = (self, user.role) {
            others.insert(user.peer);
        }
    }

    pub(crate) fn left(&mut self, peer: PeerId) {
        if let Self::Known(others) = self {
            others.remove(&peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{User, UserName};

    fn peer(number: u64, role: Role) -> PeerSummary {
        PeerSummary {
            peer: PeerId::from_bits(number),
            user: User {
                name: UserName::guest("Guest", 1_000),
            },
            role,
        }
    }

    #[test]
    fn a_small_stream_counts_names() {
        let mut audience = Audience::Told(2);
        audience.listed(&[peer(1, Role::Host), peer(2, Role::Viewer)]);
        assert_eq!(audience.count(), 2);
        audience.joined(&peer(3, Role::Viewer));
        audience.joined(&peer(3, Role::Viewer));
        assert_eq!(audience.count(), 3);
        audience.left(PeerId::from_bits(1));
        audience.left(PeerId::from_bits(2));
        assert_eq!(audience.count(), 2);
    }

    #[test]
    fn a_large_stream_is_counted_by_the_server() {
        let mut audience = Audience::Told(60);
        audience.listed(&[peer(1, Role::Host)]);
        audience.joined(&peer(3, Role::Viewer));
        assert_eq!(audience.count(), 60);
    }

    #[test]
    fn a_stream_that_shrinks_is_counted_by_name_again() {
        let mut audience = Audience::Counted(3);
        audience.listed(&[peer(1, Role::Host), peer(2, Role::Viewer)]);
        assert_eq!(audience.count(), 2);
    }
}
