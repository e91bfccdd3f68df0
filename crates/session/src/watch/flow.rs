//! Whether media move on the link that is shown, and what to do when they stop.

use crate::LinkStats;
use crate::link::Step;
use protocol::LinkFailure;
use protocol::time::{Duration, Instant};

/// How long nothing may come before the picture counts as still.
const STILL: Duration = Duration::from_secs(3);
/// How much longer it may stay so before another network path is asked for.
const ASK: Duration = Duration::from_secs(5);
/// How long another path may take to bring media before the link is given up.
const ASKED: Duration = Duration::from_secs(10);
/// How long the first media may take once there is a path.
const FIRST: Duration = Duration::from_secs(15);

/// What had come by the last report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    frames: u64,
    bytes: u64,
}

/// Whether media move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Nothing has come, and there is no path yet.
    #[default]
    Dry,
    /// Nothing has come yet, but there is a path.
    Due { since: Instant },
    /// They move.
    Moving { mark: Mark, since: Instant },
    /// They have stopped.
    Still { mark: Mark, since: Instant },
    /// They have stopped, and another path was asked for.
    Asked { mark: Mark, since: Instant },
}

impl Flow {
    pub(crate) const fn is_moving(self) -> bool {
        matches!(self, Self::Moving { .. })
    }

    /// There is a path.
    pub(crate) const fn connected(&mut self, now: Instant) {
        if matches!(self, Self::Dry) {
            *self = Self::Due { since: now };
        }
    }

    /// The path is gone, or nobody can be told that media do not come: the link is not given up
    /// for that.
    pub(crate) const fn spare(&mut self, now: Instant) {
        match *self {
            Self::Due { .. } => *self = Self::Due { since: now },
            Self::Asked { mark, .. } => *self = Self::Asked { mark, since: now },
            Self::Dry | Self::Moving { .. } | Self::Still { .. } => {}
        }
    }

    /// The first media arrived.
    pub(crate) fn began(&mut self, now: Instant) {
        if matches!(self, Self::Dry | Self::Due { .. }) {
            let mark = Mark::default();
            *self = Self::Moving { mark, since: now };
        }
    }

    /// What has come until now.
    pub(crate) fn passed(&mut self, stats: &LinkStats, now: Instant) {
        let new = Mark {
            frames: stats.frames_decoded,
            bytes: stats.audio_bytes,
        };
        match *self {
            Self::Moving { mark, .. } | Self::Still { mark, .. } | Self::Asked { mark, .. }
                if new != mark =>
            {
                *self = Self::Moving {
                    mark: new,
                    since: now,
                };
            }
            Self::Dry
            | Self::Due { .. }
            | Self::Moving { .. }
            | Self::Still { .. }
            | Self::Asked { .. } => {}
        }
    }

    /// Nobody looked, or nothing was sent: the time until now does not count.
    pub(crate) const fn excuse(&mut self, now: Instant) {
        match *self {
            Self::Moving { mark, .. } => *self = Self::Moving { mark, since: now },
            Self::Still { mark, .. } => *self = Self::Still { mark, since: now },
            Self::Dry | Self::Due { .. } | Self::Asked { .. } => self.spare(now),
        }
    }

    /// The sender says that it sends nothing, and nothing of what it sent is missing: a screen on which
    /// nothing moves, for example.
    pub(crate) const fn rested(&mut self, now: Instant) {
        match *self {
            Self::Moving { mark, .. } | Self::Still { mark, .. } | Self::Asked { mark, .. } => {
                *self = Self::Moving { mark, since: now };
            }
            Self::Dry | Self::Due { .. } => {}
        }
    }

    /// What to do about media that do not come.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Step {
        if self.next_timeout().is_none_or(|at| at > now) {
            return Step::Keep;
        }
        match *self {
            Self::Moving { mark, .. } => {
                *self = Self::Still { mark, since: now };
                Step::Keep
            }
            Self::Still { mark, .. } => {
                *self = Self::Asked { mark, since: now };
                Step::Restart
            }
            Self::Due { .. } | Self::Asked { .. } => {
                *self = Self::Dry;
                Step::GiveUp(LinkFailure::Connectivity)
            }
            Self::Dry => Step::Keep,
        }
    }

    pub(crate) fn next_timeout(self) -> Option<Instant> {
        match self {
            Self::Moving { since, .. } => Some(since + STILL),
            Self::Still { since, .. } => Some(since + ASK),
            Self::Due { since } => Some(since + FIRST),
            Self::Asked { since, .. } => Some(since + ASKED),
            Self::Dry => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN_UP: Step = Step::GiveUp(LinkFailure::Connectivity);

    fn at(seconds: u64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn stats(frames: u64, bytes: u64) -> LinkStats {
        LinkStats {
            frames_decoded: frames,
            audio_bytes: bytes,
            ..LinkStats::default()
        }
    }

    #[test]
    fn sound_alone_counts_as_movement() {
        let mut flow = Flow::default();
        flow.began(at(0));
        flow.passed(&stats(0, 100), at(2));
        assert_eq!(flow.next_timeout(), Some(at(5)));
    }

    #[test]
    fn a_still_picture_asks_for_another_path_and_then_for_another_link() {
        let mut flow = Flow::default();
        flow.began(at(0));
        flow.passed(&stats(5, 0), at(1));
        flow.passed(&stats(5, 0), at(3));
        assert_eq!(flow.handle_timeout(at(4)), Step::Keep);
        assert!(!flow.is_moving());
        assert_eq!(flow.handle_timeout(at(8)), Step::Keep);
        assert_eq!(flow.handle_timeout(at(9)), Step::Restart);
        assert_eq!(flow.handle_timeout(at(18)), Step::Keep);
        assert_eq!(flow.handle_timeout(at(19)), GIVEN_UP);
        assert_eq!(flow, Flow::Dry);
    }

    #[test]
    fn a_path_that_helps_ends_the_matter() {
        let mut flow = Flow::Asked {
            mark: Mark::default(),
            since: at(0),
        };
        flow.passed(&stats(6, 0), at(9));
        assert!(flow.is_moving());
    }

    #[test]
    fn a_path_that_never_brings_anything_is_given_up() {
        let mut flow = Flow::default();
        flow.connected(at(0));
        flow.connected(at(10));
        assert_eq!(flow.handle_timeout(at(14)), Step::Keep);
        assert_eq!(flow.handle_timeout(at(15)), GIVEN_UP);
        assert_eq!(flow.next_timeout(), None);
    }

    #[test]
    fn a_link_is_not_given_up_for_time_without_a_path() {
        for mut flow in [
            Flow::Due { since: at(0) },
            Flow::Asked {
                mark: Mark::default(),
                since: at(0),
            },
        ] {
            flow.spare(at(60));
            assert_eq!(flow.handle_timeout(at(69)), Step::Keep);
        }
        let mut flow = Flow::default();
        flow.began(at(0));
        flow.spare(at(2));
        assert_eq!(flow.next_timeout(), Some(at(3)), "a stop is still noticed");
    }

    #[test]
    fn time_that_nobody_looked_does_not_count() {
        let mut flow = Flow::default();
        flow.began(at(0));
        flow.excuse(at(600));
        assert_eq!(flow.handle_timeout(at(602)), Step::Keep);
        assert!(flow.is_moving());
    }

    #[test]
    fn a_sender_that_sends_nothing_is_not_taken_for_stalled() {
        let mut flow = Flow::default();
        flow.began(at(0));
        for second in 1..60 {
            flow.passed(&stats(5, 0), at(second));
            if second % 5 == 0 {
                flow.rested(at(second));
                assert!(flow.is_moving());
            }
            assert_eq!(flow.handle_timeout(at(second)), Step::Keep);
        }
    }
}
