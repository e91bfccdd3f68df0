//! Who of the old system's clients is in which room, and in which one it is listed.
//!
//! The two differ, and clients rely on it: a client that joins a second room hears both and is
//! listed in the second only, and leaving a room that one is not in only ends the listing.

use crate::ids::Arrival;
use protocol::limits::{MAX_ROOM_USER_BYTES, MAX_ROOMS};
use protocol::room::{Payload, RoomName, Rooms};
use protocol::{PeerId, UserName};
use std::collections::{BTreeMap, BTreeSet};

/// All rooms.
///
/// Bound: one entry for each client of the old system; each is in at most [`MAX_ROOMS`] rooms, and
/// a room that nobody is in, and nobody listed, is gone.
#[derive(Debug, Default)]
pub(crate) struct RoomTable {
    clients: BTreeMap<PeerId, Client>,
    rooms: BTreeMap<RoomName, Room>,
}

#[derive(Debug, Default)]
struct Room {
    inside: BTreeSet<PeerId>,
    listed: BTreeMap<Arrival, PeerId>,
}

#[derive(Debug, Default)]
struct Client {
    /// Every client is in a room named by its own id, until it leaves that.
    has_left_own_room: bool,
    inside: Vec<RoomName>,
    listing: Option<Listing>,
}

/// Where a client joined last, and as whom.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) rooms: Rooms,
    pub(crate) user: Payload,
    pub(crate) name: UserName,
    arrival: Arrival,
}

impl RoomTable {
    pub(crate) fn add(&mut self, peer: PeerId) {
        self.clients.insert(peer, Client::default());
    }

    pub(crate) fn contains(&self, peer: PeerId) -> bool {
        self.clients.contains_key(&peer)
    }

    /// Puts a client into the rooms; `false` if it would be in too many.
    pub(crate) fn enter(&mut self, peer: PeerId, rooms: &Rooms) -> bool {
        let Some(client) = self.clients.get_mut(&peer) else {
            return false;
        };
        let names: BTreeSet<&RoomName> = rooms.names().iter().collect();
        let (own, others): (Vec<_>, Vec<_>) = names
            .into_iter()
            .filter(|name| !client.inside.contains(name))
            .partition(|name| name.owner() == Some(peer));
        if client.inside.len().saturating_add(others.len()) > MAX_ROOMS {
            return false;
        }
        client.has_left_own_room &= own.is_empty();
        for name in others {
            client.inside.push(name.clone());
            self.rooms
                .entry(name.clone())
                .or_default()
                .inside
                .insert(peer);
        }
        true
    }

    /// Takes a client out of a room. Several rooms at once are not left: the old system does not
    /// do that either.
    pub(crate) fn leave(&mut self, peer: PeerId, rooms: &Rooms) {
        let (Rooms::One(name), Some(client)) = (rooms, self.clients.get_mut(&peer)) else {
            return;
        };
        client.has_left_own_room |= name.owner() == Some(peer);
        client.inside.retain(|inside| inside != name);
        self.change(name, |room| {
            room.inside.remove(&peer);
        });
    }

    /// Lists a client where it has joined last. Its place in the order is that of its first join
    /// since it was not listed; `arrival` makes a new one.
    pub(crate) fn list(
        &mut self,
        peer: PeerId,
        rooms: Rooms,
        (user, name): (Payload, UserName),
        arrival: impl FnOnce() -> Arrival,
    ) {
        let before = self.unlist(peer).map(|listing| listing.arrival);
        let Some(client) = self.clients.get_mut(&peer) else {
            return;
        };
        let arrival = before.unwrap_or_else(arrival);
        if let Rooms::One(name) = &rooms {
            let room = self.rooms.entry(name.clone()).or_default();
            room.listed.insert(arrival, peer);
        }
        // What is longer would cost memory for as long as the client stays.
        let user = if user.weight() > MAX_ROOM_USER_BYTES {
            Payload::null()
        } else {
            user
        };
        client.listing = Some(Listing {
            rooms,
            user,
            name,
            arrival,
        });
    }

    /// Ends a client's listing, and says what it was.
    pub(crate) fn unlist(&mut self, peer: PeerId) -> Option<Listing> {
        let listing = self.clients.get_mut(&peer)?.listing.take()?;
        if let Rooms::One(name) = &listing.rooms {
            self.change(name, |room| {
                room.listed.remove(&listing.arrival);
            });
        }
        Some(listing)
    }

    /// Takes a client out of all rooms, and says where it was listed.
    pub(crate) fn leave_all(&mut self, peer: PeerId) -> Option<Listing> {
        let listing = self.unlist(peer);
        let client = self.clients.get_mut(&peer)?;
        client.has_left_own_room = true;
        for name in std::mem::take(&mut client.inside) {
            self.change(&name, |room| {
                room.inside.remove(&peer);
            });
        }
        listing
    }

    /// Forgets a client that has left all rooms.
    pub(crate) fn remove(&mut self, peer: PeerId) {
        self.clients.remove(&peer);
    }

    pub(crate) fn listing(&self, peer: PeerId) -> Option<&Listing> {
        self.clients.get(&peer)?.listing.as_ref()
    }

    /// Who hears what `speaker` says into the rooms: everybody who is in one of them, once, in the
    /// order of their ids. Left out is who is in the speaker's own room, as in the old system: that
    /// is the speaker, as a rule. For one room that is one step for each who hears it, besides them.
    pub(crate) fn hearers(&self, rooms: &Rooms, speaker: PeerId) -> Vec<PeerId> {
        let own_room = RoomName::text(speaker.to_string());
        let deaf: BTreeSet<PeerId> = self.inside(&own_room).collect();
        let mut hearers: Vec<PeerId> = match rooms {
            Rooms::One(name) if name.owner().is_none() => self.inside(name).collect(),
            Rooms::One(_) | Rooms::Many(_) => {
                let all = rooms.names().iter().flat_map(|name| self.inside(name));
                let all: BTreeSet<PeerId> = all.collect();
                all.into_iter().collect()
            }
        };
        hearers.retain(|peer| !deaf.contains(peer));
        hearers
    }

    fn inside(&self, name: &RoomName) -> impl Iterator<Item = PeerId> {
        let is_in = |owner: &PeerId| {
            let client = self.clients.get(owner);
            client.is_some_and(|client| !client.has_left_own_room)
        };
        let joined = self.rooms.get(name).into_iter();
        let joined = joined.flat_map(|room| room.inside.iter().copied());
        joined.chain(name.owner().filter(is_in))
    }

    /// Who is listed in a room, in order.
    pub(crate) fn listed(&self, rooms: &Rooms) -> impl Iterator<Item = (Arrival, PeerId)> {
        let room = match rooms {
            Rooms::One(name) => self.rooms.get(name),
            Rooms::Many(_) => None,
        };
        room.into_iter()
            .flat_map(|room| room.listed.iter().map(|(arrival, peer)| (*arrival, *peer)))
    }

    /// Whether nothing is left.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.clients.is_empty() && self.rooms.is_empty()
    }

    fn change(&mut self, name: &RoomName, change: impl FnOnce(&mut Room)) {
        if let Some(room) = self.rooms.get_mut(name) {
            change(room);
            if room.inside.is_empty() && room.listed.is_empty() {
                self.rooms.remove(name);
            }
        }
    }
}
