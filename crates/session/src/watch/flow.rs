//! Whether media move on the link that is shown, and what to do when they stop.

use crate::LinkStats;
use protocol::time::{Duration, Instant};

/// How long nothing may come before the picture counts as still.
const STILL: Duration = Duration::from_secs(3);
/// How much longer it may stay so before another network path is asked for.
const ASK: Duration = Duration::from_secs(5);

/// What had come by the last report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    frames: u64,
    bytes: u64,
}

/// Whether media move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Nothing has come yet.
    #[default]
    Dry,
    /// They move.
    Moving { mark: Mark, since: Instant },
    /// They have stopped.
    Still { mark: Mark, since: Instant },
    /// They have stopped, and another path was asked for.
    Asked { mark: Mark },
}

impl Flow {
    pub(crate) const fn is_moving(self) -> bool {
        matches!(self, Self::Moving { .. })
    }

    /// The first media arrived.
    pub(crate) fn began(&mut self, now: Instant) {
        if *self == Self::Dry {
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
            Self::Moving { mark, .. } | Self::Still { mark, .. } | Self::Asked { mark }
                if new != mark =>
            {
                *self = Self::Moving {
                    mark: new,
                    since: now,
                };
            }
            Self::Dry | Self::Moving { .. } | Self::Still { .. } | Self::Asked { .. } => {}
        }
    }

    /// Nobody looked, or nothing was sent: the time until now does not count.
    pub(crate) const fn excuse(&mut self, now: Instant) {
        match *self {
            Self::Moving { mark, .. } => *self = Self::Moving { mark, since: now },
            Self::Still { mark, .. } => *self = Self::Still { mark, since: now },
            Self::Dry | Self::Asked { .. } => {}
        }
    }

    /// Returns whether another path is to be asked for.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> bool {
        if self.next_timeout().is_none_or(|at| at > now) {
            return false;
        }
        match *self {
            Self::Moving { mark, .. } => {
                *self = Self::Still { mark, since: now };
                false
            }
            Self::Still { mark, .. } => {
                *self = Self::Asked { mark };
                true
            }
            Self::Dry | Self::Asked { .. } => false,
        }
    }

    pub(crate) fn next_timeout(self) -> Option<Instant> {
        match self {
            Self::Moving { since, .. } => Some(since + STILL),
            Self::Still { since, .. } => Some(since + ASK),
            Self::Dry | Self::Asked { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_still_picture_asks_once_for_another_path() {
        let mut flow = Flow::default();
        flow.began(at(0));
        flow.passed(&stats(5, 0), at(1));
        flow.passed(&stats(5, 0), at(3));
        assert!(!flow.handle_timeout(at(4)));
        assert!(!flow.is_moving());
        assert!(!flow.handle_timeout(at(8)));
        assert!(flow.handle_timeout(at(9)));
        assert!(!flow.handle_timeout(at(60)));
        flow.passed(&stats(6, 0), at(61));
        assert!(flow.is_moving());
    }

    #[test]
    fn time_that_nobody_looked_does_not_count() {
        let mut flow = Flow::default();
        flow.began(at(0));
        flow.excuse(at(600));
        assert!(!flow.handle_timeout(at(602)));
        assert!(flow.is_moving());
    }
}
