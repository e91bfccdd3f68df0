//! How often something may happen, in eight bytes for each that is counted.

use protocol::time::{Duration, Instant};

/// So many times at once after a quiet time, and once per span in the long run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) at_once: u32,
    pub(crate) every: Duration,
}

/// What has happened lately: until when it is paid for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    paid_until: Instant,
}

impl Pace {
    /// How long to wait until it may happen once more; zero if it may now.
    pub(crate) fn wait(self, rate: Rate, now: Instant) -> Duration {
        let paid_for = self.paid_until.since(now);
        // More is never paid for: the clock has been turned back.
        if paid_for > rate.every.saturating_mul(rate.at_once) {
            return Duration::ZERO;
        }
        let allowance = rate.every.saturating_mul(rate.at_once.saturating_sub(1));
        paid_for.saturating_sub(allowance)
    }

    /// It happens once, or has to wait so long.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let wait = self.wait(rate, now);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        let longest = now + rate.every.saturating_mul(rate.at_once.saturating_sub(1));
        self.paid_until = self.paid_until.clamp(now, longest) + rate.every;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        at_once: 3,
        every: Duration::from_millis(500),
    };

    fn at(millis: u64) -> Instant {
        Instant::from_micros(millis * 1_000)
    }

    #[test]
    fn lets_some_pass_at_once_and_then_one_per_span() {
        let mut pace = Pace::default();
        let passed = (0..10_000).step_by(10);
        let passed = passed.filter(|millis| pace.take(RATE, at(20_000 + millis)).is_ok());
        // Three at once, and then at 500, 1,000 and so on.
        assert_eq!(passed.count(), 3 + 19);
    }

    #[test]
    fn says_how_long_to_wait_and_lets_pass_then() {
        let mut pace = Pace::default();
        for _ in 0..3 {
            assert_eq!(pace.take(RATE, at(1_000)), Ok(()));
        }
        assert_eq!(pace.take(RATE, at(1_100)), Err(Duration::from_millis(400)));
        assert_eq!(pace.take(RATE, at(1_499)), Err(Duration::from_millis(1)));
        assert_eq!(pace.take(RATE, at(1_500)), Ok(()));
    }

    #[test]
    fn a_clock_at_its_origin_is_a_quiet_time() {
        assert_eq!(Pace::default().take(RATE, Instant::ORIGIN), Ok(()));
    }
}
