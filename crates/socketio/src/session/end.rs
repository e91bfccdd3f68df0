//! How a session ends: at once, or after what waits has been told.

use super::{Phase, Seat, Session, Transport};
use crate::http::Response;
use crate::limits::CLOSE_TIMEOUT;
use crate::packet::Packet;
use crate::port::{CloseReason, Line, Output};
use crate::session::queue::Queue;
use protocol::time::Instant;

impl Session {
    /// Ends the session in order: what waits is told first, and then that it is over.
    pub(super) fn close(&mut self, now: Instant) {
        if self.phase != Phase::Open {
            return;
        }
        self.phase = Phase::Closing { by: None };
        self.assembly = None;
        self.connect_by = None;
        self.leave();
        self.drained(now);
    }

    /// Goes on with closing once nothing waits any more.
    pub(super) fn drained(&mut self, now: Instant) {
        if self.phase == (Phase::Closing { by: None }) && self.queue.is_empty() {
            self.end_transport(now);
        }
    }

    /// Tells the client that it is over. Without a poll that waits, the next one is told.
    pub(super) fn end_transport(&mut self, now: Instant) {
        let waits_for_poll = matches!(self.transport, Transport::Polling { poll: None, .. });
        if !waits_for_poll {
            return self.finish(CloseReason::Forced);
        }
        if let Some(line) = self.transport.take_post() {
            self.respond(line, Response::Cut);
        }
        self.phase = Phase::Closing {
            by: Some(now + CLOSE_TIMEOUT),
        };
    }

    /// Ends the session at once; what waits is lost.
    pub(super) fn finish(&mut self, reason: CloseReason) {
        self.forget(reason, None);
    }

    /// As [`finish`](Self::finish), when one line is gone already.
    pub(super) fn forget(&mut self, reason: CloseReason, gone: Option<Line>) {
        if self.phase == Phase::Closed {
            return;
        }
        self.phase = Phase::Closed;
        if let Some(line) = self.transport.take_post() {
            self.respond(line, Response::Cut);
        }
        self.respond_poll(&[Packet::Close]);
        if let Transport::Socket { line, .. } = self.transport
            && gone != Some(line)
        {
            self.outbox.push(Output::CloseSocket(line));
        }
        self.drop_upgrade();
        self.assembly = None;
        self.queue = Queue::default();
        self.leave();
        self.outbox.push(Output::Closed(reason));
    }

    /// Gives the seat up, if there is one.
    pub(super) fn leave(&mut self) {
        if self.seat != Seat::None {
            self.seat = Seat::None;
            self.outbox.push(Output::Disconnect);
        }
    }
}
