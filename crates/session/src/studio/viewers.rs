//! Who watches, as the host is told: how many when it joins, some of them by name, and from then on
//! everybody who comes or goes.

use protocol::{PeerId, PeerSummary, Role};

/// The most that the page shows by name.
const SHOWN: usize = 100;

/// The viewers. The names are in join order, and in a large stream not complete.
#[derive(Debug, Default)]
pub(crate) struct Viewers {
    count: usize,
    waiting: usize,
    named: Vec<PeerSummary>,
}

impl Viewers {
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// How many of them wait for a place.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.min(self.count)
    }

    /// So many are there, and so many of them wait.
    pub(crate) const fn counted(&mut self, count: usize, waiting: usize) {
        self.count = count;
        self.waiting = waiting;
    }

    /// So many are there now. If they are not as many as are named, viewers come and go without
    /// being named, and the names are of no use any more.
    pub(crate) fn told_count(&mut self, count: usize, waiting: usize) {
        if self.named.len() != count {
            self.named.clear();
        }
        self.counted(count, waiting);
    }

    pub(crate) fn shown(&self) -> Vec<PeerSummary> {
        self.named.iter().take(SHOWN).cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn listed(&mut self, users: Vec<PeerSummary>) {
        self.named = users;
        self.named.retain(|user| user.role == Role::Viewer);
        self.count = self.count.max(self.named.len());
    }

    /// Somebody came, or is seen under another name now.
    pub(crate) fn joined(&mut self, user: PeerSummary) {
        if user.role != Role::Viewer {
            return;
        }
        match self.named.iter_mut().find(|known| known.peer == user.peer) {
            Some(known) => *known = user,
            None => {
                self.named.push(user);
                self.count = self.count.saturating_add(1);
            }
        }
    }

    pub(crate) fn updated(&mut self, user: PeerSummary) {
        if let Some(known) = self.named.iter_mut().find(|known| known.peer == user.peer) {
            *known = user;
        }
    }

    pub(crate) fn left(&mut self, peer: PeerId) {
        let (before, all_named) = (self.named.len(), self.named.len() == self.count);
        self.named.retain(|user| user.peer != peer);
        // Where all are named, another one is no viewer.
        if self.named.len() < before || !all_named {
            self.count = self.count.saturating_sub(1);
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
    fn viewers_without_a_name_are_counted_and_leave() {
        let mut viewers = Viewers::default();
        viewers.counted(250, 0);
        viewers.listed((0..100).map(|number| peer(number, Role::Viewer)).collect());
        assert_eq!(viewers.count(), 250);
        viewers.joined(peer(300, Role::Viewer));
        assert_eq!(viewers.count(), 251);
        viewers.left(PeerId::from_bits(200));
        viewers.left(PeerId::from_bits(5));
        assert_eq!(viewers.count(), 249);
    }

    #[test]
    fn another_host_that_leaves_was_no_viewer() {
        let mut viewers = Viewers::default();
        viewers.counted(1, 0);
        viewers.listed(vec![peer(1, Role::Viewer)]);
        viewers.left(PeerId::from_bits(2));
        assert_eq!(viewers.count(), 1);
    }

    #[test]
    fn the_page_shows_a_hundred_and_counts_all() {
        let mut viewers = Viewers::default();
        viewers.listed((0..150).map(|number| peer(number, Role::Viewer)).collect());
        assert_eq!((viewers.shown().len(), viewers.count()), (100, 150));
    }
}
