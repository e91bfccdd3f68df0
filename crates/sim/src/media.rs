//! Media without media: which peer connections have a path, and whose frames arrive.

use crate::agenda::Happening;
use crate::tab::TabId;
use crate::world::World;
use protocol::time::Duration;
use protocol::{Direction, LinkId};
use session::{LinkReport, Report};
use std::collections::BTreeMap;

/// How often peer connections look at their paths and count frames.
const STEP: Duration = Duration::from_millis(100);
const STATS_EVERY_MICROS: u64 = 1_000_000;

impl World {
    pub(crate) fn flows(&self, link: LinkId, from: TabId, to: TabId) -> bool {
        self.reaches(link, from, to) && self.tabs[from.0].sends(link)
    }

    pub(crate) fn look_at_media(&mut self) {
        for (link, ends) in self.ends() {
            match ends[..] {
                [one, other] => {
                    let passes = self.reaches(link, one, other) && self.network.passes_media();
                    self.look_at_end(link, one, passes.then_some(other));
                    self.look_at_end(link, other, passes.then_some(one));
                }
                _ => {
                    for end in ends {
                        self.look_at_end(link, end, None);
                    }
                }
            }
        }
        self.agenda.write(self.now + STEP, Happening::Media);
    }

    /// One end of a link looks whether something comes from the other end.
    fn look_at_end(&mut self, link: LinkId, tab: TabId, other: Option<TabId>) {
        let now = self.now;
        let sender = other.map(|other| &self.tabs[other.0]);
        let comes = sender.is_some_and(|sender| sender.sends(link));
        let picture = sender.is_some_and(|sender| sender.outgoing.video.is_some());
        // The report before may have closed it.
        let Some(connection) = self.tab(tab).links.get_mut(&link) else {
            return;
        };
        let state = connection.look(now, other.is_some()).map(LinkReport::State);
        let receives = comes && connection.direction == Direction::Receive;
        let is_first = receives && connection.receive(picture);
        let is_frame = receives && picture && core::mem::take(&mut connection.looks);
        let stats = LinkReport::Stats(connection.stats());
        let is_second = now.as_micros() % STATS_EVERY_MICROS < u64::from(STEP.subsec_micros());
        let reports = [
            state,
            is_frame.then_some(LinkReport::Frame),
            is_first.then_some(LinkReport::Flowing),
            is_second.then_some(stats),
        ];
        for report in reports.into_iter().flatten() {
            if self.tabs[tab.0].links.contains_key(&link) {
                self.report(tab, Report::Link(link, report));
            }
        }
    }

    /// The tabs that hold each link.
    fn ends(&self) -> BTreeMap<LinkId, Vec<TabId>> {
        let mut ends: BTreeMap<LinkId, Vec<TabId>> = BTreeMap::new();
        for (index, tab) in self.tabs.iter().enumerate() {
            for link in tab.links.keys() {
                ends.entry(*link).or_default().push(TabId(index));
            }
        }
        ends
    }

    fn reaches(&self, link: LinkId, one: TabId, other: TabId) -> bool {
        let end = |tab: TabId| self.tabs[tab.0].links.get(&link);
        let agree = match (end(one), end(other)) {
            (Some(one), Some(other)) => one.can_meet(other),
            _ => false,
        };
        agree && self.network.connects(one, other)
    }
}
