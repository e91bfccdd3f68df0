//! How fast links are opened for one host.
//!
//! Each of them makes its browser build a peer connection, however soon the viewer is gone.

use crate::pacing::{Pace, Rate};
use protocol::time::{Duration, Instant};

/// So many at once, for a stream that begins before its audience, and two a second after that.
const RATE: Rate = Rate {
    at_once: 8,
    every: Duration::from_millis(500),
};

/// How many links may be open that nobody has answered yet.
const MAX_UNSETTLED: usize = 8;

/// How long no link is opened for a host whose browser could not make another connection.
const PAUSE: Duration = Duration::from_secs(10);

/// A host that comes so soon after the one before has no more openings than that one had left.
const HOST_CHANGE: Duration = Duration::from_secs(10);

/// The openings of a channel.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    pace: Pace,
    paused_until: Instant,
    host_since: Instant,
    /// When a link can be opened that could not be when it was last tried.
    held_back_until: Option<Instant>,
    /// A link could not be opened before others are answered.
    awaits_answers: bool,
}

impl Openings {
    /// Another host has come.
    pub(crate) fn host_changed(&mut self, now: Instant) {
        if now.since(self.host_since) >= HOST_CHANGE {
            self.pace = Pace::default();
        }
        self.host_since = now;
        self.paused_until = Instant::ORIGIN;
    }

    /// The host's browser cannot make another connection. Returns when it is asked to again.
    pub(crate) fn pause(&mut self, now: Instant) -> Instant {
        self.paused_until = now + PAUSE;
        self.paused_until
    }

    /// Begins to open what is due.
    pub(crate) const fn begin(&mut self) {
        self.held_back_until = None;
        self.awaits_answers = false;
    }

    /// Whether one more link may be opened while so many are not settled; counts it.
    pub(crate) fn take(&mut self, unsettled: usize, now: Instant) -> bool {
        if unsettled >= MAX_UNSETTLED {
            self.awaits_answers = true;
            return false;
        }
        let until = if now < self.paused_until {
            self.paused_until
        } else {
            match self.pace.take(RATE, now) {
                Ok(()) => return true,
                Err(wait) => now + wait,
            }
        };
        self.held_back_until.get_or_insert(until);
        false
    }

    /// Whether a link waits for others to be answered.
    pub(crate) const fn awaits_answers(&self) -> bool {
        self.awaits_answers
    }

    pub(crate) const fn poll_timeout(&self) -> Option<Instant> {
        self.held_back_until
    }
}
