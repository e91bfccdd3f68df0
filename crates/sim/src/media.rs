//! Media without media: which peer connections have a path, and whose frames arrive.

use crate::agenda::Happening;
use crate::tab::{Tab, TabId};
use crate::world::World;
use protocol::time::Duration;
use protocol::{Direction, LinkId};
use session::{LinkReport, LinkStats, Report};

/// How often peer connections look at their paths and count frames.
const STEP: Duration = Duration::from_millis(100);
const FRAMES_PER_STEP: u64 = 3;
const STATS_EVERY_MICROS: u64 = 1_000_000;

impl World {
    pub(crate) fn flows(&self, link: LinkId, from: TabId, to: TabId) -> bool {
        let agreed = |tab: TabId| self.tabs[tab.0].links.get(&link).and_then(|it| it.agreed);
        let has_path = !self.media_cut.contains(&from) && !self.media_cut.contains(&to);
        has_path
            && agreed(from).is_some()
            && agreed(from) == agreed(to)
            && self.tabs[from.0].sends(link)
    }

    pub(crate) fn look_at_media(&mut self) {
        let mut reports = Vec::new();
        for (tab, link) in self.all_links() {
            let other = self.other_end(tab, link);
            let reachable = other.is_some_and(|other| self.reaches(tab, other, link));
            let flows = other.is_some_and(|other| self.flows(link, other, tab));
            let now = self.now;
            let Some(connection) = self.tab(tab).links.get_mut(&link) else {
                continue;
            };
            if let Some(state) = connection.look(now, reachable) {
                reports.push((tab, link, LinkReport::State(state)));
            }
            if flows && connection.direction == Direction::Receive {
                if connection.frames == 0 {
                    reports.push((tab, link, LinkReport::Flowing));
                }
                connection.frames += FRAMES_PER_STEP;
            }
            let stats = LinkStats {
                frames_decoded: connection.frames,
                ..LinkStats::default()
            };
            if now.as_micros() % STATS_EVERY_MICROS < u64::from(STEP.subsec_micros()) {
                reports.push((tab, link, LinkReport::Stats(stats)));
            }
        }
        for (tab, link, report) in reports {
            if self.tabs[tab.0].links.contains_key(&link) {
                self.report(tab, Report::Link(link, report));
            }
        }
        self.agenda.write(self.now + STEP, Happening::Media);
    }

    fn all_links(&self) -> Vec<(TabId, LinkId)> {
        let links_of = |(index, tab): (usize, &Tab)| {
            tab.links
                .keys()
                .map(move |link| (TabId(index), *link))
                .collect::<Vec<_>>()
        };
        self.tabs.iter().enumerate().flat_map(links_of).collect()
    }

    fn other_end(&self, tab: TabId, link: LinkId) -> Option<TabId> {
        (0..self.tabs.len())
            .map(TabId)
            .find(|other| *other != tab && self.tabs[other.0].links.contains_key(&link))
    }

    fn reaches(&self, one: TabId, other: TabId, link: LinkId) -> bool {
        let agreed = |tab: TabId| self.tabs[tab.0].links.get(&link).and_then(|it| it.agreed);
        let has_path = !self.media_cut.contains(&one) && !self.media_cut.contains(&other);
        has_path && agreed(one).is_some() && agreed(one) == agreed(other)
    }
}
