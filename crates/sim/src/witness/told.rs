//! What a tab has been told about the channel it is in, and whether the next thing is news.

use crate::tab::TabId;
use protocol::{
    AllStreamUsers, ChannelName, Event, Generation, Joined, LinkId, LinkOpened, LiveStream, PeerId,
    PeerSummary, Role, StreamUpdated,
};
use std::collections::{BTreeMap, BTreeSet};

/// What one member has been told since it joined.
#[derive(Debug)]
pub(crate) struct Told {
    me: Option<PeerId>,
    role: Role,
    channel: ChannelName,
    live: Option<LiveStream>,
    users: Users,
    links: BTreeMap<LinkId, Negotiated>,
    /// Links that nobody has told of here may be closed.
    lenient: bool,
}

/// Who else is there.
#[derive(Debug)]
enum Users {
    /// Everybody who was told.
    Listed {
        by_id: BTreeMap<PeerId, PeerSummary>,
        /// There are others: a page of viewers in a large channel, or the host alone.
        partial: bool,
    },
    /// The list follows the join.
    Due { viewers: usize },
}

/// The newest descriptions that have come over a link.
#[derive(Debug, Default)]
struct Negotiated {
    offer: Generation,
    answer: Generation,
}

impl Told {
    pub(crate) fn joined(me: Option<PeerId>, role: Role, joined: Joined) -> Self {
        Self {
            me,
            role,
            channel: joined.channel_name,
            live: joined.live,
            users: Users::Due {
                viewers: joined.viewers,
            },
            links: BTreeMap::new(),
            lenient: false,
        }
    }

    /// Joining the same channel again keeps the links, until something else is said of them.
    pub(crate) fn after(self, before: Self) -> Self {
        if self.channel != before.channel || self.role != before.role {
            return self;
        }
        Self {
            links: before.links,
            lenient: before.lenient,
            ..self
        }
    }

    /// What was told before is not known.
    pub(crate) fn after_confusion(self) -> Self {
        let lenient = true;
        Self { lenient, ..self }
    }

    pub(crate) fn hears(&mut self, tab: TabId, event: &Event) {
        let is_news = match event {
            Event::AllStreamUsers(data) => self.is_listed(data),
            Event::Audience(data) => self.is_counted(data.count),
            Event::LinkClosed(data) => self.links.remove(&data.link).is_some() || self.lenient,
            Event::LinkOpened(data) => self.link_opens(data),
            // Two tabs that share a session may both answer.
            Event::ReceiveAnswer(data) => self.links.get_mut(&data.link).is_some_and(|link| {
                let before = core::mem::replace(&mut link.answer, data.generation);
                before <= data.generation
            }),
            Event::ReceiveOffer(data) => self.links.get_mut(&data.link).is_some_and(|link| {
                let before = core::mem::replace(&mut link.offer, data.generation);
                before < data.generation
            }),
            Event::ReceiveCandidate(data) => self.links.contains_key(&data.link),
            Event::ReceiveRestartIce(data) => self.links.contains_key(&data.link),
            Event::StreamEnded(_) => self.live.take().is_some(),
            Event::StreamFull(_) => self.live.is_some() && self.role == Role::Viewer,
            Event::StreamStarted(live) => self.stream_starts(live),
            Event::StreamUpdated(data) => self.stream_changes(data),
            Event::UserJoinedStream(user) => self.user_comes(user),
            Event::UserLeftStream(data) => self.user_goes(data.peer),
            Event::UserUpdated(user) => self.user_changes(user),
            Event::Lobby(_) | Event::LobbyChanged(_) | Event::Ping => true,
            Event::Unknown => false,
        };
        assert!(is_news, "{tab} is told {event:?}, knowing {self:#?}");
    }

    fn is_listed(&mut self, data: &AllStreamUsers) -> bool {
        let by_id: BTreeMap<PeerId, PeerSummary> = data
            .users
            .iter()
            .map(|user| (user.peer, user.clone()))
            .collect();
        let is_clean = by_id.len() == data.users.len() && !self.is_me(by_id.keys());
        let listed = by_id.values().filter(|it| it.role == Role::Viewer).count();
        let partial = match self.users {
            Users::Due { viewers } => {
                let others = viewers - usize::from(self.role == Role::Viewer);
                listed < others
            }
            // Only a channel that has become small lists its viewers unasked.
            Users::Listed { .. } => false,
        };
        self.users = Users::Listed { by_id, partial };
        is_clean
    }

    /// Either the names are as many, or from now on no viewers are told by name.
    fn is_counted(&mut self, count: usize) -> bool {
        let itself = usize::from(self.role == Role::Viewer);
        if let Users::Listed { by_id, partial } = &mut self.users {
            let viewers = by_id.values().filter(|it| it.role == Role::Viewer);
            if *partial || viewers.count() + itself != count {
                by_id.retain(|_, user| user.role == Role::Host);
                *partial = true;
            }
        }
        true
    }

    fn user_comes(&mut self, user: &PeerSummary) -> bool {
        let is_me = self.is_me([&user.peer]);
        match &mut self.users {
            Users::Listed { by_id, .. } => {
                !is_me && by_id.insert(user.peer, user.clone()).is_none()
            }
            Users::Due { .. } => false,
        }
    }

    fn user_goes(&mut self, peer: PeerId) -> bool {
        match &mut self.users {
            Users::Listed { by_id, partial } => by_id.remove(&peer).is_some() || *partial,
            Users::Due { .. } => false,
        }
    }

    fn user_changes(&mut self, user: &PeerSummary) -> bool {
        if let Some(live) = &mut self.live
            && live.host.peer == user.peer
        {
            live.host = user.clone();
        }
        match &mut self.users {
            Users::Listed { by_id, partial } => match by_id.get_mut(&user.peer) {
                Some(known) => core::mem::replace(known, user.clone()) != *user,
                None => *partial,
            },
            Users::Due { .. } => false,
        }
    }

    fn stream_starts(&mut self, live: &LiveStream) -> bool {
        let name = |live: &LiveStream| (live.stream, live.host.peer);
        let before = self.live.replace(live.clone());
        before.is_none_or(|before| name(&before) != name(live))
    }

    fn stream_changes(&mut self, update: &StreamUpdated) -> bool {
        let Some(live) = &mut self.live else {
            return false;
        };
        let before = StreamUpdated {
            title: live.title.clone(),
            media: live.media,
            host_away: live.host_away,
        };
        (live.title, live.media) = (update.title.clone(), update.media);
        live.host_away = update.host_away;
        before != *update
    }

    fn link_opens(&mut self, opened: &LinkOpened) -> bool {
        let before = self.links.insert(opened.link, Negotiated::default());
        match before {
            Some(before) if opened.kept => {
                self.links.insert(opened.link, before);
                true
            }
            before => before.is_none(),
        }
    }

    fn is_me<'a>(&self, peers: impl IntoIterator<Item = &'a PeerId>) -> bool {
        let peers: BTreeSet<PeerId> = peers.into_iter().copied().collect();
        self.me.is_some_and(|me| peers.contains(&me))
    }
}
