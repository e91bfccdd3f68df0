//! The one task that owns the node. Everybody else holds a bounded sender to it.

use crate::clock::Clock;
use crate::seat::{Gateway, SeatEvent, SeatQueue, SharedEvent};
use node::Node;
use node::exchanger::{self, ChannelState, Seat, SeatKind};
use protocol::room::RoomCommand;
use protocol::{ChannelName, CloseCode, Command, Event, Lobby, RequestId};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// How many requests may wait for the node. A connection whose request does not fit waits, and
/// reads nothing more from its client until it does.
const MAX_WAITING: usize = 1024;

/// How many requests are carried out before the timers are looked at again.
const BUDGET: usize = 64;

/// What the rest of the server wants from the node.
#[derive(Debug)]
pub(crate) enum Request {
    /// A connection was accepted.
    Open {
        seat: Seat,
        kind: SeatKind,
        queue: SeatQueue,
    },
    /// A client asks for something.
    Command {
        seat: Seat,
        id: Option<RequestId>,
        command: Command,
    },
    /// A client of the old system asks for something.
    Room { seat: Seat, command: RoomCommand },
    /// A connection is gone.
    Leave { seat: Seat },
    /// A page shows who is live.
    Lobby(oneshot::Sender<Lobby>),
    /// A page shows a channel.
    Channel(ChannelName, oneshot::Sender<Option<ChannelState>>),
    /// The server stops.
    CloseAll(CloseCode),
}

/// Starts the node's task. It ends when the last gateway and the last seat are dropped.
pub(crate) fn spawn(node: Node, clock: Clock) -> Gateway {
    let (send, requests) = mpsc::channel(MAX_WAITING);
    let task = NodeTask {
        node,
        clock,
        seats: BTreeMap::new(),
        closing: None,
        shared: None,
        slow: Vec::new(),
    };
    tokio::spawn(task.run(requests));
    Gateway::new(send)
}

struct NodeTask {
    node: Node,
    clock: Clock,
    seats: BTreeMap<Seat, SeatQueue>,
    /// Set once the server stops: with what to turn everybody away.
    closing: Option<CloseCode>,
    /// The event told last; the next seat is often told the same.
    shared: Option<Arc<SharedEvent>>,
    /// Seats whose queue was full, until the node knows.
    slow: Vec<Seat>,
}

impl NodeTask {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(BUDGET);
        loop {
            // 1. Timers that are due: a flood of requests must not keep a lost peer's place or
            //    delay a sign of life.
            self.call_timers();
            // 2. Requests, at most the budget of them in one go.
            // 3. Nothing to do until a request comes or a timer is due.
            let timer = self
                .node
                .poll_timeout()
                .map(|(at, _)| self.clock.wakeup(at));
            let received = tokio::select! {
                biased;
                received = requests.recv_many(&mut batch, BUDGET) => received,
                () = until(timer) => continue,
            };
            if received == 0 {
                return;
            }
            for request in batch.drain(..) {
                self.carry_out(request);
            }
        }
    }

    fn call_timers(&mut self) {
        let now = self.clock.now();
        if self.node.poll_timeout().is_some_and(|(at, _)| at <= now) {
            self.node.handle_timeout(now);
            self.deliver();
        }
    }

    fn carry_out(&mut self, request: Request) {
        match request {
            Request::Open { seat, kind, queue } => self.open(seat, kind, queue),
            Request::Command { seat, id, command } => {
                // A seat that was closed may still have had something to say.
                if self.seats.contains_key(&seat) {
                    self.tell(exchanger::Input::Command { seat, id, command });
                }
            }
            Request::Room { seat, command } => {
                if self.seats.contains_key(&seat) {
                    self.tell(exchanger::Input::Room { seat, command });
                }
            }
            Request::Leave { seat } => {
                if self.seats.remove(&seat).is_some() {
                    self.tell(exchanger::Input::Disconnect { seat });
                }
            }
            // Whoever asked may have gone away meanwhile; then nobody misses the answer.
            Request::Lobby(answer) => drop(answer.send(self.node.lobby(self.clock.now()))),
            Request::Channel(name, answer) => {
                drop(answer.send(self.node.channel(&name, self.clock.now())));
            }
            Request::CloseAll(code) => self.close_all(code),
        }
    }

    fn open(&mut self, seat: Seat, kind: SeatKind, queue: SeatQueue) {
        if let Some(code) = self.closing {
            queue.close(code);
            return;
        }
        self.seats.insert(seat, queue);
        self.tell(exchanger::Input::Connect { seat, kind });
    }

    fn close_all(&mut self, code: CloseCode) {
        self.closing = Some(code);
        while let Some((seat, queue)) = self.seats.pop_first() {
            queue.close(code);
            self.tell(exchanger::Input::Disconnect { seat });
        }
    }

    fn tell(&mut self, input: exchanger::Input) {
        self.node
            .handle_input(self.clock.now(), node::Input::Signal(input));
        self.deliver();
    }

    /// Drains the node, and tells it about the seats that could not keep up.
    fn deliver(&mut self) {
        loop {
            while let Some(output) = self.node.poll_output() {
                match output {
                    node::Output::Signal(output) => self.pass_out(output),
                }
            }
            let Some(seat) = self.slow.pop() else { return };
            let input = exchanger::Input::Disconnect { seat };
            self.node
                .handle_input(self.clock.now(), node::Input::Signal(input));
        }
    }

    fn pass_out(&mut self, output: exchanger::Output) {
        match output {
            exchanger::Output::Event { seat, seq, event } => {
                let event = self.share(event);
                self.push(seat, SeatEvent::Event { seq, event });
            }
            exchanger::Output::Room { seat, event } => self.push(seat, SeatEvent::Room(event)),
            exchanger::Output::Reply { seat, re, result } => {
                self.push(seat, SeatEvent::Reply { re, result });
            }
            exchanger::Output::Close { seat, code } => {
                if let Some(queue) = self.seats.remove(&seat) {
                    queue.close(code);
                }
            }
        }
    }

    fn push(&mut self, seat: Seat, event: SeatEvent) {
        let Some(queue) = self.seats.get(&seat) else {
            return;
        };
        // Full: this one connection ends and resumes; nobody else waits for it.
        if queue.push(event).is_err() {
            if let Some(queue) = self.seats.remove(&seat) {
                queue.evict(CloseCode::TooFast);
            }
            self.slow.push(seat);
        }
    }

    fn share(&mut self, event: Arc<Event>) -> Arc<SharedEvent> {
        if let Some(shared) = &self.shared
            && Arc::ptr_eq(shared.event(), &event)
        {
            return Arc::clone(shared);
        }
        let shared = Arc::new(SharedEvent::new(event));
        self.shared = Some(Arc::clone(&shared));
        shared
    }
}

async fn until(timer: Option<tokio::time::Instant>) {
    match timer {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
