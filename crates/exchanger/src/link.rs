//! A channel's link table: the links there are, brought towards the links that are planned.

use crate::history::{History, LONGEST_RETRY, Viewer};
use crate::ids::Ids;
use crate::open_link::{Held, Link};
use crate::openings::Openings;
use crate::plan::Planned;
use crate::port::Source;
use crate::small_map::SmallMap;
use protocol::time::Instant;
use protocol::{ErrorCode, ErrorReply, LinkCloseReason, LinkFailure, LinkId, PeerId};
use std::collections::BTreeSet;

/// A channel's links.
///
/// Bound: there is one route for each planned link and at most one open link for each route, so the
/// plan's limit bounds the table.
#[derive(Debug, Default)]
pub(crate) struct Links {
    routes: SmallMap<Planned, Route>,
    open: SmallMap<LinkId, Link>,
    openings: Openings,
    history: History,
    /// Somebody waits for a place and has not failed before.
    somebody_waits: bool,
    reconciled_at: Instant,
}

/// What has become of a planned link, and where its receiver comes from.
#[derive(Debug)]
struct Route {
    source: Source,
    state: RouteState,
}

#[derive(Clone, Copy, Debug)]
enum RouteState {
    /// The two browsers share no codec: trying again changes nothing.
    Incompatible,
    Open(LinkId),
    Waiting {
        until: Instant,
    },
}

/// A link that was closed because it did not work.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) closed: Change,
    /// Whether its receiver is to give way to those who wait.
    pub(crate) gives_way: Option<PeerId>,
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

/// A planned link and where its receiver comes from, those first who are served first.
pub(crate) type Wanted = Vec<(Planned, Source)>;

impl Links {
    /// Another host has come. What failed with the one before may work with it.
    pub(crate) fn host_changed(&mut self, now: Instant) {
        self.openings.host_changed(now);
        self.history = History::default();
    }

    /// Whether others go before the viewer, for its links have failed often lately.
    pub(crate) fn gives_way(&self, viewer: Viewer, now: Instant) -> bool {
        self.history.gives_way(viewer, now)
    }

    /// Closes what is not wanted any more and opens what is wanted and due. `adopt` may name an id
    /// that both ends of a new link hold already.
    pub(crate) fn reconcile(
        &mut self,
        wanted: &Wanted,
        adopt: impl Fn(&Self, &Planned) -> Option<LinkId>,
        now: Instant,
        ids: &mut Ids,
    ) -> Vec<Change> {
        let mut changes = self.close_unwanted(wanted);
        let mut due: Vec<&(Planned, Source)> = wanted
            .iter()
            .filter(|(planned, source)| self.is_due(planned, *source, now))
            .collect();
        due.sort_by_key(|(_, source)| self.history.of_source(*source, now));
        self.openings.begin();
        self.reconciled_at = now;
        for (planned, source) in due {
            let adopted = adopt(self, planned);
            let unsettled = || self.open.values().filter(|link| !link.settled).count();
            if adopted.is_some() || self.openings.take(unsettled(), now) {
                let link = adopted.unwrap_or_else(|| ids.link());
                changes.push(self.open((*planned, *source), link, adopted.is_some()));
            }
        }
        changes
    }

    /// Says whether somebody waits who has not failed before: then nobody may hold a place without
    /// answering.
    pub(crate) const fn set_somebody_waits(&mut self, somebody_waits: bool) {
        self.somebody_waits = somebody_waits;
    }

    /// Closes the links whose receivers should have answered, if somebody waits.
    pub(crate) fn close_unanswered(&mut self, now: Instant) -> Vec<Failed> {
        let is_late = |link: &Link| link.answer_due().is_some_and(|due| due <= now);
        let late = self.open.values().filter(|_| self.presses());
        let late: Vec<Planned> = late
            .filter(|link| is_late(link))
            .map(|link| link.planned)
            .collect();
        late.into_iter()
            .filter_map(|planned| {
                let until = self.count_failure(&planned, now);
                let closed = self.close(planned, LinkCloseReason::Left)?;
                self.set_state(planned, RouteState::Waiting { until });
                let gives_way = planned.to.peer();
                Some(Failed { closed, gives_way })
            })
            .collect()
    }

    /// A viewer leaves: a link of it that has not proven itself counts as one that failed.
    pub(crate) fn abandoned_by(&mut self, peer: PeerId, now: Instant) {
        let unproven: Vec<Planned> = self
            .open
            .values()
            .filter(|link| link.planned.to.peer() == Some(peer) && !link.is_proven(now))
            .map(|link| link.planned)
            .collect();
        for planned in unproven {
            self.count_failure(&planned, now);
        }
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
                // A host that comes back is slowed by its openings; its viewers have done nothing.
                let until = if planned.to.peer() == Some(peer) {
                    self.count_failure(&planned, now)
                } else {
                    now
                };
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
        by: PeerId,
        failure: LinkFailure,
        now: Instant,
    ) -> Option<Failed> {
        let planned = self.open.get(&id)?.planned;
        let is_senders = planned.from.peer() == Some(by);
        let is_incompatible = failure == LinkFailure::Codec;
        let state = match failure {
            // The viewer has nothing to do with it.
            LinkFailure::Resources if is_senders => {
                let until = self.openings.pause(now);
                RouteState::Waiting { until }
            }
            LinkFailure::Resources => {
                let until = self.count_failure(&planned, now).max(now + LONGEST_RETRY);
                RouteState::Waiting { until }
            }
            LinkFailure::Codec => {
                self.count_failure(&planned, now);
                RouteState::Incompatible
            }
            LinkFailure::Connectivity | LinkFailure::Negotiation | LinkFailure::Unknown => {
                let until = self.count_failure(&planned, now);
                RouteState::Waiting { until }
            }
        };
        let closed = self.close(planned, LinkCloseReason::Failed)?;
        self.set_state(planned, state);
        let viewer = self.viewer(&planned);
        let gives_way =
            viewer.filter(|viewer| is_incompatible || self.history.gives_way(*viewer, now));
        Some(Failed {
            closed,
            gives_way: gives_way.map(|(peer, _)| peer),
        })
    }

    /// The open link `id` as `peer` sees it.
    pub(crate) fn held(&self, id: LinkId, peer: PeerId) -> Result<Held, ErrorReply> {
        self.open
            .get(&id)
            .and_then(|link| Held::of(id, &link.planned, peer))
            .ok_or_else(stale_link)
    }

    /// The open link `id`.
    pub(crate) fn get(&self, id: LinkId) -> Result<&Link, ErrorReply> {
        self.open.get(&id).ok_or_else(stale_link)
    }

    /// The open link `id`, to be changed.
    pub(crate) fn get_mut(&mut self, id: LinkId) -> Result<&mut Link, ErrorReply> {
        self.open.get_mut(&id).ok_or_else(stale_link)
    }

    /// The open links of `peer`.
    pub(crate) fn held_by(&self, peer: PeerId) -> impl Iterator<Item = Held> {
        self.open
            .iter()
            .filter_map(move |(id, link)| Held::of(*id, &link.planned, peer))
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

    /// Whether an answer lets another link be opened.
    pub(crate) const fn awaits_answers(&self) -> bool {
        self.openings.awaits_answers()
    }

    /// When there is something to open, or a viewer should have answered.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let waits = self.routes.values().filter_map(|route| match route.state {
            RouteState::Incompatible | RouteState::Open(_) => None,
            RouteState::Waiting { until } => Some(until),
        });
        // What is due already is held back by the openings.
        let waits = waits.filter(|until| *until > self.reconciled_at);
        let unanswered = self.open.values().filter(|_| self.presses());
        waits
            .chain(unanswered.filter_map(Link::answer_due))
            .chain(self.openings.poll_timeout())
            .min()
    }

    /// Whether viewers have to answer soon.
    const fn presses(&self) -> bool {
        self.somebody_waits || self.openings.awaits_answers()
    }

    fn close_unwanted(&mut self, wanted: &Wanted) -> Vec<Change> {
        let planned: BTreeSet<Planned> = wanted.iter().map(|(planned, _)| *planned).collect();
        let receivers: BTreeSet<_> = planned.iter().map(|planned| planned.to).collect();
        let unwanted = self.routes.keys().filter(|route| !planned.contains(route));
        let unwanted: Vec<Planned> = unwanted.copied().collect();
        unwanted
            .into_iter()
            .filter_map(|planned| {
                let reason = if receivers.contains(&planned.to) {
                    LinkCloseReason::Replaced
                } else {
                    LinkCloseReason::Left
                };
                let closed = self.close(planned, reason);
                self.routes.remove(&planned);
                closed
            })
            .collect()
    }

    /// Whether a link is to be opened now. A new route of a viewer whose links have failed lately
    /// begins with the wait that is left.
    fn is_due(&mut self, planned: &Planned, source: Source, now: Instant) -> bool {
        if let Some(route) = self.routes.get(planned) {
            return match route.state {
                RouteState::Incompatible | RouteState::Open(_) => false,
                RouteState::Waiting { until } => until <= now,
            };
        }
        let receiver = planned.to.peer();
        let until = receiver.map_or(now, |peer| self.history.due((peer, source), now));
        let state = RouteState::Waiting { until };
        self.routes.insert(*planned, Route { source, state });
        until <= now
    }

    fn open(&mut self, (planned, source): (Planned, Source), id: LinkId, kept: bool) -> Change {
        let state = RouteState::Open(id);
        self.routes.insert(planned, Route { source, state });
        let link = Link::new(planned, kept, self.reconciled_at);
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

    /// Counts one more link of a route that is given up, and says when the next one is due.
    fn count_failure(&mut self, planned: &Planned, now: Instant) -> Instant {
        let Some((peer, source)) = self.viewer(planned) else {
            return now;
        };
        let state = self.routes.get(planned).map(|route| route.state);
        let link = match state {
            Some(RouteState::Open(id)) => self.open.get(&id),
            Some(RouteState::Incompatible | RouteState::Waiting { .. }) | None => None,
        };
        if link.is_some_and(|link| link.is_proven(now)) {
            self.history.fail_after_success(peer, now)
        } else {
            self.history.fail((peer, source), now)
        }
    }

    /// The receiver of a route.
    fn viewer(&self, planned: &Planned) -> Option<Viewer> {
        Some((planned.to.peer()?, self.routes.get(planned)?.source))
    }

    fn set_state(&mut self, planned: Planned, state: RouteState) {
        if let Some(route) = self.routes.get_mut(&planned) {
            route.state = state;
        }
    }
}

fn stale_link() -> ErrorReply {
    ErrorReply::new(
        ErrorCode::StaleLink,
        "the link is closed, or is not the caller's",
    )
}
