//! Notices that the server is gone, by the clock and not by counting ticks: timers of a hidden or
//! sleeping page are late by seconds or by hours.
//!
//! ```text
//! heard          ping is late    no answer
//!   |----interval+slack---|---PROBE---|      29 s, within the server's grace of 30 s
//!   |--------interval+timeout+slack--------|  where no timer fired in time
//! ```

use protocol::time::{Duration, Instant};
use protocol::{Welcome, limits};

/// Slack for a network that is slow but works.
const SLACK: Duration = Duration::from_secs(5);
/// How long the server may take to answer when the page doubts it.
const PROBE: Duration = Duration::from_secs(4);

/// What to do about a silent server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// Ask it for a sign of life.
    Ask,
    /// Take it for gone.
    Gone,
}

/// When the server was heard last, and until when it has to be heard again.
#[derive(Debug)]
pub(crate) struct Watchdog {
    interval: Duration,
    timeout: Duration,
    /// When its ping is late; absent once it has been asked.
    late: Option<Instant>,
    deadline: Instant,
    heard: Instant,
}

impl Watchdog {
    pub(crate) fn new(now: Instant) -> Self {
        let mut new = Self {
            interval: limits::PING_INTERVAL,
            timeout: limits::PING_TIMEOUT,
            late: None,
            deadline: now,
            heard: now,
        };
        new.heard(now);
        new
    }

    /// Takes over the server's own rhythm.
    pub(crate) const fn learn(&mut self, welcome: &Welcome) {
        self.interval = Duration::from_millis(welcome.ping_interval_ms);
        self.timeout = Duration::from_millis(welcome.ping_timeout_ms);
    }

    /// Something came.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.heard = now;
        let late = self.interval.saturating_add(SLACK);
        self.late = Some(now + late);
        self.deadline = now + late.saturating_add(self.timeout);
    }

    /// When something came last.
    pub(crate) const fn last_heard(&self) -> Instant {
        self.heard
    }

    /// The server was asked for a sign of life.
    pub(crate) fn probed(&mut self, now: Instant) {
        self.late = None;
        self.deadline = self.deadline.min(now + PROBE);
    }

    /// What is due, if anything is.
    pub(crate) fn handle_timeout(&self, now: Instant) -> Option<Alarm> {
        if self.deadline <= now {
            return Some(Alarm::Gone);
        }
        self.late.filter(|late| *late <= now).map(|_| Alarm::Ask)
    }

    /// When to look again.
    pub(crate) fn next_timeout(&self) -> Instant {
        self.late
            .map_or(self.deadline, |late| late.min(self.deadline))
    }
}
