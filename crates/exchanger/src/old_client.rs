//! What clients of the old system ask for, with the effects that the old system had, in its order.
//!
//! Nothing is answered and nothing is checked there: whoever names a room is heard in it. Only what
//! lets strangers meet by accident or read what is not for them is refused, unless the operator
//! wants the old system as it was; see [`Config::strict_rooms`](crate::Config::strict_rooms).

use crate::Seat;
use crate::exchanger::Exchanger;
use crate::seat::Heard;
use protocol::room::{Payload, RoomCommand, RoomEvent, RoomName, Rooms};
use protocol::time::Instant;
use protocol::{ChannelName, JoinStream, LeaveReason, PeerId, Role, User, UserName};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Exchanger {
    pub(crate) fn room_command(&mut self, now: Instant, seat: Seat, command: RoomCommand) {
        let Some(Heard::Peer(peer)) = self.seats.hear(seat) else {
            return;
        };
        if !self.rooms.contains(peer) || self.refuses(peer, &command) {
            self.ignored = self.ignored.saturating_add(1);
            return;
        }
        match command {
            RoomCommand::Join { rooms, user, name } => {
                let name = name.unwrap_or_else(|| guest(peer));
                self.join_rooms(now, peer, rooms, (user, name));
            }
            RoomCommand::Leave { rooms, user } => {
                self.rooms.leave(peer, &rooms);
                self.tell_room(&rooms, peer, RoomEvent::UserLeftStream(user));
                self.rooms.unlist(peer);
                self.leave_channel(now, peer, LeaveReason::Left);
            }
            RoomCommand::Signal {
                rooms,
                kind,
                payload,
            } => {
                let heard = RoomEvent::Received(kind, payload.clone());
                self.tell_room(&rooms, peer, heard);
                self.signal_channel(now, peer, &rooms, (kind, payload));
            }
        }
    }

    /// A client is gone. It has left its rooms before the others are told, and they are told where
    /// it was listed last; one that was listed nowhere is said to have left the room without name.
    pub(crate) fn leave_rooms(&mut self, peer: PeerId) {
        if !self.rooms.contains(peer) {
            return;
        }
        let (rooms, user) = match self.rooms.leave_all(peer) {
            Some(listing) => (listing.rooms, listing.user),
            None => (Rooms::One(RoomName::Missing), Payload::null()),
        };
        self.tell_room(&rooms, peer, RoomEvent::UserLeftStream(user));
    }

    /// A native host has taken over from a client of the old system, which cannot be told so: it
    /// watches from now on.
    pub(crate) fn step_down(&mut self, now: Instant, peer: PeerId) {
        let Some(name) = self
            .peers
            .get_mut(peer)
            .and_then(|peer| peer.channel.take())
        else {
            return;
        };
        let user = self.rooms.listing(peer).map(|listing| listing.name.clone());
        self.join_channel(now, peer, (name.clone(), Role::Viewer), user);
        // It was no member at the moment when the others were told.
        let members = self.channels.get(&name).map(|channel| &channel.members);
        if let Some(host) = members.and_then(|members| members.summary(members.host()?)) {
            let joined = RoomEvent::UserJoinedStream((&host.user).into());
            self.tell_one(peer, Arc::new(joined));
        }
    }

    /// Joins the channel in this role, or as it is if it is a member already.
    pub(crate) fn join_channel(
        &mut self,
        now: Instant,
        peer: PeerId,
        (channel_name, role): (ChannelName, Role),
        name: Option<UserName>,
    ) {
        let name = name.unwrap_or_else(|| guest(peer));
        let join = JoinStream::new(channel_name, User { name }, role);
        // Viewers are refused nothing, and a host is made only where there is none.
        drop(self.join(now, peer, join));
    }

    fn refuses(&self, peer: PeerId, command: &RoomCommand) -> bool {
        let (RoomCommand::Join { rooms, .. }
        | RoomCommand::Leave { rooms, .. }
        | RoomCommand::Signal { rooms, .. }) = command;
        if rooms.are_too_many() {
            return true;
        }
        if !self.config.strict_rooms {
            return false;
        }
        let is_somebody_elses = |name: &RoomName| {
            let owner = name.owner().filter(|owner| *owner != peer);
            owner.is_some_and(|owner| self.peers.get(owner).is_some())
        };
        let is_join = matches!(command, RoomCommand::Join { .. });
        rooms
            .names()
            .iter()
            .any(|name| name.is_empty() || (is_join && is_somebody_elses(name)))
    }

    fn join_rooms(
        &mut self,
        now: Instant,
        peer: PeerId,
        rooms: Rooms,
        (user, name): (Payload, UserName),
    ) {
        if !self.rooms.enter(peer, &rooms) {
            self.ignored = self.ignored.saturating_add(1);
            return;
        }
        self.tell_room(&rooms, peer, RoomEvent::UserJoinedStream(user.clone()));
        let listed = RoomEvent::AllStreamUsers(self.listed(&rooms));
        self.tell_one(peer, Arc::new(listed));
        let channel = match &rooms {
            Rooms::One(name) => name.channel(),
            Rooms::Many(_) => None,
        };
        let ids = &mut self.ids;
        self.rooms
            .list(peer, rooms, (user, name.clone()), || ids.arrival());
        match channel {
            Some(channel) if self.peers.channel(peer) == Some(&channel) => {
                // It keeps its links: an old client that joins twice has not lost anything.
                self.in_channel(now, &channel, |channel, turn| {
                    drop(channel.update_user(peer, User { name }, turn));
                });
            }
            Some(channel) => self.join_channel(now, peer, (channel, Role::Viewer), Some(name)),
            None => {
                self.leave_channel(now, peer, LeaveReason::Moved);
            }
        }
    }

    /// Who is in a room, in the order of joining: clients of the old system, and native ones in the
    /// channel of the same name.
    fn listed(&self, rooms: &Rooms) -> Vec<PeerId> {
        let natives = match rooms {
            Rooms::One(name) => name.channel(),
            Rooms::Many(_) => None,
        };
        let natives = natives.and_then(|name| self.channels.get(&name));
        let natives = natives.into_iter().flat_map(|channel| {
            let listed = channel.listed();
            listed.filter(|(_, peer)| !self.rooms.contains(*peer))
        });
        let all: BTreeSet<_> = self.rooms.listed(rooms).chain(natives).collect();
        all.into_iter().map(|(_, peer)| peer).collect()
    }

    fn tell_room(&mut self, rooms: &Rooms, speaker: PeerId, event: RoomEvent) {
        let event = Arc::new(event);
        for hearer in self.rooms.hearers(rooms, speaker) {
            self.tell_one(hearer, Arc::clone(&event));
        }
    }

    fn tell_one(&mut self, peer: PeerId, event: Arc<RoomEvent>) {
        if let Some(seat) = self.peers.seat(peer) {
            self.post.room(seat, event);
        }
    }
}

/// The name of somebody whose user object has none that can be shown.
fn guest(peer: PeerId) -> UserName {
    let number = u32::try_from(peer.to_bits() % 10_000).unwrap_or_default();
    UserName::guest("Guest", number)
}
