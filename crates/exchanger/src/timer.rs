//! The timer table: who wants to be woken, and when.

use crate::port::{Reason, Seat};
use protocol::time::Instant;
use protocol::{ChannelName, PeerId};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that waits. Each exists at most once, so the table is bounded by what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// A lost peer's place is to be given up.
    Grace(PeerId),
    /// A seat has not said hello.
    Hello(Seat),
    /// A channel's failed link is to be opened anew.
    LinkRetry(ChannelName),
    /// A seat is to be probed, or has not answered.
    Liveness(Seat),
    /// The lobby is to be told.
    Lobby,
    /// A channel's members are to be told what has happened.
    News(ChannelName),
}

impl Timer {
    const fn reason(&self) -> Reason {
        match self {
            Self::Lobby | Self::News(_) => Reason::Coalesced,
            Self::Grace(_) => Reason::Grace,
            Self::Hello(_) => Reason::Hello,
            Self::LinkRetry(_) => Reason::LinkRetry,
            Self::Liveness(_) => Reason::Liveness,
        }
    }
}

/// All timers, by what they are for and by when they are due.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    by_timer: BTreeMap<Timer, Instant>,
    by_time: BTreeSet<(Instant, Timer)>,
}

impl Timers {
    /// Sets, moves or clears a timer.
    pub(crate) fn set(&mut self, timer: Timer, at: Option<Instant>) {
        let before = match at {
            Some(at) => self.by_timer.insert(timer.clone(), at),
            None => self.by_timer.remove(&timer),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.by_time.remove(&(before, timer.clone()));
        }
        if let Some(at) = at {
            self.by_time.insert((at, timer));
        }
    }

    /// Takes the timer that has been due longest, if any is due.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Timer> {
        if self.by_time.first()?.0 > now {
            return None;
        }
        let (_, timer) = self.by_time.pop_first()?;
        self.by_timer.remove(&timer);
        Some(timer)
    }

    /// When to look again, and what for.
    pub(crate) fn next(&self) -> Option<(Instant, Reason)> {
        self.by_time
            .first()
            .map(|(at, timer)| (*at, timer.reason()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: u64) -> Instant {
        Instant::from_micros(micros)
    }

    #[test]
    fn a_timer_that_is_moved_fires_once_and_then() {
        let mut timers = Timers::default();
        timers.set(Timer::Lobby, Some(at(5)));
        timers.set(Timer::Lobby, Some(at(9)));
        assert_eq!(timers.next(), Some((at(9), Reason::Coalesced)));
        assert_eq!(timers.pop_due(at(8)), None);
        assert_eq!(timers.pop_due(at(9)), Some(Timer::Lobby));
        assert_eq!(timers.pop_due(at(99)), None);
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_timer_that_is_cleared_never_fires() {
        let mut timers = Timers::default();
        timers.set(Timer::Hello(Seat(1)), Some(at(5)));
        timers.set(Timer::Hello(Seat(1)), None);
        assert_eq!(timers.pop_due(at(99)), None);
    }

    #[test]
    fn timers_fire_in_the_order_in_which_they_are_due() {
        let mut timers = Timers::default();
        timers.set(Timer::Hello(Seat(1)), Some(at(7)));
        timers.set(Timer::Liveness(Seat(2)), Some(at(5)));
        assert_eq!(timers.pop_due(at(9)), Some(Timer::Liveness(Seat(2))));
        assert_eq!(timers.pop_due(at(9)), Some(Timer::Hello(Seat(1))));
    }
}
