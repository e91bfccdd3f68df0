//! What a session can be told again: its last events, numbered, and its last replies.

use protocol::limits::{MAX_KEPT_REPLIES, MAX_REPLAY_EVENTS};
use protocol::{ErrorReply, Event, Reply, RequestId, Seq};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The most bytes of descriptors, candidates and names that one ring holds.
const MAX_REPLAY_BYTES: usize = 512 * 1024;

/// A peer's ring of sequenced events.
///
/// Bound: [`MAX_REPLAY_EVENTS`] events and [`MAX_REPLAY_BYTES`] of what clients can make long; most
/// events are shared with everybody else who was told the same.
#[derive(Debug)]
pub(crate) struct Replay {
    capacity: usize,
    newest: Seq,
    bytes: usize,
    ring: VecDeque<(Seq, Arc<Event>)>,
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
        self.bytes = self.bytes.saturating_add(event.weight());
        self.ring.push_back((self.newest, Arc::clone(event)));
        while self.ring.len() > self.capacity || self.bytes > MAX_REPLAY_BYTES {
            let Some((_, oldest)) = self.ring.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(oldest.weight());
        }
        self.newest
    }

    /// What came after `last`, or `None` if that is not known any more or was never sent.
    pub(crate) fn after(&self, last: Seq) -> Option<Vec<(Seq, Arc<Event>)>> {
        if last > self.newest {
            return None;
        }
        let missed: Vec<_> = self
            .ring
            .iter()
            .filter(|(seq, _)| *seq > last)
            .cloned()
            .collect();
        let first_missed = match missed.first() {
            Some((seq, _)) => *seq,
            None => self.newest.next(),
        };
        (first_missed == last.next()).then_some(missed)
    }
}

/// A peer's last replies: a request that is repeated is answered again, not carried out again.
///
/// Bound: [`MAX_KEPT_REPLIES`] replies, each at most one page of viewers or one lobby.
#[derive(Debug, Default)]
pub(crate) struct KeptReplies {
    by_id: BTreeMap<RequestId, Result<Reply, ErrorReply>>,
    order: VecDeque<RequestId>,
}

impl KeptReplies {
    pub(crate) fn get(&self, id: RequestId) -> Option<&Result<Reply, ErrorReply>> {
        self.by_id.get(&id)
    }

    pub(crate) fn keep(&mut self, id: RequestId, reply: Result<Reply, ErrorReply>) {
        if self.by_id.insert(id, reply).is_none() {
            self.order.push_back(id);
        }
        while self.order.len() > MAX_KEPT_REPLIES {
            if let Some(oldest) = self.order.pop_front() {
                self.by_id.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{
        Audience, DescriptorKind, End, Generation, LinkId, ReceiveDescriptor, SessionDescriptor,
    };

    fn audience(count: usize) -> Arc<Event> {
        Arc::new(Event::Audience(Audience { count }))
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
            replay.push(&offer(200 * 1024));
        }
        assert_eq!(replay.after(Seq(0)), None);
        assert_eq!(replay.after(Seq(1)).map(|missed| missed.len()), Some(2));
    }

    #[test]
    fn keeps_only_the_last_replies() {
        let mut replies = KeptReplies::default();
        for id in 0..=64 {
            replies.keep(RequestId(id), Ok(Reply::DONE));
        }
        assert_eq!(replies.get(RequestId(0)), None);
        assert_eq!(replies.get(RequestId(1)), Some(&Ok(Reply::DONE)));
        assert_eq!(replies.get(RequestId(64)), Some(&Ok(Reply::DONE)));
    }
}
