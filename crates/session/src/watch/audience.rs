//! How many watch, as a viewer hears of it: by every name in a small stream, by a count in a large
//! one.

use protocol::{PeerId, PeerSummary, Role};
use std::collections::BTreeSet;

/// The machine of the count: how many viewers there are, and how many of them wait.
#[derive(Debug)]
pub(crate) struct Audience {
    size: Size,
    waiting: usize,
}

#[derive(Debug)]
enum Size {
    /// A number, from a join or a page that the server rendered; names may follow.
    Told(usize),
    /// A large stream: only the number is told.
    Counted(usize),
    /// A small stream: everybody but this viewer.
    Known(BTreeSet<PeerId>),
}

impl Audience {
    /// So many, as a join or a page that the server rendered says; names may follow.
    pub(crate) const fn told(count: usize, waiting: usize) -> Self {
        Self {
            size: Size::Told(count),
            waiting,
        }
    }

    /// So many, in a stream that is too large for names or where the number that wait changes.
    pub(crate) fn counted(&mut self, count: usize, waiting: usize) {
        self.waiting = waiting;
        // A small stream goes on by name.
        if !matches!(&self.size, Size::Known(_) if self.size.count() == count) {
            self.size = Size::Counted(count);
        }
    }

    /// A stream has begun: nobody waits until the server says otherwise.
    pub(crate) const fn begin(&mut self) {
        self.waiting = 0;
    }

    /// How many there are, those who wait included.
    pub(crate) fn count(&self) -> usize {
        self.size.count()
    }

    /// How many of them wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.min(self.count())
    }

    /// The names that follow a join, or a return from large to small. After a join to a large
    /// stream the list is not complete.
    pub(crate) fn listed(&mut self, users: &[PeerSummary]) {
        let others: BTreeSet<PeerId> = users
            .iter()
            .filter(|user| user.role == Role::Viewer)
            .map(|user| user.peer)
            .collect();
        self.size = match self.size {
            Size::Told(count) if others.len().saturating_add(1) < count => Size::Counted(count),
            Size::Told(_) | Size::Counted(_) | Size::Known(_) => Size::Known(others),
        };
    }

    pub(crate) fn joined(&mut self, user: &PeerSummary) {
        if let (Size::Known(others), Role::Viewer) = (&mut self.size, user.role) {
            others.insert(user.peer);
        }
    }

    pub(crate) fn left(&mut self, peer: PeerId) {
        if let Size::Known(others) = &mut self.size {
            others.remove(&peer);
        }
    }
}

impl Size {
    fn count(&self) -> usize {
        match self {
            Self::Told(count) | Self::Counted(count) => *count,
            Self::Known(others) => others.len().saturating_add(1),
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
        let mut audience = Audience::told(2, 0);
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
        let mut audience = Audience::told(60, 0);
        audience.listed(&[peer(1, Role::Host)]);
        audience.joined(&peer(3, Role::Viewer));
        assert_eq!(audience.count(), 60);
    }

    #[test]
    fn a_stream_that_shrinks_is_counted_by_name_again() {
        let mut audience = Audience::told(60, 0);
        audience.counted(3, 1);
        audience.listed(&[peer(1, Role::Host), peer(2, Role::Viewer)]);
        assert_eq!(audience.count(), 2);
    }

    #[test]
    fn those_who_wait_are_told_in_a_small_stream_too() {
        let mut audience = Audience::told(2, 2);
        audience.listed(&[peer(2, Role::Viewer)]);
        audience.counted(2, 0);
        assert_eq!((audience.count(), audience.waiting()), (2, 0));
        audience.joined(&peer(3, Role::Viewer));
        assert_eq!(audience.count(), 3);
    }
}
