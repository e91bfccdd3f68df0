//! Who is told who is there.
//!
//! In a channel with few viewers everybody is told every name. With more viewers than the limit a
//! join would cost as much as there are viewers, so everybody is told a count instead, at most once
//! per [`COALESCE`]; the host reads the names page by page. When the count has come back to the
//! limit, the next telling gives all the names anew.
//!
//! A burst is told at once. What comes faster is told as the difference that is left when the next
//! telling is due: whoever came and went meanwhile is not mentioned. Until then newcomers are told
//! what the others were told, so that the difference means the same to everybody.

use crate::ids::Arrival;
use crate::members::Members;
use crate::pacing::{Pace, Rate};
use crate::turn::Turn;
use crate::untold::{Known, Untold};
use protocol::limits::{COALESCE, MAX_VIEWERS_PER_PAGE};
use protocol::time::{Duration, Instant};
use protocol::{
    AllStreamUsers, Audience, Event, LeaveReason, PeerId, PeerSummary, Role, User, UserLeftStream,
};

/// How many comings, goings and renamings are told at once.
const NEWS: Rate = Rate {
    at_once: 16,
    every: Duration::from_millis(125),
};

/// How often a channel goes back from counting to names, which tells everybody everything.
const NAMES_AGAIN: Rate = Rate {
    at_once: 2,
    every: Duration::from_secs(30),
};

/// What a channel's members have been told about one another.
#[derive(Debug)]
pub(crate) struct Presence {
    large_stream_viewers: usize,
    /// Everybody is told a count, not every name.
    counting: bool,
    /// What all have been told; `None` if they have been told different things.
    told: Option<Audience>,
    untold: Untold,
    news: Pace,
    names_again: Pace,
    due: Option<Instant>,
    /// When names may be told again, if there have been few viewers for a while.
    names_due: Option<Instant>,
}

impl Presence {
    pub(crate) fn new(large_stream_viewers: usize) -> Self {
        Self {
            large_stream_viewers,
            counting: false,
            told: None,
            untold: Untold::default(),
            news: Pace::default(),
            names_again: Pace::default(),
            due: None,
            names_due: None,
        }
    }

    /// A member has come: it is told who is there, and the others are told of it.
    pub(crate) fn joined(&mut self, members: &Members, peer: PeerId, turn: &mut Turn<'_>) {
        let Some(newcomer) = members.summary(peer) else {
            return;
        };
        if !self.counting && members.viewer_count() > self.large_stream_viewers {
            (self.counting, self.told) = (true, None);
            self.untold = Untold::default();
        }
        self.introduce(members, peer, turn);
        if newcomer.role == Role::Host {
            if let Some((known, reason)) = self.untold.take(peer) {
                turn.tell_all(members.others(peer), left(peer, known.user, reason));
            }
        } else if self.counting || !self.is_told_at_once(peer, None, turn.now) {
            return;
        }
        turn.tell_all(members.others(peer), Event::UserJoinedStream(newcomer));
    }

    /// A member has gone: the others are told.
    pub(crate) fn left(
        &mut self,
        members: &Members,
        (gone, arrival): (PeerSummary, Arrival),
        reason: LeaveReason,
        turn: &mut Turn<'_>,
    ) {
        let PeerSummary { peer, user, role } = gone;
        if role == Role::Host {
            self.untold.take(peer);
        } else {
            let known = Known {
                arrival,
                user: user.clone(),
                role,
            };
            if self.counting || !self.is_told_at_once(peer, Some(known), turn.now) {
                self.untold.left(peer, reason);
                return;
            }
        }
        turn.tell_all(members.others(peer), left(peer, user, reason));
    }

    /// A member that was called `before` is seen differently: the others are told.
    pub(crate) fn renamed(
        &mut self,
        members: &Members,
        peer: PeerId,
        before: User,
        turn: &mut Turn<'_>,
    ) {
        let (Some(summary), Some(arrival)) = (members.summary(peer), members.arrival(peer)) else {
            return;
        };
        let known = Known {
            arrival,
            user: before,
            role: summary.role,
        };
        let is_counted = self.counting && summary.role != Role::Host;
        if !is_counted && self.is_told_at_once(peer, Some(known), turn.now) {
            turn.tell_all(members.others(peer), Event::UserUpdated(summary));
        }
    }

    /// Tells a member who else is there. In a large channel viewers are told the host, and the
    /// host one page of viewers: the rest it asks for.
    pub(crate) fn introduce(&self, members: &Members, peer: PeerId, turn: &mut Turn<'_>) {
        let users = if !self.counting {
            let listed = self.listed(members).into_iter();
            let others = listed.filter(|(_, user)| user.peer != peer);
            others.map(|(_, user)| user).collect()
        } else if members.is_host(peer) {
            let viewers = members.viewers().take(MAX_VIEWERS_PER_PAGE);
            viewers.filter_map(|peer| members.summary(peer)).collect()
        } else {
            let host = members.host().and_then(|host| members.summary(host));
            let told = |host: PeerSummary| self.untold.as_told(host);
            host.and_then(told).into_iter().collect()
        };
        turn.tell(peer, Event::AllStreamUsers(AllStreamUsers { users }));
    }

    /// Everybody as the others have been told, in the order of joining; in a large channel the host
    /// alone.
    pub(crate) fn listed(&self, members: &Members) -> Vec<(Arrival, PeerSummary)> {
        let host = members.host();
        let there = members
            .arrivals()
            .filter(|(_, peer)| !self.counting || host == Some(*peer));
        let there = there.filter(|(_, peer)| !self.untold.contains(*peer));
        let there = there.filter_map(|(arrival, peer)| Some((arrival, members.summary(peer)?)));
        let mut listed: Vec<_> = there.chain(self.untold.known()).collect();
        listed.sort_by_key(|(arrival, _)| *arrival);
        listed
    }

    /// A member as the others know it.
    pub(crate) fn as_told(&self, member: PeerSummary) -> Option<PeerSummary> {
        self.untold.as_told(member)
    }

    /// How many viewers a member that joins is told; those it is told of later are not counted yet.
    pub(crate) fn viewers_for(&self, members: &Members, peer: PeerId) -> usize {
        if self.counting || self.untold.is_empty() {
            return members.viewer_count();
        }
        let listed = self.listed(members).into_iter();
        let others = listed.filter(|(_, user)| user.role != Role::Host && user.peer != peer);
        let itself = members.role(peer) == Some(Role::Viewer);
        others.count().saturating_add(usize::from(itself))
    }

    /// A member was told these numbers in reply to its join. Should the next telling find the old
    /// ones again, this one member would be left with others.
    pub(crate) fn replied(&mut self, audience: Audience) {
        let is_same = |told: &Audience| self.shows(*told) == self.shows(audience);
        self.told = self.told.filter(is_same);
    }

    /// A stream has begun: until they are told, members take nobody to wait.
    pub(crate) fn stream_began(&mut self) {
        if !self.counting {
            let (count, waiting) = (0, 0);
            self.told = Some(Audience { count, waiting });
        }
    }

    /// How many there are now, and how many wait. While nothing is on, everybody does, and in a
    /// small channel nobody need be told.
    pub(crate) fn audience_is(&mut self, audience: Audience, is_live: bool, now: Instant) {
        let is_news = self.told.map(|told| self.shows(told)) != Some(self.shows(audience));
        if is_news && (self.counting || is_live) {
            self.due.get_or_insert(now + COALESCE);
        }
    }

    /// Tells what is due.
    pub(crate) fn handle_timeout(
        &mut self,
        members: &Members,
        (audience, is_live): (Audience, bool),
        turn: &mut Turn<'_>,
    ) {
        if self.poll_timeout().is_none_or(|due| turn.now < due) {
            return;
        }
        (self.due, self.names_due) = (None, None);
        let is_small = audience.count <= self.large_stream_viewers;
        if self.counting && is_small {
            match self.names_again.take(NAMES_AGAIN, turn.now) {
                Ok(()) => {
                    self.counting = false;
                    self.untold = Untold::default();
                    for member in members.all() {
                        self.introduce(members, member, turn);
                    }
                }
                Err(wait) => self.names_due = Some(turn.now + wait),
            }
        }
        self.untold.tell(members, turn);
        let is_news = self.told.map(|told| self.shows(told)) != Some(self.shows(audience));
        if is_news && (self.counting || is_live) {
            turn.tell_all(members.all(), Event::Audience(audience));
        }
        self.told = Some(audience);
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.due.into_iter().chain(self.names_due).min()
    }

    /// What of the numbers is told by number: in a small channel the names tell how many there are.
    const fn shows(&self, audience: Audience) -> (Option<usize>, usize) {
        let Audience { count, waiting } = audience;
        (if self.counting { Some(count) } else { None }, waiting)
    }

    /// Whether news about a peer are told now. Otherwise what the others know of it is remembered
    /// until the next telling.
    fn is_told_at_once(&mut self, peer: PeerId, known: Option<Known>, now: Instant) -> bool {
        if !self.untold.contains(peer) {
            if self.news.take(NEWS, now).is_ok() {
                return true;
            }
            self.untold.insert(peer, known);
        }
        self.due.get_or_insert(now + COALESCE);
        false
    }
}

fn left(peer: PeerId, user: User, reason: LeaveReason) -> Event {
    Event::UserLeftStream(UserLeftStream { peer, user, reason })
}
