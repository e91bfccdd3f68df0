//! Whether a link has a network path, and when to look for another one: the restart policy.
//!
//! ```text
//!  Opening ──connected──▶ Sound ──disconnected──▶ Shaky ──3 s──▶ Seeking ──15 s──▶ Lost
//!     │                    │  ▲                                   │  ▲
//!     │                    │  └────────── connected ──────────────┘  │
//!     │     network changed▼                                         │
//!     └──failed──▶     Renewing ──────────failed─────────────────────┘
//! ```
//!
//! A link that is `Lost` is reported every 5 s until the server closes it.
//! While signals do not pass, what is due waits in `Postponed`.

use crate::LinkState;
use protocol::LinkFailure;
use protocol::time::{Duration, Instant};

/// How long a path may be silent before another one is looked for: most come back by themselves.
const SHAKY: Duration = Duration::from_secs(3);
/// How long one restart may take before the next is tried.
const RETRY: Duration = Duration::from_secs(10);
/// How long a link may be without a path before it is given up.
const GIVE_UP: Duration = Duration::from_secs(15);
/// How long the server may take to close a link that was given up before it is told again.
const TELL_AGAIN: Duration = Duration::from_secs(5);

/// What to do about the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The link is of no use any more, for this reason.
    GiveUp(LinkFailure),
    /// Nothing.
    Keep,
    /// Look for another path.
    Restart,
    /// Tell the server again that the link is of no use.
    Tell(LinkFailure),
}

/// Whether a link has a network path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// Looks for its first path.
    Opening { since: Instant },
    /// Has a path.
    Sound,
    /// Had a path that has gone silent.
    Shaky { since: Instant },
    /// Has a path, and looks for a better one.
    Renewing { asked: Instant },
    /// Has none, and looks for another one.
    Seeking { since: Instant, asked: Instant },
    /// Wants to look for another one when signals pass again.
    Postponed { connected: bool },
    /// Is given up.
    Lost { reason: LinkFailure, told: Instant },
}

impl Path {
    pub(crate) const fn is_connected(self) -> bool {
        matches!(
            self,
            Self::Sound | Self::Renewing { .. } | Self::Postponed { connected: true }
        )
    }

    /// Whether another path is being looked for.
    pub(crate) const fn is_restarting(self) -> bool {
        matches!(self, Self::Renewing { .. } | Self::Seeking { .. })
    }

    /// The link is of no use any more. Whether that is new.
    pub(crate) const fn give_up(&mut self, reason: LinkFailure, now: Instant) -> bool {
        if matches!(self, Self::Lost { .. }) {
            return false;
        }
        *self = Self::Lost { reason, told: now };
        true
    }

    /// The network is another one before a path was found. Whether there is reason to start over.
    pub(crate) const fn reopen(&mut self, now: Instant) -> bool {
        let opening = matches!(self, Self::Opening { .. });
        if opening {
            *self = Self::Opening { since: now };
        }
        opening
    }

    /// The transport says how it is doing.
    pub(crate) fn transport(&mut self, state: LinkState, now: Instant, online: bool) -> Step {
        match state {
            LinkState::Connecting => Step::Keep,
            LinkState::Connected => self.connected(),
            LinkState::Disconnected => self.disconnected(now),
            LinkState::Failed => self.failed(now, online),
        }
    }

    /// Something asks for another path: the network changed, media stopped, or the other end
    /// wishes it. One restart at a time.
    pub(crate) fn restart(&mut self, now: Instant, online: bool) -> Step {
        match *self {
            Self::Sound if online => {
                *self = Self::Renewing { asked: now };
                Step::Restart
            }
            Self::Shaky { .. } if online => self.seek(now),
            Self::Sound => {
                *self = Self::Postponed { connected: true };
                Step::Keep
            }
            Self::Shaky { .. } => {
                *self = Self::Postponed { connected: false };
                Step::Keep
            }
            Self::Opening { .. }
            | Self::Renewing { .. }
            | Self::Seeking { .. }
            | Self::Postponed { .. }
            | Self::Lost { .. } => Step::Keep,
        }
    }

    /// A negotiation is complete.
    pub(crate) const fn negotiated(&mut self) {
        if matches!(self, Self::Renewing { .. }) {
            *self = Self::Sound;
        }
    }

    /// Signals pass again.
    pub(crate) fn came_online(&mut self, now: Instant) -> Step {
        match *self {
            Self::Opening { .. } => {
                *self = Self::Opening { since: now };
                Step::Keep
            }
            Self::Postponed { connected: true } => {
                *self = Self::Renewing { asked: now };
                Step::Restart
            }
            Self::Postponed { connected: false } | Self::Seeking { .. } => self.seek(now),
            Self::Renewing { .. } | Self::Shaky { .. } | Self::Sound | Self::Lost { .. } => {
                Step::Keep
            }
        }
    }

    /// To be called only while signals pass.
    pub(crate) fn timeout(&mut self, now: Instant) -> Step {
        if self.next_timeout().is_none_or(|at| at > now) {
            return Step::Keep;
        }
        match *self {
            Self::Shaky { .. } => self.seek(now),
            Self::Renewing { .. } => {
                *self = Self::Renewing { asked: now };
                Step::Restart
            }
            Self::Seeking { since, .. } if now.since(since) < GIVE_UP => {
                *self = Self::Seeking { since, asked: now };
                Step::Restart
            }
            Self::Opening { .. } | Self::Seeking { .. } => Step::GiveUp(LinkFailure::Connectivity),
            Self::Lost { reason, .. } => {
                *self = Self::Lost { reason, told: now };
                Step::Tell(reason)
            }
            Self::Sound | Self::Postponed { .. } => Step::Keep,
        }
    }

    pub(crate) fn next_timeout(self) -> Option<Instant> {
        match self {
            Self::Opening { since } => Some(since + GIVE_UP),
            Self::Shaky { since } => Some(since + SHAKY),
            Self::Renewing { asked } => Some(asked + RETRY),
            Self::Seeking { since, asked } => Some((since + GIVE_UP).min(asked + RETRY)),
            Self::Lost { told, .. } => Some(told + TELL_AGAIN),
            Self::Sound | Self::Postponed { .. } => None,
        }
    }

    const fn connected(&mut self) -> Step {
        match self {
            Self::Opening { .. } | Self::Shaky { .. } | Self::Seeking { .. } => *self = Self::Sound,
            Self::Postponed { .. } => *self = Self::Postponed { connected: true },
            Self::Sound | Self::Renewing { .. } | Self::Lost { .. } => {}
        }
        Step::Keep
    }

    const fn disconnected(&mut self, now: Instant) -> Step {
        match *self {
            Self::Sound => *self = Self::Shaky { since: now },
            Self::Renewing { asked } => *self = Self::Seeking { since: now, asked },
            Self::Postponed { .. } => *self = Self::Postponed { connected: false },
            Self::Opening { .. }
            | Self::Shaky { .. }
            | Self::Seeking { .. }
            | Self::Lost { .. } => {}
        }
        Step::Keep
    }

    fn failed(&mut self, now: Instant, online: bool) -> Step {
        match *self {
            Self::Opening { .. } | Self::Sound | Self::Shaky { .. } if online => self.seek(now),
            Self::Opening { .. } | Self::Sound | Self::Shaky { .. } | Self::Postponed { .. } => {
                *self = Self::Postponed { connected: false };
                Step::Keep
            }
            Self::Renewing { asked } => {
                *self = Self::Seeking { since: now, asked };
                Step::Keep
            }
            Self::Seeking { .. } | Self::Lost { .. } => Step::Keep,
        }
    }

    const fn seek(&mut self, now: Instant) -> Step {
        *self = Self::Seeking {
            since: now,
            asked: now,
        };
        Step::Restart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_micros(1_000_000_000);
    const GIVEN_UP: Step = Step::GiveUp(LinkFailure::Connectivity);

    fn after(millis: u64) -> Instant {
        START + Duration::from_millis(millis)
    }

    #[test]
    fn a_failed_path_is_replaced_at_once() {
        let mut path = Path::Sound;
        assert_eq!(
            path.transport(LinkState::Failed, START, true),
            Step::Restart
        );
        assert_eq!(
            path.transport(LinkState::Connected, after(500), true),
            Step::Keep
        );
        assert_eq!(path, Path::Sound);
    }

    #[test]
    fn a_silent_path_gets_three_seconds() {
        let mut path = Path::Sound;
        assert_eq!(
            path.transport(LinkState::Disconnected, START, true),
            Step::Keep
        );
        assert_eq!(path.timeout(after(2_999)), Step::Keep);
        assert_eq!(path.timeout(after(3_000)), Step::Restart);
    }

    #[test]
    fn a_silent_path_that_comes_back_is_left_alone() {
        let mut path = Path::Sound;
        path.transport(LinkState::Disconnected, START, true);
        path.transport(LinkState::Connected, after(2_000), true);
        assert_eq!((path, path.next_timeout()), (Path::Sound, None));
    }

    #[test]
    fn one_restart_is_in_flight_at_a_time() {
        let mut path = Path::Sound;
        assert_eq!(path.restart(START, true), Step::Restart);
        assert_eq!(path.restart(after(9_999), true), Step::Keep);
        assert_eq!(path.timeout(after(10_000)), Step::Restart);
        path.negotiated();
        assert_eq!(path.restart(after(10_001), true), Step::Restart);
    }

    #[test]
    fn a_link_without_a_path_is_retried_and_then_given_up() {
        let mut path = Path::Sound;
        path.transport(LinkState::Failed, START, true);
        assert_eq!(path.timeout(after(10_000)), Step::Restart);
        assert_eq!(path.timeout(after(14_999)), Step::Keep);
        assert_eq!(path.timeout(after(15_000)), GIVEN_UP);
    }

    #[test]
    fn a_link_that_never_connects_is_given_up() {
        let mut path = Path::Opening { since: START };
        assert_eq!(path.timeout(after(15_000)), GIVEN_UP);
    }

    #[test]
    fn a_link_that_is_given_up_is_told_of_until_the_server_closes_it() {
        let mut path = Path::Sound;
        assert!(path.give_up(LinkFailure::Codec, START));
        assert!(!path.give_up(LinkFailure::Connectivity, after(1)));
        assert_eq!(path.timeout(after(4_999)), Step::Keep);
        for seconds in [5, 10, 15] {
            let told = path.timeout(after(seconds * 1_000));
            assert_eq!(told, Step::Tell(LinkFailure::Codec));
        }
    }

    #[test]
    fn an_opening_on_another_network_has_all_its_time_again() {
        let mut path = Path::Opening { since: START };
        assert!(path.reopen(after(14_000)));
        assert_eq!(path.timeout(after(28_999)), Step::Keep);
        assert_eq!(path.timeout(after(29_000)), GIVEN_UP);
        assert!(!Path::Sound.reopen(START));
    }

    #[test]
    fn restarts_wait_until_signals_pass() {
        let mut path = Path::Sound;
        assert_eq!(path.transport(LinkState::Failed, START, false), Step::Keep);
        assert_eq!(path.next_timeout(), None);
        assert_eq!(path.came_online(after(60_000)), Step::Restart);

        let mut path = Path::Sound;
        assert_eq!(path.restart(START, false), Step::Keep);
        assert!(path.is_connected());
        assert_eq!(path.came_online(after(60_000)), Step::Restart);
        assert!(path.is_connected());
    }

    #[test]
    fn a_slow_opening_is_not_blamed_for_lost_signals() {
        let mut path = Path::Opening { since: START };
        assert_eq!(path.came_online(after(20_000)), Step::Keep);
        assert_eq!(path.timeout(after(34_999)), Step::Keep);
        assert_eq!(path.timeout(after(35_000)), GIVEN_UP);
    }
}
