//! What the server answers to hello, and what follows from it.

use super::{Acquaintance, Arrival, Connection, LONGEST_ADVICE, News, Proof, State};
use crate::{Effect, LinkEffect, SocketEffect, SocketId};
use protocol::machine::Outbox;
use protocol::time::{Duration, Instant};
use protocol::wire::ReplyData;
use protocol::{CloseCode, ErrorCode, ErrorReply, Resume, Resumed, Seq, VERSIONS, Welcome};
use std::sync::Arc;

impl Connection {
    pub(super) fn greeted(
        &mut self,
        socket: SocketId,
        result: &Result<ReplyData, ErrorReply>,
        now: Instant,
        effects: &mut Outbox<Effect>,
    ) -> Option<News> {
        let welcome = result
            .as_ref()
            .ok()
            .and_then(|data| data.parse::<Welcome>().ok())
            .filter(|welcome| VERSIONS.contains(&welcome.version));
        let Some(welcome) = welcome else {
            effects.push(Effect::Socket(SocketEffect::Close(socket, None)));
            return self.turned_away(result.as_ref().err(), now, effects);
        };
        self.state = State::Online { socket, since: now };
        self.proof = Proof::None;
        self.was_lost = self.lost.take().unwrap_or(now);
        self.watchdog.learn(&welcome);
        self.watchdog.heard(now);
        let arrival = self.arrive(&welcome, effects);
        self.save(effects);
        self.repeat(arrival, socket, effects);
        Some(News::Arrived(arrival))
    }

    /// The server did not welcome this tab. What it refuses for now is tried again.
    fn turned_away(
        &mut self,
        error: Option<&ErrorReply>,
        now: Instant,
        effects: &mut Outbox<Effect>,
    ) -> Option<News> {
        let advice = error.and_then(|error| error.retry_after_ms);
        let for_now = error
            .is_some_and(|error| matches!(error.code, ErrorCode::Internal | ErrorCode::TooFast));
        if advice.is_none() && !for_now {
            return Some(self.stop(CloseCode::Protocol, effects));
        }
        let pause = self.backoff.pause(&mut self.random);
        let advice = Duration::from_millis(advice.unwrap_or_default()).min(LONGEST_ADVICE);
        let until = now + pause.max(advice);
        self.state = State::Waiting { until };
        None
    }

    fn arrive(&mut self, welcome: &Welcome, effects: &mut Outbox<Effect>) -> Arrival {
        let last_seq = match (welcome.resumed, &self.held) {
            (Resumed::Replayed, Some(held)) => held.last_seq,
            // A snapshot goes on with a number that is only known when the next event comes.
            (Resumed::Fresh | Resumed::Replayed | Resumed::Snapshot | Resumed::Unknown, _) => {
                Seq::default()
            }
        };
        self.held = Some(Resume {
            session: welcome.session,
            secret: welcome.secret,
            last_seq,
        });
        let servers = Arc::clone(&welcome.ice_servers);
        let known = self.acquaintance == Acquaintance::Known;
        let lent = welcome.epoch > self.epoch.next();
        self.epoch = welcome.epoch;
        if known && servers != self.ice_servers {
            effects.push(Effect::Link(LinkEffect::UseIceServers(Arc::clone(
                &servers,
            ))));
        }
        self.ice_servers = servers;
        self.acquaintance = Acquaintance::Known;
        match welcome.resumed {
            resumed if !known => Arrival::First(resumed),
            // What is not known is joined anew, which is always right.
            Resumed::Fresh | Resumed::Unknown => Arrival::Fresh,
            // The lost reply would come after the events that followed it, and undo them.
            Resumed::Replayed if self.requests.is_joining() || self.requests.has_overflowed() => {
                Arrival::Snapshot
            }
            // A copy of this tab has used the session meanwhile, and said who knows what.
            Resumed::Replayed if lent => Arrival::Snapshot,
            Resumed::Replayed => Arrival::Replayed,
            Resumed::Snapshot => Arrival::Snapshot,
        }
    }

    /// Sends again what may have been lost with the socket before.
    fn repeat(&mut self, arrival: Arrival, socket: SocketId, effects: &mut Outbox<Effect>) {
        match arrival {
            Arrival::First(_) | Arrival::Fresh => self.requests.clear(),
            Arrival::Replayed => {}
            Arrival::Snapshot => self.requests.drop_entries(),
        }
        self.requests.again().into_iter().for_each(|request| {
            effects.push(Effect::Socket(SocketEffect::Send(socket, request)));
        });
    }
}
