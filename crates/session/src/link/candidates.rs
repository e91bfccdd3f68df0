//! ICE candidates of one link, in both directions. They and the descriptions they belong to take
//! different ways and overtake one another, so each side waits for the description.

use protocol::limits::MAX_CANDIDATES;
use protocol::time::{Duration, Instant};
use protocol::{Candidate, Generation};

/// How long candidates are gathered before they are sent together.
const GATHER: Duration = Duration::from_millis(30);
/// The most candidates that are held back for one description.
const MAX_WAITING: usize = 4 * MAX_CANDIDATES;

/// A number of candidates that travel together.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Batch {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) end: bool,
}

/// The other end's candidates: held back until the description of their generation is set.
#[derive(Debug)]
pub(crate) enum Inbound {
    Waiting(Generation, Batch),
    Passing(Generation),
}

impl Default for Inbound {
    fn default() -> Self {
        Self::Waiting(Generation::default(), Batch::default())
    }
}

impl Inbound {
    const fn generation(&self) -> Generation {
        match self {
            Self::Waiting(generation, _) | Self::Passing(generation) => *generation,
        }
    }

    /// Another negotiation begins: its candidates wait for its description.
    pub(crate) fn begin(&mut self, generation: Generation) {
        if generation > self.generation() {
            *self = Self::Waiting(generation, Batch::default());
        }
    }

    /// Candidates came. Returns what can be added now.
    pub(crate) fn receive(&mut self, generation: Generation, batch: Batch) -> Option<Batch> {
        self.begin(generation);
        if generation < self.generation() {
            return None;
        }
        match self {
            Self::Passing(_) => Some(batch),
            Self::Waiting(_, waiting) => {
                let room = MAX_WAITING.saturating_sub(waiting.candidates.len());
                waiting
                    .candidates
                    .extend(batch.candidates.into_iter().take(room));
                waiting.end |= batch.end;
                None
            }
        }
    }

    /// The description is set. Returns what waited for it.
    pub(crate) fn described(&mut self, generation: Generation) -> Option<Batch> {
        self.begin(generation);
        if generation < self.generation() {
            return None;
        }
        match core::mem::replace(self, Self::Passing(generation)) {
            Self::Waiting(_, batch) if !batch.candidates.is_empty() || batch.end => Some(batch),
            Self::Waiting(..) | Self::Passing(_) => None,
        }
    }
}

/// This end's candidates: held back until the description of their generation is sent.
#[derive(Debug)]
pub(crate) enum Outbound {
    Waiting(Generation, Batch),
    /// The batch is sent then: candidates come in bursts, and each message costs.
    Passing(Generation, Batch, Option<Instant>),
}

impl Default for Outbound {
    fn default() -> Self {
        Self::Waiting(Generation::default(), Batch::default())
    }
}

impl Outbound {
    /// Another negotiation begins; candidates of an older one are of no use any more.
    pub(crate) fn begin(&mut self, generation: Generation) {
        *self = Self::Waiting(generation, Batch::default());
    }

    /// A candidate was found, or the last one was. Returns what can be sent now.
    pub(crate) fn found(
        &mut self,
        of: Generation,
        candidate: Option<Candidate>,
        now: Instant,
    ) -> Option<Batch> {
        match self {
            Self::Waiting(generation, batch) if *generation == of => {
                batch.end |= candidate.is_none();
                batch.candidates.extend(candidate);
            }
            Self::Passing(generation, batch, due) if *generation == of => {
                batch.end |= candidate.is_none();
                batch.candidates.extend(candidate);
                if batch.end || batch.candidates.len() >= MAX_CANDIDATES {
                    *due = None;
                    return Some(core::mem::take(batch));
                }
                due.get_or_insert(now + GATHER);
            }
            Self::Waiting(..) | Self::Passing(..) => {}
        }
        None
    }

    /// What has been gathered for long enough, and its generation.
    pub(crate) fn gathered(&mut self, now: Instant) -> Option<(Generation, Batch)> {
        let Self::Passing(generation, batch, due) = self else {
            return None;
        };
        due.take_if(|due| *due <= now)?;
        Some((*generation, core::mem::take(batch)))
    }

    /// When what has been gathered is to be sent.
    pub(crate) const fn next_timeout(&self) -> Option<Instant> {
        match self {
            Self::Waiting(..) => None,
            Self::Passing(_, _, due) => *due,
        }
    }

    /// The description is sent. Returns what waited for it, in messages of the allowed size.
    pub(crate) fn described(&mut self, generation: Generation) -> Vec<Batch> {
        let passing = Self::Passing(generation, Batch::default(), None);
        match core::mem::replace(self, passing) {
            Self::Waiting(of, batch) if of == generation => split(batch),
            Self::Waiting(..) | Self::Passing(..) => Vec::new(),
        }
    }
}

fn split(batch: Batch) -> Vec<Batch> {
    let mut batches: Vec<Batch> = batch
        .candidates
        .chunks(MAX_CANDIDATES)
        .map(|candidates| Batch {
            candidates: candidates.to_vec(),
            end: false,
        })
        .collect();
    match batches.last_mut() {
        Some(last) => last.end = batch.end,
        None if batch.end => batches.push(batch),
        None => {}
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Generation = Generation(1);
    const SECOND: Generation = Generation(2);
    const NOW: Instant = Instant::ORIGIN;

    fn batch(numbers: core::ops::Range<u32>, end: bool) -> Batch {
        let candidate = |n| Candidate::from_json(&format!(r#"{{"candidate":"{n}"}}"#)).unwrap();
        Batch {
            candidates: numbers.map(candidate).collect(),
            end,
        }
    }

    #[test]
    fn remote_candidates_wait_for_their_description() {
        let mut inbound = Inbound::default();
        inbound.begin(FIRST);
        assert_eq!(inbound.receive(FIRST, batch(0..1, false)), None);
        assert_eq!(inbound.receive(FIRST, batch(1..2, true)), None);
        assert_eq!(inbound.described(FIRST), Some(batch(0..2, true)));
        assert_eq!(
            inbound.receive(FIRST, batch(2..3, false)),
            Some(batch(2..3, false))
        );
    }

    #[test]
    fn remote_candidates_may_come_before_the_offer_they_belong_to() {
        let mut inbound = Inbound::default();
        assert_eq!(inbound.receive(SECOND, batch(0..1, false)), None);
        assert_eq!(inbound.described(FIRST), None);
        assert_eq!(inbound.receive(FIRST, batch(5..6, false)), None);
        assert_eq!(inbound.described(SECOND), Some(batch(0..1, false)));
    }

    #[test]
    fn local_candidates_gather_until_the_description_is_sent() {
        let mut outbound = Outbound::default();
        outbound.begin(FIRST);
        for candidate in batch(0..65, false).candidates {
            assert_eq!(outbound.found(FIRST, Some(candidate), NOW), None);
        }
        assert_eq!(
            outbound.described(FIRST),
            [batch(0..64, false), batch(64..65, false)]
        );
        assert_eq!(outbound.found(FIRST, None, NOW), Some(batch(0..0, true)));
    }

    #[test]
    fn local_candidates_of_an_older_generation_are_dropped() {
        let mut outbound = Outbound::default();
        outbound.begin(SECOND);
        let candidate = batch(0..1, false).candidates.pop();
        assert_eq!(outbound.found(FIRST, candidate, NOW), None);
        assert_eq!(outbound.described(SECOND), []);
    }

    #[test]
    fn local_candidates_of_one_moment_go_out_together() {
        let mut outbound = Outbound::default();
        outbound.begin(FIRST);
        outbound.described(FIRST);
        for (number, candidate) in batch(0..3, false).candidates.into_iter().enumerate() {
            let now = NOW + Duration::from_millis(10 * u64::try_from(number).unwrap());
            assert_eq!(outbound.found(FIRST, Some(candidate), now), None);
            assert_eq!(outbound.gathered(now), None);
        }
        let due = NOW + GATHER;
        assert_eq!(outbound.next_timeout(), Some(due));
        assert_eq!(outbound.gathered(due), Some((FIRST, batch(0..3, false))));
        assert_eq!(outbound.gathered(due), None);
    }
}
