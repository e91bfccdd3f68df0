//! Peers join channels and leave them, whichever way that happens.

use crate::channel::{Channel, Entered, not_joined};
use crate::exchanger::Exchanger;
use crate::pacing::Rate;
use crate::permission::{Grounds, Holder, HostClaim, permit_host};
use crate::timer::Timer;
use crate::turn::Turn;
use protocol::time::{Duration, Instant, millis};
use protocol::{
    ChannelName, CloseCode, ErrorCode, ErrorReply, Event, JoinStream, Joined, LeaveReason, PeerId,
    Reply, Role,
};
use std::sync::Arc;

/// How often one peer may join: a page joins when it is opened, when its server is back, and when
/// somebody presses a button.
const JOINS: Rate = Rate {
    at_once: 8,
    every: Duration::from_secs(1),
};

impl Exchanger {
    /// A native peer asks to join.
    pub(crate) fn ask_to_join(
        &mut self,
        now: Instant,
        peer: PeerId,
        join: JoinStream,
    ) -> Result<Joined, ErrorReply> {
        let joins = self.peers.get_mut(peer).map(|peer| &mut peer.joins);
        if let Some(Err(wait)) = joins.map(|joins| joins.take(JOINS, now)) {
            let too_fast = ErrorReply::new(ErrorCode::TooFast, "too many joins");
            return Err(too_fast.retry_after_ms(millis(wait).saturating_add(1)));
        }
        self.join(now, peer, join)
    }

    /// Joining another channel, or the same one in another role, is leaving and joining.
    pub(crate) fn join(
        &mut self,
        now: Instant,
        peer: PeerId,
        join: JoinStream,
    ) -> Result<Joined, ErrorReply> {
        let name = join.channel_name.clone();
        let grounds = match join.role {
            Role::Host => Some(self.permit_host(now, peer, &join)?),
            Role::Viewer | Role::Unknown => None,
        };
        let target = self.channels.get(&name);
        let role = target.and_then(|channel| channel.members.role(peer));
        let reenters = role == Some(join.role);
        if !reenters {
            self.leave_channel(now, peer, LeaveReason::Moved);
        }
        let key = join.key.clone();
        let source = self.peers.source(peer);
        self.channels
            .entry(name.clone())
            .or_insert_with(|| Box::new(Channel::new(name.clone(), &self.config)));
        let entered = self.in_channel(now, &name, |channel, turn| {
            if reenters {
                channel.reenter(peer, join, turn)
            } else {
                channel.enter((peer, source), join, turn)
            }
        });
        let Entered { joined, replaced } = entered.ok_or_else(not_joined)?;
        match grounds.filter(|_| !reenters) {
            // Soon after a start the one who was here for a moment may not be the one of before.
            Some(Grounds::Free) if !self.has_just_started(now) => {
                self.rights.begin(&name, key.as_ref(), source, now);
            }
            Some(Grounds::Free | Grounds::Kept) => self.rights.replace(&name, key.as_ref(), source),
            Some(Grounds::Key | Grounds::Loss | Grounds::Old) | None => {}
        }
        self.lobby.touch(now);
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.channel = Some(name);
        }
        match replaced {
            Some(old_host) if self.rooms.contains(old_host) => self.step_down(now, old_host),
            Some(old_host) => self.dismiss(old_host),
            None => {}
        }
        Ok(joined)
    }

    pub(crate) fn leave(&mut self, now: Instant, peer: PeerId) -> Result<(), ErrorReply> {
        self.leave_channel(now, peer, LeaveReason::Left)
            .ok_or_else(not_joined)
    }

    /// A peer is gone for good.
    pub(crate) fn depart(&mut self, now: Instant, peer: PeerId, reason: LeaveReason) {
        self.leave_rooms(peer);
        self.leave_channel(now, peer, reason);
        self.end_session(peer);
    }

    /// Whether a peer may be the host of a channel, and why.
    fn permit_host(
        &self,
        now: Instant,
        peer: PeerId,
        join: &JoinStream,
    ) -> Result<Grounds, ErrorReply> {
        let channel = self.channels.get(&join.channel_name);
        let host = channel.and_then(|channel| channel.members.host());
        let after_restart = self.has_just_started(now) && !join.keep.is_empty();
        let kept = channel.filter(|_| after_restart);
        let holder = host.filter(|host| *host != peer).map(|host| Holder {
            is_old: self.rooms.contains(host),
            own_loss: self.peers.own_loss(host, now),
            kept: kept.map(|channel| channel.kept(&join.keep, now)),
        });
        permit_host(&HostClaim {
            key: join.key.as_ref(),
            right: self.rights.key(&join.channel_name, now),
            holder,
        })
    }

    /// Whether peers may still come back from before a restart.
    fn has_just_started(&self, now: Instant) -> bool {
        let started = self.started.unwrap_or(now);
        now.since(started) < self.config.grace
    }

    /// Lists the lobby, and tells it from now on.
    pub(crate) fn follow_lobby(&mut self, now: Instant, peer: PeerId) -> Reply {
        let lobby = self.lobby(now);
        let telling = self.peers.lobby_telling(peer);
        self.lobby.follow(peer, telling, &lobby.channels);
        Reply::Lobby(lobby)
    }

    pub(crate) fn tell_lobby(&mut self, now: Instant) {
        for (followers, event) in self.lobby.handle_timeout(&self.channels, now) {
            let seats = followers.iter().filter_map(|peer| self.peers.seat(*peer));
            for seat in seats {
                self.post.event(seat, None, Arc::clone(&event));
            }
        }
    }

    /// Does something in a channel, and sees to all that may follow from it. `None` if there is no
    /// such channel.
    pub(crate) fn in_channel<T>(
        &mut self,
        now: Instant,
        name: &ChannelName,
        act: impl FnOnce(&mut Channel, &mut Turn<'_>) -> T,
    ) -> Option<T> {
        let channel = self.channels.get_mut(name)?;
        let was_live = channel.is_live();
        let mut turn = Turn {
            now,
            ids: &mut self.ids,
            notices: &mut self.notices,
        };
        let result = act(channel, &mut turn);
        channel.finish(now);
        let viewers = channel.is_live().then(|| channel.watching());
        if was_live && viewers.is_none() {
            self.rights.end(name, now);
        }
        self.lobby.record(now, name, viewers);
        let (news, retry) = (channel.news_due(), channel.link_retry_due());
        self.timers.set(Timer::News(name.clone()), news);
        self.timers.set(Timer::LinkRetry(name.clone()), retry);
        self.deliver();
        Some(result)
    }

    pub(crate) fn leave_channel(
        &mut self,
        now: Instant,
        peer: PeerId,
        reason: LeaveReason,
    ) -> Option<()> {
        let name = self.peers.get_mut(peer)?.channel.take()?;
        self.in_channel(now, &name, |channel, turn| {
            channel.leave(peer, reason, turn);
        });
        let channel = self.channels.get(&name)?;
        if channel.members.is_empty() {
            self.channels.remove(&name);
            self.timers.set(Timer::News(name.clone()), None);
            self.timers.set(Timer::LinkRetry(name), None);
        }
        Some(())
    }

    /// Another connection of the same host carries its stream on: this one must not come back.
    fn dismiss(&mut self, old_host: PeerId) {
        if let Some(seat) = self.peers.seat(old_host) {
            self.drop_seat(seat);
            self.post.close(seat, CloseCode::Replaced);
        }
        self.end_session(old_host);
    }

    fn end_session(&mut self, peer: PeerId) {
        self.lobby.unfollow(peer);
        self.timers.set(Timer::Grace(peer), None);
        self.rooms.remove(peer);
        self.peers.forget(peer);
    }

    /// Turns notices to peers into events at their seats.
    fn deliver(&mut self) {
        let mut notices = std::mem::take(&mut self.notices);
        for notice in notices.drain(..) {
            if self.rooms.contains(notice.to) {
                self.deliver_to_old(notice.to, &notice.event);
            } else if let Some((seat, seq)) = self.peers.record(notice.to, &notice.event) {
                self.post.event(seat, Some(seq), notice.event);
            }
        }
        self.notices = notices;
    }

    fn deliver_to_old(&mut self, peer: PeerId, event: &Event) {
        let Some(seat) = self.peers.seat(peer) else {
            return;
        };
        for event in self.translate(event) {
            self.post.room(seat, Arc::new(event));
        }
    }
}
