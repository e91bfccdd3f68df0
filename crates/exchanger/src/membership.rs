//! Peers join channels and leave them, whichever way that happens.

use crate::channel::{Channel, Entered, not_joined};
use crate::exchanger::Exchanger;
use crate::timer::Timer;
use crate::turn::Turn;
use protocol::time::Instant;
use protocol::{
    ChannelName, CloseCode, ErrorReply, JoinStream, Joined, LeaveReason, PeerId, Reply, Role,
};
use std::sync::Arc;

impl Exchanger {
    /// Joining another channel, or the same one in another role, is leaving and joining.
    pub(crate) fn join(
        &mut self,
        now: Instant,
        peer: PeerId,
        join: JoinStream,
    ) -> Result<Joined, ErrorReply> {
        let name = join.channel_name.clone();
        let target = self.channels.get(&name);
        if let (Role::Host, Some(channel)) = (join.role, target) {
            channel.permit_host(peer, join.key.as_ref(), |host| self.peers.is_away(host))?;
        }
        let role = target.and_then(|channel| channel.members.role(peer));
        let reenters = role == Some(join.role);
        if !reenters {
            self.leave_channel(now, peer, LeaveReason::Moved);
        }
        self.channels
            .entry(name.clone())
            .or_insert_with(|| Channel::new(name.clone(), &self.config));
        let entered = self.in_channel(now, &name, |channel, turn| {
            if reenters {
                channel.reenter(peer, join, turn)
            } else {
                channel.enter(peer, join, turn)
            }
        });
        let Entered { joined, replaced } = entered.ok_or_else(not_joined)?;
        self.lobby.touch(now);
        if let Some(peer) = self.peers.get_mut(peer) {
            peer.channel = Some(name);
        }
        if let Some(old_host) = replaced {
            self.dismiss(old_host);
        }
        Ok(joined)
    }

    pub(crate) fn leave(&mut self, now: Instant, peer: PeerId) -> Result<(), ErrorReply> {
        self.leave_channel(now, peer, LeaveReason::Left)
            .ok_or_else(not_joined)
    }

    /// A peer is gone for good.
    pub(crate) fn depart(&mut self, now: Instant, peer: PeerId, reason: LeaveReason) {
        self.leave_channel(now, peer, reason);
        self.end_session(peer);
    }

    /// Lists the lobby, and tells it from now on.
    pub(crate) fn follow_lobby(&mut self, now: Instant, peer: PeerId) -> Reply {
        let lobby = self.lobby(now);
        self.lobby.follow(peer, &lobby.channels);
        Reply::Lobby(lobby)
    }

    pub(crate) fn tell_lobby(&mut self, now: Instant) {
        let Some(event) = self.lobby.handle_timeout(&self.channels, now) else {
            return;
        };
        for seat in self
            .lobby
            .followers()
            .filter_map(|peer| self.peers.seat(peer))
        {
            self.post.event(seat, None, Arc::clone(&event));
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
        let mut turn = Turn {
            now,
            ids: &mut self.ids,
            notices: &mut self.notices,
        };
        let result = act(channel, &mut turn);
        let viewers = channel.is_live().then(|| channel.members.viewer_count());
        self.lobby.record(now, name, viewers);
        let (audience, retry) = (channel.audience_due(), channel.link_retry_due());
        self.timers.set(Timer::Audience(name.clone()), audience);
        self.timers.set(Timer::LinkRetry(name.clone()), retry);
        self.deliver();
        Some(result)
    }

    fn leave_channel(&mut self, now: Instant, peer: PeerId, reason: LeaveReason) -> Option<()> {
        let name = self.peers.get_mut(peer)?.channel.take()?;
        self.in_channel(now, &name, |channel, turn| {
            channel.leave(peer, reason, turn);
        });
        let channel = self.channels.get(&name)?;
        if channel.members.is_empty() {
            self.channels.remove(&name);
            self.timers.set(Timer::Audience(name.clone()), None);
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
        self.peers.forget(peer);
    }

    /// Turns notices to peers into events at their seats.
    fn deliver(&mut self) {
        for notice in self.notices.drain(..) {
            if let Some((seat, seq)) = self.peers.record(notice.to, &notice.event) {
                self.post.event(seat, Some(seq), notice.event);
            }
        }
    }
}
