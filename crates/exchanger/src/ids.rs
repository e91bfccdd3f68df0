//! Where ids and secrets come from: one seeded generator, so that a run can be repeated.

use protocol::{LinkId, PeerId, Secret, SessionId, StreamId};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// The generator. Its seed decides whether ids can be guessed, so production seeds it from the
/// system's random source.
pub(crate) struct Ids(ChaCha20Rng);

impl Ids {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    pub(crate) fn link(&mut self) -> LinkId {
        LinkId::from_bits(self.0.next_u64())
    }

    pub(crate) fn peer(&mut self) -> PeerId {
        PeerId::from_bits(self.0.next_u64())
    }

    pub(crate) fn session(&mut self) -> SessionId {
        SessionId::from_bits(self.0.next_u64())
    }

    pub(crate) fn stream(&mut self) -> StreamId {
        StreamId::from_bits(self.0.next_u64())
    }

    pub(crate) fn secret(&mut self) -> Secret {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        Secret::from_bytes(bytes)
    }
}

impl core::fmt::Debug for Ids {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // The generator's state would tell all secrets to come.
        f.write_str("Ids(…)")
    }
}
