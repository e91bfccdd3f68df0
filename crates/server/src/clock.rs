//! Where time enters: everything below the shell is told what time it is.

use protocol::time::Instant;
use std::time::Duration;

/// The server's clock: microseconds since the process asked for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: tokio::time::Instant,
}

impl Clock {
    /// A clock that stands at its origin. It is the runtime's clock, so a test may stop it.
    #[must_use]
    pub(crate) fn start() -> Self {
        Self {
            origin: tokio::time::Instant::now(),
        }
    }

    /// What the machines are told.
    #[must_use]
    pub(crate) fn now(self) -> Instant {
        Instant::ORIGIN + self.origin.elapsed()
    }

    /// When to wake up for what a machine wants to do at `at`.
    #[must_use]
    pub(crate) fn wakeup(self, at: Instant) -> tokio::time::Instant {
        self.origin + Duration::from_micros(at.as_micros())
    }
}
