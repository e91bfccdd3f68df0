//! The seats: which connections there are, and who sits there.

use crate::liveness::Liveness;
use crate::port::{Seat, SeatKind};
use protocol::PeerId;
use std::collections::BTreeMap;

/// All connections.
///
/// Bound: `Config::max_seats`, checked before a seat is added.
#[derive(Debug, Default)]
pub(crate) struct Seats(BTreeMap<Seat, Sitter>);

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
    Stranger(SeatKind),
}

/// Whom something has come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Peer(PeerId),
    Stranger(SeatKind),
}

impl Seats {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn contains(&self, seat: Seat) -> bool {
        self.0.contains_key(&seat)
    }

    pub(crate) fn add(&mut self, seat: Seat, kind: SeatKind) {
        self.0.insert(seat, Sitter::Stranger(kind));
    }

    pub(crate) fn remove(&mut self, seat: Seat) -> Option<Sitter> {
        self.0.remove(&seat)
    }

    /// The liveness of the client on a seat, if it is probed.
    pub(crate) fn liveness(&mut self, seat: Seat) -> Option<&mut Liveness> {
        match self.0.get_mut(&seat)? {
            Sitter::Peer { liveness, .. } => liveness.as_mut(),
            Sitter::Stranger(_) => None,
        }
    }

    /// Something has come from a seat, which is a sign of life; says from whom.
    pub(crate) fn hear(&mut self, seat: Seat) -> Option<Heard> {
        if let Some(liveness) = self.liveness(seat) {
            liveness.heard();
        }
        Some(match self.0.get(&seat)? {
            Sitter::Peer { peer, .. } => Heard::Peer(*peer),
            Sitter::Stranger(kind) => Heard::Stranger(*kind),
        })
    }

    /// The client on a seat has said hello.
    pub(crate) fn introduce(&mut self, seat: Seat, peer: PeerId, probed: bool) {
        let liveness = probed.then_some(Liveness::Idle);
        self.0.insert(seat, Sitter::Peer { peer, liveness });
    }
}
