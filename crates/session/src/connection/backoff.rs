//! How long to wait before the next attempt.

use crate::random::Random;
use protocol::time::Duration;

const FIRST_MS: u64 = 250;
const DOUBLINGS: u32 = 5;
/// A server that restarts is met by everybody at once: they come back spread over this span.
const RESTART_MS: u64 = 1_000;

/// Exponential backoff with full jitter: the pause is chosen at random up to a bound that doubles
/// from 0.25 s to 8 s.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause before the next attempt.
    pub(crate) fn pause(&mut self, random: &mut Random) -> Duration {
        let bound = FIRST_MS << self.failures.min(DOUBLINGS);
        self.failures = self.failures.saturating_add(1);
        Duration::from_millis(random.up_to(bound))
    }

    /// The pause after the server has said that it restarts.
    pub(crate) fn restart_pause(&mut self, random: &mut Random) -> Duration {
        self.failures = self.failures.saturating_add(1);
        Duration::from_millis(random.up_to(RESTART_MS))
    }

    /// The connection has lasted: the next loss is a new one.
    pub(crate) const fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_eight_seconds() {
        let mut random = Random::new(11);
        let mut longest = [Duration::ZERO; 8];
        for _ in 0..500 {
            let mut backoff = Backoff::default();
            for slot in &mut longest {
                *slot = backoff.pause(&mut random).max(*slot);
            }
        }
        let bounds = [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];
        for (longest, bound) in longest.into_iter().zip(bounds.map(Duration::from_millis)) {
            assert!(longest <= bound, "{longest:?} exceeds {bound:?}");
            assert!(
                longest > bound * 9 / 10,
                "{longest:?} is far from {bound:?}"
            );
        }
    }

    #[test]
    fn a_lasting_connection_starts_over() {
        let mut random = Random::new(11);
        let mut backoff = Backoff::default();
        for _ in 0..10 {
            backoff.pause(&mut random);
        }
        backoff.reset();
        assert!(backoff.pause(&mut random) <= Duration::from_millis(250));
    }
}
