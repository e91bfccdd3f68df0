//! One channel: its members, its stream, its links, and who is told what.
//!
//! A machine of its own: it knows peers, but neither seats nor sessions. What it has to tell goes
//! into the [`Turn`] that it is given.

use crate::claims::Claims;
use crate::ids::Arrival;
use crate::link::{Change, Held, Links};
use crate::members::Members;
use crate::permission::{Act, Kept, permit};
use crate::plan::{Policy, plan};
use crate::presence::Presence;
use crate::stream::Stream;
use crate::turn::Turn;
use crate::{ChannelState, Config, Source};
use protocol::time::{Duration, Instant};
use protocol::{
    ChannelName, ErrorCode, ErrorReply, Event, JoinStream, Joined, LeaveReason, LinkClosed, LinkId,
    LinkOpened, ListViewers, LiveChannel, LiveStream, PeerId, Role, StreamEnded, StreamFull,
    StreamUpdated, UpdateStream, User, Viewers,
};

use std::collections::BTreeSet;

/// A channel with at least one member.
#[derive(Debug)]
pub(crate) struct Channel {
    name: ChannelName,
    routes: Policy,
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
        self.members.prefer_keepers(peer, turn.now);
        self.presence.joined(&self.members, peer, turn);
        match join.role {
            Role::Host => self.go_live(peer, &join, turn),
            Role::Viewer | Role::Unknown => {
                self.reconcile(turn);
                self.tell_if_full([peer], turn);
            }
        }
        let joined = self.joined(join.role, turn.now);
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
        if self.members.rename(peer, join.user.clone()) {
            self.presence.updated(&self.members, peer, turn);
        }
        if let (Role::Host, Some(stream)) = (join.role, &mut self.stream)
            && stream.carry_on(&join)
        {
            self.tell_stream_updated(peer, turn);
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
        let joined = self.joined(join.role, turn.now);
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
        let role = gone.role;
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
        if self.members.rename(peer, user) {
            self.presence.updated(&self.members, peer, turn);
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
        if let Some(stream) = &mut self.stream
            && stream.update(update.title, update.media)
        {
            self.tell_stream_updated(peer, turn);
        }
        Ok(())
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
        self.presence.handle_timeout(&self.members, turn);
        self.reconcile(turn);
    }

    /// When an audience count is due.
    pub(crate) const fn audience_due(&self) -> Option<Instant> {
        self.presence.poll_timeout()
    }

    /// When a link is to be opened anew.
    pub(crate) fn link_retry_due(&self) -> Option<Instant> {
        self.links.poll_timeout()
    }

    pub(crate) fn state(&self, now: Instant) -> ChannelState {
        ChannelState {
            live: self.live(now),
            viewers: self.members.viewer_count(),
        }
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
            viewers: self.members.viewer_count(),
            live_for_ms: stream.live_for_ms(now),
        })
    }

    /// Whom a newcomer is told to be here, with their numbers in the order of joining.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (Arrival, PeerId)> {
        let host = self.members.host();
        let only_host = self.presence.is_counting();
        self.members
            .arrivals()
            .filter(move |(_, peer)| !only_host || host == Some(*peer))
    }

    pub(crate) const fn is_live(&self) -> bool {
        self.stream.is_some()
    }

    /// Brings the links towards the plan and tells both ends of each change.
    pub(crate) fn reconcile(&mut self, turn: &mut Turn<'_>) {
        let had_a_place: Vec<PeerId> = self.links.receivers().collect();
        let members = &self.members;
        let wanted = plan(members.host(), members.viewers_by_precedence(), self.routes);
        let now = turn.now;
        let adopt = |links: &Links, planned: &_| {
            members.claimed_by_both(planned, now, |link| !links.is_open(link))
        };
        let changes = self.links.reconcile(&wanted, adopt, now, turn.ids);
        self.tell_changes(&changes, turn);
        let still_here = had_a_place
            .into_iter()
            .filter(|peer| self.members.role(*peer) == Some(Role::Viewer));
        self.tell_if_full(still_here.collect::<Vec<_>>(), turn);
    }

    /// Tells both ends of each change, if they are still here.
    pub(crate) fn tell_changes(&mut self, changes: &[Change], turn: &mut Turn<'_>) {
        for change in changes {
            match *change {
                Change::Closed {
                    link,
                    planned,
                    reason,
                } => {
                    let ends = [planned.from.peer(), planned.to.peer()];
                    let here = ends
                        .into_iter()
                        .flatten()
                        .filter(|peer| self.members.contains(*peer));
                    turn.tell_all(here, Event::LinkClosed(LinkClosed { link, reason }));
                }
                Change::Opened {
                    link,
                    planned,
                    kept,
                } => {
                    self.members.settle_claim(&planned, link);
                    turn.tell_end(planned.from, opened(Held::sender(link, &planned), kept));
                    turn.tell_end(planned.to, opened(Held::receiver(link, &planned), kept));
                }
            }
        }
    }

    fn go_live(&mut self, host: PeerId, join: &JoinStream, turn: &mut Turn<'_>) {
        let is_new = self.stream.is_none();
        match &mut self.stream {
            Some(stream) => {
                stream.carry_on(join);
            }
            None => self.stream = Some(Stream::begin(turn.ids.stream(), turn.now, join)),
        }
        if let Some(live) = self.live(turn.now) {
            turn.tell_all(self.members.others(host), Event::StreamStarted(live));
        }
        self.members.restore_all();
        self.reconcile(turn);
        if is_new {
            let viewers: Vec<PeerId> = self.members.viewers().collect();
            self.tell_if_full(viewers, turn);
        }
    }

    /// Tells those of `viewers` that the live stream has no place for that they have to wait.
    fn tell_if_full(&self, viewers: impl IntoIterator<Item = PeerId>, turn: &mut Turn<'_>) {
        if self.is_live() {
            let limit = self.routes.max_direct_viewers;
            let waiting = viewers
                .into_iter()
                .filter(|viewer| !self.links.serves(*viewer));
            turn.tell_all(waiting, Event::StreamFull(StreamFull { limit }));
        }
    }

    fn tell_stream_updated(&self, host: PeerId, turn: &mut Turn<'_>) {
        if let Some(stream) = &self.stream {
            let updated = StreamUpdated {
                title: stream.title().cloned(),
                media: stream.media(),
                host_away: false,
            };
            turn.tell_all(self.members.others(host), Event::StreamUpdated(updated));
        }
    }

    fn joined(&self, role: Role, now: Instant) -> Joined {
        Joined {
            channel_name: self.name.clone(),
            role,
            live: self.live(now),
            viewers: self.members.viewer_count(),
            waiting: 0,
        }
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

fn opened(held: Held, kept: bool) -> Event {
    Event::LinkOpened(LinkOpened {
        link: held.link,
        peer: held.other,
        direction: held.direction,
        kind: held.kind,
        kept,
    })
}
