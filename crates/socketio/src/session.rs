//! One Engine.IO session with at most one Socket.IO connection in it.
//!
//! ```text
//! transport   polling ──▶ (probing a WebSocket) ──▶ WebSocket
//! phase       Open ──▶ Closing (what waits is still told) ──▶ Closed
//! seat        None ──CONNECT──▶ Asked ──Welcome──▶ Taken ──DISCONNECT──▶ None …
//! ```
//!
//! Driven as [`protocol::machine`] says.

mod dispatch;
mod end;
mod heartbeat;
mod queue;
mod transport;
mod upgrade;

use crate::assembly::Assembly;
use crate::event::Encoded;
use crate::limits::{CONNECT_TIMEOUT, MAX_PAYLOAD, PING_INTERVAL, PING_TIMEOUT};
use crate::packet::{Frame, Packet};
use crate::port::{CloseReason, Input, Opening, Output, Timer};
use heartbeat::{Beat, Heartbeat};
use protocol::machine::Outbox;
use protocol::time::{Instant, millis};
use queue::Queue;
use transport::Transport;
use upgrade::Upgrade;

/// The machine of one session.
#[derive(Debug)]
pub struct Session {
    outbox: Outbox<Output>,
    phase: Phase,
    transport: Transport,
    upgrade: Option<Upgrade>,
    heartbeat: Heartbeat,
    seat: Seat,
    /// When it is too late to ask for the namespace; `None` once that was done.
    connect_by: Option<Instant>,
    assembly: Option<Assembly>,
    queue: Queue,
    ignored: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// Nothing is taken in any more.
    Closing {
        /// When the client must have fetched the news; `None` while other packets wait before it.
        by: Option<Instant>,
    },
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seat {
    None,
    Asked,
    Taken,
}

impl Session {
    /// Opens a session. Its id is a secret between it and its client: at least 20 characters that
    /// need no escape in a URL, and that nobody can guess.
    #[must_use]
    pub fn new(now: Instant, opening: Opening, sid: &str) -> Self {
        let (transport, upgrades) = match opening {
            Opening::Polling(line) => (Transport::polling(line), r#"["websocket"]"#),
            Opening::Socket(line) => (Transport::socket(line), "[]"),
        };
        let mut session = Self {
            outbox: Outbox::new(),
            phase: Phase::Open,
            transport,
            upgrade: None,
            heartbeat: Heartbeat::new(now),
            seat: Seat::None,
            connect_by: Some(now + CONNECT_TIMEOUT),
            assembly: None,
            queue: Queue::default(),
            ignored: 0,
        };
        let open = format!(
            r#"{{"sid":"{sid}","upgrades":{upgrades},"pingInterval":{},"pingTimeout":{},"maxPayload":{MAX_PAYLOAD}}}"#,
            millis(PING_INTERVAL),
            millis(PING_TIMEOUT),
        );
        session.send(now, [Packet::Open(&open).encode()]);
        session
    }

    /// Takes what the shell saw.
    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        self.outbox.assert_drained();
        match input {
            Input::Poll(line) => self.poll(now, line),
            Input::Post { line, is_binary } => self.post(line, is_binary),
            Input::Body { line, bytes } => self.body(now, line, bytes),
            Input::BodyTooLarge(line) => self.body_too_large(line),
            Input::Socket(line) => self.begin_upgrade(now, line),
            Input::Text { line, text } => self.text(now, line, text),
            Input::Binary { line, bytes } => self.binary(now, line, bytes),
            Input::Written(line) => self.written(now, line),
            Input::Gone(line) => self.gone(line),
            Input::Welcome(peer) => self.welcome(now, peer),
            Input::Event(event) => self.event(now, event),
            Input::Unread(at) => self.heartbeat.unread_until(at),
            Input::Close => self.close(now),
        }
    }

    /// Lets time pass.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.outbox.assert_drained();
        self.check_upgrade(now);
        if self.connect_by.take_if(|by| *by <= now).is_some() {
            self.close(now);
        }
        match self.heartbeat.beat(now) {
            Some(Beat::Ping) => self.send(now, [Packet::Ping("").encode()]),
            Some(Beat::Dead) => self.finish(CloseReason::PingTimeout),
            None => {}
        }
        if matches!(self.phase, Phase::Closing { by: Some(by) } if by <= now) {
            self.finish(CloseReason::Forced);
        }
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outbox.poll()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), and for which timer.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Timer)> {
        if self.phase == Phase::Closed {
            return None;
        }
        let closing = match self.phase {
            Phase::Closing { by } => by.map(|by| (by, Timer::Close)),
            Phase::Open | Phase::Closed => None,
        };
        let upgrade = self.upgrade.as_ref().map(Upgrade::timer);
        let connect = self.connect_by.map(|by| (by, Timer::Connect));
        let timers = [closing, upgrade, connect];
        timers
            .into_iter()
            .chain(self.heartbeat.timers())
            .flatten()
            .min()
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }

    /// How many packets have been ignored: events that nobody listens to or that lack their
    /// argument, acknowledgements, and events after the client has left.
    #[must_use]
    pub const fn ignored(&self) -> u64 {
        self.ignored
    }

    /// How many packets wait for the client or are being written.
    #[must_use]
    pub const fn queued_packets(&self) -> usize {
        self.queue.packets()
    }

    /// How many bytes wait for the client or are being written.
    #[must_use]
    pub const fn queued_bytes(&self) -> usize {
        self.queue.bytes()
    }

    fn event(&mut self, now: Instant, event: &Encoded) {
        if self.seat == Seat::Taken {
            self.send(now, event.frames());
        }
    }

    /// Queues one message; it goes out at once if the transport is free.
    fn send(&mut self, now: Instant, frames: impl IntoIterator<Item = Frame>) {
        if self.phase != Phase::Open {
            return;
        }
        match self.queue.push(frames) {
            Ok(()) => self.flush(now),
            Err(queue::Overflow) => self.finish(CloseReason::Overflow),
        }
    }
}

#[cfg(test)]
mod tests;
