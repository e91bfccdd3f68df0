//! A channel's links follow its plan, and both ends of each are told.

use crate::channel::Channel;
use crate::link::{Change, Failed, Links, Wanted};
use crate::open_link::Held;
use crate::plan::plan;
use crate::turn::Turn;
use protocol::{Event, LinkClosed, LinkOpened, PeerId, Role, StreamFull};

impl Channel {
    /// Brings the links towards the plan and tells both ends of each change.
    pub(crate) fn reconcile(&mut self, turn: &mut Turn<'_>) {
        let had_a_place: Vec<PeerId> = self.links.receivers().collect();
        self.links.set_somebody_waits(self.somebody_waits());
        for failed in self.links.close_unanswered(turn.now) {
            self.give_up(failed, turn);
        }
        let wanted = self.wanted();
        let (members, now) = (&self.members, turn.now);
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

    /// Tells of a link that did not work, and puts its receiver behind the others if it has to give
    /// way.
    pub(crate) fn give_up(&mut self, failed: Failed, turn: &mut Turn<'_>) {
        self.tell_changes(&[failed.closed], turn);
        if let Some(viewer) = failed.gives_way {
            self.members.demote(viewer);
        }
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

    /// Tells those of `viewers` that the live stream has no place for that they have to wait.
    pub(crate) fn tell_if_full(
        &self,
        viewers: impl IntoIterator<Item = PeerId>,
        turn: &mut Turn<'_>,
    ) {
        if self.is_live() {
            let limit = self.routes.max_direct_viewers;
            let waiting = viewers
                .into_iter()
                .filter(|viewer| !self.links.serves(*viewer));
            turn.tell_all(waiting, Event::StreamFull(StreamFull { limit }));
        }
    }

    /// Whether somebody has no place who has not failed before.
    fn somebody_waits(&self) -> bool {
        let mut in_order = self.members.viewers_by_precedence();
        let first_without = in_order.nth(self.routes.max_direct_viewers);
        let waits = first_without.is_some_and(|viewer| !self.members.is_demoted(viewer));
        self.is_live() && waits
    }

    fn wanted(&self) -> Wanted {
        let viewers = self.members.viewers_by_precedence();
        let planned = plan(self.members.host(), viewers, self.routes);
        let with_source = planned.into_iter().map(|planned| {
            let receiver = planned.to.peer();
            let source = receiver.and_then(|peer| self.members.source(peer));
            (planned, source.unwrap_or_default())
        });
        with_source.collect()
    }
}

/// What an end of a link is told of it.
pub(crate) fn opened(held: Held, kept: bool) -> Event {
    Event::LinkOpened(LinkOpened {
        link: held.link,
        peer: held.other,
        direction: held.direction,
        kind: held.kind,
        kept,
    })
}
