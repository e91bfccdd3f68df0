//! Token buckets: how much at once, and how much in the long run.

use protocol::time::{Duration, Instant};

/// How much at once, and how much in the long run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// At once, after a quiet time.
    pub(crate) burst: u32,
    /// Per second in the long run.
    pub(crate) per_second: u32,
}

impl Rate {
    /// So much in a second, and what comes in so many seconds at once.
    pub(crate) const fn new(per_second: u32, burst_seconds: u32) -> Self {
        Self {
            burst: per_second.saturating_mul(burst_seconds),
            per_second,
        }
    }

    /// So many times as much of both.
    pub(crate) const fn times(self, factor: u32) -> Self {
        Self {
            burst: self.burst.saturating_mul(factor),
            per_second: self.per_second.saturating_mul(factor),
        }
    }
}

/// One bucket of tokens.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    /// In millionths, so that nothing is lost to rounding. Below zero is a debt.
    level: i64,
    filled: Instant,
}

/// One token, in the unit of the level.
const TOKEN: i64 = 1_000_000;

impl Bucket {
    /// A full one.
    pub(crate) fn new(rate: Rate, now: Instant) -> Self {
        Self {
            rate,
            level: i64::from(rate.burst) * TOKEN,
            filled: now,
        }
    }

    /// How long until it holds `amount`, as long as nothing is spent.
    pub(crate) fn wait(&self, amount: u32) -> Duration {
        let missing = (i64::from(amount) * TOKEN).saturating_sub(self.level);
        let missing = u64::try_from(missing).unwrap_or(0);
        let per_second = u64::from(self.rate.per_second.max(1));
        Duration::from_micros(missing.div_ceil(per_second))
    }

    /// Takes so many tokens out, also if it does not hold them.
    pub(crate) fn spend(&mut self, amount: u32) {
        self.level = self.level.saturating_sub(i64::from(amount) * TOKEN);
    }

    /// Takes so many tokens out; its debt stays below its burst, so that the wait is bounded.
    pub(crate) fn spend_bounded(&mut self, amount: u32) {
        self.spend(amount);
        self.level = self.level.max(-self.full());
    }

    /// Whether it is as it was at first.
    pub(crate) fn is_full(&self) -> bool {
        self.level >= self.full()
    }

    pub(crate) fn is_half_full(&self) -> bool {
        self.level >= self.full() / 2
    }

    /// Puts in what has come since it was filled last.
    pub(crate) fn fill(&mut self, now: Instant) {
        // A microsecond brings `per_second` millionths.
        let micros = now.as_micros().saturating_sub(self.filled.as_micros());
        let gained = micros.saturating_mul(u64::from(self.rate.per_second));
        let gained = i64::try_from(gained).unwrap_or(i64::MAX);
        self.level = self.level.saturating_add(gained).min(self.full());
        self.filled = self.filled.max(now);
    }

    fn full(&self) -> i64 {
        i64::from(self.rate.burst) * TOKEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(5_000_000);

    #[test]
    fn a_bucket_says_how_long_to_wait_and_holds_no_more_than_its_burst() {
        let mut bucket = Bucket::new(Rate::new(10, 2), NOW);
        bucket.spend(25);
        assert_eq!(bucket.wait(0), Duration::from_millis(500));
        assert_eq!(bucket.wait(1), Duration::from_millis(600));
        bucket.fill(NOW + Duration::from_secs(86_400));
        assert!(bucket.is_full());
        bucket.spend(20);
        assert_eq!(bucket.wait(1), Duration::from_millis(100));
    }

    #[test]
    fn a_bounded_debt_is_paid_in_the_time_of_a_burst() {
        let mut bucket = Bucket::new(Rate::new(10, 2), NOW);
        bucket.spend_bounded(1_000_000);
        assert_eq!(bucket.wait(0), Duration::from_secs(2));
    }

    #[test]
    fn a_clock_that_jumps_back_gives_nothing_and_takes_nothing() {
        let mut bucket = Bucket::new(Rate::new(10, 1), NOW);
        bucket.fill(Instant::ORIGIN);
        assert!(bucket.is_full());
    }
}
