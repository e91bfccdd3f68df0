//! What packets mean.

use super::{Phase, Seat, Session};
use crate::assembly::{Added, Assembly};
use crate::event;
use crate::json::Json;
use crate::message::{DEFAULT_NAMESPACE, Kind, Message};
use crate::packet::Packet;
use crate::port::{CloseReason, Output};
use protocol::PeerId;
use protocol::time::Instant;
use std::sync::Arc;

impl Session {
    /// Takes one packet; `was_seated` as it was before the packets that came together with it.
    pub(super) fn packet(&mut self, now: Instant, packet: &Packet<'_>, was_seated: bool) {
        if self.phase != Phase::Open {
            return;
        }
        if !matches!(packet, Packet::Pong(_)) {
            self.heartbeat.other(now);
        }
        match packet {
            // Only the server asks.
            Packet::Ping(_) => self.finish(CloseReason::TransportError),
            Packet::Pong(_) => self.heartbeat.pong(now),
            Packet::Text(text) => self.message(now, text, was_seated),
            Packet::Binary(bytes) => self.attachment(now, bytes, was_seated),
            // A client that closes a WebSocket just closes it.
            Packet::Open(_) | Packet::Close | Packet::Upgrade | Packet::Noop => {}
        }
    }

    pub(super) fn is_seated(&self) -> bool {
        self.seat != Seat::None
    }

    pub(super) fn welcome(&mut self, now: Instant, peer: PeerId) {
        if self.seat == Seat::Asked {
            self.seat = Seat::Taken;
            let text = format!(r#"0{{"sid":"{peer}"}}"#);
            self.send(now, [Packet::Text(&text).encode()]);
        }
    }

    fn message(&mut self, now: Instant, text: &str, was_seated: bool) {
        // While parts of a message are awaited, nothing may come between.
        let message = match self.assembly {
            None => Message::decode(text),
            Some(_) => return self.close(now),
        };
        match message {
            Ok(message) if message.attachments > 0 => {
                self.assembly = Some(Assembly::new(text, message.attachments));
            }
            Ok(message) => self.dispatch(now, &message, &[], was_seated),
            Err(_) => self.close(now),
        }
    }

    fn attachment(&mut self, now: Instant, bytes: &[u8], was_seated: bool) {
        let Some(assembly) = self.assembly.take() else {
            return self.close(now);
        };
        match assembly.add(bytes) {
            Added::Waiting(assembly) => self.assembly = Some(assembly),
            Added::TooLarge => self.close(now),
            Added::Complete { text, parts } => match Message::decode(&text) {
                Ok(message) => self.dispatch(now, &message, &parts, was_seated),
                Err(_) => self.close(now),
            },
        }
    }

    fn dispatch(
        &mut self,
        now: Instant,
        message: &Message<'_>,
        parts: &[Arc<[u8]>],
        was_seated: bool,
    ) {
        let is_default = message.namespace == DEFAULT_NAMESPACE;
        match message.kind {
            Kind::Connect if !is_default => self.refuse_namespace(now, message.namespace),
            Kind::Connect if !self.is_seated() && !was_seated => self.connect(),
            Kind::Event if is_default && was_seated => self.room_event(now, message.data, parts),
            Kind::Disconnect if is_default && was_seated => self.leave(),
            Kind::Ack if is_default && was_seated => self.ignore(),
            // Out of turn, or for a namespace that there is not.
            Kind::Connect | Kind::ConnectError | Kind::Event | Kind::Disconnect | Kind::Ack => {
                self.close(now);
            }
        }
    }

    fn connect(&mut self) {
        self.seat = Seat::Asked;
        self.connect_by = None;
        self.outbox.push(Output::Connect);
    }

    fn refuse_namespace(&mut self, now: Instant, namespace: &str) {
        let message = Message {
            namespace,
            ..Message::new(
                Kind::ConnectError,
                Json::parse(r#"{"message":"Invalid namespace"}"#),
            )
        };
        self.send(now, [Packet::Text(&message.encode()).encode()]);
    }

    fn room_event(&mut self, now: Instant, data: Option<Json<'_>>, parts: &[Arc<[u8]>]) {
        if !self.is_seated() {
            return self.ignore();
        }
        match event::decode(data, parts) {
            Ok(Some(command)) => self.outbox.push(Output::Command(command)),
            Ok(None) => self.ignore(),
            Err(_) => self.close(now),
        }
    }

    const fn ignore(&mut self) {
        self.ignored = self.ignored.saturating_add(1);
    }
}
