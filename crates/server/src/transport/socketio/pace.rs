//! How fast a client is read that knows no refusal: what is too much at once is not answered but
//! taken later, and while the client waits TCP holds it back.

use crate::rate::{Allowance, Rate};
use protocol::time::{Duration, Instant};

/// What one client has used of its allowance.
#[derive(Debug)]
pub(super) struct Pace {
    messages: Meter,
    bytes: Meter,
}

/// The virtual scheduling algorithm (ITU-T I.371, annex A): how far the client is ahead of its rate.
#[derive(Debug)]
struct Meter {
    rate: Rate,
    paid_until: Instant,
}

impl Pace {
    pub(super) const fn new(allowance: Allowance) -> Self {
        Self {
            messages: Meter::new(allowance.messages),
            bytes: Meter::new(allowance.bytes),
        }
    }

    /// Counts what was taken, and says when to take more.
    pub(super) fn take(&mut self, now: Instant, messages: usize, bytes: usize) -> Instant {
        let messages = self.messages.take(now, messages);
        messages.max(self.bytes.take(now, bytes))
    }
}

impl Meter {
    const fn new(rate: Rate) -> Self {
        let paid_until = Instant::ORIGIN;
        Self { rate, paid_until }
    }

    fn take(&mut self, now: Instant, amount: usize) -> Instant {
        let cost = self.span(u64::try_from(amount).unwrap_or(u64::MAX));
        self.paid_until = self.paid_until.max(now) + cost;
        let burst = self.span(self.rate.burst.into());
        now + self.paid_until.since(now).saturating_sub(burst)
    }

    fn span(&self, amount: u64) -> Duration {
        let per_second = u64::from(self.rate.per_second.max(1));
        Duration::from_micros(amount.saturating_mul(1_000_000) / per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(5_000_000);

    fn pace() -> Pace {
        Pace::new(Allowance {
            messages: Rate {
                burst: 4,
                per_second: 2,
            },
            bytes: Rate {
                burst: 100,
                per_second: 10,
            },
            refusals: 0,
        })
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
