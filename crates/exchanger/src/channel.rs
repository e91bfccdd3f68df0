//! One channel: its members, its stream, its links, and who is told what.
//!
//! A machine of its own: it knows peers, but neither seats nor sessions. What it has to tell goes
//! into the [`Turn`] that it is given.

use crate::claims::Claims;
use crate::ids::Arrival;
use crate::link::Links;
use crate::members::Members;
use crate::permission::{Act, Kept, permit};
use crate::plan::Policy;
use crate::presence::Presence;
use crate::stream::Stream;
use crate::topology::opened;
use crate::turn::Turn;
use crate::{ChannelState, Config, Source};
use protocol::time::{Duration, Instant};
use protocol::{
    Audience, ChannelName, ErrorCode, ErrorReply, Event, JoinStream, Joined, LeaveReason, LinkId,
    ListViewers, LiveChannel, LiveStream, PeerId, Role, StreamEnded, StreamUpdated, UpdateStream,
    User, Viewers,
};

use std::collections::BTreeSet;

/// A channel with at least one member.
#[derive(Debug)]
pub(crate) struct Channel {
    name: ChannelName,
    pub(crate) routes: Policy,
    claims_last: Duration,
    pub(crate) members: Members,
    /// Is on exactly while the members have a host.
    stream: Option<Stream>,
    pub(crate) links: Links,
    presence: Presence,
}

/// What has come of a join.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(crate) joined: Joined,
    /// The host whose stream the newcomer carries on. It is no member any more.
    pub(crate) replaced: Option<PeerId>,
}

impl Channel {
    pub(crate) fn new(name: ChannelName, config: &Config) -> Self {
        Self {
            name,
            routes: Policy {
                max_direct_viewers: config.max_direct_viewers,
            },
            claims_last: config.grace,
            members: Members::default(),
            stream: None,
            links: Links::default(),
            presence: Presence::new(config.large_stream_viewers),
        }
    }

    /// From how many sources viewers say that they hold links of a host that names these, and from
    /// how many of the host there is. Viewers of one source are one witness: one address must not
    /// outvote an audience.
    pub(crate) fn kept(&self, named: &[LinkId], now: Instant) -> Kept {
        let adopted = self.links.adopted().filter_map(|planned| planned.to.peer());
        let adopted = adopted.filter_map(|viewer| self.members.source(viewer));
        let mut of_holder: BTreeSet<Source> = adopted.collect();
        if let Some(host) = self.members.host() {
            let claimed = self.members.claims(host, now);
            of_holder.extend(self.members.sources_that_claim(&claimed, now));
        }
        let of_newcomer: BTreeSet<Source> = self.members.sources_that_claim(named, now).collect();
        Kept {
            by_newcomer: of_newcomer.len(),
            by_holder: of_holder.len(),
        }
    }

    /// Takes a peer in. A host takes over from the one there is, as was permitted before.
    pub(crate) fn enter(
        &mut self,
        (peer, source): (PeerId, Source),
        join: JoinStream,
        turn: &mut Turn<'_>,
    ) -> Entered {
        let replaced = match join.role {
            Role::Host => self.members.host(),
            Role::Viewer | Role::Unknown => None,
        };
        if let Some(gone) = replaced.and_then(|old| self.members.remove(old)) {
            self.presence
                .left(&self.members, gone, LeaveReason::Replaced, turn);
        }
        let claims = Claims::new(join.keep.iter().copied(), turn.now + self.claims_last);
        let arrived = (peer, source, turn.ids.arrival());
        self.members
            .insert(arrived, join.user.clone(), join.role, claims);
        if self.links.gives_way((peer, source), turn.now) {
            self.members.demote(peer);
        }
        self.members.prefer_keepers(peer, turn.now);
        self.presence.joined(&self.members, peer, turn);
        match join.role {
            Role::Host => self.go_live(peer, &join, turn),
            Role::Viewer | Role::Unknown => {
                self.reconcile(turn);
                self.tell_if_full([peer], turn);
            }
        }
        let joined = self.reply(peer, join.role, turn.now);
        Entered { joined, replaced }
    }

    /// A member joins again in the same role: it is told the state anew, the others only what is
    /// new to them. Links that it does not hold any more are opened anew.
    pub(crate) fn reenter(
        &mut self,
        peer: PeerId,
        join: JoinStream,
        turn: &mut Turn<'_>,
    ) -> Entered {
        if let Some(before) = self.members.rename(peer, join.user.clone()) {
            self.presence.renamed(&self.members, peer, before, turn);
        }
        if let (Role::Host, Some(stream)) = (join.role, &mut self.stream) {
            stream.carry_on(&join);
            self.tell_stream_news(turn);
        }
        self.presence.introduce(&self.members, peer, turn);
        let renewed = self.links.renew_unheld(peer, &join.keep, turn.now);
        let still_held: Vec<_> = self.links.held_by(peer).collect();
        let adoptable = join
            .keep
            .iter()
            .copied()
            .filter(|id| !self.links.is_open(*id));
        let claims = Claims::new(adoptable, turn.now + self.claims_last);
        self.members.claim(peer, claims);
        self.tell_changes(&renewed, turn);
        self.reconcile(turn);
        for held in still_held {
            turn.tell(peer, opened(held, true));
        }
        if join.role == Role::Viewer {
            self.tell_if_full([peer], turn);
        }
        let joined = self.reply(peer, join.role, turn.now);
        Entered {
            joined,
            replaced: None,
        }
    }

    /// Lets a member go; the stream ends with its host.
    pub(crate) fn leave(&mut self, peer: PeerId, reason: LeaveReason, turn: &mut Turn<'_>) {
        let Some(gone) = self.members.remove(peer) else {
            return;
        };
        self.links.abandoned_by(peer, turn.now);
        let role = gone.0.role;
        self.presence.left(&self.members, gone, reason, turn);
        if role == Role::Host {
            self.stream = None;
            turn.tell_all(
                self.members.all(),
                Event::StreamEnded(StreamEnded { reason }),
            );
        }
        self.reconcile(turn);
    }

    pub(crate) fn update_user(
        &mut self,
        peer: PeerId,
        user: User,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        self.role_of(peer)?;
        if let Some(before) = self.members.rename(peer, user) {
            self.presence.renamed(&self.members, peer, before, turn);
        }
        Ok(())
    }

    pub(crate) fn update_stream(
        &mut self,
        peer: PeerId,
        update: UpdateStream,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        permit(&Act::UpdateStream(self.role_of(peer)?))?;
        if let Some(stream) = &mut self.stream {
            stream.update(update.title, update.media);
            self.tell_stream_news(turn);
        }
        Ok(())
    }

    /// A member's connection is lost, or it is back. Viewers are told that of their host.
    pub(crate) fn set_away(&mut self, peer: PeerId, is_away: bool, now: Instant) {
        if let Some(stream) = &mut self.stream
            && self.members.is_host(peer)
        {
            stream.set_host_away(is_away, now);
        }
    }

    pub(crate) fn list_viewers(
        &self,
        peer: PeerId,
        page: ListViewers,
    ) -> Result<Viewers, ErrorReply> {
        permit(&Act::ListViewers(self.role_of(peer)?))?;
        self.members
            .page(page.after)
            .ok_or_else(|| ErrorReply::new(ErrorCode::NoSuchPeer, "the viewer of `after` has left"))
    }

    pub(crate) fn handle_timeout(&mut self, turn: &mut Turn<'_>) {
        let audience = (self.audience(), self.is_live());
        self.presence.handle_timeout(&self.members, audience, turn);
        let stream = self.stream.as_mut();
        let news = stream.and_then(|stream| stream.handle_timeout(turn.now));
        self.tell_viewers(news, turn);
        self.reconcile(turn);
    }

    /// To be called last, whatever has happened.
    pub(crate) fn finish(&mut self, now: Instant) {
        let (audience, is_live) = (self.audience(), self.is_live());
        self.presence.audience_is(audience, is_live, now);
    }

    /// When something is due that members have not been told yet.
    pub(crate) fn news_due(&self) -> Option<Instant> {
        let stream = self.stream.as_ref().and_then(Stream::poll_timeout);
        self.presence.poll_timeout().into_iter().chain(stream).min()
    }

    /// When a link is to be opened anew.
    pub(crate) fn link_retry_due(&self) -> Option<Instant> {
        self.links.poll_timeout()
    }

    pub(crate) fn state(&self, now: Instant) -> ChannelState {
        ChannelState {
            live: self.live(now),
            viewers: self.watching(),
            waiting: self.audience().waiting,
        }
    }

    /// How many viewers have a place.
    pub(crate) fn watching(&self) -> usize {
        let Audience { count, waiting } = self.audience();
        count.saturating_sub(waiting)
    }

    /// How many viewers there are, and how many of them have no place: all, while nothing is on.
    fn audience(&self) -> Audience {
        let count = self.members.viewer_count();
        let places = if self.is_live() {
            self.routes.max_direct_viewers
        } else {
            0
        };
        let waiting = count.saturating_sub(places);
        Audience { count, waiting }
    }

    /// The channel as the lobby lists it, while it is live.
    pub(crate) fn listing(&self, now: Instant) -> Option<LiveChannel> {
        let stream = self.stream.as_ref()?;
        let host = self.members.summary(self.members.host()?)?;
        Some(LiveChannel {
            channel_name: self.name.clone(),
            user: host.user,
            title: stream.title().cloned(),
            media: stream.media(),
            viewers: self.watching(),
            live_for_ms: stream.live_for_ms(now),
        })
    }

    /// Whom a newcomer is told to be here, with their numbers in the order of joining.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (Arrival, PeerId)> {
        let listed = self.presence.listed(&self.members).into_iter();
        listed.map(|(arrival, user)| (arrival, user.peer))
    }

    pub(crate) const fn is_live(&self) -> bool {
        self.stream.is_some()
    }

    fn go_live(&mut self, host: PeerId, join: &JoinStream, turn: &mut Turn<'_>) {
        let is_new = self.stream.is_none();
        match &mut self.stream {
            Some(stream) => {
                stream.carry_on(join);
            }
            None => {
                self.stream = Some(Stream::begin(turn.ids.stream(), turn.now, join));
                self.presence.stream_began();
            }
        }
        if let Some(stream) = &mut self.stream {
            stream.set_host_away(false, turn.now);
            stream.tell();
        }
        if let Some(live) = self.live(turn.now) {
            turn.tell_all(self.members.others(host), Event::StreamStarted(live));
        }
        self.members.restore_all();
        self.links.host_changed(turn.now);
        self.reconcile(turn);
        if is_new {
            let viewers: Vec<PeerId> = self.members.viewers().collect();
            self.tell_if_full(viewers, turn);
        }
    }

    fn tell_stream_news(&mut self, turn: &mut Turn<'_>) {
        let stream = self.stream.as_mut();
        let news = stream.and_then(|stream| stream.news(turn.now));
        self.tell_viewers(news, turn);
    }

    fn tell_viewers(&self, news: Option<StreamUpdated>, turn: &mut Turn<'_>) {
        if let Some(news) = news {
            turn.tell_all(self.members.viewers(), Event::StreamUpdated(news));
        }
    }

    /// What a member is told that has joined.
    fn reply(&mut self, peer: PeerId, role: Role, now: Instant) -> Joined {
        let viewers = self.presence.viewers_for(&self.members, peer);
        let audience = self.audience();
        self.presence.replied(audience);
        let live = match role {
            Role::Host => self.live(now),
            Role::Viewer | Role::Unknown => self.live_as_told(now),
        };
        Joined {
            channel_name: self.name.clone(),
            role,
            live,
            viewers,
            waiting: audience.waiting.min(viewers),
        }
    }

    fn live_as_told(&self, now: Instant) -> Option<LiveStream> {
        let host = self.members.summary(self.members.host()?)?;
        let host = self.presence.as_told(host)?;
        Some(self.stream.as_ref()?.describe_as_told(host, now))
    }

    fn live(&self, now: Instant) -> Option<LiveStream> {
        let host = self.members.summary(self.members.host()?)?;
        self.stream
            .as_ref()
            .map(|stream| stream.describe(host, now))
    }

    fn role_of(&self, peer: PeerId) -> Result<Role, ErrorReply> {
        self.members.role(peer).ok_or_else(not_joined)
    }
}

/// The refusal for a peer that is in no channel.
pub(crate) fn not_joined() -> ErrorReply {
    ErrorReply::new(ErrorCode::NotJoined, "joinStream comes first")
}
