//! The task of one session: it drives the machine, and carries out what comes out of it.

mod lines;

use super::polling::Pending;
use super::registry::{Asked, Change, MAX_FIRST_MESSAGE_BYTES, SessionHandle};
use super::sockets::{self, Attached};
use crate::admission::Admission;
use crate::admission::account::{ConnectionPermit, HeldBytes};
use crate::admission::budget::{Allowance, Budget};
use crate::clock::Clock;
use crate::connections::{self, Connections};
use crate::names;
use crate::patience::Patience;
use crate::seat::{Eviction, Gateway, SeatEvent, SeatEvents, SeatHandle};
use crate::transport::websocket::Socket;
use crate::transport::websocket::pump::Bounded as _;
use ::socketio::limits::MAX_PAYLOAD;
use ::socketio::{Input, Line, Opening, Output, Session};
use lines::Written;
use node::exchanger::SeatKind;
use protocol::room::{RoomEvent, SignalKind};
use protocol::time::{Duration, Instant};
use protocol::{Command, Hello, Reply, RequestId, VERSIONS};
use std::collections::VecDeque;
use std::future::pending;
use std::ops::ControlFlow;
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::sleep_until;
use tungstenite::Message;
use tungstenite::error::Error;

/// Between two packets of one body, for counting them.
const SEPARATOR: u8 = 0x1E;

/// While less waits to be written, what the node tells goes along: a write costs more than all else
/// that is done for a message. Far less than the session holds at most.
const MAX_BATCH_BYTES: usize = 64 * 1024;

/// The same as a number of packets.
const MAX_BATCH_PACKETS: usize = 256;

/// After so many commands others get their turn: what is said in a row must not fill the queues of
/// those who hear it before they could read any of it.
const COMMANDS_PER_TURN: u32 = 16;

/// A client that owes more than this has not only been quick: its session ends.
const MAX_HOLD: Duration = Duration::from_secs(60);

/// One session and all that belongs to it.
#[derive(Debug)]
pub(super) struct Driver {
    session: Session,
    /// What came out of the session before other things went in, and is not done yet.
    outputs: VecDeque<Output>,
    commands_this_turn: u32,
    gateway: Gateway,
    clock: Clock,
    patience: Patience,
    seat: Sitting,
    budget: Budget,
    /// Nothing more is taken from the client before.
    hold_until: Instant,
    /// A body that came before that; a client sends one at a time.
    deferred: Option<(Line, Vec<u8>, HeldBytes)>,
    /// How large a message may be.
    max_message: usize,
    /// What the session's requests see of it.
    handle: Option<SessionHandle>,
    requests: Option<mpsc::Receiver<Asked>>,
    /// The requests that wait for an answer: at most one GET and one POST, and those that are
    /// refused in this turn.
    pending: Vec<Pending>,
    /// The session's WebSocket, and one that it may change over to.
    sockets: Vec<Attached>,
    /// The node has no more to say, and the server takes no more requests.
    is_stopping: bool,
    connections: Connections,
    permit: ConnectionPermit,
    _guard: connections::Guard,
}

/// Where the session sits. It has a seat from the beginning, so that it hears when the server
/// stops; it becomes a peer when the client connects to the namespace.
#[derive(Debug)]
enum Sitting {
    Taken(SeatHandle),
    Wanted,
    /// None is wanted any more, or none is to be had.
    None,
}

/// Something to tell the machine.
#[derive(Debug)]
enum News {
    Asked(Asked),
    /// A request's client has gone away.
    Gone(Line),
    Message(Line, Option<Result<Message, Error>>),
    Seat(SeatEvent),
    /// A timer is due, or the client may be read again.
    Time,
    /// The client reads too slowly, and is dropped.
    Evicted,
}

impl Driver {
    pub(super) fn new(
        admission: &Admission,
        permit: ConnectionPermit,
        opening: Opening,
        sid: &str,
    ) -> Self {
        let now = admission.clock.now();
        let allowance = Allowance::new(&admission.limits, MAX_PAYLOAD);
        Self {
            session: Session::new(now, opening, sid),
            outputs: VecDeque::new(),
            commands_this_turn: 0,
            gateway: admission.gateway.clone(),
            clock: admission.clock,
            patience: admission.patience,
            seat: Sitting::Wanted,
            budget: Budget::new(allowance, permit.account().clone(), now),
            hold_until: now,
            deferred: None,
            max_message: MAX_FIRST_MESSAGE_BYTES,
            handle: None,
            requests: None,
            pending: Vec::new(),
            sockets: Vec::new(),
            is_stopping: false,
            connections: admission.connections.clone(),
            permit,
            _guard: admission.connections.guard(),
        }
    }

    /// A session that begins by polling.
    pub(super) fn with_requests(
        mut self,
        handle: SessionHandle,
        requests: mpsc::Receiver<Asked>,
        first: Pending,
    ) -> Self {
        self.handle = Some(handle);
        self.requests = Some(requests);
        self.pending.push(first);
        self
    }

    /// A session that begins with a WebSocket.
    pub(super) fn with_socket(mut self, line: Line, socket: Socket) -> Self {
        self.attach(line, socket, None);
        self
    }

    fn attach(&mut self, line: Line, mut socket: Socket, change: Option<Change>) {
        socket.charge(self.permit.account().clone());
        socket.set_max_message(self.max_message);
        self.sockets.push(Attached {
            line,
            socket,
            _change: change,
        });
    }

    /// Serves the session to its end.
    pub(super) async fn run(mut self) {
        loop {
            if self.carry_out().await.is_break() || self.is_stopping {
                break;
            }
            self.sit_down().await;
            let news = self.next().await;
            if self.take(news).is_break() {
                break;
            }
        }
        tracing::debug!(ignored = self.session.ignored(), "an old client has gone");
    }

    /// Does what the machine asks for, until it asks for nothing more.
    async fn carry_out(&mut self) -> ControlFlow<()> {
        loop {
            let mut outcomes = Vec::new();
            while let Some(output) = self.next_output() {
                match output {
                    Output::Respond { line, response } => self.respond(line, response),
                    Output::Write { line, frames } => match self.write(line, frames).await {
                        Written::All => outcomes.push(Input::Written(line)),
                        Written::Broken => {
                            self.remove(line);
                            outcomes.push(Input::Gone(line));
                        }
                        Written::Evicted => return ControlFlow::Break(()),
                    },
                    Output::CloseSocket(line) => self.close(line, None),
                    Output::Connect => self.hello().await,
                    Output::Disconnect => self.seat = Sitting::Wanted,
                    Output::Command(command) => {
                        if let Sitting::Taken(seat) = &self.seat {
                            seat.commands.say(names::normalize_rooms(command)).await;
                        }
                        self.commands_this_turn += 1;
                        if self.commands_this_turn >= COMMANDS_PER_TURN {
                            self.commands_this_turn = 0;
                            yield_now().await;
                        }
                    }
                    Output::Closed(_) => {
                        self.seat = Sitting::None;
                    }
                }
            }
            if self.session.is_closed() {
                return ControlFlow::Break(());
            }
            if outcomes.is_empty() {
                return ControlFlow::Continue(());
            }
            for outcome in outcomes {
                self.session.handle_input(self.clock.now(), outcome);
            }
        }
    }

    fn next_output(&mut self) -> Option<Output> {
        let output = self.outputs.pop_front();
        if output.is_some() && self.outputs.is_empty() {
            // Most connections have nothing to do most of the time.
            self.outputs = VecDeque::new();
        }
        output.or_else(|| self.session.poll_output())
    }

    /// Waits for what happens next.
    async fn next(&mut self) -> News {
        let now = self.clock.now();
        let is_held = now < self.hold_until;
        let timer = self.session.poll_timeout().map(|(at, _)| at);
        let hold = is_held.then_some(self.hold_until);
        let wakeup = timer.into_iter().chain(hold).min();
        let wakeup = wakeup.map(|at| self.clock.wakeup(at));
        let (events, eviction) = match &mut self.seat {
            Sitting::Taken(seat) => (Some(&mut seat.events), Some(&mut seat.eviction)),
            Sitting::Wanted | Sitting::None => (None, None),
        };
        let (all, waiting) = (&mut self.sockets, &mut self.pending);
        tokio::select! {
            biased;
            // 1. An end that does not wait.
            _code = maybe(eviction.map(Eviction::wait)) => News::Evicted,
            // 2. What is due.
            () = maybe(wakeup.map(sleep_until)) => News::Time,
            // 3. What the node tells, before more is taken: a client that says much and reads all
            //    must not be evicted because the node's words to it pile up.
            event = maybe(events.map(SeatEvents::next)) => News::Seat(event),
            // 4. What the client does.
            line = lines::gone(waiting) => News::Gone(line),
            (line, message) = sockets::message(all), if !is_held => News::Message(line, message),
            // Also of a client that is held back: who polls is told, and who changes over does
            // not wait with an open socket.
            Some(asked) = maybe(self.requests.as_mut().map(mpsc::Receiver::recv)) => {
                News::Asked(asked)
            }
        }
    }

    fn take(&mut self, news: News) -> ControlFlow<()> {
        let now = self.clock.now();
        match news {
            News::Asked(asked) => self.asked(now, asked),
            News::Gone(line) => {
                self.pending.retain(|pending| pending.line() != line);
                self.session.handle_input(now, Input::Gone(line));
            }
            News::Message(line, message) => self.message(now, line, message),
            News::Seat(event) => self.told_all(now, event),
            News::Time => self.wake(now),
            News::Evicted => {
                self.closed_by_server();
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn wake(&mut self, now: Instant) {
        self.session.handle_timeout(now);
        if now >= self.hold_until
            && let Some((line, bytes, held)) = self.deferred.take()
        {
            self.body(now, line, &bytes);
            drop(held);
        }
    }

    fn body(&mut self, now: Instant, line: Line, bytes: &[u8]) {
        let separators = bytes.iter().filter(|byte| **byte == SEPARATOR).count();
        self.hold(now, separators + 1, bytes.len());
        self.session.handle_input(now, Input::Body { line, bytes });
    }

    fn asked(&mut self, now: Instant, asked: Asked) {
        match asked {
            Asked::Poll(pending) => {
                let line = pending.line();
                self.pending.push(pending);
                self.session.handle_input(now, Input::Poll(line));
            }
            Asked::Post { pending, is_binary } => {
                let line = pending.line();
                self.pending.push(pending);
                let input = Input::Post { line, is_binary };
                self.session.handle_input(now, input);
            }
            Asked::Body { line, bytes, held } if now < self.hold_until => {
                self.deferred = Some((line, bytes, held));
            }
            Asked::Body { line, bytes, .. } => self.body(now, line, &bytes),
            Asked::BodyTooLarge(line) => {
                self.hold(now, 1, 0);
                self.session.handle_input(now, Input::BodyTooLarge(line));
            }
            Asked::BodyGone(line) => self.session.handle_input(now, Input::Gone(line)),
            Asked::Socket(line, socket, change) => {
                self.attach(line, *socket, Some(change));
                self.session.handle_input(now, Input::Socket(line));
            }
        }
    }

    fn message(&mut self, now: Instant, line: Line, message: Option<Result<Message, Error>>) {
        match message {
            Some(Ok(Message::Text(text))) => {
                self.hold(now, 1, text.len());
                let text = text.as_str();
                self.session.handle_input(now, Input::Text { line, text });
            }
            Some(Ok(Message::Binary(bytes))) => {
                self.hold(now, 1, bytes.len());
                let bytes = &bytes;
                self.session
                    .handle_input(now, Input::Binary { line, bytes });
            }
            // The socket answers pings by itself; here they only count.
            Some(Ok(Message::Ping(bytes) | Message::Pong(bytes))) => {
                self.hold(now, 1, bytes.len());
            }
            Some(Err(error)) => {
                self.close(line, sockets::status(&error));
                self.session.handle_input(now, Input::Gone(line));
            }
            Some(Ok(Message::Close(_) | Message::Frame(_))) | None => {
                self.close(line, None);
                self.session.handle_input(now, Input::Gone(line));
            }
        }
    }

    /// Takes an event, and what waits behind it as far as it is written together.
    fn told_all(&mut self, now: Instant, first: SeatEvent) {
        let mut next = Some(first);
        while let Some(event) = next {
            self.told(now, event);
            while let Some(output) = self.session.poll_output() {
                self.outputs.push_back(output);
            }
            let is_full = self.session.queued_packets() >= MAX_BATCH_PACKETS
                || self.session.queued_bytes() >= MAX_BATCH_BYTES;
            next = match &self.seat {
                Sitting::Taken(seat) if !is_full => seat.events.try_next(),
                Sitting::Taken(_) | Sitting::Wanted | Sitting::None => None,
            };
        }
    }

    fn told(&mut self, now: Instant, event: SeatEvent) {
        match event {
            SeatEvent::Room(event) => {
                if is_asked_for_a_link(event.event()) {
                    self.budget.credit_link();
                }
                let encoded = event.encoded();
                self.session.handle_input(now, Input::Event(encoded));
            }
            SeatEvent::Reply { result, .. } => {
                if let Ok(Reply::Welcome(welcome)) = *result {
                    self.session.handle_input(now, Input::Welcome(welcome.peer));
                }
            }
            // A client of the old system is told nothing else.
            SeatEvent::Done(_) | SeatEvent::Event { .. } => {}
            SeatEvent::Close(code) => {
                self.seat = Sitting::None;
                // A client that does not poll now cannot be told any more.
                self.is_stopping = code == protocol::CloseCode::Restart;
                self.session.handle_input(now, Input::Close);
            }
        }
    }

    /// Counts what the client has said, and says when more is taken from it.
    fn hold(&mut self, now: Instant, messages: usize, bytes: usize) {
        if let Sitting::Taken(seat) = &self.seat {
            self.budget.cause(now, seat.events.take_caused());
        }
        let wait = self.budget.delay(now, messages, bytes);
        self.hold_until = now + wait;
        if wait > MAX_HOLD {
            self.closed_by_server();
            self.hold_until = now;
            self.feed(now, Input::Close);
        } else if !wait.is_zero() {
            self.feed(now, Input::Unread(self.hold_until));
        }
    }

    /// Tells the machine something before something else is told, and keeps what comes out.
    fn feed(&mut self, now: Instant, input: Input<'_>) {
        self.session.handle_input(now, input);
        while let Some(output) = self.session.poll_output() {
            self.outputs.push_back(output);
        }
    }

    fn closed_by_server(&mut self) {
        if let Sitting::Taken(seat) = &mut self.seat {
            seat.commands.close();
        }
    }

    /// The client connects to the namespace, and may say more from here on.
    fn take_large_messages(&mut self) {
        self.max_message = MAX_PAYLOAD;
        for Attached { socket, .. } in &mut self.sockets {
            socket.set_max_message(MAX_PAYLOAD);
        }
        if let Some(handle) = &self.handle {
            handle.set_max_message(MAX_PAYLOAD);
        }
    }

    /// Takes a seat if one is wanted.
    async fn sit_down(&mut self) {
        if matches!(self.seat, Sitting::Wanted) {
            let seat = self
                .gateway
                .open(SeatKind::OLD, self.permit.account().clone());
            let seat = seat.await;
            self.seat = seat.map_or(Sitting::None, Sitting::Taken);
        }
    }

    async fn hello(&mut self) {
        self.take_large_messages();
        self.sit_down().await;
        if let Sitting::Taken(seat) = &self.seat {
            let hello = Hello {
                versions: VERSIONS.to_vec(),
                ..Hello::default()
            };
            let command = Command::Hello(hello);
            seat.commands.send(Some(RequestId(1)), command).await;
        }
    }
}

/// Whether an honest client that is told this opens a link, for which it is not charged.
fn is_asked_for_a_link(event: &RoomEvent) -> bool {
    matches!(
        event,
        RoomEvent::UserJoinedStream(_) | RoomEvent::Received(SignalKind::Offer, _)
    )
}

/// Waits for something that may not be there.
async fn maybe<T>(future: Option<impl Future<Output = T>>) -> T {
    match future {
        Some(future) => future.await,
        None => pending().await,
    }
}
