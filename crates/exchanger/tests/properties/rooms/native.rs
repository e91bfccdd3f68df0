//! A native client that believes what it is told, and fails if it is told that twice.

use protocol::{ChannelName, Direction, End, Event, Joined, LinkId, PeerId, Role};
use std::collections::{BTreeMap, BTreeSet};

/// What one native client has been told.
#[derive(Debug)]
pub(crate) struct Native {
    pub(crate) peer: PeerId,
    /// Who else is in its channel.
    pub(crate) others: BTreeSet<PeerId>,
    pub(crate) links: BTreeMap<LinkId, (Direction, End)>,
    place: Option<(ChannelName, Role)>,
}

impl Native {
    pub(crate) fn new(peer: PeerId) -> Self {
        Self {
            peer,
            others: BTreeSet::new(),
            links: BTreeMap::new(),
            place: None,
        }
    }

    /// Who joins another channel, or in another role, is not told that its links are gone.
    pub(crate) fn joined(&mut self, joined: &Joined) {
        let place = Some((joined.channel_name.clone(), joined.role));
        if self.place != place {
            self.links.clear();
            self.place = place;
        }
    }

    /// It has left its channel, and is told nothing of it any more.
    pub(crate) fn left(&mut self) {
        self.others.clear();
        self.links.clear();
        self.place = None;
    }

    pub(crate) fn told(&mut self, event: &Event) {
        match event {
            Event::AllStreamUsers(data) => {
                self.others = data.users.iter().map(|user| user.peer).collect();
                assert!(!self.others.contains(&self.peer), "it is told of itself");
            }
            Event::LinkClosed(data) => {
                assert!(self.links.remove(&data.link).is_some(), "closed twice");
            }
            Event::LinkOpened(data) => {
                let before = self.links.insert(data.link, (data.direction, data.peer));
                assert!(before.is_none() || data.kept, "opened twice");
            }
            Event::ReceiveAnswer(data) => {
                assert_eq!(self.links[&data.link], (Direction::Send, data.from));
            }
            Event::ReceiveCandidate(data) => assert_eq!(self.links[&data.link].1, data.from),
            // Old clients offer to whoever is there, so also against the link's direction.
            Event::ReceiveOffer(data) => assert_eq!(self.links[&data.link].1, data.from),
            Event::UserJoinedStream(user) => {
                assert_ne!(user.peer, self.peer, "it is told of itself");
                assert!(self.others.insert(user.peer), "came twice: {user:?}");
            }
            Event::UserLeftStream(user) => {
                assert!(self.others.remove(&user.peer), "left twice: {user:?}");
            }
            Event::UserUpdated(user) => assert_ne!(user.peer, self.peer),
            Event::Audience(_)
            | Event::Lobby(_)
            | Event::LobbyChanged(_)
            | Event::Ping
            | Event::Unknown
            | Event::ReceiveRestartIce(_)
            | Event::StreamEnded(_)
            | Event::StreamFull(_)
            | Event::StreamStarted(_)
            | Event::StreamUpdated(_) => {}
        }
    }
}
