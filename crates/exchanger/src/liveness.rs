//! Whether the client on a seat is still there.
//!
//! ```text
//! hello        ping                check            ping
//!   |--interval--|------timeout------|   …            |
//!                |---------------interval-------------|
//! ```
//!
//! Anything that arrives counts as life, so a busy client need not hurry with its pong.

use protocol::time::{Duration, Instant};

/// Keeps the table from spinning, whatever an operator configures.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// One seat's liveness.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// The next ping is due when the timer fires.
    Idle,
    /// A ping was sent; the seat is given up when the timer fires, unless something was heard.
    Probed { since: Instant, heard: bool },
}

/// What to do when a seat's liveness timer has fired.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It has answered; wake again then.
    Alive { wake_at: Instant },
    /// It has not answered.
    Dead,
    /// Ask for a sign of life; wake again then.
    Probe { wake_at: Instant },
}

impl Liveness {
    pub(crate) const fn heard(&mut self) {
        if let Self::Probed { heard, .. } = self {
            *heard = true;
        }
    }

    pub(crate) fn handle_timeout(
        &mut self,
        now: Instant,
        interval: Duration,
        timeout: Duration,
    ) -> Verdict {
        match *self {
            Self::Idle => {
                *self = Self::Probed {
                    since: now,
                    heard: false,
                };
                let wake_at = now + timeout.max(SHORTEST_WAIT);
                Verdict::Probe { wake_at }
            }
            Self::Probed { since, heard: true } => {
                *self = Self::Idle;
                let wake_at = (since + interval).max(now + SHORTEST_WAIT);
                Verdict::Alive { wake_at }
            }
            Self::Probed { heard: false, .. } => Verdict::Dead,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(20);
    const TIMEOUT: Duration = Duration::from_secs(10);

    fn seconds(seconds: u64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn pings_at_the_interval_whenever_the_answer_came() {
        let mut liveness = Liveness::Idle;
        assert_eq!(
            liveness.handle_timeout(seconds(20), INTERVAL, TIMEOUT),
            Verdict::Probe {
                wake_at: seconds(30)
            }
        );
        liveness.heard();
        assert_eq!(
            liveness.handle_timeout(seconds(30), INTERVAL, TIMEOUT),
            Verdict::Alive {
                wake_at: seconds(40)
            }
        );
    }

    #[test]
    fn what_was_heard_before_the_ping_does_not_count() {
        let mut liveness = Liveness::Idle;
        liveness.heard();
        liveness.handle_timeout(seconds(20), INTERVAL, TIMEOUT);
        assert_eq!(
            liveness.handle_timeout(seconds(30), INTERVAL, TIMEOUT),
            Verdict::Dead
        );
    }

    #[test]
    fn never_wakes_at_once_even_with_spans_of_zero() {
        let mut liveness = Liveness::Idle;
        let Verdict::Probe { wake_at } =
            liveness.handle_timeout(seconds(1), Duration::ZERO, Duration::ZERO)
        else {
            panic!("an idle seat is probed");
        };
        assert!(wake_at > seconds(1));
    }
}
