//! Signs of life: the server asks, the client answers.

use crate::limits::{PING_INTERVAL, PING_TIMEOUT};
use crate::port::Timer;
use protocol::time::Instant;

/// Waits for the next ping, or for the answer to the last.
#[derive(Debug)]
pub(super) struct Heartbeat {
    ping_at: Option<Instant>,
    pong_by: Option<Instant>,
    /// Whether the wait for the answer has been prolonged already.
    is_prolonged: bool,
    /// The client is not read before: its silence until then says nothing.
    unread_until: Instant,
}

/// What has come due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beat {
    Ping,
    Dead,
}

impl Heartbeat {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            ping_at: Some(now + PING_INTERVAL),
            pong_by: None,
            is_prolonged: false,
            unread_until: now,
        }
    }

    /// The client is read again at this time, and not before.
    pub(super) fn unread_until(&mut self, at: Instant) {
        self.unread_until = self.unread_until.max(at);
    }

    pub(super) fn pong(&mut self, now: Instant) {
        self.pong_by = None;
        self.ping_at = Some(now + PING_INTERVAL);
    }

    /// Any other packet shows life as well, but only once in place of the answer.
    pub(super) fn other(&mut self, now: Instant) {
        if self.pong_by.is_some() && !self.is_prolonged {
            self.pong_by = Some(now + PING_TIMEOUT);
            self.is_prolonged = true;
        }
    }

    pub(super) fn beat(&mut self, now: Instant) -> Option<Beat> {
        if self.deadline().is_some_and(|by| by <= now) {
            return Some(Beat::Dead);
        }
        self.ping_at.take_if(|at| *at <= now)?;
        self.is_prolonged = false;
        self.pong_by = Some(now + PING_TIMEOUT);
        Some(Beat::Ping)
    }

    pub(super) fn timers(&self) -> [Option<(Instant, Timer)>; 2] {
        [
            self.ping_at.map(|at| (at, Timer::Ping)),
            self.deadline().map(|by| (by, Timer::Pong)),
        ]
    }

    /// When a client that has not answered is dead: it may take as long as ever from when it is
    /// read.
    fn deadline(&self) -> Option<Instant> {
        let by = self.pong_by?;
        let asked = by - PING_TIMEOUT;
        Some(if self.unread_until > asked {
            by.max(self.unread_until + PING_TIMEOUT)
        } else {
            by
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::time::Duration;

    const fn at(seconds: u64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_silent_client_is_dead_after_45_seconds() {
        let mut heartbeat = Heartbeat::new(at(0));
        assert_eq!(heartbeat.beat(at(24)), None);
        assert_eq!(heartbeat.beat(at(25)), Some(Beat::Ping));
        assert_eq!(heartbeat.timers(), [None, Some((at(45), Timer::Pong))]);
        assert_eq!(heartbeat.beat(at(44)), None);
        assert_eq!(heartbeat.beat(at(45)), Some(Beat::Dead));
    }

    #[test]
    fn the_next_ping_counts_from_the_answer() {
        let mut heartbeat = Heartbeat::new(at(0));
        assert_eq!(heartbeat.beat(at(25)), Some(Beat::Ping));
        heartbeat.pong(at(30));
        assert_eq!(heartbeat.timers(), [Some((at(55), Timer::Ping)), None]);
        // An answer that nobody asked for counts as well.
        heartbeat.pong(at(31));
        assert_eq!(heartbeat.timers(), [Some((at(56), Timer::Ping)), None]);
    }

    #[test]
    fn a_client_that_is_not_read_is_not_taken_for_dead() {
        let mut heartbeat = Heartbeat::new(at(0));
        assert_eq!(heartbeat.beat(at(25)), Some(Beat::Ping));
        heartbeat.unread_until(at(40));
        assert_eq!(heartbeat.beat(at(45)), None);
        assert_eq!(heartbeat.timers(), [None, Some((at(60), Timer::Pong))]);
        heartbeat.unread_until(at(70));
        assert_eq!(heartbeat.beat(at(89)), None);
        assert_eq!(heartbeat.beat(at(90)), Some(Beat::Dead));
    }

    #[test]
    fn another_packet_prolongs_the_wait_once() {
        let mut heartbeat = Heartbeat::new(at(0));
        heartbeat.other(at(1));
        assert_eq!(heartbeat.beat(at(25)), Some(Beat::Ping));
        heartbeat.other(at(40));
        heartbeat.other(at(50));
        assert_eq!(heartbeat.timers(), [None, Some((at(60), Timer::Pong))]);
        heartbeat.pong(at(59));
        let later = at(59) + Duration::from_secs(25);
        assert_eq!(heartbeat.beat(later), Some(Beat::Ping));
        heartbeat.other(later);
        assert_eq!(
            heartbeat.timers(),
            [None, Some((later + PING_TIMEOUT, Timer::Pong))]
        );
    }
}
