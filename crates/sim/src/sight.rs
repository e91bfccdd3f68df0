//! What a test can see of the world.

use crate::server::Server;
use crate::tab::TabId;
use crate::world::{START, World};
use core::ops::AddAssign;
use protocol::time::Duration;
use protocol::{ChannelName, LinkId, LiveChannel};
use session::{LobbyView, Outgoing, PageView, StudioView, View, WatchView};

/// What the machines have handled: each input, and each timer that was due, is one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// What people did.
    pub intents: u64,
    /// What browsers reported, messages of the server among them.
    pub reports: u64,
    /// Timers of sessions.
    pub session_timers: u64,
    /// Connections, messages and hang-ups that reached the node.
    pub node_inputs: u64,
    /// Timers of the node.
    pub node_timers: u64,
    /// Samples of a link's statistics; no steps, for there is one a second and it seldom matters.
    pub stats: u64,
    /// Timers that only count seconds on a screen; no steps either.
    pub ticks: u64,
}

impl Steps {
    /// How many steps there were.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.intents + self.reports + self.session_timers + self.node_inputs + self.node_timers
    }
}

impl AddAssign for Steps {
    fn add_assign(&mut self, other: Self) {
        self.intents += other.intents;
        self.reports += other.reports;
        self.session_timers += other.session_timers;
        self.node_inputs += other.node_inputs;
        self.node_timers += other.node_timers;
        self.stats += other.stats;
        self.ticks += other.ticks;
    }
}

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

    /// What the tab's lobby shows.
    ///
    /// # Panics
    /// If the tab shows another page.
    #[must_use]
    pub fn lobby(&self, tab: TabId) -> LobbyView {
        let PageView::Lobby(lobby) = self.view(tab).page else {
            panic!("not the lobby")
        };
        lobby
    }

    /// How many connections and peers the server holds.
    #[must_use]
    pub fn population(&self) -> (usize, usize) {
        self.running().population()
    }

    /// How many peer connections the tab has ever made.
    #[must_use]
    pub fn links_made(&self, tab: TabId) -> usize {
        self.tabs[tab.0].links_made
    }

    /// How many viewers the server counts in a channel, those who wait included; `None` if it holds
    /// no such channel.
    #[must_use]
    pub fn audience(&self, channel: &ChannelName) -> Option<usize> {
        let state = self.running().channel(channel, self.now)?;
        Some(state.viewers + state.waiting)
    }

    /// Who is live, as the server lists it.
    #[must_use]
    pub fn listing(&self) -> Vec<LiveChannel> {
        self.running().lobby(self.now).channels.to_vec()
    }

    /// Whether a server runs.
    #[must_use]
    pub const fn server_is_up(&self) -> bool {
        self.server.is_some()
    }

    /// Whether the server waits for anything.
    #[must_use]
    pub fn server_has_timers(&self) -> bool {
        self.running().next_timeout().is_some()
    }

    /// How long the world has existed.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.now.since(START)
    }

    /// What the machines have handled until now.
    #[must_use]
    pub const fn steps(&self) -> Steps {
        self.steps
    }

    fn running(&self) -> &Server {
        let Some(server) = &self.server else {
            panic!("no server runs")
        };
        server
    }
}
