use super::*;
use crate::seat::SharedEvent;
use protocol::{
    DescriptorKind, Event, Generation, LinkId, PeerId, ReceiveDescriptor, RequestId,
    SessionDescriptor,
};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

/// A future that is polled by hand.
struct Polled<F> {
    future: Pin<Box<F>>,
    woken: Arc<Woken>,
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn spawn<F: Future>(future: F) -> Polled<F> {
    let (future, woken) = (Box::pin(future), Arc::default());
    Polled { future, woken }
}

impl<F: Future> Polled<F> {
    fn poll(&mut self) -> Poll<F::Output> {
        let waker = Arc::clone(&self.woken).into();
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    fn is_woken(&self) -> bool {
        self.woken.0.load(Ordering::Relaxed)
    }
}

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

#[tokio::test]
async fn an_eviction_is_the_next_thing_that_is_told() {
    let (queue, mut events, _eviction) = queue();
    queue.push(event(Event::Ping)).unwrap();
    queue.evict(CloseCode::TooFast);
    assert!(matches!(
        events.next().await,
        SeatEvent::Close(CloseCode::TooFast)
    ));
}

#[tokio::test]
async fn who_waits_is_woken_by_what_comes() {
    let (queue, mut events, mut eviction) = queue();
    let mut told = spawn(events.next());
    let mut ended = spawn(eviction.wait());
    assert!(told.poll().is_pending());
    assert!(ended.poll().is_pending());
    queue.push(event(Event::Ping)).unwrap();
    assert!(told.is_woken());
    assert!(!ended.is_woken(), "whoever writes need not know");
    assert!(told.poll().is_ready());
    queue.evict(CloseCode::TooFast);
    assert!(ended.is_woken());
}

#[tokio::test]
async fn what_is_held_back_goes_with_the_next_event_or_when_it_is_hurried() {
    let (queue, mut events, _eviction) = queue();
    let done = |id| SeatEvent::Done(RequestId(id));
    assert_eq!(queue.push_held(done(1)).unwrap(), Held::First);
    assert_eq!(queue.push_held(done(2)).unwrap(), Held::Along);
    let mut next = spawn(events.next());
    assert!(next.poll().is_pending());
    queue.hurry();
    assert!(next.is_woken());
    drop(next);
    for id in 1..=2 {
        let told = events.next().await;
        assert!(matches!(told, SeatEvent::Done(RequestId(it)) if it == id));
    }

    assert_eq!(queue.push_held(done(3)).unwrap(), Held::First);
    queue.push(event(Event::Ping)).unwrap();
    let told = events.next().await;
    assert!(matches!(told, SeatEvent::Done(RequestId(3))));
    assert!(matches!(events.try_next(), Some(SeatEvent::Event { .. })));
    assert!(events.try_next().is_none());
    queue.hurry();
    assert!(spawn(events.next()).poll().is_pending());
}

#[tokio::test]
async fn what_is_held_back_is_told_before_a_close() {
    let (queue, mut events, _eviction) = queue();
    queue.push_held(SeatEvent::Done(RequestId(1))).unwrap();
    queue.close(CloseCode::Replaced);
    assert!(matches!(events.next().await, SeatEvent::Done(_)));
    assert!(matches!(events.next().await, SeatEvent::Close(_)));
}

#[tokio::test]
async fn a_client_that_asks_much_is_not_kept_waiting() {
    let (queue, mut events, _eviction) = queue();
    for id in 0..MAX_HELD_BACK as u64 - 1 {
        queue.push_held(SeatEvent::Done(RequestId(id))).unwrap();
    }
    assert!(spawn(events.next()).poll().is_pending());
    queue.push_held(SeatEvent::Done(RequestId(99))).unwrap();
    assert!(spawn(events.next()).poll().is_ready());
}

#[test]
fn an_empty_queue_holds_no_memory_and_neither_does_one_that_nobody_reads() {
    let (queue, events, _eviction) = queue();
    assert_eq!(queue.0.lock().waiting.capacity(), 0);
    for _ in 0..100 {
        queue.push(event(Event::Ping)).unwrap();
    }
    while events.try_next().is_some() {}
    assert_eq!(queue.0.lock().waiting.capacity(), 0);
    queue.push(event(Event::Ping)).unwrap();
    drop(events);
    queue.push(event(Event::Ping)).unwrap();
    assert_eq!(queue.0.lock().waiting.capacity(), 0);
    assert_eq!(queue.0.lock().bytes, 0);
}

#[test]
fn a_whole_replay_and_what_comes_with_it_fit_in() {
    let (queue, _events, _eviction) = queue();
    let reply = || SeatEvent::Done(RequestId(1));
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
    assert_eq!(queue.0.lock().bytes, 0);
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
