//! The one task that owns the node. Everybody else holds a bounded sender to it.

use crate::admission::account::Account;
use crate::clock::Clock;
use crate::seat::{
    Gateway, Held, QueueFull, SeatEvent, SeatQueue, SharedEvent, SharedRoomEvent, weight,
};
use node::Node;
use node::exchanger::{self, ChannelState, ClosedBy, Seat, SeatKind, Source};
use protocol::room::RoomCommand;
use protocol::time::{Duration, Instant};
use protocol::{ChannelName, CloseCode, Command, ErrorReply, Lobby, Reply, RequestId};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;

/// How many requests may wait for the node. A connection whose request does not fit waits, and
/// reads nothing more from its client until it does.
const MAX_WAITING: usize = 1024;

/// How many requests are carried out before the timers are looked at again.
const BUDGET: usize = 64;

/// How long a reply that says nothing but that it was done may wait for something else to be
/// written with: `docs/protocol.md` says so under "Messages".
const LINGER: Duration = Duration::from_millis(20);

/// Whether the reply to a request may linger: there are many of these, and no client waits for
/// what comes of them.
const fn may_linger(command: &Command) -> bool {
    matches!(
        command,
        Command::Answer(_)
            | Command::Candidate(_)
            | Command::LinkFlowing(_)
            | Command::Offer(_)
            | Command::Pong
    )
}

/// What the rest of the server wants from the node.
#[derive(Debug)]
pub(crate) enum Request {
    /// A connection was accepted.
    Open {
        seat: Seat,
        kind: SeatKind,
        queue: SeatQueue,
        account: Account,
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
    Leave { seat: Seat, by: ClosedBy },
    /// A page shows who is live.
    Lobby(oneshot::Sender<Lobby>),
    /// A page shows a channel.
    Channel(ChannelName, oneshot::Sender<Option<ChannelState>>),
    /// Somebody asks who is there.
    Census(oneshot::Sender<Census>),
    /// The server stops.
    CloseAll(CloseCode),
}

/// Who is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Connections that hold a seat.
    pub seats: usize,
    /// Peers, those away included.
    pub peers: usize,
}

/// Starts the node's task. It ends when the last gateway and the last seat are dropped.
pub(crate) fn spawn(node: Node, clock: Clock) -> Gateway {
    let (send, requests) = mpsc::channel(MAX_WAITING);
    let task = NodeTask {
        node,
        clock,
        seats: BTreeMap::new(),
        speaker: None,
        deliveries: Deliveries::default(),
        closing: None,
        shared: None,
        shared_room: None,
        slow: Vec::new(),
        held: Vec::new(),
        hurry_at: None,
        may_linger: false,
    };
    tokio::spawn(task.run(requests));
    Gateway::new(send)
}

struct NodeTask {
    node: Node,
    clock: Clock,
    seats: BTreeMap<Seat, Seated>,
    /// Whose input is being carried out; nobody's while timers are.
    speaker: Option<Seat>,
    /// What others have been told because of the speaker.
    deliveries: Deliveries,
    /// Set once the server stops: with what to turn everybody away.
    closing: Option<CloseCode>,
    /// The event told last; the next seat is often told the same.
    shared: Option<Arc<SharedEvent>>,
    /// The same for clients of the old system.
    shared_room: Option<Arc<SharedRoomEvent>>,
    /// Seats whose queue was full, until the node knows.
    slow: Vec<Seat>,
    /// Whether that holds for the request that is being carried out.
    may_linger: bool,
    /// Seats for which replies are held back.
    held: Vec<Seat>,
    /// When they are to be told, whatever else there is to tell.
    hurry_at: Option<Instant>,
}

/// One connection as the node's task knows it.
struct Seated {
    queue: SeatQueue,
    /// Who pays for what this connection makes others hear.
    account: Account,
}

/// Messages to others, and what they weigh.
#[derive(Clone, Copy, Debug, Default)]
struct Deliveries {
    messages: u32,
    bytes: u32,
}

impl NodeTask {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(BUDGET);
        let mut alarm = pin!(sleep_until(self.clock.wakeup(self.clock.now())));
        loop {
            // 1. Timers that are due: a flood of requests must not keep a lost peer's place or
            //    delay a sign of life.
            let due = self.call_timers().map(|at| self.clock.wakeup(at));
            if let Some(at) = due
                && at != alarm.deadline()
            {
                alarm.as_mut().reset(at);
            }
            tokio::select! {
                biased;
                // 2. Requests, at most the budget of them in one go.
                received = requests.recv_many(&mut batch, BUDGET) => {
                    if received == 0 {
                        return;
                    }
                    for request in batch.drain(..) {
                        self.carry_out(request);
                    }
                }
                // 3. Nothing to do until a request comes or a timer is due.
                () = alarm.as_mut(), if due.is_some() => {}
            }
        }
    }

    /// Does what is due, and says when something is due next.
    fn call_timers(&mut self) -> Option<Instant> {
        let now = self.clock.now();
        if self.hurry_at.is_some_and(|at| at <= now) {
            self.hurry_at = None;
            for seat in std::mem::take(&mut self.held) {
                if let Some(seated) = self.seats.get(&seat) {
                    seated.queue.hurry();
                }
            }
        }
        if self.node.poll_timeout().is_some_and(|(at, _)| at <= now) {
            self.node.handle_timeout(now);
            self.deliver();
        }
        let timer = self.node.poll_timeout().map(|(at, _)| at);
        timer.into_iter().chain(self.hurry_at).min()
    }

    fn carry_out(&mut self, request: Request) {
        match request {
            Request::Open {
                seat,
                kind,
                queue,
                account,
            } => self.open(seat, kind, Seated { queue, account }),
            Request::Command { seat, id, command } => {
                // A seat that was closed may still have had something to say.
                if self.seats.contains_key(&seat) {
                    self.may_linger = may_linger(&command);
                    self.hear(seat, exchanger::Input::Command { seat, id, command });
                }
            }
            Request::Room { seat, command } => {
                if self.seats.contains_key(&seat) {
                    self.hear(seat, exchanger::Input::Room { seat, command });
                }
            }
            Request::Leave { seat, by } => {
                if let Some(Seated { account, .. }) = self.seats.remove(&seat) {
                    self.speaker = Some(seat);
                    self.tell(exchanger::Input::Disconnect { seat, by });
                    self.charge(&account);
                }
            }
            // Whoever asked may have gone away meanwhile; then nobody misses the answer.
            Request::Lobby(answer) => drop(answer.send(self.node.lobby(self.clock.now()))),
            Request::Channel(name, answer) => {
                drop(answer.send(self.node.channel(&name, self.clock.now())));
            }
            Request::Census(answer) => {
                let (seats, peers) = (self.node.seats(), self.node.peers());
                if answer.send(Census { seats, peers }).is_err() {
                    tracing::trace!("nobody waits for the census any more");
                }
            }
            Request::CloseAll(code) => self.close_all(code),
        }
    }

    fn open(&mut self, seat: Seat, kind: SeatKind, seated: Seated) {
        if let Some(code) = self.closing {
            seated.queue.close(code);
            return;
        }
        let source = Source(seated.account.number());
        self.seats.insert(seat, seated);
        self.tell(exchanger::Input::Connect { seat, kind, source });
    }

    fn close_all(&mut self, code: CloseCode) {
        self.closing = Some(code);
        while let Some((seat, seated)) = self.seats.pop_first() {
            seated.queue.close(code);
            let by = ClosedBy::Server;
            self.tell(exchanger::Input::Disconnect { seat, by });
        }
    }

    /// Carries out what a client says, and charges it for what others are told because of that.
    fn hear(&mut self, seat: Seat, input: exchanger::Input) {
        self.speaker = Some(seat);
        self.tell(input);
        // It may have lost its seat by what it said.
        let account = self.seats.get(&seat).map(|Seated { queue, account }| {
            queue.charge(self.deliveries.messages);
            account.clone()
        });
        match account {
            Some(account) => self.charge(&account),
            None => self.forget_speaker(),
        }
    }

    /// Charges the speaker's account. What timers tell is charged to nobody: there is one such
    /// message for each who hears it and each tick, however much was said meanwhile.
    fn charge(&mut self, account: &Account) {
        let Deliveries { messages, bytes } = std::mem::take(&mut self.deliveries);
        if messages > 0 {
            account.deliver(self.clock.now(), messages, bytes);
        }
        self.forget_speaker();
    }

    fn forget_speaker(&mut self) {
        self.speaker = None;
        self.deliveries = Deliveries::default();
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
            let by = ClosedBy::Server;
            let input = exchanger::Input::Disconnect { seat, by };
            self.node
                .handle_input(self.clock.now(), node::Input::Signal(input));
        }
    }

    fn pass_out(&mut self, output: exchanger::Output) {
        match output {
            exchanger::Output::Event { seat, seq, event } => {
                let event = SharedEvent::with_last(event, &mut self.shared);
                self.push(seat, SeatEvent::Event { seq, event });
            }
            exchanger::Output::Room { seat, event } => {
                let event = SharedRoomEvent::with_last(event, &mut self.shared_room);
                self.push(seat, SeatEvent::Room(event));
            }
            exchanger::Output::Reply { seat, re, result } => {
                self.reply(seat, re, result);
            }
            exchanger::Output::Close { seat, code } => {
                if let Some(seated) = self.seats.remove(&seat) {
                    seated.queue.close(code);
                }
            }
        }
    }

    fn reply(&mut self, seat: Seat, re: RequestId, result: Result<Reply, ErrorReply>) {
        match result {
            Ok(Reply::Done(_)) if self.may_linger => self.hold(seat, SeatEvent::Done(re)),
            Ok(Reply::Done(_)) => self.push(seat, SeatEvent::Done(re)),
            result => {
                let result = Box::new(result);
                self.push(seat, SeatEvent::Reply { re, result });
            }
        }
    }

    fn push(&mut self, seat: Seat, event: SeatEvent) {
        let Some(Seated { queue, .. }) = self.seats.get(&seat) else {
            return;
        };
        if self.speaker.is_some_and(|speaker| speaker != seat) {
            let bytes = u32::try_from(weight(&event)).unwrap_or(u32::MAX);
            let Deliveries {
                messages,
                bytes: sum,
            } = &mut self.deliveries;
            *messages = messages.saturating_add(1);
            *sum = sum.saturating_add(bytes);
        }
        if let Err(QueueFull) = queue.push(event) {
            self.evict(seat);
        }
    }

    /// The same for what is in no hurry.
    fn hold(&mut self, seat: Seat, event: SeatEvent) {
        let Some(Seated { queue, .. }) = self.seats.get(&seat) else {
            return;
        };
        match queue.push_held(event) {
            Ok(Held::First) => {
                self.held.push(seat);
                let until = || self.clock.now() + LINGER;
                self.hurry_at.get_or_insert_with(until);
            }
            Ok(Held::Along) => {}
            Err(QueueFull) => self.evict(seat),
        }
    }

    /// Full: this one connection ends and resumes; nobody else waits for it.
    fn evict(&mut self, seat: Seat) {
        if let Some(Seated { queue, .. }) = self.seats.remove(&seat) {
            queue.evict(CloseCode::TooFast);
        }
        self.slow.push(seat);
    }
}

#[cfg(test)]
mod tests;
