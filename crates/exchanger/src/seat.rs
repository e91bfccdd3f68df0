//! The seats: which connections there are, and who sits there.

use crate::liveness::Liveness;
use crate::port::{Seat, SeatKind, Source};
use protocol::PeerId;
use protocol::time::{Duration, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// All connections.
///
/// Bound: `Config::max_seats` and a reserve, checked before a seat is added. The reserve is for those
/// who come back to a session: newcomers, who are known as such by their hello, do not get it.
#[derive(Debug)]
pub(crate) struct Seats {
    by_number: BTreeMap<Seat, Sitter>,
    /// Those without a hello yet. Numbers are given in the order of coming.
    strangers: BTreeSet<Seat>,
    max: usize,
    reserve: usize,
}

/// The reserve, as a part of all seats and at least.
const RESERVE: (usize, usize) = (16, 8);

/// How long a connection that has not said hello keeps its seat when all are taken.
const HELLO_WHEN_FULL: Duration = Duration::from_secs(1);

/// Who sits on a seat.
#[derive(Debug)]
pub(crate) enum Sitter {
    /// A peer that has said hello.
    Peer {
        peer: PeerId,
        /// Absent where the transport notices by itself that a client is gone.
        liveness: Option<Liveness>,
    },
    /// A client that has yet to say hello.
    Stranger(Stranger),
}

/// A connection of which no more is known than how it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stranger {
    pub(crate) kind: SeatKind,
    pub(crate) source: Source,
    pub(crate) since: Instant,
}

/// What becomes of a connection when it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seating {
    Seated,
    /// It gets the seat of this one, which has not said hello for long.
    SeatedInsteadOf(Seat),
    Full,
}

/// Whom something has come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Peer(PeerId),
    Stranger(Stranger),
}

impl Seats {
    pub(crate) fn new(max: usize) -> Self {
        let (part, least) = RESERVE;
        Self {
            by_number: BTreeMap::new(),
            strangers: BTreeSet::new(),
            max,
            reserve: (max / part).max(least),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_number.len()
    }

    pub(crate) fn contains(&self, seat: Seat) -> bool {
        self.by_number.contains_key(&seat)
    }

    /// Seats a connection, if there is room for it.
    pub(crate) fn add(&mut self, seat: Seat, stranger: Stranger) -> Seating {
        let mut seating = Seating::Seated;
        if self.len() >= self.max.saturating_add(self.reserve) {
            let Some(gives_way) = self.gives_way(stranger.since) else {
                return Seating::Full;
            };
            self.remove(gives_way);
            seating = Seating::SeatedInsteadOf(gives_way);
        }
        self.strangers.insert(seat);
        self.by_number.insert(seat, Sitter::Stranger(stranger));
        seating
    }

    /// Whether there is a seat for somebody who begins a session.
    pub(crate) fn has_room_for_newcomer(&self) -> bool {
        self.len().saturating_sub(self.strangers.len()) < self.max
    }

    pub(crate) fn remove(&mut self, seat: Seat) -> Option<Sitter> {
        self.strangers.remove(&seat);
        self.by_number.remove(&seat)
    }

    /// The liveness of the client on a seat, if it is probed.
    pub(crate) fn liveness(&mut self, seat: Seat) -> Option<&mut Liveness> {
        match self.by_number.get_mut(&seat)? {
            Sitter::Peer { liveness, .. } => liveness.as_mut(),
            Sitter::Stranger(_) => None,
        }
    }

    /// Something has come from a seat, which is a sign of life; says from whom.
    pub(crate) fn hear(&mut self, seat: Seat) -> Option<Heard> {
        if let Some(liveness) = self.liveness(seat) {
            liveness.heard();
        }
        Some(match self.by_number.get(&seat)? {
            Sitter::Peer { peer, .. } => Heard::Peer(*peer),
            Sitter::Stranger(stranger) => Heard::Stranger(*stranger),
        })
    }

    /// The client on a seat has said hello.
    pub(crate) fn introduce(&mut self, seat: Seat, peer: PeerId, probed: bool) {
        let liveness = probed.then_some(Liveness::Idle);
        self.strangers.remove(&seat);
        let sitter = Sitter::Peer { peer, liveness };
        self.by_number.insert(seat, sitter);
    }

    /// Who has been silent longest, if that is long enough.
    fn gives_way(&self, now: Instant) -> Option<Seat> {
        let oldest = *self.strangers.first()?;
        match self.by_number.get(&oldest)? {
            Sitter::Stranger(stranger) => {
                (now.since(stranger.since) >= HELLO_WHEN_FULL).then_some(oldest)
            }
            Sitter::Peer { .. } => None,
        }
    }
}
