//! Connections come, say hello, and are lost; sessions go on.

use crate::exchanger::Exchanger;
use crate::hello::{choose_version, welcome};
use crate::liveness::Verdict;
use crate::seat::{Seating, Sitter, Stranger};
use crate::timer::Timer;
use crate::{ClosedBy, Seat, SeatKind, Source};
use protocol::time::Instant;
use protocol::{
    CloseCode, Event, Feature, Hello, LeaveReason, PeerId, Reply, RequestId, Resume, Resumed, Seq,
};
use std::sync::Arc;

/// Who continues or begins at a seat.
struct Arrived {
    peer: PeerId,
    resumed: Resumed,
    missed: Vec<(Seq, Arc<Event>)>,
}

impl Exchanger {
    pub(crate) fn connect(&mut self, now: Instant, seat: Seat, (kind, source): (SeatKind, Source)) {
        if self.seats.contains(seat) {
            return;
        }
        let since = now;
        let stranger = Stranger {
            kind,
            source,
            since,
        };
        match self.seats.add(seat, stranger) {
            Seating::Seated => {}
            Seating::SeatedInsteadOf(silent) => {
                self.timers.set(Timer::Hello(silent), None);
                self.post.close(silent, CloseCode::TooFast);
            }
            Seating::Full => {
                self.post.close(seat, CloseCode::TooFast);
                return;
            }
        }
        if !kind.in_rooms {
            let deadline = now + self.config.hello_timeout;
            self.timers.set(Timer::Hello(seat), Some(deadline));
        }
    }

    pub(crate) fn hello(
        &mut self,
        now: Instant,
        (seat, stranger): (Seat, Stranger),
        id: Option<RequestId>,
        hello: Hello,
    ) {
        let kind = stranger.kind;
        let version = match choose_version(&hello.versions) {
            Ok(version) => version,
            Err(refusal) => {
                self.reply(seat, id, Err(refusal));
                self.close(now, seat, CloseCode::Protocol);
                return;
            }
        };
        let resume = hello.resume.as_ref().filter(|_| kind.resumable);
        let arrived = match resume.and_then(|resume| self.resume(now, resume, seat)) {
            Some(arrived) => arrived,
            None if self.seats.has_room_for_newcomer() => Arrived {
                peer: self.admit(seat, kind),
                resumed: Resumed::Fresh,
                missed: Vec::new(),
            },
            None => {
                self.close(now, seat, CloseCode::TooFast);
                return;
            }
        };
        if let Some(peer) = self.peers.get_mut(arrived.peer) {
            peer.source = stranger.source;
            peer.reads_changes = hello.features.contains(&Feature::LobbyChanges);
        }
        self.seats.introduce(seat, arrived.peer, kind.probed);
        let first_ping = kind.probed.then(|| now + self.config.ping_interval);
        self.timers.set(Timer::Hello(seat), None);
        self.timers.set(Timer::Liveness(seat), first_ping);
        self.greet(now, (seat, arrived), version, id);
    }

    fn admit(&mut self, seat: Seat, kind: SeatKind) -> PeerId {
        let peer = self.peers.admit(seat, kind.resumable, &mut self.ids);
        if kind.in_rooms {
            self.rooms.add(peer);
        }
        peer
    }

    fn resume(&mut self, now: Instant, resume: &Resume, seat: Seat) -> Option<Arrived> {
        let resumption = self.peers.resume(resume, seat)?;
        if let Some(old) = resumption.old_seat {
            self.drop_seat(old);
            self.post.close(old, CloseCode::Replaced);
        }
        self.timers.set(Timer::Grace(resumption.peer), None);
        self.set_away(now, resumption.peer, false);
        Some(Arrived {
            peer: resumption.peer,
            resumed: match resumption.missed {
                Some(_) => Resumed::Replayed,
                None => Resumed::Snapshot,
            },
            missed: resumption.missed.unwrap_or_default(),
        })
    }

    fn greet(
        &mut self,
        now: Instant,
        (seat, arrived): (Seat, Arrived),
        version: u32,
        id: Option<RequestId>,
    ) {
        let Some(peer) = self.peers.get(arrived.peer) else {
            return;
        };
        let welcome = welcome(&self.config, version, arrived.peer, peer, arrived.resumed);
        self.reply(seat, id, Ok(Reply::Welcome(Box::new(welcome))));
        for (seq, event) in arrived.missed {
            self.post.event(seat, Some(seq), event);
        }
        if self.lobby.is_followed_by(arrived.peer) {
            let lobby = self.lobby(now);
            let telling = self.peers.lobby_telling(arrived.peer);
            self.lobby.follow(arrived.peer, telling, &lobby.channels);
            self.post.event(seat, None, Arc::new(Event::Lobby(lobby)));
        }
    }

    /// A seat's liveness timer has fired.
    pub(crate) fn probe(&mut self, now: Instant, seat: Seat) {
        let Some(liveness) = self.seats.liveness(seat) else {
            return;
        };
        let (interval, timeout) = (self.config.ping_interval, self.config.ping_timeout);
        match liveness.handle_timeout(now, interval, timeout) {
            Verdict::Alive { wake_at } => self.timers.set(Timer::Liveness(seat), Some(wake_at)),
            // Its own network has lost it.
            Verdict::Dead => self.close(now, seat, CloseCode::Timeout),
            Verdict::Probe { wake_at } => {
                self.timers.set(Timer::Liveness(seat), Some(wake_at));
                self.post.event(seat, None, Arc::new(Event::Ping));
            }
        }
    }

    /// Closes a connection of ours.
    pub(crate) fn close(&mut self, now: Instant, seat: Seat, code: CloseCode) {
        self.post.close(seat, code);
        let by = if code == CloseCode::Timeout {
            ClosedBy::Client
        } else {
            ClosedBy::Server
        };
        self.lose_seat(now, seat, by);
    }

    /// A connection is gone. A peer that can come back is away from now on, any other departs.
    pub(crate) fn lose_seat(&mut self, now: Instant, seat: Seat, by: ClosedBy) {
        let Some(Sitter::Peer { peer, .. }) = self.drop_seat(seat) else {
            return;
        };
        if !self.peers.get(peer).is_some_and(|peer| peer.resumable) {
            self.depart(now, peer, LeaveReason::Lost);
            return;
        }
        self.peers.lose(peer, now, by);
        let deadline = now + self.config.grace;
        self.timers.set(Timer::Grace(peer), Some(deadline));
        self.set_away(now, peer, true);
        // Connecting and vanishing again and again must not pile up sessions.
        if let Some(longest) = self.peers.longest_away(self.config.max_seats) {
            self.depart(now, longest, LeaveReason::Lost);
        }
    }

    /// Tells the peer's channel that its connection is lost, or back.
    fn set_away(&mut self, now: Instant, peer: PeerId, is_away: bool) {
        if let Some(name) = self.peers.channel(peer).cloned() {
            self.in_channel(now, &name, |channel, turn| {
                channel.set_away(peer, is_away, turn.now);
            });
        }
    }

    /// Forgets a seat and its timers, and says who sat there.
    pub(crate) fn drop_seat(&mut self, seat: Seat) -> Option<Sitter> {
        self.timers.set(Timer::Hello(seat), None);
        self.timers.set(Timer::Liveness(seat), None);
        self.seats.remove(seat)
    }
}
