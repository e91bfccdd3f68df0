//! The verbs of the tests: what people do, and what befalls their network and their server.

use crate::agenda::Happening;
use crate::devices::Devices;
use crate::network::{Network, Path};
use crate::server::Server;
use crate::tab::{Tab, TabId, Wish};
use crate::world::World;
use protocol::time::Duration;
use protocol::{HostKey, UserName};
use session::{Input, Intent, MediaReport, Page, Preferences, Report, Resumption, Seed};
use session::{SocketReport, TrackRef};

impl World {
    // ── People ─────────────────────────────────────────────────────────────────────────────────

    /// Opens a page in a new tab of a new browser.
    pub fn open(&mut self, page: Page) -> TabId {
        self.open_with(page, Preferences::default(), None)
    }

    /// The same, in the browser of somebody who has chosen a name.
    pub fn open_as(&mut self, name: &UserName, page: Page) -> TabId {
        let preferences = Preferences {
            name: Some(name.clone()),
            ..Preferences::default()
        };
        self.open_with(page, preferences, None)
    }

    /// Loads the tab's page anew: what was in memory is gone, what was stored is not. The old tab
    /// is no more; the new one is returned.
    pub fn reload(&mut self, tab: TabId, page: Page) -> TabId {
        self.close(tab);
        self.duplicate(tab, page)
    }

    /// Opens a page in a copy of the tab, which starts with what is stored for both, as browsers do
    /// when a tab is duplicated.
    pub fn duplicate(&mut self, tab: TabId, page: Page) -> TabId {
        let old = self.tab(tab);
        let (preferences, resumption) = (old.preferences.clone(), old.resumption.clone());
        self.open_with(page, preferences, resumption)
    }

    /// Closes the tab as a person does: the page hears of it.
    pub fn close(&mut self, tab: TabId) {
        self.report(tab, Report::PageGone);
        self.kill(tab);
    }

    /// Ends the tab as a crash does: the page hears nothing.
    pub fn kill(&mut self, tab: TabId) {
        let old = self.tab(tab);
        old.open = false;
        old.links.clear();
        let socket = old.socket.take();
        self.set_timer(tab);
        if let Some(socket) = socket {
            self.carry(tab, Wish::HangUp(socket));
        }
    }

    /// Ends the tab as a power cut does: nobody hears anything, and the server holds a socket that
    /// has no other end.
    pub fn vanish(&mut self, tab: TabId) {
        self.set_path(tab, Path::Silent);
        self.kill(tab);
    }

    /// The person does something.
    pub fn intend(&mut self, tab: TabId, intent: Intent) {
        self.feed(tab, Input::Intent(intent));
    }

    /// The browser reports something.
    pub fn report(&mut self, tab: TabId, report: Report) {
        self.feed(tab, Input::Report(report));
    }

    /// Turns everything on and goes live on the channel, again each second while somebody else is;
    /// waits until it is.
    ///
    /// # Panics
    /// If it is not live within a minute.
    pub fn go_live(&mut self, tab: TabId, channel: &str) {
        self.intend(tab, Intent::NameChannel(channel.to_owned()));
        self.intend(tab, Intent::UseCameraAndMicrophone);
        self.until("ready to go live", |world| world.studio(tab).lock.is_none());
        let is_live = |world: &Self| world.studio(tab).phase == session::StudioPhase::Live;
        for _ in 0..60 {
            self.intend(tab, Intent::GoLive);
            self.until("live or refused", |world| {
                is_live(world) || world.studio(tab).problem.is_some()
            });
            if is_live(self) {
                return;
            }
            self.pass(Duration::from_secs(1));
        }
        panic!("never live: {:#?}", self.studio(tab));
    }

    /// How the tab's browser answers when it is asked for media.
    pub fn set_devices(&mut self, tab: TabId, devices: Devices) {
        self.tab(tab).devices = devices;
    }

    /// A track of the tab's capture ends by itself, as when a camera is unplugged.
    pub fn end_track(&mut self, tab: TabId, track: TrackRef) {
        self.report(tab, Report::Media(MediaReport::TrackEnded(track)));
    }

    // ── The network ────────────────────────────────────────────────────────────────────────────

    /// How long messages take from now on, in the whole network.
    pub const fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// What the tab's signaling meets from now on. Media are not touched.
    pub fn set_path(&mut self, tab: TabId, path: Path) {
        let before = self.network.set_path(tab, path);
        if before == Path::Stalled && path != Path::Stalled {
            self.end_stall(tab, path);
        }
        if path == Path::Down {
            self.break_socket(tab);
        }
    }

    /// The tab's socket breaks, and both ends notice.
    pub fn break_socket(&mut self, tab: TabId) {
        if let Some(socket) = self.tabs[tab.0].socket {
            let hang_up = Happening::HangUp { tab, socket };
            self.agenda.write(self.now, hang_up);
            let closed = Happening::ToTab {
                tab,
                socket,
                report: SocketReport::Closed(1006),
            };
            self.agenda.write(self.now, closed);
        }
    }

    /// How many bytes per second the tab's signaling has in each direction; `None` for as many as
    /// it wants.
    pub fn set_speed(&mut self, tab: TabId, bytes_per_second: Option<u64>) {
        self.network.set_speed(tab, bytes_per_second);
    }

    /// Puts tabs behind one address: the server cannot tell where they come from.
    pub fn set_source(&mut self, tab: TabId, source: u64) {
        self.tab(tab).source = source;
    }

    /// Whether media reach the tab and leave it.
    pub fn set_media(&mut self, tab: TabId, flows: bool) {
        self.network.set_media(tab, flows);
    }

    /// Puts the tab on an island: it has a path for media to those on the same one. All start on
    /// island 0; signaling is not touched.
    pub fn set_island(&mut self, tab: TabId, island: u32) {
        self.network.set_island(tab, island);
    }

    // ── The server ─────────────────────────────────────────────────────────────────────────────

    /// Kills the server: every socket breaks, and new ones are refused.
    pub fn kill_server(&mut self) {
        if let Some(server) = self.server.take() {
            let sockets = server.all_sockets();
            let broken = |(tab, socket)| crate::server::closed(tab, socket, 1006);
            self.deliver(sockets.into_iter().map(broken).collect());
        }
    }

    /// Cuts the server's power: nobody is told. Whoever sends something once it runs again learns
    /// that it does not know the socket.
    pub fn cut_server(&mut self) {
        self.server = None;
    }

    /// Starts a server that knows nothing of the one before.
    pub fn start_server(&mut self) {
        self.servers_started += 1;
        let seed = self.network.random() ^ self.servers_started;
        self.server = Some(Server::new(seed, self.servers_started));
    }

    fn open_with(
        &mut self,
        page: Page,
        mut preferences: Preferences,
        resumption: Option<Resumption>,
    ) -> TabId {
        let tab = TabId(self.tabs.len());
        let seed = Seed {
            page: page.clone(),
            origin: "https://sim".to_owned(),
            ..Seed::default()
        };
        let entropy = self.network.random();
        if preferences.host_key.is_none() {
            preferences.host_key = HostKey::parse(&format!("{entropy:032x}")).ok();
        }
        let mut new = Tab::new(seed, entropy, self.now);
        new.preferences = preferences.clone();
        new.resumption.clone_from(&resumption);
        self.tabs.push(new);
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
}
