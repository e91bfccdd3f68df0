//! News that a channel's members have not been told yet, as what they know instead.

use crate::ids::Arrival;
use crate::members::Members;
use crate::turn::Turn;
use protocol::{Event, LeaveReason, PeerId, PeerSummary, Role, User, UserLeftStream};
use std::collections::BTreeMap;

/// The peers of which the others know something that is not so any more.
///
/// Bound: one for each member, and one for each that has left since the last telling and that the
/// others know.
#[derive(Debug, Default)]
pub(crate) struct Untold(BTreeMap<PeerId, Entry>);

/// How the others know a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) arrival: Arrival,
    pub(crate) user: User,
    pub(crate) role: Role,
}

#[derive(Debug)]
struct Entry {
    /// `None` if they know nothing of it.
    known: Option<Known>,
    /// Why it left last.
    reason: LeaveReason,
}

impl Untold {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, peer: PeerId) -> bool {
        self.0.contains_key(&peer)
    }

    pub(crate) fn insert(&mut self, peer: PeerId, known: Option<Known>) {
        let reason = LeaveReason::Left;
        self.0.insert(peer, Entry { known, reason });
    }

    /// A peer has left. If the others never knew it, there is nothing to tell.
    pub(crate) fn left(&mut self, peer: PeerId, reason: LeaveReason) {
        if let Some(entry) = self.0.get_mut(&peer) {
            entry.reason = reason;
            if entry.known.is_none() {
                self.0.remove(&peer);
            }
        }
    }

    /// What the others know of a peer, which is told them now in another way.
    pub(crate) fn take(&mut self, peer: PeerId) -> Option<(Known, LeaveReason)> {
        let Entry { known, reason } = self.0.remove(&peer)?;
        Some((known?, reason))
    }

    /// A member as the others know it.
    pub(crate) fn as_told(&self, member: PeerSummary) -> Option<PeerSummary> {
        match self.0.get(&member.peer) {
            Some(entry) => Some(entry.known.as_ref()?.summary(member.peer)),
            None => Some(member),
        }
    }

    /// Those of whom the others know something.
    pub(crate) fn known(&self) -> impl Iterator<Item = (Arrival, PeerSummary)> {
        self.0.iter().filter_map(|(peer, entry)| {
            let known = entry.known.as_ref()?;
            Some((known.arrival, known.summary(*peer)))
        })
    }

    /// Tells what is left of the differences.
    pub(crate) fn tell(&mut self, members: &Members, turn: &mut Turn<'_>) {
        for (peer, Entry { known, reason }) in std::mem::take(&mut self.0) {
            let event = match (known, members.summary(peer)) {
                (None, Some(newcomer)) => Event::UserJoinedStream(newcomer),
                (Some(known), None) => Event::UserLeftStream(UserLeftStream {
                    peer,
                    user: known.user,
                    reason,
                }),
                (Some(known), Some(now)) if known.user != now.user => Event::UserUpdated(now),
                (Some(_), Some(_)) | (None, None) => continue,
            };
            turn.tell_all(members.others(peer), event);
        }
    }
}

impl Known {
    fn summary(&self, peer: PeerId) -> PeerSummary {
        PeerSummary {
            peer,
            user: self.user.clone(),
            role: self.role,
        }
    }
}
