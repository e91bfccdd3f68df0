//! How much one connection may ask for: token buckets for its messages and for their bytes, and
//! patience with those who overdraw them.

use crate::config::Limits;
use protocol::time::{Duration, Instant};

/// What one connection may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// How many messages it may send.
    pub(crate) messages: Rate,
    /// How many bytes they may have.
    pub(crate) bytes: Rate,
    /// Refusals before the connection is closed; forgotten once half of both bursts is free again.
    pub(crate) refusals: u32,
}

/// How much at once, and how much in the long run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// At once, after a quiet time.
    pub(crate) burst: u32,
    /// Per second in the long run.
    pub(crate) per_second: u32,
}

/// How many times as many messages may come at once as in a second.
const MESSAGE_BURST_SECONDS: u32 = 8;

/// How many times as many bytes.
const BYTE_BURST_SECONDS: u32 = 16;

impl Allowance {
    /// What the settings allow a connection whose messages have at most `largest` bytes.
    ///
    /// A browser that does nothing wrong must never feel the defaults. The busiest one is a host
    /// whose eight viewers arrive in the same second, or whose network path changes while eight
    /// watch: per link an offer, some 20 trickled candidates (each may be a message of its own),
    /// the end of candidates and a report, so about 8 × 24 = 192 messages within a second or two.
    /// A burst of 256 covers that with a join and a few updates beside it. 32 a second refill it
    /// in eight seconds, faster than links are retried, and keep a single connection below what
    /// the exchanger does in a millisecond.
    ///
    /// Such an offer has 8 kB, such a candidate 400 bytes, so those messages have about 130 kB: a
    /// quarter of what may come at once. The rest is for larger offers.
    pub(crate) fn new(limits: &Limits, largest: usize) -> Self {
        let largest = u32::try_from(largest).unwrap_or(u32::MAX);
        let bytes = limits.bytes_per_second.saturating_mul(BYTE_BURST_SECONDS);
        Self {
            messages: Rate {
                burst: limits
                    .messages_per_second
                    .saturating_mul(MESSAGE_BURST_SECONDS),
                per_second: limits.messages_per_second,
            },
            bytes: Rate {
                // Otherwise the largest message could never pass.
                burst: bytes.max(largest),
                per_second: limits.bytes_per_second,
            },
            refusals: 64,
        }
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may pass.
    Pass,
    /// It is refused; it may pass after this span.
    Refuse(Duration),
    /// It was one refusal too many: the connection is closed.
    Close,
}

/// What one connection has left.
#[derive(Debug)]
pub(crate) struct Budget {
    messages: Bucket,
    bytes: Bucket,
    refused: u32,
    refusals: u32,
}

impl Budget {
    /// Nothing is spent yet.
    pub(crate) fn new(allowance: Allowance, now: Instant) -> Self {
        Self {
            messages: Bucket::new(allowance.messages, now),
            bytes: Bucket::new(allowance.bytes, now),
            refused: 0,
            refusals: allowance.refusals,
        }
    }

    /// Counts one message. What is refused costs nothing but patience.
    pub(crate) fn take(&mut self, now: Instant, bytes: usize) -> Verdict {
        self.messages.fill(now);
        self.bytes.fill(now);
        if self.messages.is_half_full() && self.bytes.is_half_full() {
            self.refused = 0;
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let wait = self.messages.wait(1).max(self.bytes.wait(bytes));
        if wait.is_zero() {
            self.messages.spend(1);
            self.bytes.spend(bytes);
            return Verdict::Pass;
        }
        self.refused = self.refused.saturating_add(1);
        if self.refused > self.refusals {
            Verdict::Close
        } else {
            Verdict::Refuse(wait)
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

    /// Whether it is as it was at first.
    pub(crate) fn is_full(&self) -> bool {
        self.level >= self.full()
    }

    fn is_half_full(&self) -> bool {
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
    use protocol::limits;

    const ALLOWANCE: Allowance = Allowance {
        messages: Rate {
            burst: 4,
            per_second: 2,
        },
        bytes: Rate {
            burst: 100,
            per_second: 10,
        },
        refusals: 3,
    };

    /// What a connection may do where nothing is set.
    fn usual() -> Allowance {
        Allowance::new(&Limits::default(), limits::MAX_MESSAGE_BYTES)
    }

    fn emptied() -> Budget {
        let mut budget = Budget::new(ALLOWANCE, Instant::ORIGIN);
        for _ in 0..4 {
            assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Pass);
        }
        budget
    }

    #[test]
    fn lets_a_burst_pass_and_says_when_the_next_message_may() {
        let mut budget = emptied();
        let wait = Duration::from_millis(500);
        assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Refuse(wait));
        assert_eq!(budget.take(Instant::ORIGIN + wait, 1), Verdict::Pass);
    }

    #[test]
    fn lets_the_sustained_rate_pass_for_ever() {
        let mut budget = emptied();
        for half_seconds in 1..10_000 {
            let now = Instant::ORIGIN + Duration::from_millis(500) * half_seconds;
            assert_eq!(budget.take(now, 1), Verdict::Pass);
        }
    }

    #[test]
    fn closes_who_does_not_stop() {
        let mut budget = emptied();
        for _ in 0..3 {
            assert!(matches!(
                budget.take(Instant::ORIGIN, 1),
                Verdict::Refuse(_)
            ));
        }
        assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Close);
    }

    #[test]
    fn forgets_refusals_after_a_pause() {
        let mut budget = emptied();
        for _ in 0..3 {
            budget.take(Instant::ORIGIN, 1);
        }
        let later = Instant::ORIGIN + Duration::from_secs(1);
        assert_eq!(budget.take(later, 1), Verdict::Pass);
        assert_eq!(budget.take(later, 1), Verdict::Pass);
        assert!(matches!(budget.take(later, 1), Verdict::Refuse(_)));
    }

    #[test]
    fn never_holds_more_than_the_burst() {
        let mut budget = emptied();
        let much_later = Instant::ORIGIN + Duration::from_secs(86_400);
        for _ in 0..4 {
            assert_eq!(budget.take(much_later, 1), Verdict::Pass);
        }
        assert!(matches!(budget.take(much_later, 1), Verdict::Refuse(_)));
    }

    #[test]
    fn a_clock_that_jumps_back_gives_nothing_and_takes_nothing() {
        let mut budget = Budget::new(ALLOWANCE, Instant::from_micros(5_000_000));
        assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Pass);
    }

    #[test]
    fn eight_viewers_who_come_at_once_do_not_cost_a_host_its_connection() {
        let mut budget = Budget::new(usual(), Instant::ORIGIN);
        let (offer, candidate, report) = (8_000, 400, 100);
        for _ in 0..8 {
            let candidates = std::iter::repeat_n(candidate, 21);
            for bytes in [offer, report].into_iter().chain(candidates) {
                assert_eq!(budget.take(Instant::ORIGIN, bytes), Verdict::Pass);
            }
        }
    }

    #[test]
    fn the_largest_message_passes_whatever_is_set() {
        let limits = Limits {
            bytes_per_second: 1,
            messages_per_second: 1,
            ..Limits::default()
        };
        let allowance = Allowance::new(&limits, 1_000);
        let mut budget = Budget::new(allowance, Instant::ORIGIN);
        assert_eq!(budget.take(Instant::ORIGIN, 1_000), Verdict::Pass);
        let wait = Duration::from_secs(1);
        assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Refuse(wait));
    }

    #[test]
    fn limits_without_bound_are_none() {
        let limits = Limits {
            bytes_per_second: u32::MAX,
            messages_per_second: u32::MAX,
            ..Limits::default()
        };
        let mut budget = Budget::new(Allowance::new(&limits, 1_000), Instant::ORIGIN);
        for second in 0..1_000 {
            let now = Instant::ORIGIN + Duration::from_secs(3_600) * second;
            assert_eq!(budget.take(now, 1_000_000), Verdict::Pass);
        }
    }

    #[test]
    fn counts_bytes_as_well_as_messages() {
        let mut budget = Budget::new(ALLOWANCE, Instant::ORIGIN);
        assert_eq!(budget.take(Instant::ORIGIN, 90), Verdict::Pass);
        let wait = Duration::from_secs(4);
        assert_eq!(budget.take(Instant::ORIGIN, 50), Verdict::Refuse(wait));
        assert_eq!(budget.take(Instant::ORIGIN, 10), Verdict::Pass);
        let later = Instant::ORIGIN + Duration::from_secs(5);
        assert_eq!(budget.take(later, 50), Verdict::Pass);
    }

    #[test]
    fn large_messages_without_end_close_the_connection() {
        let mut budget = Budget::new(usual(), Instant::ORIGIN);
        let mut verdict = Verdict::Pass;
        let mut passed = 0;
        while verdict != Verdict::Close {
            verdict = budget.take(Instant::ORIGIN, 60_000);
            passed += u32::from(verdict == Verdict::Pass);
        }
        assert_eq!(passed, 8);
    }
}
