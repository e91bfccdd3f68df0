//! What a session can be told again: its last events, numbered, and its last replies.

use protocol::limits::{MAX_KEPT_REPLIES, MAX_REPLAY_BYTES, MAX_REPLAY_EVENTS};
use protocol::{ErrorReply, Event, Reply, RequestId, Seq};
use std::collections::VecDeque;
use std::sync::Arc;

/// A peer's ring of sequenced events.
///
/// Bound: [`MAX_REPLAY_EVENTS`] events and [`MAX_REPLAY_BYTES`] of what clients can make long; most
/// events are shared with everybody else who was told the same.
#[derive(Debug)]
pub(crate) struct Replay {
    capacity: usize,
    newest: Seq,
    bytes: usize,
    /// The last events up to `newest`, without a gap.
    ring: VecDeque<Arc<Event>>,
}

impl Replay {
    /// A ring for a session that can be resumed, or one that only counts.
    pub(crate) const fn new(resumable: bool) -> Self {
        Self {
            capacity: if resumable { MAX_REPLAY_EVENTS } else { 0 },
            newest: Seq(0),
            bytes: 0,
            ring: VecDeque::new(),
        }
    }

    /// Numbers an event and keeps it; the oldest make room.
    pub(crate) fn push(&mut self, event: &Arc<Event>) -> Seq {
        self.newest = self.newest.next();
        let weight = event.weight();
        while self.ring.len() >= self.capacity
            || self.bytes.saturating_add(weight) > MAX_REPLAY_BYTES
        {
            let Some(oldest) = self.ring.pop_front() else {
                // Too heavy even alone, or nothing is kept at all.
                return self.newest;
            };
            self.bytes = self.bytes.saturating_sub(oldest.weight());
        }
        self.bytes = self.bytes.saturating_add(weight);
        self.ring.push_back(Arc::clone(event));
        self.newest
    }

    /// What came after `last`, or `None` if that is not known any more or was never sent.
    pub(crate) fn after(&self, last: Seq) -> Option<Vec<(Seq, Arc<Event>)>> {
        let missed = usize::try_from(self.newest.0.checked_sub(last.0)?).ok()?;
        let seen = self.ring.len().checked_sub(missed)?;
        let numbers = std::iter::successors(Some(last.next()), |seq| Some(seq.next()));
        Some(numbers.zip(self.ring.iter().skip(seen).cloned()).collect())
    }
}

/// A peer's last replies: a request that is repeated is answered again, not carried out again.
///
/// Bound: [`MAX_KEPT_REPLIES`] replies, each at most what is told of one stream.
#[derive(Debug, Default)]
pub(crate) struct KeptReplies(VecDeque<(RequestId, Kept)>);

/// A reply in a pointer's space: most say no more than that it was done.
#[derive(Debug)]
enum Kept {
    Done,
    Else(Box<Result<Reply, ErrorReply>>),
}

impl KeptReplies {
    /// The reply to a request, if it is not too long ago.
    pub(crate) fn get(&self, id: RequestId) -> Option<Result<Reply, ErrorReply>> {
        let (_, kept) = self.0.iter().rev().find(|(kept, _)| *kept == id)?;
        Some(match kept {
            Kept::Done => Ok(Reply::DONE),
            Kept::Else(reply) => reply.as_ref().clone(),
        })
    }

    /// Keeps the reply to a request that has none yet. What is to be asked again later is as if it
    /// had not been asked.
    pub(crate) fn keep(&mut self, id: RequestId, reply: &Result<Reply, ErrorReply>) {
        if let Err(error) = reply
            && error.retry_after_ms.is_some()
        {
            return;
        }
        if self.0.len() >= MAX_KEPT_REPLIES {
            self.0.pop_front();
        }
        let kept = match reply {
            Ok(Reply::Done(_)) => Kept::Done,
            Ok(Reply::Joined(_) | Reply::Lobby(_) | Reply::Viewers(_) | Reply::Welcome(_))
            | Err(_) => Kept::Else(Box::new(reply.clone())),
        };
        self.0.push_back((id, kept));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{
        Audience, DescriptorKind, End, ErrorCode, Generation, LinkId, ReceiveDescriptor,
        SessionDescriptor,
    };

    fn audience(count: usize) -> Arc<Event> {
        Arc::new(Event::Audience(Audience { count, waiting: 0 }))
    }

    fn offer(bytes: usize) -> Arc<Event> {
        let sdp = format!("v=0\r\nm=audio 9 UDP 0\r\n{}", "a".repeat(bytes));
        Arc::new(Event::ReceiveOffer(ReceiveDescriptor {
            from: End::Relay,
            link: LinkId::from_bits(1),
            generation: Generation(1),
            session_descriptor: SessionDescriptor::new(DescriptorKind::Offer, &sdp).unwrap(),
        }))
    }

    #[test]
    fn gives_what_came_after_a_number() {
        let mut replay = Replay::new(true);
        assert_eq!(replay.after(Seq(0)), Some(vec![]));
        for count in 1..=3 {
            replay.push(&audience(count));
        }
        assert_eq!(
            replay.after(Seq(1)),
            Some(vec![(Seq(2), audience(2)), (Seq(3), audience(3))])
        );
        assert_eq!(replay.after(Seq(3)), Some(vec![]));
    }

    #[test]
    fn a_number_that_was_never_sent_is_not_known() {
        assert_eq!(Replay::new(true).after(Seq(1)), None);
        assert_eq!(Replay::new(true).after(Seq(u64::MAX)), None);
    }

    #[test]
    fn forgets_the_oldest_beyond_its_number_of_events() {
        let mut replay = Replay::new(true);
        for count in 0..=MAX_REPLAY_EVENTS {
            replay.push(&audience(count));
        }
        assert_eq!(replay.after(Seq(0)), None);
        assert_eq!(
            replay.after(Seq(1)).map(|missed| missed.len()),
            Some(MAX_REPLAY_EVENTS)
        );
    }

    #[test]
    fn forgets_the_oldest_beyond_its_number_of_bytes() {
        let mut replay = Replay::new(true);
        for _ in 0..3 {
            replay.push(&offer(50 * 1024));
        }
        assert_eq!(replay.after(Seq(0)), None);
        assert_eq!(replay.after(Seq(1)).map(|missed| missed.len()), Some(2));
    }

    #[test]
    fn what_is_too_heavy_even_alone_is_numbered_and_not_kept() {
        let mut replay = Replay::new(true);
        replay.push(&audience(1));
        assert_eq!(replay.push(&offer(MAX_REPLAY_BYTES)), Seq(2));
        assert_eq!(replay.after(Seq(1)), None);
        assert_eq!(replay.after(Seq(2)), Some(vec![]));
        replay.push(&audience(3));
        assert_eq!(replay.after(Seq(2)), Some(vec![(Seq(3), audience(3))]));
        assert_eq!(replay.bytes, 0);
    }

    #[test]
    fn a_session_that_cannot_be_resumed_only_counts() {
        let mut replay = Replay::new(false);
        assert_eq!(replay.push(&audience(1)), Seq(1));
        assert_eq!(replay.push(&audience(2)), Seq(2));
        assert_eq!(replay.after(Seq(1)), None);
        assert_eq!(replay.ring.capacity(), 0);
    }

    #[test]
    fn a_full_ring_does_not_grow_any_more() {
        let (mut replay, mut replies) = (Replay::new(true), KeptReplies::default());
        for count in 0..1000 {
            replay.push(&audience(count));
            replies.keep(RequestId(count.try_into().unwrap()), &Ok(Reply::DONE));
        }
        assert_eq!(replay.ring.capacity(), MAX_REPLAY_EVENTS);
        assert_eq!(replies.0.capacity(), MAX_KEPT_REPLIES);
    }

    #[test]
    fn keeps_only_the_last_replies() {
        let refused = || Err(ErrorReply::new(ErrorCode::NotJoined, "not joined"));
        let mut replies = KeptReplies::default();
        for id in 0..64 {
            replies.keep(RequestId(id), &Ok(Reply::DONE));
        }
        replies.keep(RequestId(64), &refused());
        assert_eq!(replies.get(RequestId(0)), None);
        assert_eq!(replies.get(RequestId(1)), Some(Ok(Reply::DONE)));
        assert_eq!(replies.get(RequestId(64)), Some(refused()));
    }

    #[test]
    fn a_reply_that_has_nothing_to_say_costs_a_few_bytes() {
        assert_eq!(size_of::<(RequestId, Kept)>(), 16);
    }
}
