//! How packets come and go: requests, or a WebSocket.

use super::{Phase, Session};
use crate::http::{Refusal, Response};
use crate::limits::MAX_PAYLOAD;
use crate::packet::{self, Frame, Packet};
use crate::port::{CloseReason, Line, Output};
use protocol::time::Instant;

/// What carries the packets.
#[derive(Debug)]
pub(super) enum Transport {
    Polling {
        /// The GET that waits for packets.
        poll: Option<Line>,
        /// The POST whose body is on its way.
        post: Option<Line>,
    },
    Socket {
        line: Line,
        /// Whether something is being written to it.
        is_writing: bool,
    },
}

impl Transport {
    pub(super) const fn polling(line: Line) -> Self {
        Self::Polling {
            poll: Some(line),
            post: None,
        }
    }

    pub(super) const fn socket(line: Line) -> Self {
        Self::Socket {
            line,
            is_writing: false,
        }
    }

    fn is_socket(&self, number: Line) -> bool {
        matches!(self, Self::Socket { line, .. } if *line == number)
    }

    /// Takes the GET that waits.
    pub(super) const fn take_poll(&mut self) -> Option<Line> {
        match self {
            Self::Polling { poll, .. } => poll.take(),
            Self::Socket { .. } => None,
        }
    }

    /// Takes the POST whose body is on its way.
    pub(super) const fn take_post(&mut self) -> Option<Line> {
        match self {
            Self::Polling { post, .. } => post.take(),
            Self::Socket { .. } => None,
        }
    }
}

impl Session {
    pub(super) fn poll(&mut self, now: Instant, line: Line) {
        if let Some(refusal) = self.refusal() {
            return self.respond(line, Response::Refused(refusal));
        }
        let Transport::Polling { poll, .. } = &mut self.transport else {
            return;
        };
        if poll.is_some() {
            self.finish(CloseReason::TransportError);
            return self.respond(line, Response::Overlap);
        }
        *poll = Some(line);
        if matches!(self.phase, Phase::Closing { by: Some(_) }) {
            self.respond_poll(&[Packet::Noop, Packet::Close]);
            return self.finish(CloseReason::Forced);
        }
        self.flush(now);
    }

    pub(super) fn post(&mut self, line: Line, is_binary: bool) {
        if let Some(refusal) = self.refusal() {
            return self.respond(line, Response::Refused(refusal));
        }
        let Transport::Polling { post, .. } = &mut self.transport else {
            return;
        };
        if post.is_some() || is_binary {
            self.finish(CloseReason::TransportError);
            return self.respond(line, Response::Overlap);
        }
        *post = Some(line);
    }

    pub(super) fn body(&mut self, now: Instant, number: Line, bytes: &[u8]) {
        // Bytes that are no text grow by being replaced, and count as what they become.
        let text = String::from_utf8_lossy(bytes);
        if text.len() > MAX_PAYLOAD {
            return self.body_too_large(number);
        }
        // From here on the request is whole, so nothing can cut it off any more.
        if self.take_post(number) {
            self.payload(now, &text);
            self.respond(number, Response::Taken);
        }
    }

    pub(super) fn body_too_large(&mut self, number: Line) {
        if self.take_post(number) {
            self.respond(number, Response::TooLarge);
        }
    }

    fn take_post(&mut self, number: Line) -> bool {
        match &mut self.transport {
            Transport::Polling { post, .. } => post.take_if(|line| *line == number).is_some(),
            Transport::Socket { .. } => false,
        }
    }

    /// Takes the packets of one body. Those behind one that cannot be read mean nothing.
    fn payload(&mut self, now: Instant, body: &str) {
        // Node seats and unseats only after the whole body.
        let was_seated = self.is_seated();
        for packet in packet::decode_body(body) {
            match packet {
                Ok(Packet::Close) => self.closed_by_client(),
                Ok(packet) => self.packet(now, &packet, was_seated),
                Err(_) => return self.unreadable(),
            }
        }
    }

    fn closed_by_client(&mut self) {
        if self.phase != Phase::Closed {
            self.respond_poll(&[Packet::Noop]);
            self.finish(CloseReason::TransportClose);
        }
    }

    pub(super) fn text(&mut self, now: Instant, line: Line, text: &str) {
        let packet = Packet::decode(text);
        if self.is_probe(line) {
            return self.probe_packet(now, packet.ok());
        }
        if !self.transport.is_socket(line) {
            return;
        }
        if text.len() > MAX_PAYLOAD {
            return self.finish(CloseReason::TransportError);
        }
        match packet {
            Ok(packet) => self.packet(now, &packet, self.is_seated()),
            Err(_) => self.unreadable(),
        }
    }

    pub(super) fn binary(&mut self, now: Instant, line: Line, bytes: &[u8]) {
        if self.is_probe(line) {
            return self.probe_packet(now, None);
        }
        if !self.transport.is_socket(line) {
            return;
        }
        if bytes.len() > MAX_PAYLOAD {
            return self.finish(CloseReason::TransportError);
        }
        self.packet(now, &Packet::Binary(bytes.into()), self.is_seated());
    }

    /// In Node a session that is closing does not even look at packets.
    fn unreadable(&mut self) {
        if self.phase == Phase::Open {
            self.finish(CloseReason::ParseError);
        }
    }

    pub(super) fn written(&mut self, now: Instant, number: Line) {
        self.probe_written(number);
        if let Transport::Socket { line, is_writing } = &mut self.transport
            && *line == number
        {
            *is_writing = false;
            self.queue.written();
            self.flush(now);
        }
    }

    pub(super) fn gone(&mut self, number: Line) {
        if self.is_probe(number) {
            self.upgrade = None;
            return;
        }
        if self.phase == Phase::Closed {
            return;
        }
        let lost = match &mut self.transport {
            Transport::Polling { poll, post } => {
                let poll = poll.take_if(|line| *line == number);
                poll.or_else(|| post.take_if(|line| *line == number))
                    .map(|_| CloseReason::TransportError)
            }
            Transport::Socket { line, .. } if *line == number => Some(CloseReason::TransportClose),
            Transport::Socket { .. } => None,
        };
        if let Some(reason) = lost {
            self.forget(reason, Some(number));
        }
    }

    /// Writes what waits, if the transport is free.
    pub(super) fn flush(&mut self, now: Instant) {
        if !self.queue.is_empty() {
            match &mut self.transport {
                Transport::Polling { poll, .. } => {
                    let Some(line) = poll.take() else {
                        return;
                    };
                    let body = packet::encode_body(&self.queue.take());
                    self.queue.written();
                    self.respond(line, Response::Packets(body));
                }
                Transport::Socket { line, is_writing } => {
                    if *is_writing {
                        return;
                    }
                    *is_writing = true;
                    let (line, frames) = (*line, self.queue.take());
                    self.outbox.push(Output::Write { line, frames });
                }
            }
        }
        self.drained(now);
    }

    /// Answers the poll that waits, if there is one.
    pub(super) fn respond_poll(&mut self, packets: &[Packet<'_>]) {
        if let Some(line) = self.transport.take_poll() {
            let frames: Vec<Frame> = packets.iter().map(Packet::encode).collect();
            self.respond(line, Response::Packets(packet::encode_body(&frames)));
        }
    }

    pub(super) fn respond(&mut self, line: Line, response: Response) {
        self.outbox.push(Output::Respond { line, response });
    }

    /// Why no request can be taken, which the shell may learn only after it asked.
    fn refusal(&self) -> Option<Refusal> {
        match (self.phase, &self.transport) {
            (Phase::Closed, _) => Some(Refusal::UnknownSession),
            (_, Transport::Socket { .. }) => Some(Refusal::BadRequest),
            (_, Transport::Polling { .. }) => None,
        }
    }
}
