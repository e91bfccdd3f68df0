//! One open link: what has passed over it, and what may still.

use crate::plan::Planned;
use protocol::limits::{MAX_LINK_CANDIDATE_BYTES, MAX_LINK_CANDIDATES};
use protocol::time::{Duration, Instant};
use protocol::{
    Candidate, Direction, End, ErrorCode, ErrorReply, Generation, LinkId, LinkKind, PeerId,
};

/// A link whose media flowed this long has worked: its next failure is a first one.
const PROVEN_AFTER: Duration = Duration::from_secs(10);

/// How soon a viewer answers its first offer while somebody waits for its place.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// An open link.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) planned: Planned,
    /// It was there before a restart.
    pub(crate) adopted: bool,
    /// The newest offer's, once there is one.
    negotiated: Option<Generation>,
    /// How many offers its receiver has yet to answer, as far as it does not say which it answers.
    unanswered: usize,
    offered_at: Option<Instant>,
    /// Its receiver has answered, or gets media.
    pub(crate) settled: bool,
    flowing_since: Option<Instant>,
    from_sender: Candidates,
    from_receiver: Candidates,
}

/// What one end has sent for the newest offer.
#[derive(Clone, Copy, Debug, Default)]
struct Candidates {
    count: usize,
    bytes: usize,
}

/// A link as one of its ends sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) link: LinkId,
    pub(crate) direction: Direction,
    pub(crate) other: End,
    pub(crate) kind: LinkKind,
}

impl Link {
    /// A link that is opened, or taken over from before a restart: then media flow already.
    pub(crate) fn new(planned: Planned, adopted: bool, now: Instant) -> Self {
        Self {
            planned,
            adopted,
            negotiated: None,
            unanswered: 0,
            offered_at: None,
            settled: adopted,
            flowing_since: adopted.then_some(now),
            from_sender: Candidates::default(),
            from_receiver: Candidates::default(),
        }
    }

    /// Media of the link are decoded.
    pub(crate) fn flowing(&mut self, now: Instant) {
        self.flowing_since.get_or_insert(now);
        self.settled = true;
    }

    pub(crate) fn is_proven(&self, now: Instant) -> bool {
        let since = self.flowing_since;
        since.is_some_and(|since| now.since(since) >= PROVEN_AFTER)
    }

    /// When its receiver should have answered; `None` if it has, or nothing was asked.
    pub(crate) fn answer_due(&self) -> Option<Instant> {
        let offered_at = self.offered_at.filter(|_| !self.settled)?;
        Some(offered_at + ANSWER_WITHIN)
    }

    /// Begins a negotiation; only a newer one than the last may begin.
    pub(crate) fn begin_generation(
        &mut self,
        generation: Generation,
        now: Instant,
    ) -> Result<(), ErrorReply> {
        if Some(generation) <= self.negotiated {
            return Err(stale_generation());
        }
        self.negotiated = Some(generation);
        self.unanswered = self.unanswered.saturating_add(1);
        self.offered_at.get_or_insert(now);
        self.from_sender = Candidates::default();
        self.from_receiver = Candidates::default();
        Ok(())
    }

    /// The newest offer's generation, once there is one.
    pub(crate) const fn newest(&self) -> Option<Generation> {
        self.negotiated
    }

    /// Says which generation an answer without one belongs to. Answers come in the order of the
    /// offers, and only the one to the newest is of use. Who answers so never says that media flow.
    pub(crate) fn match_answer(&mut self, now: Instant) -> Option<Generation> {
        let is_newest = self.unanswered == 1;
        self.unanswered = self.unanswered.saturating_sub(1);
        self.flowing(now);
        self.negotiated.filter(|_| is_newest)
    }

    /// Checks that an answer or a candidate belongs to the newest offer.
    pub(crate) fn check_generation(&self, generation: Generation) -> Result<(), ErrorReply> {
        if Some(generation) == self.negotiated {
            Ok(())
        } else {
            Err(stale_generation())
        }
    }

    /// Counts candidates that one end sends for the newest offer, and refuses them beyond the limit:
    /// the other end would have to keep and try them all.
    pub(crate) fn count_candidates(
        &mut self,
        from: Direction,
        candidates: &[Candidate],
    ) -> Result<(), ErrorReply> {
        let sent = match from {
            Direction::Send => &mut self.from_sender,
            Direction::Receive | Direction::Unknown => &mut self.from_receiver,
        };
        // A message without candidates costs the other end something too.
        let count = sent.count.saturating_add(candidates.len().max(1));
        let bytes: usize = candidates.iter().map(|one| one.json().len()).sum();
        let bytes = sent.bytes.saturating_add(bytes);
        if count > MAX_LINK_CANDIDATES || bytes > MAX_LINK_CANDIDATE_BYTES {
            return Err(ErrorReply::new(
                ErrorCode::TooFast,
                "too many candidates for one offer",
            ));
        }
        *sent = Candidates { count, bytes };
        Ok(())
    }
}

impl Held {
    pub(crate) const fn sender(link: LinkId, planned: &Planned) -> Self {
        Self {
            link,
            direction: Direction::Send,
            other: planned.to,
            kind: planned.kind,
        }
    }

    pub(crate) const fn receiver(link: LinkId, planned: &Planned) -> Self {
        Self {
            link,
            direction: Direction::Receive,
            other: planned.from,
            kind: planned.kind,
        }
    }

    /// The link as `peer` sees it; `None` if it is at neither end.
    pub(crate) fn of(link: LinkId, planned: &Planned, peer: PeerId) -> Option<Self> {
        let end = End::Peer(peer);
        if planned.from == end {
            Some(Self::sender(link, planned))
        } else if planned.to == end {
            Some(Self::receiver(link, planned))
        } else {
            None
        }
    }
}

fn stale_generation() -> ErrorReply {
    ErrorReply::new(
        ErrorCode::StaleGeneration,
        "the link's newest offer has another generation",
    )
}
