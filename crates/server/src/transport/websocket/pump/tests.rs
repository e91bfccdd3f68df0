use super::*;
use crate::admission::account::Account;
use crate::admission::budget::Allowance;
use crate::config::Limits;
use crate::node_task::Request;
use crate::seat::{SeatQueue, SharedEvent};
use protocol::{Command, Event, Seq};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The test's end of a socket.
struct Client {
    send: mpsc::Sender<Result<Message, Broken>>,
    received: Arc<Mutex<Vec<Message>>>,
    writes: Arc<AtomicUsize>,
}

/// The pump's end of it.
struct FakeSocket {
    incoming: mpsc::Receiver<Result<Message, Broken>>,
    outgoing: Arc<Mutex<Vec<Message>>>,
    writes: Arc<AtomicUsize>,
    takes: bool,
}

#[derive(Debug)]
struct Broken(Option<CloseCode>);

impl Fault for Broken {
    fn close_code(&self) -> Option<CloseCode> {
        self.0
    }
}

impl Stream for FakeSocket {
    type Item = Result<Message, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(cx)
    }
}

impl Bounded for FakeSocket {
    fn set_max_message(&mut self, _: usize) {}
}

impl Sink<Message> for FakeSocket {
    type Error = Broken;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        if self.takes {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Broken> {
        let mut outgoing = self.outgoing.lock().map_err(|_poisoned| Broken(None))?;
        outgoing.push(message);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        Poll::Ready(Ok(()))
    }
}

/// A running pump and both of its ends.
struct Bench {
    client: Client,
    queue: SeatQueue,
    requests: mpsc::Receiver<Request>,
    pump: JoinHandle<()>,
}

fn start(takes: bool) -> Bench {
    let (send, incoming) = mpsc::channel(2048);
    let received = Arc::<Mutex<Vec<Message>>>::default();
    let writes = Arc::<AtomicUsize>::default();
    let socket = FakeSocket {
        incoming,
        outgoing: Arc::clone(&received),
        writes: Arc::clone(&writes),
        takes,
    };
    let (seat, queue, requests) = SeatHandle::detached();
    let manners = Manners {
        write_timeout: Duration::from_secs(10),
        close_timeout: Duration::from_secs(2),
        restart_delay: Duration::from_millis(300),
    };
    let clock = Clock::start();
    let allowance = Allowance::new(&Limits::default(), limits::MAX_MESSAGE_BYTES);
    let budget = Budget::new(allowance, Account::of_a_test(), clock.now());
    let mut pump = Pump::new(socket, manners, budget, clock);
    let pump = tokio::spawn(async move { pump.run(seat).await });
    Bench {
        client: Client {
            send,
            received,
            writes,
        },
        queue,
        requests,
        pump,
    }
}

impl Client {
    async fn says(&self, message: impl Into<Message>) {
        self.send.send(Ok(message.into())).await.unwrap();
    }

    fn texts(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        let texts = received
            .iter()
            .filter(|message| matches!(message, Message::Text(_)));
        texts
            .map(|text| text.to_text().unwrap().to_owned())
            .collect()
    }

    /// How often something was written to the network.
    fn writes(&self) -> usize {
        self.writes.load(Ordering::Relaxed)
    }

    /// The code of the one close frame, which is the last frame.
    fn close_code(&self) -> Option<u16> {
        let received = self.received.lock().unwrap();
        let closes = received
            .iter()
            .filter(|message| matches!(message, Message::Close(_)));
        assert!(closes.count() <= 1, "{received:?}");
        match received.last() {
            Some(Message::Close(Some(frame))) => Some(frame.code.into()),
            _ => None,
        }
    }
}

fn event(seq: u64) -> SeatEvent {
    SeatEvent::Event {
        seq: Some(Seq(seq)),
        event: Arc::new(SharedEvent::new(Arc::new(Event::Ping))),
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_reaches_the_node() {
    let mut bench = start(true);
    bench.client.says(r#"{"id":7,"event":"pong"}"#).await;
    let Some(Request::Command { id, command, .. }) = bench.requests.recv().await else {
        panic!("no command")
    };
    assert_eq!((id, command), (Some(RequestId(7)), Command::Pong));
}

#[tokio::test(start_paused = true)]
async fn what_the_node_tells_is_written_in_order_before_the_close() {
    let bench = start(true);
    bench.queue.push(event(1)).unwrap();
    bench.queue.push(event(2)).unwrap();
    bench.queue.push(SeatEvent::Done(RequestId(3))).unwrap();
    bench.queue.close(CloseCode::Replaced);
    bench.pump.await.unwrap();
    assert_eq!(
        bench.client.texts(),
        [
            r#"{"seq":1,"event":"ping"}"#,
            r#"{"seq":2,"event":"ping"}"#,
            r#"{"re":3,"data":{}}"#,
        ]
    );
    assert_eq!(bench.client.close_code(), Some(4409));
}

#[tokio::test(start_paused = true)]
async fn what_waits_together_is_written_together() {
    let bench = start(true);
    bench
        .queue
        .push_held(SeatEvent::Done(RequestId(3)))
        .unwrap();
    tokio::task::yield_now().await;
    assert_eq!(bench.client.writes(), 0);
    bench.queue.push(event(1)).unwrap();
    bench.queue.push(event(2)).unwrap();
    tokio::task::yield_now().await;
    assert_eq!(bench.client.texts().len(), 3);
    assert_eq!(bench.client.writes(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_write_has_to_take_much_more_than_a_batch() {
    let bench = start(true);
    let events = 500;
    for seq in 1..=events {
        bench.queue.push(event(seq)).unwrap();
    }
    tokio::task::yield_now().await;
    let texts = bench.client.texts();
    assert_eq!(texts.len() as u64, events);
    let bytes: usize = texts.iter().map(String::len).sum();
    assert_eq!(bench.client.writes(), bytes.div_ceil(BATCH_BYTES));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_message_ends_the_connection() {
    for (frame, code) in [
        (Message::Binary(vec![1].into()), 4400),
        (Message::from("hello".to_owned()), 4400),
        (Message::from("[]".to_owned()), 4400),
        (Message::from("{}".to_owned()), 4400),
        (
            Message::from(" ".repeat(limits::MAX_MESSAGE_BYTES + 1)),
            4413,
        ),
    ] {
        let mut bench = start(true);
        bench.client.says(frame).await;
        bench.pump.await.unwrap();
        assert_eq!(bench.client.close_code(), Some(code));
        assert!(matches!(
            bench.requests.recv().await,
            Some(Request::Leave { .. })
        ));
        assert!(bench.requests.recv().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_of_exactly_the_limit_is_read() {
    let mut bench = start(true);
    let head = r#"{"id":1,"event":"nothing","data":""#;
    let tail = r#""}"#;
    let filling = "a".repeat(limits::MAX_MESSAGE_BYTES - head.len() - tail.len());
    bench.client.says(format!("{head}{filling}{tail}")).await;
    bench.client.says(r#"{"event":"pong"}"#).await;
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Command { .. })
    ));
    let texts = bench.client.texts();
    assert!(texts[0].contains(r#""code":"unsupported""#), "{texts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_is_answered_and_the_connection_goes_on() {
    let mut bench = start(true);
    bench.client.says(r#"{"id":1,"event":"dance"}"#).await;
    bench.client.says(r#"{"event":"dance"}"#).await;
    bench
        .client
        .says(r#"{"id":2,"event":"joinStream","data":{}}"#)
        .await;
    bench.client.says(r#"{"id":3,"event":"pong"}"#).await;
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Command { .. })
    ));
    let texts = bench.client.texts();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(
        texts[0].starts_with(r#"{"re":1,"error":{"code":"unsupported""#),
        "{texts:?}"
    );
    assert!(
        texts[1].starts_with(r#"{"re":2,"error":{"code":"bad_request""#),
        "{texts:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_refused_and_then_ended() {
    let mut bench = start(true);
    for id in 0..400 {
        bench
            .client
            .says(format!(r#"{{"id":{id},"event":"unfollowLobby"}}"#))
            .await;
        // The node keeps up; the flood must not be stopped by its queue.
        while bench.requests.try_recv().is_ok() {}
        tokio::task::yield_now().await;
    }
    while bench.requests.recv().await.is_some() {}
    bench.pump.await.unwrap();
    let texts = bench.client.texts();
    assert_eq!(texts.len(), 64);
    assert!(texts[0].contains(r#""code":"too_fast""#), "{texts:?}");
    assert!(texts[0].contains(r#""retryAfterMs":3"#), "{texts:?}");
    assert_eq!(bench.client.close_code(), Some(4429));
}

#[tokio::test(start_paused = true)]
async fn what_the_server_asks_for_passes_and_a_sign_of_life_always_does() {
    let mut bench = start(true);
    let passed = async |bench: &mut Bench, text: String| {
        bench.client.says(text).await;
        tokio::task::yield_now().await;
        bench.requests.try_recv().is_ok()
    };
    let report = |id: u32| format!(r#"{{"id":{id},"event":"unfollowLobby"}}"#);
    let mut id = 0;
    while passed(&mut bench, report(id)).await {
        id += 1;
    }
    sleep(REFUSAL_PAUSE).await;
    assert!(id >= 256, "{id}");
    // The node opens a link, and its host offers although it has nothing left.
    let link = protocol::LinkOpened {
        link: protocol::LinkId::from_bits(1),
        peer: protocol::PeerId::from_bits(2).into(),
        direction: protocol::Direction::Send,
        kind: protocol::LinkKind::Direct,
        kept: false,
    };
    let opened = Event::LinkOpened(link);
    bench
        .queue
        .push(SeatEvent::Event {
            seq: Some(Seq(1)),
            event: Arc::new(SharedEvent::new(Arc::new(opened))),
        })
        .unwrap();
    tokio::task::yield_now().await;
    for _ in 0..24 {
        assert!(passed(&mut bench, report(1)).await);
    }
    while passed(&mut bench, report(2)).await {}
    sleep(REFUSAL_PAUSE).await;
    let pong = r#"{"event":"pong"}"#;
    bench.queue.push(event(2)).unwrap();
    tokio::task::yield_now().await;
    while passed(&mut bench, report(2)).await {}
    sleep(REFUSAL_PAUSE).await;
    assert!(passed(&mut bench, pong.to_owned()).await);
}

#[tokio::test(start_paused = true)]
async fn few_but_large_messages_are_refused_too() {
    let mut bench = start(true);
    let filling = "a".repeat(200 * 1024);
    for id in 1..=3 {
        let request = format!(r#"{{"id":{id},"event":"nothing","data":"{filling}"}}"#);
        bench.client.says(request).await;
    }
    bench.client.says(r#"{"event":"pong"}"#).await;
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Command { .. })
    ));
    let texts = bench.client.texts();
    assert!(texts[1].contains(r#""code":"unsupported""#), "{texts:?}");
    assert!(texts[2].contains(r#""code":"too_fast""#), "{texts:?}");
    assert!(!texts[2].contains(r#""retryAfterMs":null"#), "{texts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_left_to_itself() {
    let mut bench = start(false);
    bench.queue.push(event(1)).unwrap();
    bench.pump.await.unwrap();
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Leave { .. })
    ));
    assert!(bench.client.received.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_eviction_does_not_wait_for_a_write_that_hangs() {
    let mut bench = start(false);
    bench.queue.push(event(1)).unwrap();
    tokio::task::yield_now().await;
    let before = tokio::time::Instant::now();
    bench.queue.evict(CloseCode::TooFast);
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Leave { .. })
    ));
    assert_eq!(before.elapsed(), Duration::ZERO);
    bench.pump.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn after_the_clients_close_the_socket_is_read_to_its_end() {
    let mut bench = start(true);
    bench.client.says(Message::Close(None)).await;
    bench.client.says(r#"{"event":"pong"}"#).await;
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Leave { .. })
    ));
    assert!(!bench.pump.is_finished());
    drop(bench.client.send);
    let before = tokio::time::Instant::now();
    bench.pump.await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(
        bench.requests.recv().await.is_none(),
        "nothing is passed on after a close"
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_that_failed_is_answered_with_its_code() {
    let bench = start(true);
    bench
        .client
        .send
        .send(Err(Broken(Some(CloseCode::TooBig))))
        .await
        .unwrap();
    bench.pump.await.unwrap();
    assert_eq!(bench.client.close_code(), Some(4413));
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_told_nothing() {
    let mut bench = start(true);
    bench.client.send.send(Err(Broken(None))).await.unwrap();
    bench.pump.await.unwrap();
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Leave { .. })
    ));
    assert!(bench.client.received.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_told_after_a_delay() {
    let mut bench = start(true);
    let before = tokio::time::Instant::now();
    bench.queue.close(CloseCode::Restart);
    assert!(matches!(
        bench.requests.recv().await,
        Some(Request::Leave { .. })
    ));
    drop(bench.client.send);
    bench.pump.await.unwrap();
    assert_eq!(before.elapsed(), Duration::from_millis(300));
    let received = bench.client.received.lock().unwrap();
    assert!(matches!(&received[..], [Message::Close(Some(frame))] if frame.code == 1012.into()));
}
