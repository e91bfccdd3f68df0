//! The viewers of a channel in the order in which they get places.

use crate::ids::Arrival;
use crate::port::Source;
use crate::small_map::SmallMap;
use protocol::PeerId;
use std::ops::Bound;

/// How many viewers of one source go before those of others. A school behind one address has all
/// places while nobody else waits for one.
const FIRST_OF_SOURCE: usize = 2;

/// Who goes first: those who still hold a link from before a server restart, for they have a
/// picture to lose; then in join order; and those whose links keep failing behind all others, so
/// that they hold no place that somebody else could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precedence {
    Keeping(Arrival),
    Regular(Arrival),
    /// The latest last.
    Demoted(u64),
}

impl Precedence {
    /// Before all others.
    const FIRST: Self = Self::Keeping(Arrival::FIRST);

    pub(crate) const fn is_demoted(self) -> bool {
        matches!(self, Self::Demoted(_))
    }
}

/// The queue: the first of each source, and then all others.
///
/// Bound: two entries for each viewer.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    by_source: SmallMap<(Source, Precedence), PeerId>,
    first: SmallMap<Precedence, PeerId>,
    others: SmallMap<Precedence, PeerId>,
}

impl Queue {
    pub(crate) fn insert(&mut self, source: Source, precedence: Precedence, peer: PeerId) {
        self.by_source.insert((source, precedence), peer);
        let place = self.place(source, precedence);
        let is_first = place < FIRST_OF_SOURCE && !precedence.is_demoted();
        if !is_first {
            self.others.insert(precedence, peer);
            return;
        }
        self.first.insert(precedence, peer);
        // Whoever has been pushed back by this one.
        if let Some((pushed, pushed_peer)) = self.of_source(source, FIRST_OF_SOURCE)
            && self.first.remove(&pushed).is_some()
        {
            self.others.insert(pushed, pushed_peer);
        }
    }

    pub(crate) fn remove(&mut self, source: Source, precedence: Precedence) {
        self.by_source.remove(&(source, precedence));
        self.others.remove(&precedence);
        if self.first.remove(&precedence).is_some()
            && let Some((next, peer)) = self.of_source(source, FIRST_OF_SOURCE - 1)
            && !next.is_demoted()
            && self.others.remove(&next).is_some()
        {
            self.first.insert(next, peer);
        }
    }

    /// Everybody, those first who are to be served first.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = PeerId> {
        self.first.values().chain(self.others.values()).copied()
    }

    /// Those who are behind all others, the earliest first.
    pub(crate) fn demoted(&self) -> impl Iterator<Item = PeerId> {
        let first = Precedence::Demoted(0);
        let demoted = self.others.range(Bound::Included(&first));
        demoted.map(|(_, peer)| *peer)
    }

    /// The viewer at this place among those of its source.
    fn of_source(&self, source: Source, place: usize) -> Option<(Precedence, PeerId)> {
        let start = (source, Precedence::FIRST);
        let mut of_source = self
            .by_source
            .range(Bound::Included(&start))
            .take_while(|((other, _), _)| *other == source);
        let ((_, precedence), peer) = of_source.nth(place)?;
        Some((*precedence, *peer))
    }

    /// The place of a viewer among those of its source, as far as it matters.
    fn place(&self, source: Source, precedence: Precedence) -> usize {
        let first = (0..FIRST_OF_SOURCE).map_while(|place| self.of_source(source, place));
        first.filter(|(other, _)| *other < precedence).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// What the queue must be, made anew.
    fn expected(viewers: &BTreeMap<Precedence, (Source, PeerId)>) -> Vec<PeerId> {
        let mut counts: BTreeMap<Source, usize> = BTreeMap::new();
        let (mut first, mut others) = (Vec::new(), Vec::new());
        for (precedence, (source, peer)) in viewers {
            let count = counts.entry(*source).or_default();
            *count += 1;
            if *count <= FIRST_OF_SOURCE && !precedence.is_demoted() {
                first.push(*peer);
            } else {
                others.push(*peer);
            }
        }
        first.into_iter().chain(others).collect()
    }

    proptest! {
        #[test]
        fn two_of_each_source_go_first(
            steps in prop::collection::vec((0..40_usize, 0..4_u64, 0..3_u8), 0..200),
        ) {
            let mut ids = Ids::new([1; 32]);
            let arrivals: Vec<Arrival> = (0..40).map(|_| ids.arrival()).collect();
            let (mut queue, mut truth) = (Queue::default(), BTreeMap::new());
            let mut by_number: BTreeMap<usize, (Source, Precedence)> = BTreeMap::new();
            for (number, source, kind) in steps {
                if let Some((source, precedence)) = by_number.remove(&number) {
                    queue.remove(source, precedence);
                    truth.remove(&precedence);
                } else {
                    let precedence = match kind {
                        0 => Precedence::Keeping(*arrivals.get(number).unwrap()),
                        1 => Precedence::Regular(*arrivals.get(number).unwrap()),
                        _ => Precedence::Demoted(u64::try_from(number).unwrap()),
                    };
                    let peer = PeerId::from_bits(u64::try_from(number).unwrap());
                    queue.insert(Source(source), precedence, peer);
                    truth.insert(precedence, (Source(source), peer));
                    by_number.insert(number, (Source(source), precedence));
                }
                let order: Vec<PeerId> = queue.in_order().collect();
                prop_assert_eq!(order, expected(&truth));
            }
        }
    }
}
