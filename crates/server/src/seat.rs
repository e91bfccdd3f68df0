//! Seats: all that a transport adapter knows of the node.
//!
//! An adapter opens a seat, sends commands through it, and passes on what comes out of it, whatever
//! wire it speaks. To add a transport you have to: read its wire into [`protocol::Command`]s, write
//! [`SeatEvent`]s onto it, drop the [`SeatHandle`] when the connection is gone, and say in a
//! [`SeatKind`] what the transport can do.

mod queue;

pub(crate) use queue::{Eviction, Held, QueueFull, SeatEvents, SeatQueue, weight};

use crate::admission::account::Account;
use crate::node_task::{Census, Request};
use node::exchanger::{ChannelState, ClosedBy, Seat, SeatKind};
use protocol::room::{RoomCommand, RoomEvent};
use protocol::{
    ChannelName, CloseCode, Command, ErrorReply, Event, Lobby, Reply, RequestId, Seq, wire,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::{mpsc, oneshot};

/// Gives out seats, and answers what pages ask. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    requests: mpsc::Sender<Request>,
    /// Seats are numbered and never numbered again.
    next: Arc<AtomicU64>,
}

impl Gateway {
    pub(crate) fn new(requests: mpsc::Sender<Request>) -> Self {
        Self {
            requests,
            next: Arc::default(),
        }
    }

    /// A seat for a new connection of this account; `None` if the node is gone.
    pub(crate) async fn open(&self, kind: SeatKind, account: Account) -> Option<SeatHandle> {
        let seat = Seat(self.next.fetch_add(1, Ordering::Relaxed));
        let (queue, events, eviction) = queue::queue();
        let request = Request::Open {
            seat,
            kind,
            queue,
            account,
        };
        self.requests.send(request).await.ok()?;
        let requests = self.requests.clone();
        Some(SeatHandle {
            commands: SeatCommands::new(seat, requests),
            events,
            eviction,
        })
    }

    /// Who is live now; `None` if the node is gone.
    pub(crate) async fn lobby(&self) -> Option<Lobby> {
        self.ask(Request::Lobby).await
    }

    /// What is on in a channel; `None` if nobody is there, or the node is gone.
    pub(crate) async fn channel(&self, name: ChannelName) -> Option<ChannelState> {
        self.ask(|answer| Request::Channel(name, answer)).await?
    }

    /// Who is there; nobody if the node is gone.
    pub(crate) async fn census(&self) -> Census {
        self.ask(Request::Census).await.unwrap_or_default()
    }

    /// Closes every connection with this code, and every new one.
    pub(crate) async fn close_all(&self, code: CloseCode) {
        // If the node is gone, so are all seats.
        drop(self.requests.send(Request::CloseAll(code)).await);
    }

    /// Waits until the node runs no more.
    pub(crate) async fn node_ended(&self) {
        self.requests.closed().await;
    }

    /// Whether the node still runs.
    #[must_use]
    pub(crate) fn is_alive(&self) -> bool {
        !self.requests.is_closed()
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).await.ok()?;
        answered.await.ok()
    }
}

/// One connection's place at the node. Dropping it tells the node that the connection is gone.
#[derive(Debug)]
pub(crate) struct SeatHandle {
    /// What the client asks for.
    pub(crate) commands: SeatCommands,
    /// What the client is told.
    pub(crate) events: SeatEvents,
    /// An end that does not wait until the events before it are written.
    pub(crate) eviction: Eviction,
}

#[cfg(test)]
impl SeatHandle {
    /// A seat without a node: what the node would hold is given to the test.
    pub(crate) fn detached() -> (Self, SeatQueue, mpsc::Receiver<Request>) {
        let (requests, received) = mpsc::channel(16);
        let (queue, events, eviction) = queue::queue();
        let seat = Seat(1);
        let commands = SeatCommands::new(seat, requests);
        let handle = Self {
            commands,
            events,
            eviction,
        };
        (handle, queue, received)
    }
}

/// The way from a connection to the node.
#[derive(Debug)]
pub(crate) struct SeatCommands {
    seat: Seat,
    by: ClosedBy,
    requests: mpsc::Sender<Request>,
}

impl SeatCommands {
    const fn new(seat: Seat, requests: mpsc::Sender<Request>) -> Self {
        let by = ClosedBy::Client;
        Self { seat, by, requests }
    }

    /// It is the server that ends the connection, and not its client.
    pub(crate) const fn close(&mut self) {
        self.by = ClosedBy::Server;
    }

    /// Passes a command on. While the node is busy this waits, and with it the connection: a
    /// client cannot fill the node's queue faster than the node empties it. If the node is gone,
    /// the events say so.
    pub(crate) fn send(
        &self,
        id: Option<RequestId>,
        command: Command,
    ) -> impl Future<Output = ()> + Send {
        let seat = self.seat;
        self.pass(Request::Command { seat, id, command })
    }

    /// Passes on what a client of the old system says, likewise.
    pub(crate) fn say(&self, command: RoomCommand) -> impl Future<Output = ()> + Send {
        let seat = self.seat;
        self.pass(Request::Room { seat, command })
    }

    fn pass(&self, request: Request) -> impl Future<Output = ()> + Send {
        let passed = self.requests.try_send(request);
        // In a box, for a connection has room for it as long as it lives, and seldom waits.
        let waiting = match passed {
            Err(mpsc::error::TrySendError::Full(request)) => {
                Some(Box::pin(self.requests.send(request)))
            }
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => None,
        };
        async move {
            if let Some(waiting) = waiting {
                drop(waiting.await);
            }
            // A client that asks much at once must not do so without the node getting its turn: it
            // would be told more at once than fits into its queue.
            tokio::task::coop::consume_budget().await;
        }
    }
}

impl Drop for SeatCommands {
    fn drop(&mut self) {
        let (seat, by) = (self.seat, self.by);
        let leave = Request::Leave { seat, by };
        if let Err(mpsc::error::TrySendError::Full(leave)) = self.requests.try_send(leave) {
            // A departure must not be lost, and a destructor cannot wait.
            let requests = self.requests.clone();
            tokio::spawn(async move { requests.send(leave).await });
        }
    }
}

/// What a transport passes out.
#[derive(Clone, Debug)]
pub(crate) enum SeatEvent {
    /// Something happened.
    Event {
        /// Its number in the session; absent for what is not replayed.
        seq: Option<Seq>,
        /// What.
        event: Arc<SharedEvent>,
    },
    /// Something happened, for a client of the old system.
    Room(Arc<SharedRoomEvent>),
    /// A request was carried out, and that is all there is to say.
    Done(RequestId),
    /// A request was carried out or refused.
    Reply {
        /// Which.
        re: RequestId,
        /// Its outcome. In a box, for the other events are small.
        result: Box<Result<Reply, ErrorReply>>,
    },
    /// The connection is to be closed. Nothing follows.
    Close(CloseCode),
}

/// An event that goes to one connection or to thousands, and is written once.
#[derive(Debug)]
pub(crate) struct Shared<Told, Written> {
    event: Arc<Told>,
    written: OnceLock<Written>,
}

/// An event, as JSON; `None` if it cannot be written, which is a bug.
pub(crate) type SharedEvent = Shared<Event, Option<String>>;

/// What clients of the old system are told, as packets.
pub(crate) type SharedRoomEvent = Shared<RoomEvent, socketio::Encoded>;

impl<Told, Written> Shared<Told, Written> {
    pub(crate) const fn new(event: Arc<Told>) -> Self {
        Self {
            event,
            written: OnceLock::new(),
        }
    }

    /// The event, shared with the seat that was told before if it is the same one.
    pub(crate) fn with_last(event: Arc<Told>, last: &mut Option<Arc<Self>>) -> Arc<Self> {
        match last {
            Some(last) if Arc::ptr_eq(&last.event, &event) => Arc::clone(last),
            last => Arc::clone(last.insert(Arc::new(Self::new(event)))),
        }
    }

    /// The event itself, for a wire that writes it otherwise.
    #[must_use]
    pub(crate) const fn event(&self) -> &Arc<Told> {
        &self.event
    }
}

impl SharedEvent {
    /// The event as [`wire::encode_event`] writes it without a number. The first connection that
    /// asks does the work.
    #[must_use]
    pub(crate) fn json(&self) -> Option<&str> {
        let encode = || match wire::encode_event(None, &self.event) {
            Ok(json) => Some(json),
            Err(error) => {
                tracing::error!(%error, "an event cannot be written as JSON");
                None
            }
        };
        self.written.get_or_init(encode).as_deref()
    }
}

impl SharedRoomEvent {
    /// The event as it is written. The first connection that asks does the work.
    #[must_use]
    pub(crate) fn encoded(&self) -> &socketio::Encoded {
        let encode = || socketio::event::encode(&self.event);
        self.written.get_or_init(encode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_waits_takes_three_words() {
        assert_eq!(size_of::<SeatEvent>(), 24);
    }

    #[test]
    fn a_shared_event_is_written_once() {
        let shared = SharedEvent::new(Arc::new(Event::Ping));
        let first = shared.json().unwrap();
        assert_eq!(first, r#"{"event":"ping"}"#);
        assert!(std::ptr::eq(first, shared.json().unwrap()));
    }
}
