//! Time, and the verbs of the tests.

use crate::agenda::{Agenda, Happening};
use crate::network::{Direction, Network, Path};
use crate::server::{Sent, Server};
use crate::tab::{Devices, Tab, TabId, Wish};
use protocol::time::{Duration, Instant};
use session::{Input, Intent, MediaReport, Page, Report, Seed, SocketId, SocketReport};
use std::collections::{BTreeMap, BTreeSet};

/// Everything there is.
#[derive(Debug)]
pub struct World {
    pub(crate) now: Instant,
    network: Network,
    pub(crate) agenda: Agenda,
    pub(crate) server: Option<Server>,
    servers_started: u64,
    pub(crate) tabs: Vec<Tab>,
    paths: BTreeMap<TabId, Path>,
    pub(crate) media_cut: BTreeSet<TabId>,
}

impl World {
    /// A world with a running server and nobody in it.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut world = Self {
            now: Instant::from_micros(1_000_000),
            network: Network::new(seed),
            agenda: Agenda::default(),
            server: None,
            servers_started: 0,
            tabs: Vec::new(),
            paths: BTreeMap::new(),
            media_cut: BTreeSet::new(),
        };
        world.agenda.write(world.now, Happening::Media);
        world.start_server();
        world
    }

    // ── Verbs ──────────────────────────────────────────────────────────────────────────────────

    /// Opens a page in a new tab of a new browser.
    pub fn open(&mut self, page: Page) -> TabId {
        self.open_with(page, None)
    }

    /// Loads the tab's page anew: what was in memory is gone, what was stored is not. The old tab
    /// is no more; the new one is returned.
    pub fn reload(&mut self, tab: TabId, page: Page) -> TabId {
        self.close(tab);
        self.open_with(page, Some(tab))
    }

    /// Closes the tab as a person does: the page hears of it.
    pub fn close(&mut self, tab: TabId) {
        self.report(tab, Report::PageGone);
        self.kill(tab);
    }

    /// Ends the tab as a crash does: the page hears nothing.
    pub fn kill(&mut self, tab: TabId) {
        self.tab(tab).open = false;
        self.tab(tab).links.clear();
        if let Some(socket) = self.tab(tab).socket.take() {
            self.carry(tab, Wish::HangUp(socket));
        }
    }

    /// The person does something.
    pub fn intend(&mut self, tab: TabId, intent: Intent) {
        self.feed(tab, Input::Intent(intent));
    }

    /// The browser reports something.
    pub fn report(&mut self, tab: TabId, report: Report) {
        self.feed(tab, Input::Report(report));
    }

    /// Turns everything on and goes live on the channel; waits until it is.
    pub fn go_live(&mut self, tab: TabId, channel: &str) {
        self.intend(tab, Intent::NameChannel(channel.to_owned()));
        self.intend(tab, Intent::UseCameraAndMicrophone);
        self.until("ready to go live", |world| world.studio(tab).lock.is_none());
        self.intend(tab, Intent::GoLive);
        self.until("live", |world| {
            world.studio(tab).phase == session::StudioPhase::Live
        });
    }

    /// How the tab's browser answers when it is asked for media.
    pub fn set_devices(&mut self, tab: TabId, devices: Devices) {
        self.tab(tab).devices = devices;
    }

    /// What the tab's signaling meets from now on. Media are not touched. A socket that lost
    /// messages in silence breaks when the path is back, for TCP never skips any.
    pub fn set_path(&mut self, tab: TabId, path: Path) {
        let before = self.paths.insert(tab, path).unwrap_or_default();
        let has_gap = before == Path::Silent && path == Path::Up;
        if let (true, Some(socket)) = (has_gap || path == Path::Down, self.tabs[tab.0].socket) {
            self.agenda
                .write(self.now, Happening::HangUp { tab, socket });
            let report = SocketReport::Closed(1006);
            self.agenda.write(
                self.now,
                Happening::ToTab {
                    tab,
                    socket,
                    report,
                },
            );
        }
    }

    /// Whether media reach the tab and leave it.
    pub fn set_media(&mut self, tab: TabId, flows: bool) {
        if flows {
            self.media_cut.remove(&tab);
        } else {
            self.media_cut.insert(tab);
        }
    }

    /// How long messages take from now on, in the whole network.
    pub const fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// Kills the server: every socket breaks, and new ones are refused.
    pub fn kill_server(&mut self) {
        let Some(server) = self.server.take() else {
            return;
        };
        for (tab, socket) in server.all_sockets() {
            self.send_down(tab, socket, SocketReport::Closed(1006));
        }
    }

    /// Starts a server that knows nothing of the one before.
    pub fn start_server(&mut self) {
        self.servers_started += 1;
        let seed = self.network.random() ^ self.servers_started;
        self.server = Some(Server::new(seed));
    }

    // ── Time ───────────────────────────────────────────────────────────────────────────────────

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

    // ── How it works ───────────────────────────────────────────────────────────────────────────

    fn open_with(&mut self, page: Page, stored: Option<TabId>) -> TabId {
        let tab = TabId(self.tabs.len());
        let seed = Seed {
            page: page.clone(),
            origin: "https://sim".to_owned(),
            ..Seed::default()
        };
        let entropy = self.network.random();
        self.tabs.push(Tab::new(seed, entropy, self.now));
        if let Some(old) = stored {
            let (preferences, resumption) = (
                self.tabs[old.0].preferences.clone(),
                self.tabs[old.0].resumption.clone(),
            );
            let new = self.tab(tab);
            (new.preferences, new.resumption) = (preferences, resumption);
        }
        let (preferences, resumption) = (
            self.tabs[tab.0].preferences.clone(),
            self.tabs[tab.0].resumption.clone(),
        );
        let preferences = Box::new(preferences);
        self.report(
            tab,
            Report::Started {
                preferences,
                resumption,
            },
        );
        self.intend(tab, Intent::OpenPage(page));
        for slot in [session::Slot::PREVIEW, session::Slot::PICTURE] {
            self.intend(tab, Intent::MountSlot(slot));
        }
        tab
    }

    pub(crate) fn tab(&mut self, tab: TabId) -> &mut Tab {
        &mut self.tabs[tab.0]
    }

    fn next_instant(&self) -> Option<Instant> {
        let timers = self.tabs.iter().filter_map(Tab::next_timeout);
        let server = self
            .server
            .as_ref()
            .and_then(|it| it.node.poll_timeout())
            .map(|(at, _)| at);
        self.agenda
            .next()
            .into_iter()
            .chain(timers)
            .chain(server)
            .min()
    }

    fn step(&mut self, at: Instant) {
        self.now = self.now.max(at);
        if let Some(happening) = self.agenda.take(self.now) {
            self.happen(happening);
        }
        for index in 0..self.tabs.len() {
            if self.tabs[index]
                .next_timeout()
                .is_some_and(|at| at <= self.now)
            {
                let wishes = self.tabs[index].timeout(self.now);
                self.grant(TabId(index), wishes);
            }
        }
        let now = self.now;
        if let Some(server) = &mut self.server
            && server.node.poll_timeout().is_some_and(|(at, _)| at <= now)
        {
            let sent = server.timeout(now);
            self.deliver(sent);
        }
    }

    fn happen(&mut self, happening: Happening) {
        let now = self.now;
        match happening {
            Happening::Dial { tab, socket } => self.dial(tab, socket),
            Happening::ToServer { tab, socket, text } => {
                if let Some(server) = &mut self.server {
                    let sent = server.receive(now, tab, socket, &text);
                    self.deliver(sent);
                }
            }
            Happening::HangUp { tab, socket } => {
                if let Some(server) = &mut self.server {
                    let sent = server.hang_up(now, tab, socket);
                    self.deliver(sent);
                }
            }
            Happening::ToTab {
                tab,
                socket,
                report,
            } => {
                if self.tabs[tab.0].socket == Some(socket) {
                    if matches!(report, SocketReport::Closed(_)) {
                        self.tab(tab).socket = None;
                    }
                    self.report(tab, Report::Socket(socket, report));
                }
            }
            Happening::Report { tab, report } => self.report(tab, report),
            Happening::Media => self.look_at_media(),
        }
    }

    fn dial(&mut self, tab: TabId, socket: SocketId) {
        let now = self.now;
        if let (Path::Up, Some(server)) = (self.path(tab), &mut self.server) {
            let sent = server.accept(now, tab, socket);
            self.send_down(tab, socket, SocketReport::Opened);
            self.deliver(sent);
        } else if self.path(tab) != Path::Silent {
            self.send_down(tab, socket, SocketReport::Closed(1006));
        }
    }

    fn feed(&mut self, tab: TabId, input: Input) {
        if self.tabs[tab.0].open {
            let wishes = self.tabs[tab.0].feed(self.now, input);
            self.grant(tab, wishes);
        }
    }

    fn grant(&mut self, tab: TabId, wishes: Vec<Wish>) {
        for wish in wishes {
            self.carry(tab, wish);
        }
    }

    fn carry(&mut self, tab: TabId, wish: Wish) {
        let happening = match wish {
            Wish::Report(delay, report) => {
                self.agenda
                    .write(self.now + delay, Happening::Report { tab, report });
                return;
            }
            Wish::Dial(socket) => Happening::Dial { tab, socket },
            Wish::Send(socket, text) => Happening::ToServer { tab, socket, text },
            Wish::HangUp(socket) => Happening::HangUp { tab, socket },
        };
        let dialing = matches!(happening, Happening::Dial { .. });
        if self.path(tab) == Path::Up || dialing {
            let at = self.network.arrival(self.now, tab, Direction::Up);
            self.agenda.write(at, happening);
        }
    }

    fn deliver(&mut self, sent: Vec<Sent>) {
        for (tab, socket, report) in sent {
            if self.path(tab) == Path::Up {
                self.send_down(tab, socket, report);
            }
        }
    }

    fn send_down(&mut self, tab: TabId, socket: SocketId, report: SocketReport) {
        let at = self.network.arrival(self.now, tab, Direction::Down);
        self.agenda.write(
            at,
            Happening::ToTab {
                tab,
                socket,
                report,
            },
        );
    }

    fn path(&self, tab: TabId) -> Path {
        self.paths.get(&tab).copied().unwrap_or_default()
    }

    /// A track of the tab's capture ends by itself, as when a camera is unplugged.
    pub fn end_track(&mut self, tab: TabId, track: session::TrackRef) {
        self.report(tab, Report::Media(MediaReport::TrackEnded(track)));
    }
}
