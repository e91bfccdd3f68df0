//! A client that believes what it is told, and nothing else.

use protocol::{
    AllStreamUsers, ChannelName, Direction, End, Event, Generation, Joined, LinkId, LiveStream,
    PeerId, Role, Seq, StreamId, StreamUpdated, Title, Welcome,
};
use std::collections::{BTreeMap, BTreeSet};

/// What one session has been told.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) welcome: Welcome,
    pub(crate) last_seq: Seq,
    pub(crate) place: Option<(ChannelName, Role)>,
    pub(crate) live: Option<(StreamId, PeerId)>,
    pub(crate) users: BTreeSet<PeerId>,
    pub(crate) viewers: usize,
    /// How many of them wait, while something is on.
    pub(crate) waiting: usize,
    pub(crate) host_away: bool,
    pub(crate) title: Option<Title>,
    /// It was told all names after a time of counting.
    pub(crate) lists_all: bool,
    pub(crate) links: BTreeMap<LinkId, (Direction, End)>,
    pub(crate) offered: BTreeMap<LinkId, Generation>,
    /// Whether viewers are told every name, or a count.
    knows_names: bool,
    /// After a snapshot, whatever number comes next is the right one.
    pub(crate) accepts_any_seq: bool,
    /// It joins again after a snapshot: links that it never heard of may be closed.
    pub(crate) is_catching_up: bool,
    /// The next `allStreamUsers` belongs to a join, whose reply has told the count.
    expects_introduction: bool,
}

impl Client {
    pub(crate) fn new(welcome: Welcome, knows_names: bool) -> Self {
        Self {
            welcome,
            last_seq: Seq(0),
            place: None,
            live: None,
            users: BTreeSet::new(),
            viewers: 0,
            waiting: 0,
            host_away: false,
            title: None,
            lists_all: false,
            links: BTreeMap::new(),
            offered: BTreeMap::new(),
            knows_names,
            accepts_any_seq: false,
            is_catching_up: false,
            expects_introduction: false,
        }
    }

    pub(crate) fn is_host(&self) -> bool {
        matches!(self.place, Some((_, Role::Host)))
    }

    pub(crate) fn joined(&mut self, joined: &Joined) {
        let place = Some((joined.channel_name.clone(), joined.role));
        if self.place != place {
            self.links.clear();
        }
        self.place = place;
        self.live = joined.live.as_ref().map(identity);
        self.is_shown(joined.live.as_ref());
        self.viewers = joined.viewers;
        self.waiting = joined.waiting;
        self.lists_all = false;
        self.expects_introduction = true;
    }

    pub(crate) fn left(&mut self) {
        self.place = None;
        self.live = None;
        self.users.clear();
        self.links.clear();
    }

    /// Forgets what it may have missed the end of; joining again tells it anew.
    pub(crate) fn forget_state(&mut self) {
        self.links.clear();
        self.users.clear();
    }

    pub(crate) fn told(&mut self, seq: Option<Seq>, event: &Event) {
        if let Some(seq) = seq {
            let is_next = seq == self.last_seq.next() || self.accepts_any_seq;
            assert!(is_next, "{seq:?} after {:?}: {event:?}", self.last_seq);
            self.accepts_any_seq = false;
            self.last_seq = seq;
        } else {
            assert!(
                matches!(
                    event,
                    Event::Lobby(_) | Event::LobbyChanged(_) | Event::Ping
                ),
                "{event:?}"
            );
            return;
        }
        match event {
            Event::AllStreamUsers(data) => self.is_listed(data),
            Event::Audience(data) => {
                assert!(data.waiting <= data.count, "{data:?}");
                (self.viewers, self.waiting) = (data.count, data.waiting);
                self.lists_all &= self.knows_names;
            }
            Event::LinkClosed(data) => {
                let was_open = self.links.remove(&data.link).is_some();
                assert!(was_open || self.is_catching_up, "closed twice: {data:?}");
            }
            Event::LinkOpened(data) => {
                let before = self.links.insert(data.link, (data.direction, data.peer));
                assert!(before.is_none() || data.kept, "opened twice: {data:?}");
            }
            Event::ReceiveOffer(data) => {
                self.assert_sender(data.link, data.from, Direction::Receive);
                let before = self.offered.insert(data.link, data.generation);
                assert!(before < Some(data.generation), "an old offer: {data:?}");
            }
            Event::ReceiveAnswer(data) => self.assert_sender(data.link, data.from, Direction::Send),
            Event::ReceiveCandidate(data) => {
                assert_eq!(self.links[&data.link].1, data.from);
            }
            Event::ReceiveRestartIce(data) => {
                self.assert_sender(data.link, data.from, Direction::Send);
            }
            Event::StreamEnded(_) => {
                assert!(self.live.take().is_some(), "nothing was live");
            }
            Event::StreamFull(_) => {
                assert!(!self.is_host() && self.live.is_some() && self.links.is_empty());
            }
            Event::StreamStarted(live) => self.stream_starts(live),
            Event::StreamUpdated(data) => self.stream_changes(data),
            Event::UserJoinedStream(user) => {
                let is_new = self.users.insert(user.peer);
                assert!(is_new || !self.knows_names, "came twice: {user:?}");
                self.viewers += usize::from(user.role == Role::Viewer);
            }
            Event::UserLeftStream(user) => {
                let was_host = self.live.is_some_and(|(_, host)| host == user.peer);
                let was_there = self.users.remove(&user.peer);
                assert!(was_there || !self.knows_names, "left twice: {user:?}");
                self.viewers -= usize::from(!was_host);
            }
            Event::UserUpdated(user) => assert_ne!(user.peer, self.welcome.peer),
            Event::Lobby(_) | Event::LobbyChanged(_) | Event::Ping | Event::Unknown => {
                panic!("never numbered: {event:?}")
            }
        }
    }

    fn is_listed(&mut self, data: &AllStreamUsers) {
        self.users = data.users.iter().map(|user| user.peer).collect();
        assert!(
            !self.users.contains(&self.welcome.peer),
            "it is not told itself"
        );
        if !self.expects_introduction {
            self.lists_all = true;
            let is_viewer = |user: &&protocol::PeerSummary| user.role == Role::Viewer;
            let others = data.users.iter().filter(is_viewer).count();
            self.viewers = others + usize::from(!self.is_host());
        }
        self.expects_introduction = false;
    }

    fn stream_starts(&mut self, live: &LiveStream) {
        assert_ne!(self.live, Some(identity(live)), "started twice");
        if self.live.is_none() {
            self.waiting = 0;
        }
        self.live = Some(identity(live));
        self.is_shown(Some(live));
    }

    fn stream_changes(&mut self, data: &StreamUpdated) {
        assert!(self.live.is_some());
        let before = (self.host_away, self.title.clone());
        (self.host_away, self.title) = (data.host_away, data.title.clone());
        let now = (self.host_away, self.title.clone());
        assert_ne!(before, now, "nothing new: {data:?}");
    }

    fn is_shown(&mut self, live: Option<&LiveStream>) {
        self.host_away = live.is_some_and(|live| live.host_away);
        self.title = live.and_then(|live| live.title.clone());
    }

    fn assert_sender(&self, link: LinkId, from: End, direction: Direction) {
        assert_eq!(self.links.get(&link), Some(&(direction, from)));
    }
}

fn identity(live: &LiveStream) -> (StreamId, PeerId) {
    (live.stream, live.host.peer)
}
