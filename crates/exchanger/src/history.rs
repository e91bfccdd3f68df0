//! How often links to viewers have failed lately.
//!
//! It outlives links and membership: whoever leaves and joins is slowed down as much as whoever says
//! that a link has failed.

use crate::port::Source;
use protocol::PeerId;
use protocol::time::{Duration, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// How long the next link to a viewer waits, by how often its links have failed in a row.
const RETRY_AFTER: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// The longest wait.
pub(crate) const LONGEST_RETRY: Duration = Duration::from_secs(8);

/// A source counts for so many viewers: several people may be behind one address.
const VIEWERS_OF_SOURCE: usize = 4;

/// After this many failures in a row, whoever waits for a place goes first.
const GIVES_WAY_AFTER: usize = 4;

/// How long a failure is remembered.
const REMEMBERED: Duration = Duration::from_secs(5 * 60);

/// How many peers and sources are remembered in a channel.
const MAX_ENTRIES: usize = 512;

/// The failures in one channel, with its present host.
///
/// Bound: [`MAX_ENTRIES`]; who has failed longest ago is forgotten first.
#[derive(Debug, Default)]
pub(crate) struct History {
    entries: BTreeMap<Who, Failures>,
    by_time: BTreeSet<(Instant, Who)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Peer(PeerId),
    Source(Source),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: usize,
    last: Instant,
    wait_until: Instant,
}

/// A viewer, and where it comes from.
pub(crate) type Viewer = (PeerId, Source);

impl History {
    /// A link to the viewer was given up before it had proven itself. Returns when the next one
    /// is due.
    pub(crate) fn fail(&mut self, (peer, source): Viewer, now: Instant) -> Instant {
        let of_source = self.count_one(Who::Source(source), VIEWERS_OF_SOURCE, now);
        self.count_one(Who::Peer(peer), 1, now).max(of_source)
    }

    /// A link to the viewer was given up that had worked: this is a first failure.
    pub(crate) fn fail_after_success(&mut self, peer: PeerId, now: Instant) -> Instant {
        self.forget(Who::Peer(peer));
        self.count_one(Who::Peer(peer), 1, now)
    }

    /// When the next link to the viewer is due.
    pub(crate) fn due(&self, (peer, source): Viewer, now: Instant) -> Instant {
        let both = [Who::Peer(peer), Who::Source(source)].map(|who| self.of(who, now));
        let waits = both
            .into_iter()
            .flatten()
            .map(|failures| failures.wait_until);
        waits.max().unwrap_or(now)
    }

    /// Whether others go before the viewer.
    pub(crate) fn gives_way(&self, (peer, source): Viewer, now: Instant) -> bool {
        let limits = [
            (Who::Peer(peer), GIVES_WAY_AFTER),
            (Who::Source(source), GIVES_WAY_AFTER * VIEWERS_OF_SOURCE),
        ];
        let has_failed = |(who, limit)| self.count(who, now) >= limit;
        limits.into_iter().any(has_failed)
    }

    /// How often links to viewers of a source have failed.
    pub(crate) fn of_source(&self, source: Source, now: Instant) -> usize {
        self.count(Who::Source(source), now)
    }

    fn count(&self, who: Who, now: Instant) -> usize {
        self.of(who, now).map_or(0, |failures| failures.count)
    }

    fn of(&self, who: Who, now: Instant) -> Option<Failures> {
        let failures = *self.entries.get(&who)?;
        (now.since(failures.last) < REMEMBERED).then_some(failures)
    }

    fn count_one(&mut self, who: Who, viewers: usize, now: Instant) -> Instant {
        let before = self.count(who, now);
        let rung = before.checked_div(viewers).unwrap_or(before);
        let span = RETRY_AFTER.get(rung).copied().unwrap_or(LONGEST_RETRY);
        let failures = Failures {
            count: before.saturating_add(1),
            last: now,
            wait_until: now + span,
        };
        self.forget(who);
        self.entries.insert(who, failures);
        self.by_time.insert((now, who));
        while let Some((last, oldest)) = self.by_time.first().copied()
            && (now.since(last) >= REMEMBERED || self.entries.len() > MAX_ENTRIES)
        {
            self.forget(oldest);
        }
        failures.wait_until
    }

    fn forget(&mut self, who: Who) {
        if let Some(failures) = self.entries.remove(&who) {
            self.by_time.remove(&(failures.last, who));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(peer: u64, source: u64) -> Viewer {
        (PeerId::from_bits(peer), Source(source))
    }

    fn at(seconds: u64) -> Instant {
        Instant::ORIGIN + Duration::from_secs(seconds)
    }

    #[test]
    fn a_viewer_waits_longer_and_longer_and_a_failure_is_forgotten() {
        let mut history = History::default();
        let mut waits = Vec::new();
        for number in 0..6 {
            let now = at(number * 10);
            waits.push(history.fail(viewer(1, 1), now).since(now).as_secs());
        }
        assert_eq!(waits, [0, 1, 2, 4, 8, 8]);
        assert_eq!(history.due(viewer(1, 1), at(51)), at(58));
        assert!(history.gives_way(viewer(1, 1), at(349)));
        assert!(!history.gives_way(viewer(1, 1), at(350)));
        let again = history.fail(viewer(1, 1), at(350));
        assert_eq!(again, at(350));
    }

    #[test]
    fn newcomers_of_a_source_that_fails_and_fails_wait_as_well() {
        let mut history = History::default();
        for peer in 0..15 {
            history.fail(viewer(peer, 1), at(1));
        }
        assert_eq!(history.due(viewer(99, 1), at(1)), at(5));
        assert_eq!(history.due(viewer(99, 2), at(1)), at(1));
        assert!(!history.gives_way(viewer(99, 1), at(1)));
        history.fail(viewer(15, 1), at(1));
        assert!(history.gives_way(viewer(99, 1), at(1)));
        assert!(!history.gives_way(viewer(99, 2), at(1)));
    }

    #[test]
    fn what_has_worked_fails_for_the_first_time() {
        let mut history = History::default();
        for _ in 0..3 {
            history.fail(viewer(1, 1), at(1));
        }
        assert_eq!(
            history.fail_after_success(PeerId::from_bits(1), at(2)),
            at(2)
        );
        assert_eq!(history.fail(viewer(1, 1), at(2)), at(3));
    }

    #[test]
    fn remembers_a_bounded_number() {
        let mut history = History::default();
        for peer in 0..1_000 {
            history.fail(viewer(peer, peer), at(1));
        }
        assert_eq!(history.entries.len(), MAX_ENTRIES);
        assert_eq!(history.by_time.len(), MAX_ENTRIES);
    }
}
