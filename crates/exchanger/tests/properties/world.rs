//! The exchanger, its people, and what must be true of them.

use crate::client::Client;
use crate::command::{candidate, channel, descriptor, join, rename, retitle};
use crate::operation::{Introduction, Operation, PEOPLE};
use crate::rights::Rights;
use exchanger::{ClosedBy, Config, Exchanger, Input, Output, Seat, SeatKind, Source};
use protocol::limits::GRACE;
use protocol::time::{Duration, Instant};
use protocol::{
    ChannelName, Command, DescriptorKind, ErrorCode, ErrorReply, Hello, LinkFailed, LinkFailure,
    LinkId, LinkTarget, PeerId, Reply, RequestId, Resume, Resumed, Role, Secret, Seq,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const DIRECT_VIEWERS: usize = 2;

/// One client on a socket, or one whose socket is lost.
#[derive(Debug, Default)]
pub(crate) struct Person {
    pub(crate) seat: Option<Seat>,
    pub(crate) client: Option<Client>,
    pub(crate) last_request: Option<(RequestId, Command, Result<Reply, ErrorReply>)>,
    pub(crate) silent: bool,
}

/// Where a peer must be, as the model sees it.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) channel: ChannelName,
    pub(crate) role: Role,
    key: usize,
}

pub(crate) struct World {
    pub(crate) exchanger: Exchanger,
    pub(crate) now: Instant,
    pub(crate) large_stream_viewers: usize,
    pub(crate) people: [Person; PEOPLE],
    pub(crate) members: BTreeMap<PeerId, Member>,
    /// Members in join order.
    pub(crate) order: Vec<PeerId>,
    pub(crate) away: BTreeMap<PeerId, Instant>,
    /// Pairs whose link may be waiting for its next try.
    pub(crate) waiting: BTreeSet<(PeerId, PeerId)>,
    /// How often a member's links may have been given up; after some, it may have to give way.
    pub(crate) setbacks: BTreeMap<PeerId, usize>,
    /// Who has been offered something and has not answered.
    pub(crate) unanswered: BTreeSet<PeerId>,
    /// How much has happened in each channel since the last quiet time.
    pub(crate) churn: BTreeMap<ChannelName, usize>,
    pub(crate) rights: Rights,
    /// No count or name is on its way any more.
    pub(crate) settled: bool,
    seats: u64,
    pub(crate) requests: u64,
}

impl World {
    pub(crate) fn new(large_stream_viewers: usize) -> Self {
        let mut config = Config::new([9; 32]);
        config.max_direct_viewers = DIRECT_VIEWERS;
        config.large_stream_viewers = large_stream_viewers;
        let mut world = Self {
            exchanger: Exchanger::new(config),
            now: Instant::ORIGIN,
            large_stream_viewers,
            people: Default::default(),
            members: BTreeMap::new(),
            order: Vec::new(),
            away: BTreeMap::new(),
            waiting: BTreeSet::new(),
            setbacks: BTreeMap::new(),
            unanswered: BTreeSet::new(),
            churn: BTreeMap::new(),
            rights: Rights::default(),
            settled: true,
            seats: 0,
            requests: 0,
        };
        // The server has run for so long that nobody shows links from before its start.
        world.new_seat();
        world.pass(GRACE);
        world
    }

    pub(crate) fn carry_out(&mut self, operation: Operation) {
        self.settled = false;
        match operation {
            Operation::Connect {
                person,
                introduction,
            } => self.connect(person, introduction),
            Operation::ConnectAndSayNothing => {
                self.new_seat();
            }
            Operation::Disconnect { person, by_server } => {
                let by = if by_server {
                    ClosedBy::Server
                } else {
                    ClosedBy::Client
                };
                self.disconnect(person, by);
            }
            Operation::Join {
                person,
                channel,
                role,
                key,
                keep,
            } => {
                self.join(person, channel, role, key, keep);
            }
            Operation::Leave { person } => self.leave(person),
            Operation::PassTime { millis } => self.pass(Duration::from_millis(millis)),
            Operation::RepeatRequest { person } => self.repeat(person),
            Operation::StaySilent { person } => self.people[person].silent = true,
            Operation::LinkFailed { person, link } => self.fail(person, link),
            Operation::FollowLobby { person } => {
                self.request(person, Command::FollowLobby);
            }
            Operation::Rename { person, name } => {
                self.happens_to(self.seated_peer(person));
                self.request(person, rename(name));
            }
            Operation::Retitle { person, title } => {
                self.request(person, retitle(title));
            }
            Operation::LinkFlowing { person, link } => {
                let target = |link| LinkTarget { link };
                self.about_link(person, link, |link, _| Command::LinkFlowing(target(link)));
                self.answers(person);
            }
            Operation::RestartIce { person, link } => {
                let target = |link| LinkTarget { link };
                self.about_link(person, link, |link, _| Command::RestartIce(target(link)));
            }
            Operation::Offer {
                person,
                link,
                generation,
            } => {
                let mut offered = None;
                self.about_link(person, link, |link, to| {
                    offered = Some(to);
                    Command::Offer(descriptor(DescriptorKind::Offer, link, to, generation))
                });
                self.unanswered.extend(offered);
            }
            Operation::Answer {
                person,
                link,
                generation,
            } => {
                self.about_link(person, link, |link, to| {
                    Command::Answer(descriptor(DescriptorKind::Answer, link, to, generation))
                });
            }
            Operation::Candidate {
                person,
                link,
                generation,
            } => {
                self.about_link(person, link, |link, to| candidate(link, to, generation));
            }
        }
    }

    /// Everybody goes; nothing must be left.
    pub(crate) fn end(&mut self) {
        for person in 0..PEOPLE {
            self.disconnect(person, ClosedBy::Client);
        }
        self.pass(GRACE);
        assert_eq!(self.exchanger.seats(), 0);
        assert_eq!(self.exchanger.peers(), 0);
        assert_eq!(self.exchanger.channel(&channel(0), self.now), None);
        assert_eq!(self.exchanger.channel(&channel(1), self.now), None);
        assert!(self.exchanger.lobby(self.now).channels.is_empty());
        assert_eq!(self.exchanger.poll_timeout(), None);
    }

    fn remove_member(&mut self, peer: PeerId) {
        self.happens_to(Some(peer));
        // A link that it leaves may have to wait when it comes again.
        let others = self.members.get(&peer).map(|member| member.channel.clone());
        for other in others
            .iter()
            .flat_map(|channel| self.members_of(channel))
            .collect::<Vec<_>>()
        {
            self.waiting.extend([(peer, other), (other, peer)]);
        }
        *self.setbacks.entry(peer).or_default() += 1;
        let gone = self.members.remove(&peer);
        if let Some(host) = gone.filter(|gone| gone.role == Role::Host) {
            self.stream_ends(&host.channel);
        }
        self.order.retain(|other| *other != peer);
    }

    fn new_seat(&mut self) -> Seat {
        self.seats += 1;
        let (seat, kind) = (Seat(self.seats), SeatKind::NATIVE);
        assert_eq!(
            self.feed(Input::Connect {
                seat,
                kind,
                source: Source(seat.0)
            }),
            None
        );
        seat
    }

    fn connect(&mut self, person: usize, introduction: Introduction) {
        let resume = self.people[person].client.as_ref().map(|client| Resume {
            session: client.welcome.session,
            secret: client.welcome.secret,
            last_seq: client.last_seq,
        });
        let resume = match introduction {
            Introduction::Fresh => None,
            Introduction::Resume => resume,
            Introduction::ResumeFromTheFuture => resume.map(|resume| Resume {
                last_seq: Seq(1_000_000),
                ..resume
            }),
            Introduction::WrongSecret => resume.map(|resume| Resume {
                secret: Secret::from_bytes([0; 16]),
                ..resume
            }),
        };
        let is_right = matches!(
            introduction,
            Introduction::Resume | Introduction::ResumeFromTheFuture
        );
        if !is_right || resume.is_none() {
            self.disconnect(person, ClosedBy::Client);
        }
        let seat = self.new_seat();
        let hello = Hello {
            versions: vec![1],
            resume,
            ..Hello::default()
        };
        // The client listens on its new socket only.
        self.people[person].seat = Some(seat);
        self.people[person].silent = false;
        let reply = self.send(seat, RequestId(0), Command::Hello(hello));
        let Some(Ok(Reply::Welcome(welcome))) = reply else {
            panic!("a hello is welcomed: {reply:?}");
        };
        if welcome.resumed == Resumed::Snapshot {
            self.join_again(person);
        }
    }

    pub(crate) fn welcomed(&mut self, person: usize, welcome: &protocol::Welcome) {
        let knows_names = self.knows_names();
        let person = &mut self.people[person];
        match (welcome.resumed, &mut person.client) {
            (Resumed::Fresh | Resumed::Unknown, client) => {
                *client = Some(Client::new(welcome.clone(), knows_names));
                person.last_request = None;
            }
            (Resumed::Replayed | Resumed::Snapshot, Some(client)) => {
                assert_eq!(client.welcome.peer, welcome.peer);
                assert_eq!(client.welcome.epoch.next(), welcome.epoch);
                client.welcome = welcome.clone();
                self.away.remove(&welcome.peer);
                self.is_back(welcome.peer);
            }
            (Resumed::Replayed | Resumed::Snapshot, None) => panic!("nothing to resume"),
        }
    }

    /// What a client does that was given a snapshot.
    fn join_again(&mut self, person: usize) {
        let Some(client) = &mut self.people[person].client else {
            return;
        };
        let keep: Vec<LinkId> = client.links.keys().copied().collect();
        client.forget_state();
        client.accepts_any_seq = true;
        client.is_catching_up = true;
        let Some(peer) = self.peer(person) else {
            return;
        };
        if self.members.contains_key(&peer) && self.joins_too_fast(peer) {
            self.leave(person);
        }
        self.joins_again(peer);
        if let Some(member) = self.members.get(&peer) {
            let join = join(member.channel.clone(), member.role, member.key, keep);
            let reply = self.request(person, join);
            assert!(matches!(reply, Some(Ok(Reply::Joined(_)))), "{reply:?}");
        }
        if let Some(client) = &mut self.people[person].client {
            client.is_catching_up = false;
        }
    }

    fn disconnect(&mut self, person: usize, by: ClosedBy) {
        let Some(seat) = self.people[person].seat.take() else {
            return;
        };
        self.lost(person, by);
        assert_eq!(self.feed(Input::Disconnect { seat, by }), None);
    }

    pub(crate) fn lost(&mut self, person: usize, by: ClosedBy) {
        if let Some(peer) = self.peer(person) {
            self.is_lost(peer, by);
            self.away.insert(peer, self.now + GRACE);
        }
    }

    fn join(&mut self, person: usize, number: usize, role: Role, key: usize, keep: bool) {
        let Some(peer) = self.seated_peer(person) else {
            return;
        };
        let channel = channel(number);
        let holder = self.host_of(&channel).filter(|host| *host != peer);
        let is_busy = role == Role::Host
            && holder.is_some_and(|host| !self.may_take_over(&channel, key, host));
        let is_too_fast = self.joins_too_fast(peer);
        let links = self.people[person]
            .client
            .iter()
            .flat_map(|c| c.links.keys());
        let keep = links.copied().filter(|_| keep).collect();
        let reply = self.request_with(person, join(channel.clone(), role, key, keep), |world| {
            if is_busy || is_too_fast {
                return;
            }
            let is_new = world.host_of(&channel).is_none();
            if let (Role::Host, Some(old)) = (role, holder) {
                world.remove_member(old);
                world.away.remove(&old);
            }
            let stays = world
                .members
                .get(&peer)
                .is_some_and(|member| member.channel == channel && member.role == role);
            if stays {
                world.joins_again(peer);
            } else {
                world.remove_member(peer);
                world.order.push(peer);
            }
            if role == Role::Host {
                world.stream_goes_on(&channel, key, is_new);
            }
            *world.churn.entry(channel.clone()).or_default() += 1;
            world.members.insert(peer, Member { channel, role, key });
        });
        match reply {
            Some(Err(error)) if is_too_fast => {
                assert_eq!(error.code, ErrorCode::TooFast);
                assert!(error.retry_after_ms.is_some());
            }
            Some(Err(error)) => assert!(is_busy && error.code == ErrorCode::ChannelBusy),
            Some(Ok(_)) => assert!(!is_busy && !is_too_fast),
            None => panic!("a join is answered"),
        }
    }

    fn leave(&mut self, person: usize) {
        let Some(peer) = self.seated_peer(person) else {
            return;
        };
        let was_member = self.members.contains_key(&peer);
        let reply = self.request_with(person, Command::LeaveStream, |world| {
            world.remove_member(peer);
        });
        assert_eq!(was_member, matches!(reply, Some(Ok(_))));
        if let Some(client) = &mut self.people[person].client {
            client.left();
        }
    }

    fn fail(&mut self, person: usize, link: usize) {
        let reason = LinkFailure::Connectivity;
        let peer = self.seated_peer(person);
        let mut other = None;
        self.about_link(person, link, |link, to| {
            other = Some(to);
            Command::LinkFailed(LinkFailed { link, reason })
        });
        if let (Some(peer), Some(other)) = (peer, other) {
            self.link_given_up(peer, other);
        }
    }

    /// Links that it does not name are given up.
    fn joins_again(&mut self, peer: PeerId) {
        let Some(member) = self.members.get(&peer) else {
            return;
        };
        let others: Vec<PeerId> = self.members_of(&member.channel).collect();
        for other in others.into_iter().filter(|other| *other != peer) {
            self.link_given_up(peer, other);
        }
    }

    fn link_given_up(&mut self, peer: PeerId, other: PeerId) {
        self.waiting.extend([(peer, other), (other, peer)]);
        for end in [peer, other] {
            *self.setbacks.entry(end).or_default() += 1;
        }
    }

    fn about_link(
        &mut self,
        person: usize,
        number: usize,
        command: impl FnOnce(LinkId, PeerId) -> Command,
    ) {
        let client = self.people[person].client.as_ref();
        let link = client.and_then(|client| client.links.iter().nth(number));
        if let Some((link, (_, other))) = link {
            let command = command(
                *link,
                other.peer().expect("no link has the relay at its end"),
            );
            self.request(person, command);
        }
    }

    fn repeat(&mut self, person: usize) {
        let Some(seat) = self.people[person].seat else {
            return;
        };
        if let Some((id, command, result)) = self.people[person].last_request.clone() {
            let is_asked_anew = matches!(command, Command::FollowLobby)
                || matches!(&result, Err(error) if error.retry_after_ms.is_some());
            if is_asked_anew {
                return;
            }
            let mut outputs = self.outputs_of(Input::Command {
                seat,
                id: Some(id),
                command,
            });
            let expected = Output::Reply {
                seat,
                re: id,
                result,
            };
            assert_eq!(outputs.pop(), Some(expected));
            assert_eq!(outputs, []);
        }
    }

    fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        let mut last_change = self.now;
        // Somebody may wait for their places.
        for viewer in &self.unanswered {
            self.setbacks.insert(*viewer, 4);
        }
        while let Some((at, _)) = self.exchanger.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.exchanger.handle_timeout(self.now);
            let gone = self.away.iter().filter(|(_, until)| **until <= self.now);
            for peer in gone.map(|(peer, _)| *peer).collect::<Vec<_>>() {
                self.away.remove(&peer);
                self.remove_member(peer);
                last_change = self.now;
            }
            let were_away = self.away.len();
            let pings = self.take_outputs();
            if self.away.len() > were_away {
                last_change = self.now;
            }
            for seat in pings {
                self.send(seat, RequestId(u64::MAX), Command::Pong);
            }
        }
        self.now = end;
        if end.since(last_change) >= Duration::from_secs(8) {
            self.waiting.clear();
            self.churn.clear();
        }
        self.settled = end.since(last_change) >= Duration::from_secs(1);
    }
}
