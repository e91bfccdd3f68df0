//! A channel's link table: the links there are, brought towards the links that are planned.

use crate::ids::Ids;
use crate::plan::Planned;
use crate::small_map::SmallMap;
use protocol::limits::{MAX_LINK_CANDIDATE_BYTES, MAX_LINK_CANDIDATES};
use protocol::time::{Duration, Instant};
use protocol::{
    Candidate, Direction, End, ErrorCode, ErrorReply, Generation, LinkCloseReason, LinkFailure,
    LinkId, LinkKind, PeerId,
};
use std::collections::BTreeSet;

/// How long a route waits before its link is opened anew, by how often it has failed in a row.
const RETRY_AFTER: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// After this many failures in a row, whoever waits for a place goes first.
const GIVES_WAY_AFTER: usize = 4;

/// A link whose media flowed this long has worked: its next failure is a first one.
const PROVEN_AFTER: Duration = Duration::from_secs(10);

/// A channel's links.
///
/// Bound: there is one route for each planned link and at most one open link for each route, so the
/// plan's limit bounds the table.
#[derive(Debug, Default)]
pub(crate) struct Links {
    routes: SmallMap<Planned, Route>,
    open: SmallMap<LinkId, Link>,
}

/// What has become of a planned link. It outlives the links that are opened for it, so that it
/// remembers how often they failed.
#[derive(Debug)]
struct Route {
    /// How many of its links in a row were given up before they had proven themselves.
    failures: usize,
    state: RouteState,
}

#[derive(Debug)]
enum RouteState {
    /// The two browsers share no codec: trying again changes nothing.
    Incompatible,
    Open(LinkId),
    Waiting {
        until: Instant,
    },
}

#[derive(Debug)]
struct Link {
    planned: Planned,
    /// The newest offer's, once there is one.
    negotiated: Option<Generation>,
    /// It was there before a restart.
    adopted: bool,
    /// How many offers its receiver has yet to answer, as far as it does not say which it answers.
    unanswered: usize,
    flowing_since: Option<Instant>,
    from_sender: Candidates,
    from_receiver: Candidates,
}

/// What one end has sent for the newest offer.
#[derive(Clone, Copy, Debug, Default)]
struct Candidates {
    count: usize,
    bytes: usize,
}

/// A link that was closed because it did not work.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) closed: Change,
    /// Whether its receiver is to give way to those who wait.
    pub(crate) gives_way: Option<PeerId>,
}

/// A link as one of its ends sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) link: LinkId,
    pub(crate) direction: Direction,
    pub(crate) other: End,
    pub(crate) kind: LinkKind,
}

/// What has changed in the table; both ends are to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Closed {
        link: LinkId,
        planned: Planned,
        reason: LinkCloseReason,
    },
    Opened {
        link: LinkId,
        planned: Planned,
        kept: bool,
    },
}

impl Links {
    /// Closes what is not wanted any more and opens what is wanted and due. `adopt` may name an id
    /// that both ends of a new link hold already.
    pub(crate) fn reconcile(
        &mut self,
        wanted: &BTreeSet<Planned>,
        adopt: impl Fn(&Self, &Planned) -> Option<LinkId>,
        now: Instant,
        ids: &mut Ids,
    ) -> Vec<Change> {
        let unwanted: Vec<Planned> = self
            .routes
            .keys()
            .filter(|planned| !wanted.contains(planned))
            .copied()
            .collect();
        let mut changes: Vec<Change> = unwanted
            .into_iter()
            .filter_map(|planned| {
                let replaced = wanted.iter().any(|other| other.to == planned.to);
                let reason = if replaced {
                    LinkCloseReason::Replaced
                } else {
                    LinkCloseReason::Left
                };
                let closed = self.close(planned, reason);
                self.routes.remove(&planned);
                closed
            })
            .collect();
        for planned in wanted {
            if self.is_due(planned, now) {
                let adopted = adopt(self, planned);
                let link = adopted.unwrap_or_else(|| ids.link());
                changes.push(self.open(*planned, link, adopted.is_some()));
            }
        }
        changes
    }

    /// Closes the open links of `peer` that it does not hold. Their routes are due after the
    /// backoff: whoever joins again and again must not let the other end build peer connections
    /// without limit. A route between browsers that share no codec is tried again, for one of them
    /// has come back.
    pub(crate) fn renew_unheld(
        &mut self,
        peer: PeerId,
        held: &[LinkId],
        now: Instant,
    ) -> Vec<Change> {
        let is_unheld = |state: &RouteState| match state {
            RouteState::Incompatible => true,
            RouteState::Open(id) => !held.contains(id),
            RouteState::Waiting { .. } => false,
        };
        let unheld: Vec<Planned> = self
            .routes
            .iter()
            .filter(|(planned, route)| planned.touches(peer) && is_unheld(&route.state))
            .map(|(planned, _)| *planned)
            .collect();
        unheld
            .into_iter()
            .filter_map(|planned| {
                let until = now + self.count_failure(&planned, now);
                let closed = self.close(planned, LinkCloseReason::Replaced);
                self.set_state(planned, RouteState::Waiting { until });
                closed
            })
            .collect()
    }

    /// Closes a link that one of its ends has given up; its route is due after the backoff, or
    /// never if nothing can come of it.
    pub(crate) fn fail(
        &mut self,
        id: LinkId,
        failure: LinkFailure,
        now: Instant,
    ) -> Option<Failed> {
        let planned = self.open.get(&id)?.planned;
        let until = now + self.count_failure(&planned, now);
        let closed = self.close(planned, LinkCloseReason::Failed)?;
        let is_incompatible = failure == LinkFailure::Codec;
        let state = if is_incompatible {
            RouteState::Incompatible
        } else {
            RouteState::Waiting { until }
        };
        self.set_state(planned, state);
        let failures = self.routes.get(&planned).map_or(0, |route| route.failures);
        let gives_way = is_incompatible || failures >= GIVES_WAY_AFTER;
        Some(Failed {
            closed,
            gives_way: planned.to.peer().filter(|_| gives_way),
        })
    }

    /// Remembers that media of the link are decoded.
    pub(crate) fn flowing(&mut self, id: LinkId, now: Instant) {
        if let Some(link) = self.open.get_mut(&id) {
            link.flowing_since.get_or_insert(now);
        }
    }

    /// The open link `id` as `peer` sees it.
    pub(crate) fn held(&self, id: LinkId, peer: PeerId) -> Result<Held, ErrorReply> {
        self.open
            .get(&id)
            .and_then(|link| Held::of(id, &link.planned, peer))
            .ok_or_else(|| {
                ErrorReply::new(
                    ErrorCode::StaleLink,
                    "the link is closed, or is not the caller's",
                )
            })
    }

    /// The open links of `peer`.
    pub(crate) fn held_by(&self, peer: PeerId) -> impl Iterator<Item = Held> {
        self.open
            .iter()
            .filter_map(move |(id, link)| Held::of(*id, &link.planned, peer))
    }

    /// Counts candidates that one end sends for the newest offer, and refuses them beyond the limit:
    /// the other end would have to keep and try them all.
    pub(crate) fn count_candidates(
        &mut self,
        id: LinkId,
        from: Direction,
        candidates: &[Candidate],
    ) -> Result<(), ErrorReply> {
        let Some(link) = self.open.get_mut(&id) else {
            return Ok(());
        };
        let sent = match from {
            Direction::Send => &mut link.from_sender,
            Direction::Receive | Direction::Unknown => &mut link.from_receiver,
        };
        // A message without candidates costs the other end something too.
        let count = sent.count.saturating_add(candidates.len().max(1));
        let bytes: usize = candidates.iter().map(|one| one.json().len()).sum();
        let bytes = sent.bytes.saturating_add(bytes);
        if count > MAX_LINK_CANDIDATES || bytes > MAX_LINK_CANDIDATE_BYTES {
            return Err(ErrorReply::new(
                ErrorCode::TooFast,
                "too many candidates for one offer",
            ));
        }
        *sent = Candidates { count, bytes };
        Ok(())
    }

    /// The receiving ends of all routes.
    pub(crate) fn receivers(&self) -> impl Iterator<Item = PeerId> {
        self.routes.keys().filter_map(|planned| planned.to.peer())
    }

    /// Whether the plan has a place for `peer`, now or after a backoff.
    pub(crate) fn serves(&self, peer: PeerId) -> bool {
        self.routes.keys().any(|planned| planned.touches(peer))
    }

    /// The open links that were there before a server restart.
    pub(crate) fn adopted(&self) -> impl Iterator<Item = Planned> {
        let adopted = self.open.values().filter(|link| link.adopted);
        adopted.map(|link| link.planned)
    }

    pub(crate) fn is_open(&self, id: LinkId) -> bool {
        self.open.contains_key(&id)
    }

    /// Begins a negotiation; only a newer one than the last may begin.
    pub(crate) fn begin_generation(
        &mut self,
        id: LinkId,
        generation: Generation,
    ) -> Result<(), ErrorReply> {
        match self.open.get_mut(&id) {
            Some(link) if Some(generation) > link.negotiated => {
                link.negotiated = Some(generation);
                link.unanswered = link.unanswered.saturating_add(1);
                link.from_sender = Candidates::default();
                link.from_receiver = Candidates::default();
                Ok(())
            }
            Some(_) | None => Err(stale_generation()),
        }
    }

    /// The newest offer's generation, once there is one.
    pub(crate) fn newest(&self, id: LinkId) -> Option<Generation> {
        self.open.get(&id)?.negotiated
    }

    /// Says which generation an answer without one belongs to. Answers come in the order of the
    /// offers, and only the one to the newest is of use.
    pub(crate) fn match_answer(&mut self, id: LinkId) -> Option<Generation> {
        let link = self.open.get_mut(&id)?;
        let is_newest = link.unanswered == 1;
        link.unanswered = link.unanswered.saturating_sub(1);
        link.negotiated.filter(|_| is_newest)
    }

    /// Checks that an answer or a candidate belongs to the newest offer.
    pub(crate) fn check_generation(
        &self,
        id: LinkId,
        generation: Generation,
    ) -> Result<(), ErrorReply> {
        match self.open.get(&id) {
            Some(link) if Some(generation) == link.negotiated => Ok(()),
            Some(_) | None => Err(stale_generation()),
        }
    }

    /// When the next waiting route is due.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.routes
            .values()
            .filter_map(|route| match route.state {
                RouteState::Incompatible | RouteState::Open(_) => None,
                RouteState::Waiting { until } => Some(until),
            })
            .min()
    }

    fn is_due(&self, planned: &Planned, now: Instant) -> bool {
        match self.routes.get(planned).map(|route| &route.state) {
            None => true,
            Some(RouteState::Incompatible | RouteState::Open(_)) => false,
            Some(RouteState::Waiting { until }) => *until <= now,
        }
    }

    fn open(&mut self, planned: Planned, id: LinkId, kept: bool) -> Change {
        let failures = self.routes.get(&planned).map_or(0, |route| route.failures);
        let state = RouteState::Open(id);
        self.routes.insert(planned, Route { failures, state });
        let link = Link {
            planned,
            negotiated: None,
            adopted: kept,
            unanswered: 0,
            flowing_since: None,
            from_sender: Candidates::default(),
            from_receiver: Candidates::default(),
        };
        self.open.insert(id, link);
        Change::Opened {
            link: id,
            planned,
            kept,
        }
    }

    fn close(&mut self, planned: Planned, reason: LinkCloseReason) -> Option<Change> {
        match self.routes.get(&planned)?.state {
            RouteState::Open(link) => {
                self.open.remove(&link);
                Some(Change::Closed {
                    link,
                    planned,
                    reason,
                })
            }
            RouteState::Incompatible | RouteState::Waiting { .. } => None,
        }
    }

    /// Counts one more link of a route that is given up, and says how long the next one waits.
    fn count_failure(&mut self, planned: &Planned, now: Instant) -> Duration {
        let Some(route) = self.routes.get_mut(planned) else {
            return Duration::ZERO;
        };
        let link = match route.state {
            RouteState::Open(id) => self.open.get(&id),
            RouteState::Incompatible | RouteState::Waiting { .. } => None,
        };
        let flowing_since = link.and_then(|link| link.flowing_since);
        if flowing_since.is_some_and(|since| now.since(since) >= PROVEN_AFTER) {
            route.failures = 0;
        }
        let longest = RETRY_AFTER.last().copied().unwrap_or_default();
        let span = RETRY_AFTER.get(route.failures).copied().unwrap_or(longest);
        route.failures = route.failures.saturating_add(1);
        span
    }

    fn set_state(&mut self, planned: Planned, state: RouteState) {
        if let Some(route) = self.routes.get_mut(&planned) {
            route.state = state;
        }
    }
}

impl Held {
    pub(crate) const fn sender(link: LinkId, planned: &Planned) -> Self {
        Self {
            link,
            direction: Direction::Send,
            other: planned.to,
            kind: planned.kind,
        }
    }

    pub(crate) const fn receiver(link: LinkId, planned: &Planned) -> Self {
        Self {
            link,
            direction: Direction::Receive,
            other: planned.from,
            kind: planned.kind,
        }
    }

    /// The link as `peer` sees it; `None` if it is at neither end.
    fn of(link: LinkId, planned: &Planned, peer: PeerId) -> Option<Self> {
        let end = End::Peer(peer);
        if planned.from == end {
            Some(Self::sender(link, planned))
        } else if planned.to == end {
            Some(Self::receiver(link, planned))
        } else {
            None
        }
    }
}

fn stale_generation() -> ErrorReply {
    ErrorReply::new(
        ErrorCode::StaleGeneration,
        "the link's newest offer has another generation",
    )
}
