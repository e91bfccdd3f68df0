//! Notices that the server is gone, by the clock and not by counting ticks: timers of a hidden or
//! sleeping page are late by seconds or by hours.

use protocol::time::{Duration, Instant};
use protocol::{Welcome, limits};

/// Slack for a network that is slow but works.
const SLACK: Duration = Duration::from_secs(5);
/// How long the server may take to answer when the page doubts it.
const PROBE: Duration = Duration::from_secs(4);

/// When the server was heard last, and until when it has to be heard again.
#[derive(Debug)]
pub(crate) struct Watchdog {
    patience: Duration,
    deadline: Instant,
}

impl Watchdog {
    pub(crate) fn new(now: Instant) -> Self {
        let patience = limits::PING_INTERVAL + limits::PING_TIMEOUT + SLACK;
        Self {
            patience,
            deadline: now + patience,
        }
    }

    /// Takes over the server's own rhythm.
    pub(crate) fn learn(&mut self, welcome: &Welcome) {
        let interval = Duration::from_millis(welcome.ping_interval_ms);
        let timeout = Duration::from_millis(welcome.ping_timeout_ms);
        self.patience = interval.saturating_add(timeout).saturating_add(SLACK);
    }

    /// Something came.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.deadline = now + self.patience;
    }

    /// The server was asked for a sign of life.
    pub(crate) fn probed(&mut self, now: Instant) {
        self.deadline = self.deadline.min(now + PROBE);
    }

    /// When it has to be taken for gone.
    pub(crate) const fn deadline(&self) -> Instant {
        self.deadline
    }
}
