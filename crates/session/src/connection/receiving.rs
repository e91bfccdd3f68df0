//! What comes on a socket, and what the rest of the session has to hear of it.

use super::{Connection, News, Proof, State};
use crate::{Effect, SocketEffect, SocketId};
use protocol::machine::Outbox;
use protocol::time::Instant;
use protocol::wire::{Request, ServerMessage};
use protocol::{Command, Event, Seq};

impl Connection {
    pub(super) fn receive(
        &mut self,
        socket: SocketId,
        message: ServerMessage,
        now: Instant,
        effects: &mut Outbox<Effect>,
    ) -> Option<News> {
        match (message, &self.state) {
            (ServerMessage::Reply { re, result }, State::Greeting { hello, .. })
                if re == *hello =>
            {
                self.greeted(socket, &result, now, effects)
            }
            (ServerMessage::Reply { re, result }, State::Online { .. }) => {
                if self.proof == Proof::Asked(re) {
                    self.proof = Proof::None;
                    self.lost = None;
                }
                let purpose = self.requests.settle(re, result.as_ref().err(), now)?;
                Some(News::Replied(purpose, result))
            }
            (ServerMessage::Event { seq, event }, State::Online { .. }) => {
                self.event(socket, seq, event, effects)
            }
            (ServerMessage::Reply { .. } | ServerMessage::Event { .. }, _) => None,
        }
    }

    fn event(
        &mut self,
        socket: SocketId,
        seq: Option<Seq>,
        event: Event,
        effects: &mut Outbox<Effect>,
    ) -> Option<News> {
        if let (Some(seq), Some(held)) = (seq, &mut self.held) {
            if seq <= held.last_seq {
                return None;
            }
            held.last_seq = seq;
        }
        if matches!(event, Event::Ping) {
            let pong = Request {
                id: None,
                command: Command::Pong,
            };
            effects.push(Effect::Socket(SocketEffect::Send(socket, pong)));
            return None;
        }
        Some(News::Event(event))
    }
}
