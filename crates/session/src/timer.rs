//! Which timer wants to be called, and spans that are shown while they grow.

use protocol::time::{Duration, Instant, millis};

/// Why a session wants to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A request that was refused for now is to be sent again.
    Again,
    /// The next attempt to reach the server is due.
    Backoff,
    /// What was copied has been told long enough.
    Copied,
    /// A refused join is to be tried again.
    Join,
    /// A link has to be restarted, given up or dropped.
    Link,
    /// The server has to be taken for gone.
    Silence,
    /// Media have stopped coming.
    Stall,
    /// Something on the page counts seconds.
    Tick,
    /// A new title has been typed to its end.
    Title,
}

/// A timer of one machine.
pub(crate) type Due = Option<(Instant, Reason)>;

/// The one that comes first.
pub(crate) fn earliest<const N: usize>(timers: [Due; N]) -> Due {
    timers.into_iter().flatten().min()
}

/// How long a stream has been on: what the server said, and the time since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LiveClock {
    told: Instant,
    live_for_ms: u64,
}

impl LiveClock {
    pub(crate) const fn new(told: Instant, live_for_ms: u64) -> Self {
        Self { told, live_for_ms }
    }

    pub(crate) fn millis(self, now: Instant) -> u64 {
        self.live_for_ms
            .saturating_add(millis(now.since(self.told)))
    }

    pub(crate) fn seconds(self, now: Instant) -> u64 {
        self.millis(now) / 1_000
    }
}

/// Whole seconds until `then`, rounded up, as a countdown shows them.
pub(crate) fn seconds_until(then: Instant, now: Instant) -> u32 {
    let left = then.since(now) + Duration::from_millis(999);
    u32::try_from(left.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_timer_wins() {
        let at = |seconds: u64| Instant::from_micros(seconds * 1_000_000);
        let timers = [
            Some((at(3), Reason::Tick)),
            None,
            Some((at(2), Reason::Link)),
        ];
        assert_eq!(earliest(timers), Some((at(2), Reason::Link)));
        assert_eq!(earliest([None]), None);
    }

    #[test]
    fn a_stream_that_is_older_than_the_tab_keeps_its_age() {
        let clock = LiveClock::new(Instant::ORIGIN, 60_000);
        assert_eq!(clock.seconds(Instant::from_micros(1_500_000)), 61);
    }

    #[test]
    fn a_countdown_ends_with_one() {
        let now = Instant::ORIGIN;
        assert_eq!(seconds_until(now + Duration::from_millis(1), now), 1);
        assert_eq!(seconds_until(now + Duration::from_secs(2), now), 2);
        assert_eq!(seconds_until(now, now), 0);
    }
}
