//! The way to the server: one socket at a time, hello and resume on each, a pause between two, and
//! a watchdog. It knows nothing of pages, and media never depend on it.

mod backoff;
mod greeting;
mod receiving;
mod requests;
mod superseded;
#[cfg(test)]
mod tests;
mod watchdog;

pub(crate) use requests::Purpose;

use crate::random::Random;
use crate::timer::{Due, Reason, earliest, seconds_until};
use crate::view;
use crate::{Effect, Resumption, SocketEffect, SocketId, SocketReport};
use backoff::Backoff;
use protocol::machine::Outbox;
use protocol::time::{Duration, Instant};
use protocol::wire::{ReplyData, Request};
use protocol::{
    CloseCode, Command, Epoch, ErrorReply, Event, Feature, Hello, IceServer, RequestId, Resume,
    Resumed, VERSIONS,
};
use requests::Requests;
use std::sync::Arc;
use watchdog::{Alarm, Watchdog};

/// How long an attempt may take, from opening to welcome.
const ATTEMPT: Duration = Duration::from_secs(10);
/// An attempt that has taken no longer than this is left alone when the network changes.
const QUICK: Duration = Duration::from_secs(1);
/// How long a page looks for the server for the first time before it says that it does not find it.
const UNREACHED: Duration = Duration::from_secs(5);
/// A server that asks for more patience than this is asked again all the same.
const LONGEST_ADVICE: Duration = Duration::from_secs(600);
/// A connection that lasted this long was a good one: the backoff starts over after it.
const LASTING: Duration = Duration::from_secs(5);

/// What the rest of the session has to hear about the connection.
#[derive(Debug, PartialEq)]
pub(crate) enum News {
    /// Signals pass again.
    Arrived(Arrival),
    /// Something happened.
    Event(Event),
    /// A request was answered.
    Replied(Purpose, Result<ReplyData, ErrorReply>),
    /// The server wants no more of this tab.
    Stopped(CloseCode),
}

/// What the server still knows when signals pass again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// The tab is here for the first time, or again after a reload: it holds nothing.
    First(Resumed),
    /// The server knows nothing of this tab any more.
    Fresh,
    /// Everything; nothing was missed.
    Replayed,
    /// The tab's place, but too much was missed, or what it needs to make sense of the rest.
    Snapshot,
}

#[derive(Debug)]
enum State {
    Idle,
    Opening {
        socket: SocketId,
        since: Instant,
    },
    Greeting {
        socket: SocketId,
        hello: RequestId,
        since: Instant,
    },
    Online {
        socket: SocketId,
        since: Instant,
    },
    Waiting {
        until: Instant,
    },
    Stopped(CloseCode),
}

/// Whether the server has ever welcomed this tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Acquaintance {
    /// It has not, and the page says so from then on.
    Strange {
        unreached: Option<Instant>,
    },
    /// It has not for some seconds.
    Unreached,
    Known,
}

/// The machine of the socket's life.
#[derive(Debug)]
pub(crate) struct Connection {
    state: State,
    acquaintance: Acquaintance,
    last_socket: SocketId,
    /// What to continue; none before the first welcome and after the server refused.
    held: Option<Resume>,
    /// How often the session had been taken over when this tab was welcomed last.
    epoch: Epoch,
    requests: Requests,
    backoff: Backoff,
    watchdog: Watchdog,
    random: Random,
    ice_servers: Arc<[IceServer]>,
    /// When the server was there last, as far as known, while it is not there or that is doubtful.
    lost: Option<Instant>,
    /// Since when it was not there before it was reached last.
    was_lost: Instant,
    /// What has to be answered before the server counts as there again.
    proof: Proof,
}

/// Whether the server has to prove that it is there. What a socket brings after a sleep may be old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    None,
    Wanted,
    Asked(RequestId),
}

impl Connection {
    pub(crate) fn new(mut random: Random, now: Instant) -> Self {
        Self {
            state: State::Idle,
            acquaintance: Acquaintance::Strange { unreached: None },
            last_socket: SocketId::default(),
            held: None,
            epoch: Epoch::default(),
            requests: Requests::new(&mut random),
            backoff: Backoff::default(),
            watchdog: Watchdog::new(now),
            random,
            ice_servers: Arc::new([]),
            lost: None,
            was_lost: now,
            proof: Proof::None,
        }
    }

    /// Opens the first socket, to continue what a reload interrupted if there is anything.
    pub(crate) fn start(
        &mut self,
        resume: Option<Resume>,
        now: Instant,
        effects: &mut Outbox<Effect>,
    ) {
        self.held = resume;
        let unreached = Some(now + UNREACHED);
        self.acquaintance = Acquaintance::Strange { unreached };
        self.open(now, effects);
    }

    /// Whether requests reach the server now.
    pub(crate) const fn is_online(&self) -> bool {
        matches!(self.state, State::Online { .. })
    }

    /// Whether the way to the server was there and is lost now.
    pub(crate) fn is_lost(&self) -> bool {
        self.acquaintance == Acquaintance::Known && !self.is_online()
    }

    /// Whether the pause before the next attempt is shown.
    pub(crate) fn counts_down(&self) -> bool {
        matches!(self.state, State::Waiting { .. }) && self.acquaintance == Acquaintance::Known
    }

    /// Since when the server was not there before it was reached last.
    pub(crate) const fn was_lost(&self) -> Instant {
        self.was_lost
    }

    /// The tab slept since then. Until the server is heard again, it may have been gone as long.
    pub(crate) fn slept(&mut self, since: Instant) {
        if self.is_online() {
            self.lost.get_or_insert(since);
            self.proof = Proof::Wanted;
        }
    }

    pub(crate) const fn ice_servers(&self) -> &Arc<[IceServer]> {
        &self.ice_servers
    }

    pub(crate) fn view(&self, now: Instant) -> view::Connection {
        let retry_in_seconds = match self.state {
            State::Online { .. } => return view::Connection::Online,
            State::Stopped(code) => return view::Connection::Stopped(stop(code)),
            State::Idle | State::Opening { .. } | State::Greeting { .. } => 0,
            State::Waiting { until } => seconds_until(until, now),
        };
        match self.acquaintance {
            Acquaintance::Strange { .. } => view::Connection::Connecting,
            Acquaintance::Unreached => view::Connection::Unreachable,
            Acquaintance::Known => view::Connection::Reconnecting { retry_in_seconds },
        }
    }

    /// Asks for something now, or as soon as the session goes on.
    pub(crate) fn request(
        &mut self,
        command: Command,
        purpose: Purpose,
        effects: &mut Outbox<Effect>,
    ) {
        let request = self.requests.add(command, purpose, self.is_online());
        if let (State::Online { socket, .. }, Some(request)) = (&self.state, request) {
            effects.push(Effect::Socket(SocketEffect::Send(*socket, request)));
        }
    }

    /// Replies to what was asked until now concern nobody.
    pub(crate) fn disown_requests(&mut self) {
        self.requests.disown();
    }

    /// The person wants to connect now.
    pub(crate) fn reconnect(&mut self, now: Instant, effects: &mut Outbox<Effect>) {
        if matches!(self.state, State::Stopped(_) | State::Waiting { .. }) {
            self.open(now, effects);
        }
    }

    /// Something makes the connection doubtful: a pause ends, and a socket that seems to work has
    /// to prove it.
    pub(crate) fn doubt(&mut self, now: Instant, effects: &mut Outbox<Effect>) {
        match self.state {
            State::Waiting { .. } => self.open(now, effects),
            State::Online { socket, .. } => self.probe(socket, now, effects),
            // It may hang on the network that is gone.
            State::Opening { socket, since } | State::Greeting { socket, since, .. }
                if now.since(since) > QUICK =>
            {
                effects.push(Effect::Socket(SocketEffect::Close(socket, None)));
                self.open(now, effects);
            }
            State::Idle | State::Opening { .. } | State::Greeting { .. } | State::Stopped(_) => {}
        }
    }

    /// Stores what a reload needs.
    pub(crate) fn save(&self, effects: &mut Outbox<Effect>) {
        if let Some(resume) = &self.held {
            let resume = resume.clone();
            effects.push(Effect::SaveResumption(Some(Resumption { resume })));
        }
    }

    /// What the shell saw of a socket.
    pub(crate) fn handle_report(
        &mut self,
        id: SocketId,
        report: SocketReport,
        now: Instant,
        effects: &mut Outbox<Effect>,
    ) -> Option<News> {
        if self.socket() != Some(id) {
            return None;
        }
        match report {
            SocketReport::Opened => self.greet(id, now, effects),
            SocketReport::Received(message) => {
                self.watchdog.heard(now);
                return self.receive(id, message, now, effects);
            }
            SocketReport::Unreadable => self.watchdog.heard(now),
            SocketReport::Closed(number) => return self.closed(number, now, effects),
        }
        None
    }

    /// Drops what has been silent for too long, and tries again when the pause is over.
    pub(crate) fn handle_timeout(&mut self, now: Instant, effects: &mut Outbox<Effect>) {
        if let Acquaintance::Strange {
            unreached: Some(at),
        } = self.acquaintance
            && at <= now
        {
            self.acquaintance = Acquaintance::Unreached;
        }
        if let State::Online { socket, .. } = self.state {
            if self.requests.has_overflowed() {
                self.rate(now);
                return self.open(now, effects);
            }
            for request in self.requests.due(now) {
                effects.push(Effect::Socket(SocketEffect::Send(socket, request)));
            }
        }
        if self.state_timeout().is_some_and(|(at, _)| at <= now) {
            self.state_is_due(now, effects);
        }
        if let (State::Online { socket, .. }, Proof::Wanted) = (&self.state, self.proof) {
            self.probe(*socket, now, effects);
        }
    }

    fn state_is_due(&mut self, now: Instant, effects: &mut Outbox<Effect>) {
        match self.state {
            State::Waiting { .. } => self.open(now, effects),
            State::Online { socket, .. } => match self.watchdog.handle_timeout(now) {
                Some(Alarm::Ask) => self.probe(socket, now, effects),
                Some(Alarm::Gone) => {
                    let heard = self.watchdog.last_heard();
                    self.lost.get_or_insert(heard);
                    self.rate(now);
                    self.open(now, effects);
                }
                None => {}
            },
            State::Opening { socket, .. } | State::Greeting { socket, .. } => {
                effects.push(Effect::Socket(SocketEffect::Close(socket, None)));
                self.wait(CloseCode::Timeout.number(), now);
            }
            State::Idle | State::Stopped(_) => {}
        }
    }

    pub(crate) fn next_timeout(&self) -> Due {
        let unreached = match self.acquaintance {
            Acquaintance::Strange { unreached } => unreached.map(|at| (at, Reason::Silence)),
            Acquaintance::Unreached | Acquaintance::Known => None,
        };
        let due = self.requests.next_due().filter(|_| self.is_online());
        earliest([
            unreached,
            due.map(|at| (at, Reason::Again)),
            self.state_timeout(),
        ])
    }

    fn state_timeout(&self) -> Due {
        match self.state {
            State::Waiting { until } => Some((until, Reason::Backoff)),
            State::Online { .. } => Some((self.watchdog.next_timeout(), Reason::Silence)),
            State::Opening { since, .. } | State::Greeting { since, .. } => {
                Some((since + ATTEMPT, Reason::Silence))
            }
            State::Idle | State::Stopped(_) => None,
        }
    }

    const fn socket(&self) -> Option<SocketId> {
        match self.state {
            State::Opening { socket, .. }
            | State::Greeting { socket, .. }
            | State::Online { socket, .. } => Some(socket),
            State::Idle | State::Waiting { .. } | State::Stopped(_) => None,
        }
    }

    /// Asks for a sign of life: a pong with a number is answered.
    fn probe(&mut self, socket: SocketId, now: Instant, effects: &mut Outbox<Effect>) {
        self.watchdog.probed(now);
        let number = self.requests.number();
        if self.proof == Proof::Wanted {
            self.proof = Proof::Asked(number);
        }
        let id = Some(number);
        let command = Command::Pong;
        let probe = SocketEffect::Send(socket, Request { id, command });
        effects.push(Effect::Socket(probe));
    }

    fn open(&mut self, now: Instant, effects: &mut Outbox<Effect>) {
        self.last_socket = SocketId(self.last_socket.0.wrapping_add(1));
        let socket = self.last_socket;
        self.state = State::Opening { socket, since: now };
        effects.push(Effect::Socket(SocketEffect::Open(socket)));
    }

    fn greet(&mut self, socket: SocketId, since: Instant, effects: &mut Outbox<Effect>) {
        if !matches!(self.state, State::Opening { .. }) {
            return;
        }
        let hello = self.requests.number();
        self.state = State::Greeting {
            socket,
            hello,
            since,
        };
        let command = Command::Hello(Hello {
            versions: VERSIONS.to_vec(),
            features: vec![Feature::LobbyChanges],
            resume: self.held.clone(),
        });
        let id = Some(hello);
        let request = Request { id, command };
        effects.push(Effect::Socket(SocketEffect::Send(socket, request)));
    }

    fn closed(&mut self, number: u16, now: Instant, effects: &mut Outbox<Effect>) -> Option<News> {
        let code = CloseCode::from_number(number);
        if let Some(
            code @ (CloseCode::Forbidden
            | CloseCode::Protocol
            | CloseCode::Replaced
            | CloseCode::Unauthenticated),
        ) = code
        {
            return Some(self.stop(code, effects));
        }
        self.wait(number, now);
        None
    }

    /// Whether the connection that is lost now was a good one.
    fn rate(&mut self, now: Instant) {
        if self.is_online() {
            self.lost.get_or_insert(now);
        }
        if let State::Online { since, .. } = self.state
            && now.since(since) >= LASTING
        {
            self.backoff.reset();
        }
    }

    fn wait(&mut self, number: u16, now: Instant) {
        self.rate(now);
        let pause = if number == CloseCode::Restart.number() {
            self.backoff.restart_pause(&mut self.random)
        } else {
            self.backoff.pause(&mut self.random)
        };
        self.state = State::Waiting { until: now + pause };
    }

    fn stop(&mut self, code: CloseCode, effects: &mut Outbox<Effect>) -> News {
        self.state = State::Stopped(code);
        self.held = None;
        self.requests.clear();
        effects.push(Effect::SaveResumption(None));
        News::Stopped(code)
    }
}

/// What a code that forbids to connect again means to a person.
const fn stop(code: CloseCode) -> view::Stop {
    match code {
        CloseCode::Forbidden => view::Stop::Forbidden,
        CloseCode::Unauthenticated => view::Stop::Unauthenticated,
        CloseCode::Replaced => view::Stop::Elsewhere,
        CloseCode::Protocol
        | CloseCode::Restart
        | CloseCode::Timeout
        | CloseCode::TooBig
        | CloseCode::TooFast
        | _ => view::Stop::Misunderstood,
    }
}
