//! Two who do nothing wrong, beside somebody who does. Here they are a host and a viewer; clients of
//! the old system are in `socketio/calm.rs`.

use crate::support::{Client, PATIENCE, SDP};
use serde_json::{Value, json};
use server::Running;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How often a host and a viewer exchange something: as often as they may for as long as a test
/// takes.
const PACE: Duration = Duration::from_millis(50);

/// Two clients that have found each other.
pub(crate) trait Pair: Send + 'static {
    /// Each tells the other this number, and checks that it is told everything, in order and once.
    fn exchange(&mut self, number: u32) -> impl Future<Output = ()> + Send;
}

/// The two, who exchange numbers until they are dropped.
pub(crate) struct Calm {
    exchanged: watch::Receiver<u32>,
    task: JoinHandle<()>,
}

impl Calm {
    /// A host and a viewer, who exchange offers, answers and candidates. They have found each other
    /// before this returns.
    pub(crate) async fn beside(server: &Running) -> Self {
        let mut host = Party::new(server, "host").await;
        let mut viewer = Party::new(server, "viewer").await;
        viewer.event("allStreamUsers").await;
        let link = viewer.event("linkOpened").await["link"].clone();
        host.event("allStreamUsers").await;
        host.event("userJoinedStream").await;
        host.event("linkOpened").await;
        Self::of(Linked { link, host, viewer }, PACE).await
    }

    pub(crate) async fn of(mut pair: impl Pair, pace: Duration) -> Self {
        let (count, exchanged) = watch::channel(0);
        let task = tokio::spawn(async move {
            let mut pace = interval(pace);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                pace.tick().await;
                let number = *count.borrow() + 1;
                pair.exchange(number).await;
                count.send_replace(number);
            }
        });
        let mut calm = Self { exchanged, task };
        calm.is_unaffected().await;
        calm
    }

    /// Waits until a whole exchange has begun and ended from now on.
    pub(crate) async fn is_unaffected(&mut self) {
        let enough = *self.exchanged.borrow() + 2;
        let more = self.exchanged.wait_for(|count| *count >= enough);
        let is_alive = tokio::time::timeout(PATIENCE, more)
            .await
            .expect("the calm pair waits for a message")
            .is_ok();
        if !is_alive {
            (&mut self.task).await.unwrap();
        }
    }
}

impl Drop for Calm {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Linked {
    link: Value,
    host: Party,
    viewer: Party,
}

impl Pair for Linked {
    async fn exchange(&mut self, number: u32) {
        let Self { link, host, viewer } = self;
        describe("offer", number, link, host, viewer).await;
        describe("answer", number, link, viewer, host).await;
        trickle(number, link, host, viewer).await;
        trickle(number, link, viewer, host).await;
    }
}

async fn describe(kind: &str, number: u32, link: &Value, from: &mut Party, to: &mut Party) {
    let descriptor = json!({"type": kind, "sdp": format!("{SDP}a=number:{number}\r\n")});
    let signal = json!({
        "to": to.peer, "link": link, "generation": number, "sessionDescriptor": descriptor,
    });
    from.does(kind, signal).await;
    let received = if kind == "offer" {
        "receiveOffer"
    } else {
        "receiveAnswer"
    };
    assert_eq!(to.event(received).await["sessionDescriptor"], descriptor);
}

async fn trickle(number: u32, link: &Value, from: &mut Party, to: &mut Party) {
    let candidates = json!([{"candidate": format!("candidate:{number}")}]);
    let signal = json!({
        "to": to.peer, "link": link, "generation": number, "candidates": candidates,
    });
    from.does("candidate", signal).await;
    assert_eq!(to.event("receiveCandidate").await["candidates"], candidates);
}

struct Party {
    client: Client,
    peer: String,
    /// The number of the last event.
    seq: u64,
    /// Events that came while a reply was waited for.
    heard: VecDeque<Value>,
}

impl Party {
    async fn new(server: &Running, role: &str) -> Self {
        let (client, welcome) = Client::welcomed(server.address()).await;
        let mut party = Self {
            client,
            peer: welcome["peer"].as_str().unwrap().to_owned(),
            seq: 0,
            heard: VecDeque::new(),
        };
        let join = json!({"channelName": "calm", "user": {"name": role}, "role": role});
        party.does("joinStream", join).await;
        party
    }

    /// Asks for something and sees it done.
    async fn does(&mut self, event: &str, data: Value) {
        let id = self.client.request(event, data).await;
        loop {
            let message = self.next().await;
            if message.get("re").is_none() {
                self.heard.push_back(message);
                continue;
            }
            assert_eq!(
                (&message["re"], message.get("error")),
                (&json!(id), None),
                "{event}"
            );
            return;
        }
    }

    /// The next event, which must be this one.
    async fn event(&mut self, name: &str) -> Value {
        let event = match self.heard.pop_front() {
            Some(event) => event,
            None => self.next().await,
        };
        assert_eq!(event["event"], name, "{event}");
        event["data"].clone()
    }

    /// The next message but pings, which are answered.
    async fn next(&mut self) -> Value {
        loop {
            let message = self.client.next().await;
            if let Some(seq) = message["seq"].as_u64() {
                assert_eq!(seq, self.seq + 1, "{message}");
                self.seq = seq;
            }
            if message["event"] != "ping" {
                return message;
            }
            self.client.say(r#"{"event":"pong"}"#).await;
        }
    }
}
