//! Who is told who is there.
//!
//! In a channel with few viewers everybody is told every name. With more viewers than the limit a
//! join would cost as much as there are viewers, so viewers are told a count instead, at most once
//! per [`COALESCE`]; the host is told every name still. When the count has come back to the limit,
//! the next telling gives viewers the names anew.

use crate::members::Members;
use crate::turn::Turn;
use protocol::limits::{COALESCE, MAX_VIEWERS_PER_PAGE};
use protocol::time::Instant;
use protocol::{
    AllStreamUsers, Audience, Event, LeaveReason, PeerId, PeerSummary, Role, UserLeftStream,
};

/// What a channel's viewers have been told about one another.
#[derive(Debug)]
pub(crate) struct Presence {
    large_stream_viewers: usize,
    telling: Telling,
}

#[derive(Debug)]
enum Telling {
    /// Every name.
    Names,
    /// How many there are.
    Count {
        told: Option<usize>,
        due: Option<Instant>,
    },
}

impl Presence {
    pub(crate) const fn new(large_stream_viewers: usize) -> Self {
        Self {
            large_stream_viewers,
            telling: Telling::Names,
        }
    }

    /// A member has come: it is told who is there, and the others are told of it.
    pub(crate) fn joined(&mut self, members: &Members, peer: PeerId, turn: &mut Turn<'_>) {
        let Some(newcomer) = members.summary(peer) else {
            return;
        };
        let is_large = members.viewer_count() > self.large_stream_viewers;
        if let (true, Telling::Names) = (is_large, &self.telling) {
            let (told, due) = (None, None);
            self.telling = Telling::Count { told, due };
        }
        self.introduce(members, peer, turn);
        let role = newcomer.role;
        self.tell(members, peer, role, Event::UserJoinedStream(newcomer), turn);
        self.count_changed(role, turn.now);
    }

    /// A member has gone: the others are told.
    pub(crate) fn left(
        &mut self,
        members: &Members,
        gone: PeerSummary,
        reason: LeaveReason,
        turn: &mut Turn<'_>,
    ) {
        let PeerSummary { peer, user, role } = gone;
        let event = Event::UserLeftStream(UserLeftStream { peer, user, reason });
        self.tell(members, peer, role, event, turn);
        self.count_changed(role, turn.now);
    }

    /// A member is seen differently: the others are told.
    pub(crate) fn updated(&self, members: &Members, peer: PeerId, turn: &mut Turn<'_>) {
        if let Some(summary) = members.summary(peer) {
            let role = summary.role;
            self.tell(members, peer, role, Event::UserUpdated(summary), turn);
        }
    }

    /// A member asks anew, or for the first time, who else is there.
    pub(crate) fn introduce(&mut self, members: &Members, peer: PeerId, turn: &mut Turn<'_>) {
        if let Telling::Count { told, .. } = &mut self.telling {
            // The member's reply carries the count of now. Should the next telling find the old
            // count again, this one member would be left with another.
            *told = told.filter(|told| *told == members.viewer_count());
        }
        self.tell_users(members, peer, turn);
    }

    /// Tells a member who else is there. In a large channel viewers are told the host, and the
    /// host one page of viewers: the rest it asks for.
    fn tell_users(&self, members: &Members, peer: PeerId, turn: &mut Turn<'_>) {
        let users = match self.telling {
            Telling::Names => members
                .others(peer)
                .filter_map(|other| members.summary(other))
                .collect(),
            Telling::Count { .. } if members.is_host(peer) => members
                .viewers()
                .take(MAX_VIEWERS_PER_PAGE)
                .filter_map(|viewer| members.summary(viewer))
                .collect(),
            Telling::Count { .. } => members
                .host()
                .and_then(|host| members.summary(host))
                .into_iter()
                .collect(),
        };
        turn.tell(peer, Event::AllStreamUsers(AllStreamUsers { users }));
    }

    /// Whether viewers are told a count instead of names.
    pub(crate) const fn is_counting(&self) -> bool {
        matches!(self.telling, Telling::Count { .. })
    }

    pub(crate) fn handle_timeout(&mut self, members: &Members, turn: &mut Turn<'_>) {
        let Telling::Count { told, due } = &mut self.telling else {
            return;
        };
        if due.is_none_or(|due| turn.now < due) {
            return;
        }
        *due = None;
        let count = members.viewer_count();
        if count <= self.large_stream_viewers {
            self.telling = Telling::Names;
            for viewer in members.viewers() {
                self.tell_users(members, viewer, turn);
            }
        } else if *told != Some(count) {
            *told = Some(count);
            turn.tell_all(
                members.viewers(),
                Event::Audience(Audience { count, waiting: 0 }),
            );
        }
    }

    pub(crate) const fn poll_timeout(&self) -> Option<Instant> {
        match self.telling {
            Telling::Names => None,
            Telling::Count { due, .. } => due,
        }
    }

    /// Tells something about `peer` to those who are told names: everybody, or in a large channel,
    /// unless it is about the host, the host alone.
    fn tell(&self, members: &Members, peer: PeerId, role: Role, event: Event, turn: &mut Turn<'_>) {
        match (&self.telling, role) {
            (Telling::Names, _) | (Telling::Count { .. }, Role::Host) => {
                turn.tell_all(members.others(peer), event);
            }
            (Telling::Count { .. }, Role::Viewer | Role::Unknown) => {
                turn.tell_all(members.host(), event)
            }
        }
    }

    fn count_changed(&mut self, role: Role, now: Instant) {
        if let (Telling::Count { due, .. }, Role::Viewer) = (&mut self.telling, role) {
            due.get_or_insert(now + COALESCE);
        }
    }
}
