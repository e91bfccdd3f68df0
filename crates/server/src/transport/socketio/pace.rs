//! How fast a client is read that knows no refusal: what is too much at once is not answered but
//! taken later, and while the client waits TCP holds it back.

use crate::rate::{Allowance, Bucket};
use protocol::time::Instant;

/// What one client has used of its allowance, or owes.
#[derive(Debug)]
pub(super) struct Pace {
    messages: Bucket,
    bytes: Bucket,
}

impl Pace {
    pub(super) fn new(allowance: Allowance, now: Instant) -> Self {
        Self {
            messages: Bucket::new(allowance.messages, now),
            bytes: Bucket::new(allowance.bytes, now),
        }
    }

    /// Counts what was taken, and says when to take more.
    pub(super) fn take(&mut self, now: Instant, messages: usize, bytes: usize) -> Instant {
        let debts = [(&mut self.messages, messages), (&mut self.bytes, bytes)];
        let waits = debts.map(|(bucket, amount)| {
            bucket.fill(now);
            bucket.spend(u32::try_from(amount).unwrap_or(u32::MAX));
            bucket.wait(0)
        });
        now + waits.into_iter().max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate::Rate;
    use protocol::time::Duration;

    const NOW: Instant = Instant::from_micros(5_000_000);

    fn pace() -> Pace {
        let allowance = Allowance {
            messages: Rate {
                burst: 4,
                per_second: 2,
            },
            bytes: Rate {
                burst: 100,
                per_second: 10,
            },
            refusals: 0,
        };
        Pace::new(allowance, NOW)
    }

    #[test]
    fn a_burst_is_taken_at_once_and_the_rest_at_the_rate() {
        let mut pace = pace();
        for _ in 0..4 {
            assert_eq!(pace.take(NOW, 1, 0), NOW);
        }
        let half_a_second = Duration::from_millis(500);
        assert_eq!(pace.take(NOW, 1, 0), NOW + half_a_second);
        assert_eq!(
            pace.take(NOW + half_a_second, 1, 0),
            NOW + half_a_second * 2
        );
    }

    #[test]
    fn one_large_message_is_taken_and_waited_for() {
        let mut pace = pace();
        assert_eq!(pace.take(NOW, 1, 150), NOW + Duration::from_secs(5));
    }

    #[test]
    fn a_pause_brings_the_burst_back() {
        let mut pace = pace();
        pace.take(NOW, 4, 100);
        let later = NOW + Duration::from_secs(60);
        assert_eq!(pace.take(later, 4, 100), later);
    }
}
