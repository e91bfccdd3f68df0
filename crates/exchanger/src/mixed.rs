//! Where both protocols meet: a channel with native peers and clients of the old system.
//!
//! What the natives say to one peer reaches an old client as its `receive…` event. What an old
//! client says names nobody, so it reaches everybody it has a link with; the link and the
//! generation that natives rely on are filled in here.

use crate::channel::Channel;
use crate::exchanger::Exchanger;
use crate::open_link::Held;
use crate::turn::Turn;
use protocol::room::{Payload, RoomEvent, RoomName, Rooms, SignalKind};
use protocol::time::Instant;
use protocol::{
    ChannelName, DescriptorKind, Direction, Event, Generation, LinkId, PeerId, ReceiveCandidates,
    ReceiveDescriptor, Role, SessionDescriptor,
};
use std::collections::BTreeSet;

impl Exchanger {
    /// Passes what an old client says on to the natives in its channel.
    pub(crate) fn signal_channel(
        &mut self,
        now: Instant,
        peer: PeerId,
        rooms: &Rooms,
        (kind, payload): (SignalKind, Payload),
    ) {
        let Some(name) = self.peers.channel(peer).cloned() else {
            return;
        };
        let is_own = |room: &RoomName| room.is_text(name.as_str());
        let only = if rooms.names().iter().any(is_own) {
            None
        } else {
            let owners = rooms.names().iter().filter_map(RoomName::owner);
            let natives: BTreeSet<PeerId> = owners
                .filter(|owner| !self.rooms.contains(*owner))
                .collect();
            Some(natives)
        };
        if only.as_ref().is_some_and(BTreeSet::is_empty) {
            return;
        }
        if kind == SignalKind::Offer && self.lacks_host(peer) {
            // By the native protocol who sends media offers: this is where the stream comes from.
            let user = self.rooms.listing(peer).map(|listing| listing.name.clone());
            self.join_channel(now, peer, (name.clone(), Role::Host), user);
        }
        let held = self.links_to_natives(&name, peer, only.as_ref());
        if !held.is_empty() {
            self.in_channel(now, &name, |channel, turn| {
                channel.signal(peer, &held, (kind, &payload), turn);
            });
        }
    }

    /// Tells an old client what a native one would be told so.
    pub(crate) fn translate(&self, event: &Event) -> Vec<RoomEvent> {
        // What old clients do is told in their rooms.
        let is_native = |peer: PeerId| !self.rooms.contains(peer);
        match event {
            Event::ReceiveAnswer(data) => received(SignalKind::Answer, data),
            Event::ReceiveOffer(data) => received(SignalKind::Offer, data),
            // The end of candidates is left out: most old clients would choke on it, and no
            // connection needs it.
            Event::ReceiveCandidate(data) => data
                .candidates
                .iter()
                .map(|one| RoomEvent::Received(SignalKind::Candidate, one.into()))
                .collect(),
            Event::UserJoinedStream(data) if is_native(data.peer) => {
                vec![RoomEvent::UserJoinedStream((&data.user).into())]
            }
            Event::UserLeftStream(data) if is_native(data.peer) => {
                vec![RoomEvent::UserLeftStream((&data.user).into())]
            }
            // It has no words for the rest.
            Event::AllStreamUsers(_)
            | Event::Audience(_)
            | Event::LinkClosed(_)
            | Event::LinkOpened(_)
            | Event::Lobby(_)
            | Event::LobbyChanged(_)
            | Event::Ping
            | Event::ReceiveRestartIce(_)
            | Event::StreamEnded(_)
            | Event::StreamFull(_)
            | Event::StreamStarted(_)
            | Event::StreamUpdated(_)
            | Event::Unknown
            | Event::UserJoinedStream(_)
            | Event::UserLeftStream(_)
            | Event::UserUpdated(_) => Vec::new(),
        }
    }

    /// The links between an old client and natives, or some of them. What old clients say to one
    /// another they say in their rooms.
    fn links_to_natives(
        &self,
        name: &ChannelName,
        peer: PeerId,
        only: Option<&BTreeSet<PeerId>>,
    ) -> Vec<Held> {
        let is_meant = |other: PeerId| {
            only.is_none_or(|only| only.contains(&other)) && !self.rooms.contains(other)
        };
        let links = self.channels.get(name).map(|channel| &channel.links);
        let held = links.into_iter().flat_map(|links| links.held_by(peer));
        held.filter(|held| held.other.peer().is_some_and(is_meant))
            .collect()
    }

    /// Whether native peers in the channel of `peer` wait for a host.
    fn lacks_host(&self, peer: PeerId) -> bool {
        let name = self.peers.channel(peer);
        name.and_then(|name| self.channels.get(name))
            .filter(|channel| !channel.is_live())
            .is_some_and(|channel| channel.members.all().any(|one| !self.rooms.contains(one)))
    }
}

impl Channel {
    /// Passes a signal without link and generation to the other ends of these links.
    fn signal(
        &mut self,
        peer: PeerId,
        held: &[Held],
        (kind, payload): (SignalKind, &Payload),
        turn: &mut Turn<'_>,
    ) {
        match kind {
            SignalKind::Answer => self.answer_all(peer, held, payload, turn),
            SignalKind::Candidate => self.candidate_all(peer, held, payload, turn),
            SignalKind::Offer => self.offer_all(peer, held, payload, turn),
        }
    }

    fn offer_all(&mut self, peer: PeerId, held: &[Held], payload: &Payload, turn: &mut Turn<'_>) {
        let Some(offer) = descriptor(payload, DescriptorKind::Offer) else {
            return;
        };
        // Old clients offer anew for each newcomer. Those who have a picture keep it.
        let awaits_first = |held: &&Held| self.newest(held.link).is_none();
        let is_for_newcomers = held.iter().any(|held| awaits_first(&held));
        let told: Vec<Held> = held
            .iter()
            .filter(|held| !is_for_newcomers || awaits_first(held))
            .copied()
            .collect();
        for held in told {
            let newest = self.newest(held.link);
            let generation = match held.direction {
                Direction::Send => newest.map_or(Generation(1), Generation::next),
                // The sender of a link offers. It hears of this one, and may ignore it.
                Direction::Receive | Direction::Unknown => newest.unwrap_or_default(),
            };
            if held.direction == Direction::Send
                && !self.begin_generation(held.link, generation, turn)
            {
                continue;
            }
            let data = receive(peer, held, generation, &offer);
            turn.tell_end(held.other, Event::ReceiveOffer(data));
        }
    }

    fn newest(&self, link: LinkId) -> Option<Generation> {
        self.links.get(link).ok()?.newest()
    }

    fn begin_generation(&mut self, link: LinkId, generation: Generation, turn: &Turn<'_>) -> bool {
        let link = self.links.get_mut(link);
        link.is_ok_and(|link| link.begin_generation(generation, turn.now).is_ok())
    }

    fn answer_all(&mut self, peer: PeerId, held: &[Held], payload: &Payload, turn: &mut Turn<'_>) {
        let Some(answer) = descriptor(payload, DescriptorKind::Answer) else {
            return;
        };
        for held in held {
            if held.direction == Direction::Receive
                && let Ok(link) = self.links.get_mut(held.link)
                && let Some(generation) = link.match_answer(turn.now)
            {
                let data = receive(peer, *held, generation, &answer);
                turn.tell_end(held.other, Event::ReceiveAnswer(data));
            }
        }
    }

    fn candidate_all(
        &mut self,
        peer: PeerId,
        held: &[Held],
        payload: &Payload,
        turn: &mut Turn<'_>,
    ) {
        let candidates: Vec<_> = payload.candidate().into_iter().collect();
        let end = payload.is_null();
        if candidates.is_empty() && !end {
            return;
        }
        for held in held {
            let Some(generation) = self.newest(held.link) else {
                continue;
            };
            let link = self.links.get_mut(held.link);
            let counted = link.and_then(|link| link.count_candidates(held.direction, &candidates));
            if counted.is_ok() {
                let data = ReceiveCandidates {
                    from: peer.into(),
                    link: held.link,
                    generation,
                    candidates: candidates.clone(),
                    end,
                };
                turn.tell_end(held.other, Event::ReceiveCandidate(data));
            }
        }
    }
}

fn descriptor(payload: &Payload, kind: DescriptorKind) -> Option<SessionDescriptor> {
    payload.descriptor().filter(|sdp| sdp.kind() == kind)
}

fn receive(
    from: PeerId,
    held: Held,
    generation: Generation,
    descriptor: &SessionDescriptor,
) -> ReceiveDescriptor {
    ReceiveDescriptor {
        from: from.into(),
        link: held.link,
        generation,
        session_descriptor: descriptor.clone(),
    }
}

fn received(kind: SignalKind, data: &ReceiveDescriptor) -> Vec<RoomEvent> {
    vec![RoomEvent::Received(kind, (&data.session_descriptor).into())]
}
