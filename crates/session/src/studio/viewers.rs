//! Who watches, as the host is told: every name, whatever the size of the stream.

use protocol::{PeerId, PeerSummary, Role};

/// The most that the page shows by name.
const SHOWN: usize = 100;

/// The viewers, in join order.
#[derive(Debug, Default)]
pub(crate) struct Viewers(Vec<PeerSummary>);

impl Viewers {
    pub(crate) const fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn shown(&self) -> Vec<PeerSummary> {
        self.0.iter().take(SHOWN).cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn listed(&mut self, users: Vec<PeerSummary>) {
        self.0 = users;
        self.0.retain(|user| user.role == Role::Viewer);
    }

    /// Somebody came, or is seen under another name now.
    pub(crate) fn joined(&mut self, user: PeerSummary) {
        if user.role != Role::Viewer {
            return;
        }
        match self.0.iter_mut().find(|known| known.peer == user.peer) {
            Some(known) => *known = user,
            None => self.0.push(user),
        }
    }

    pub(crate) fn updated(&mut self, user: PeerSummary) {
        if let Some(known) = self.0.iter_mut().find(|known| known.peer == user.peer) {
            *known = user;
        }
    }

    pub(crate) fn left(&mut self, peer: PeerId) {
        self.0.retain(|user| user.peer != peer);
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
    fn viewers_are_listed_in_the_order_they_came() {
        let mut viewers = Viewers::default();
        viewers.listed(vec![peer(1, Role::Viewer), peer(2, Role::Host)]);
        viewers.joined(peer(3, Role::Viewer));
        viewers.joined(peer(1, Role::Viewer));
        assert_eq!(
            viewers.shown(),
            [peer(1, Role::Viewer), peer(3, Role::Viewer)]
        );
        viewers.left(PeerId::from_bits(1));
        viewers.updated(peer(9, Role::Viewer));
        assert_eq!(viewers.shown(), [peer(3, Role::Viewer)]);
        assert_eq!(viewers.count(), 1);
    }

    #[test]
    fn the_page_shows_a_hundred_and_counts_all() {
        let mut viewers = Viewers::default();
        viewers.listed((0..150).map(|number| peer(number, Role::Viewer)).collect());
        assert_eq!((viewers.shown().len(), viewers.count()), (100, 150));
    }
}
