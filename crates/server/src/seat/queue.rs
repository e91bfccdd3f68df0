//! The queue between the node and one connection: bounded, and never waited for by the node.

use super::SeatEvent;
use protocol::limits::MAX_REPLAY_EVENTS;
use protocol::{CloseCode, PeerSummary, Reply};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, watch};

/// How many events may wait for one connection: all that a resume replays, and as much again that
/// happens meanwhile.
const MAX_QUEUED_EVENTS: usize = 2 * MAX_REPLAY_EVENTS;

/// A resume is answered with a welcome, the replay and the lobby, all at once.
const _: () = assert!(MAX_QUEUED_EVENTS > MAX_REPLAY_EVENTS + 2);

/// How many bytes may wait for one connection, as far as they matter: see [`weight`].
const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// The way from the node to a connection.
#[derive(Debug)]
pub(crate) struct SeatEvents {
    waiting: mpsc::Receiver<SeatEvent>,
    bytes: Arc<AtomicUsize>,
    end: watch::Receiver<Option<End>>,
}

impl SeatEvents {
    /// The next event; the last one is [`SeatEvent::Close`]. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> SeatEvent {
        if let Some(event) = self.waiting.recv().await {
            self.bytes.fetch_sub(weight(&event), Ordering::Relaxed);
            return event;
        }
        // A queue that ended without a reason has lost its node.
        let end = *self.end.borrow();
        SeatEvent::Close(end.map_or(CloseCode::Restart, |end| end.code))
    }
}

/// Tells that a connection must end although events wait for it.
#[derive(Debug)]
pub(crate) struct Eviction {
    end: watch::Receiver<Option<End>>,
}

impl Eviction {
    /// Waits for that moment, which may never come. May be dropped and called again.
    pub(crate) async fn wait(&mut self) -> CloseCode {
        let at_once = |end: &Option<End>| end.is_some_and(|end| end.at_once);
        match self.end.wait_for(at_once).await.map(|end| *end) {
            Ok(Some(end)) => end.code,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

/// The node's side of a seat's events.
#[derive(Debug)]
pub(crate) struct SeatQueue {
    waiting: mpsc::Sender<SeatEvent>,
    bytes: Arc<AtomicUsize>,
    end: watch::Sender<Option<End>>,
}

/// The connection does not read as fast as it is told.
#[derive(Debug)]
pub(crate) struct QueueFull;

impl SeatQueue {
    /// Puts an event behind the others, without ever waiting.
    pub(crate) fn push(&self, event: SeatEvent) -> Result<(), QueueFull> {
        let weight = weight(&event);
        if self.bytes.fetch_add(weight, Ordering::Relaxed) > MAX_QUEUED_BYTES {
            return Err(QueueFull);
        }
        match self.waiting.try_send(event) {
            // A connection that is gone has sent its departure, or is about to.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(QueueFull),
        }
    }

    /// Ends the connection once it has been told everything that waits.
    pub(crate) fn close(self, code: CloseCode) {
        let at_once = false;
        self.end.send_replace(Some(End { code, at_once }));
    }

    /// Ends the connection now. What waits is told again when its client resumes.
    pub(crate) fn evict(self, code: CloseCode) {
        let at_once = true;
        self.end.send_replace(Some(End { code, at_once }));
    }
}

#[derive(Clone, Copy, Debug)]
struct End {
    code: CloseCode,
    at_once: bool,
}

/// A queue, and both of what a connection holds of it.
pub(super) fn queue() -> (SeatQueue, SeatEvents, Eviction) {
    let (send, waiting) = mpsc::channel(MAX_QUEUED_EVENTS);
    let (end, ended) = watch::channel(None);
    let bytes = Arc::<AtomicUsize>::default();
    let queue = SeatQueue {
        waiting: send,
        bytes: Arc::clone(&bytes),
        end,
    };
    let eviction = Eviction { end: ended.clone() };
    let events = SeatEvents {
        waiting,
        bytes,
        end: ended,
    };
    (queue, events, eviction)
}

/// What an event weighs in a queue, in bytes: what clients can make long, and its own size.
fn weight(event: &SeatEvent) -> usize {
    const ENVELOPE: usize = 256;
    let content = match event {
        SeatEvent::Event { event, .. } => event.event().weight(),
        SeatEvent::Reply { result, .. } => match result {
            Ok(Reply::Viewers(page)) => page.users.iter().map(PeerSummary::weight).sum(),
            Ok(Reply::Done(_) | Reply::Joined(_) | Reply::Lobby(_) | Reply::Welcome(_))
            | Err(_) => 0,
        },
        SeatEvent::Room(event) => event.weight(),
        SeatEvent::Close(_) => 0,
    };
    ENVELOPE + content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seat::SharedEvent;
    use protocol::{
        DescriptorKind, Event, Generation, LinkId, PeerId, ReceiveDescriptor, RequestId,
        SessionDescriptor,
    };

    fn event(event: Event) -> SeatEvent {
        SeatEvent::Event {
            seq: None,
            event: Arc::new(SharedEvent::new(Arc::new(event))),
        }
    }

    fn offer(bytes: usize) -> SeatEvent {
        let sdp = format!("v=0\r\nm=audio\r\na={}\r\n", "a".repeat(bytes));
        event(Event::ReceiveOffer(ReceiveDescriptor {
            from: PeerId::from_bits(1).into(),
            link: LinkId::from_bits(1),
            generation: Generation(1),
            session_descriptor: SessionDescriptor::new(DescriptorKind::Offer, &sdp).unwrap(),
        }))
    }

    #[tokio::test]
    async fn tells_what_waits_before_it_closes() {
        let (queue, mut events, _eviction) = queue();
        queue.push(event(Event::Ping)).unwrap();
        queue.close(CloseCode::Timeout);
        assert!(matches!(events.next().await, SeatEvent::Event { .. }));
        for _ in 0..2 {
            assert!(matches!(
                events.next().await,
                SeatEvent::Close(CloseCode::Timeout)
            ));
        }
    }

    #[tokio::test]
    async fn an_eviction_overtakes_what_waits() {
        let (queue, _events, mut eviction) = queue();
        queue.push(event(Event::Ping)).unwrap();
        queue.evict(CloseCode::TooFast);
        assert_eq!(eviction.wait().await, CloseCode::TooFast);
    }

    #[test]
    fn a_whole_replay_and_what_comes_with_it_fit_in() {
        let (queue, _events, _eviction) = queue();
        let reply = || SeatEvent::Reply {
            re: RequestId(1),
            result: Ok(Reply::DONE),
        };
        queue.push(reply()).unwrap();
        for _ in 0..MAX_REPLAY_EVENTS {
            queue.push(event(Event::Ping)).unwrap();
        }
        for _ in 0..16 {
            queue.push(reply()).unwrap();
        }
    }

    #[test]
    fn refuses_one_event_more_than_the_limit() {
        let (queue, _events, _eviction) = queue();
        for _ in 0..MAX_QUEUED_EVENTS {
            queue.push(event(Event::Ping)).unwrap();
        }
        assert!(queue.push(event(Event::Ping)).is_err());
    }

    #[test]
    fn counts_the_bytes_of_descriptors() {
        let (queue, _events, _eviction) = queue();
        for _ in 0..5 {
            queue.push(offer(200 * 1024)).unwrap();
        }
        queue.push(offer(200 * 1024)).unwrap();
        assert!(queue.push(offer(200 * 1024)).is_err());
    }

    #[tokio::test]
    async fn what_was_told_weighs_nothing_any_more() {
        let (queue, mut events, _eviction) = queue();
        for _ in 0..100 {
            queue.push(offer(200 * 1024)).unwrap();
            events.next().await;
        }
        assert_eq!(queue.bytes.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_queue_whose_node_is_gone_says_restart() {
        let (queue, mut events, _eviction) = queue();
        drop(queue);
        assert!(matches!(
            events.next().await,
            SeatEvent::Close(CloseCode::Restart)
        ));
    }
}
