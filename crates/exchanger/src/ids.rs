//! Where ids and secrets come from: one seeded generator, so that a run can be repeated. And the
//! numbers that keep the order of joining.

use protocol::{LinkId, PeerId, Secret, SessionId, StreamId};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// The generator. Its seed decides whether ids can be guessed, so production seeds it from the
/// system's random source.
pub(crate) struct Ids {
    random: ChaCha20Rng,
    arrivals: u64,
}

/// A number in the order of joining, the same for all channels and rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrival(u64);

impl Arrival {
    /// Before all that are given.
    pub(crate) const FIRST: Self = Self(0);
}

impl Ids {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self {
            random: ChaCha20Rng::from_seed(seed),
            arrivals: 0,
        }
    }

    /// A number behind all before.
    pub(crate) fn arrival(&mut self) -> Arrival {
        self.arrivals = self.arrivals.saturating_add(1);
        Arrival(self.arrivals)
    }

    pub(crate) fn link(&mut self) -> LinkId {
        LinkId::from_bits(self.random.next_u64())
    }

    pub(crate) fn peer(&mut self) -> PeerId {
        PeerId::from_bits(self.random.next_u64())
    }

    pub(crate) fn session(&mut self) -> SessionId {
        SessionId::from_bits(self.random.next_u64())
    }

    pub(crate) fn stream(&mut self) -> StreamId {
        StreamId::from_bits(self.random.next_u64())
    }

    pub(crate) fn secret(&mut self) -> Secret {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        Secret::from_bytes(bytes)
    }
}

impl core::fmt::Debug for Ids {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // The generator's state would tell all secrets to come.
        f.write_str("Ids(…)")
    }
}
