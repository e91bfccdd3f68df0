//! Time: what happens next, and who is told.

use crate::agenda::{Agenda, Happening};
use crate::network::Network;
use crate::server::Server;
use crate::sight::Steps;
use crate::tab::{Tab, TabId};
use protocol::time::{Duration, Instant};
use std::collections::BTreeSet;

/// When a world begins.
pub(crate) const START: Instant = Instant::from_micros(1_000_000);

/// Everything there is.
#[derive(Debug)]
pub struct World {
    pub(crate) now: Instant,
    pub(crate) network: Network,
    pub(crate) agenda: Agenda,
    pub(crate) server: Option<Server>,
    pub(crate) servers_started: u64,
    pub(crate) tabs: Vec<Tab>,
    /// When each tab wants to be woken.
    timers: BTreeSet<(Instant, TabId)>,
    /// What is on a path that is stalled, in order.
    pub(crate) stalled: Vec<(TabId, Happening)>,
    pub(crate) steps: Steps,
}

impl World {
    /// A world with a running server and nobody in it.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut world = Self {
            now: START,
            network: Network::new(seed),
            agenda: Agenda::default(),
            server: None,
            servers_started: 0,
            tabs: Vec::new(),
            timers: BTreeSet::new(),
            stalled: Vec::new(),
            steps: Steps::default(),
        };
        world.agenda.write(world.now, Happening::Media);
        world.start_server();
        world
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(next) = self.next_instant().filter(|next| *next <= end) {
            self.step(next);
        }
        self.now = end;
    }

    /// Lets time pass until something is so.
    ///
    /// # Panics
    /// If it is not so within two minutes.
    #[track_caller]
    pub fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) -> Duration {
        let (start, end) = (self.now, self.now + Duration::from_secs(120));
        while !holds(self) {
            let next = self.next_instant().filter(|next| *next <= end);
            let Some(next) = next else {
                panic!("never {what}: {self:#?}")
            };
            self.step(next);
        }
        self.now.since(start)
    }

    /// Lets time pass and checks at every moment that something is so.
    ///
    /// # Panics
    /// At the first moment when it is not.
    #[track_caller]
    pub fn throughout(&mut self, span: Duration, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = self.now + span;
        while let Some(next) = self.next_instant().filter(|next| *next <= end) {
            self.step(next);
            assert!(holds(self), "not {what} at {:?}: {self:#?}", self.now);
        }
        self.now = end;
    }

    pub(crate) fn tab(&mut self, tab: TabId) -> &mut Tab {
        &mut self.tabs[tab.0]
    }

    /// To be called after everything that may have changed when a tab wants to be woken.
    pub(crate) fn set_timer(&mut self, tab: TabId) {
        let before = self.tabs[tab.0].wakes_at;
        let after = self.tabs[tab.0].next_timeout();
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.timers.remove(&(before, tab));
        }
        if let Some(after) = after {
            self.timers.insert((after, tab));
        }
        self.tab(tab).wakes_at = after;
    }

    fn next_instant(&self) -> Option<Instant> {
        let timer = self.timers.first().map(|(at, _)| *at);
        let server = self.server.as_ref().and_then(Server::next_timeout);
        [self.agenda.next(), timer, server]
            .into_iter()
            .flatten()
            .min()
    }

    fn step(&mut self, at: Instant) {
        self.now = self.now.max(at);
        if let Some(happening) = self.agenda.take(self.now) {
            self.happen(happening);
        }
        let due: Vec<TabId> = self
            .timers
            .iter()
            .take_while(|(at, _)| *at <= self.now)
            .map(|(_, tab)| *tab)
            .collect();
        for tab in due {
            self.wake(tab);
        }
        let now = self.now;
        if let Some(server) = &mut self.server
            && server.next_timeout().is_some_and(|at| at <= now)
        {
            self.steps.node_timers += 1;
            let sent = server.timeout(now);
            self.deliver(sent);
        }
    }

    fn wake(&mut self, tab: TabId) {
        let now = self.now;
        let Some(reason) = self.tabs[tab.0].due(now) else {
            return;
        };
        match reason {
            session::Reason::Tick => self.steps.ticks += 1,
            session::Reason::Again
            | session::Reason::Backoff
            | session::Reason::Copied
            | session::Reason::Join
            | session::Reason::Link
            | session::Reason::Silence
            | session::Reason::Stall
            | session::Reason::Title => self.steps.session_timers += 1,
        }
        let wishes = self.tab(tab).timeout(now);
        self.grant(tab, wishes);
        self.set_timer(tab);
    }
}
