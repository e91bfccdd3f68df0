//! How much one connection may ask for: a token bucket, and patience with those who overdraw it.

use protocol::time::{Duration, Instant};

/// What one connection may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// Messages at once, after a quiet time.
    pub(crate) burst: u32,
    /// Messages per second in the long run.
    pub(crate) per_second: u32,
    /// Refusals before the connection is closed; forgotten once half of the burst is free again.
    pub(crate) refusals: u32,
}

impl Allowance {
    /// A browser that does nothing wrong must never feel this. The busiest one is a host whose
    /// eight viewers arrive in the same second, or whose network path changes while eight watch:
    /// per link an offer, some 20 trickled candidates (each may be a message of its own), the end
    /// of candidates and a report, so about 8 × 24 = 192 messages within a second or two. The
    /// burst covers that with a join and a few updates beside it. 32 a second refills it in eight
    /// seconds, faster than links are retried, and keeps a single connection below what the
    /// exchanger does in a millisecond.
    pub(crate) const NATIVE: Self = Self {
        burst: 256,
        per_second: 32,
        refusals: 64,
    };
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may pass.
    Pass,
    /// It is refused; the next one may pass after this span.
    Refuse(Duration),
    /// It was one refusal too many: the connection is closed.
    Close,
}

/// One connection's bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    allowance: Allowance,
    /// In millionths of a message, so that nothing is lost to rounding.
    level: u64,
    refused: u32,
    filled: Instant,
}

/// One message, in the unit of the level.
const MESSAGE: u64 = 1_000_000;

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(allowance: Allowance, now: Instant) -> Self {
        Self {
            allowance,
            level: u64::from(allowance.burst) * MESSAGE,
            refused: 0,
            filled: now,
        }
    }

    /// Counts one message.
    pub(crate) fn take(&mut self, now: Instant) -> Verdict {
        self.fill(now);
        if let Some(level) = self.level.checked_sub(MESSAGE) {
            self.level = level;
            return Verdict::Pass;
        }
        self.refused = self.refused.saturating_add(1);
        if self.refused > self.allowance.refusals {
            return Verdict::Close;
        }
        let missing = MESSAGE - self.level;
        let per_second = u64::from(self.allowance.per_second.max(1));
        Verdict::Refuse(Duration::from_micros(missing.div_ceil(per_second)))
    }

    fn fill(&mut self, now: Instant) {
        // A microsecond brings `per_second` millionths of a message.
        let micros = now.as_micros().saturating_sub(self.filled.as_micros());
        let gained = micros.saturating_mul(u64::from(self.allowance.per_second));
        let full = u64::from(self.allowance.burst) * MESSAGE;
        self.level = self.level.saturating_add(gained).min(full);
        self.filled = self.filled.max(now);
        if self.level >= full / 2 {
            self.refused = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance {
        burst: 4,
        per_second: 2,
        refusals: 3,
    };

    fn emptied() -> Bucket {
        let mut bucket = Bucket::new(ALLOWANCE, Instant::ORIGIN);
        for _ in 0..4 {
            assert_eq!(bucket.take(Instant::ORIGIN), Verdict::Pass);
        }
        bucket
    }

    #[test]
    fn lets_a_burst_pass_and_says_when_the_next_message_may() {
        let mut bucket = emptied();
        let wait = Duration::from_millis(500);
        assert_eq!(bucket.take(Instant::ORIGIN), Verdict::Refuse(wait));
        assert_eq!(bucket.take(Instant::ORIGIN + wait), Verdict::Pass);
    }

    #[test]
    fn lets_the_sustained_rate_pass_for_ever() {
        let mut bucket = emptied();
        for half_seconds in 1..10_000 {
            let now = Instant::ORIGIN + Duration::from_millis(500) * half_seconds;
            assert_eq!(bucket.take(now), Verdict::Pass);
        }
    }

    #[test]
    fn closes_who_does_not_stop() {
        let mut bucket = emptied();
        for _ in 0..3 {
            assert!(matches!(bucket.take(Instant::ORIGIN), Verdict::Refuse(_)));
        }
        assert_eq!(bucket.take(Instant::ORIGIN), Verdict::Close);
    }

    #[test]
    fn forgets_refusals_after_a_pause() {
        let mut bucket = emptied();
        for _ in 0..3 {
            bucket.take(Instant::ORIGIN);
        }
        let later = Instant::ORIGIN + Duration::from_secs(1);
        assert_eq!(bucket.take(later), Verdict::Pass);
        assert_eq!(bucket.take(later), Verdict::Pass);
        assert!(matches!(bucket.take(later), Verdict::Refuse(_)));
    }

    #[test]
    fn never_holds_more_than_the_burst() {
        let mut bucket = emptied();
        let much_later = Instant::ORIGIN + Duration::from_secs(86_400);
        for _ in 0..4 {
            assert_eq!(bucket.take(much_later), Verdict::Pass);
        }
        assert!(matches!(bucket.take(much_later), Verdict::Refuse(_)));
    }

    #[test]
    fn a_clock_that_jumps_back_gives_nothing_and_takes_nothing() {
        let mut bucket = Bucket::new(ALLOWANCE, Instant::from_micros(5_000_000));
        assert_eq!(bucket.take(Instant::ORIGIN), Verdict::Pass);
    }

    #[test]
    fn eight_viewers_who_come_at_once_do_not_cost_a_host_its_connection() {
        let mut bucket = Bucket::new(Allowance::NATIVE, Instant::ORIGIN);
        let per_link = 1 + 20 + 1 + 1;
        for _ in 0..8 * per_link {
            assert_eq!(bucket.take(Instant::ORIGIN), Verdict::Pass);
        }
    }
}
