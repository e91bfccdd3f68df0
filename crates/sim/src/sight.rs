//! What a test can see of the world.

use crate::tab::TabId;
use crate::world::World;
use protocol::LinkId;
use session::{Outgoing, PageView, StudioView, View, WatchView};

impl World {
    /// What the tab shows.
    #[must_use]
    pub fn view(&self, tab: TabId) -> View {
        self.tabs[tab.0].view(self.now)
    }

    /// What the tab's watch page shows.
    ///
    /// # Panics
    /// If the tab shows another page.
    #[must_use]
    pub fn watch(&self, tab: TabId) -> WatchView {
        let PageView::Watch(watch) = self.view(tab).page else {
            panic!("not a watch page")
        };
        *watch
    }

    /// What the tab's studio shows.
    ///
    /// # Panics
    /// If the tab shows another page.
    #[must_use]
    pub fn studio(&self, tab: TabId) -> StudioView {
        let PageView::Studio(studio) = self.view(tab).page else {
            panic!("not a studio")
        };
        *studio
    }

    /// What the tab sends.
    #[must_use]
    pub fn outgoing(&self, tab: TabId) -> Outgoing {
        self.tabs[tab.0].outgoing
    }

    /// Whether the viewer's picture comes from the streamer, and moves.
    #[must_use]
    pub fn sees(&self, viewer: TabId, streamer: TabId) -> bool {
        let watched = self.tabs[viewer.0].watched_link();
        watched.is_some_and(|link| self.flows(link, streamer, viewer))
    }

    /// The link the viewer watches now.
    #[must_use]
    pub fn watched_link(&self, viewer: TabId) -> Option<LinkId> {
        self.tabs[viewer.0].watched_link()
    }

    /// How many peer connections the tab holds.
    #[must_use]
    pub fn links(&self, tab: TabId) -> usize {
        self.tabs[tab.0].links.len()
    }

    /// How many connections and peers the server holds.
    ///
    /// # Panics
    /// If no server runs.
    #[must_use]
    pub fn population(&self) -> (usize, usize) {
        let Some(server) = &self.server else {
            panic!("no server runs")
        };
        (server.node.seats(), server.node.peers())
    }
}
