//! What goes from tab to server and back, and what a tab's browser reports.

use crate::agenda::Happening;
use crate::network::{Direction, Path, Way};
use crate::server::{Sent, closed};
use crate::tab::{TabId, Wish};
use crate::world::World;
use session::{Input, Report, SocketId, SocketReport};

impl World {
    pub(crate) fn happen(&mut self, happening: Happening) {
        let now = self.now;
        match happening {
            Happening::Dial { tab, socket } => self.dial(tab, socket),
            Happening::ToServer { tab, socket, text } => {
                if let Some(server) = &mut self.server {
                    self.steps.node_inputs += 1;
                    let sent = server.receive(now, tab, socket, &text);
                    self.deliver(sent);
                }
            }
            Happening::HangUp { tab, socket } => {
                if let Some(server) = &mut self.server {
                    self.steps.node_inputs += 1;
                    let sent = server.hang_up(now, tab, socket);
                    self.deliver(sent);
                }
            }
            Happening::ToTab {
                tab,
                socket,
                report,
            } => self.arrive(tab, socket, report),
            Happening::Report { tab, report } => self.report(tab, report),
            Happening::Media => self.look_at_media(),
        }
    }

    pub(crate) fn feed(&mut self, tab: TabId, input: Input) {
        if !self.tabs[tab.0].open {
            return;
        }
        match input {
            Input::Intent(_) => self.steps.intents += 1,
            Input::Report(Report::Link(_, session::LinkReport::Stats(_))) => self.steps.stats += 1,
            Input::Report(_) => self.steps.reports += 1,
        }
        let now = self.now;
        let wishes = self.tab(tab).feed(now, input);
        self.grant(tab, wishes);
        self.set_timer(tab);
    }

    pub(crate) fn grant(&mut self, tab: TabId, wishes: Vec<Wish>) {
        for wish in wishes {
            self.carry(tab, wish);
        }
    }

    pub(crate) fn carry(&mut self, tab: TabId, wish: Wish) {
        let (socket, happening, bytes) = match wish {
            Wish::Report(delay, report) => {
                let happening = Happening::Report { tab, report };
                self.agenda.write(self.now + delay, happening);
                return;
            }
            Wish::Dial(socket) => {
                self.network.dialled(self.now, tab);
                (socket, Happening::Dial { tab, socket }, 0)
            }
            Wish::Send(socket, text) => {
                let bytes = text.len();
                (socket, Happening::ToServer { tab, socket, text }, bytes)
            }
            Wish::HangUp(socket) => (socket, Happening::HangUp { tab, socket }, 0),
        };
        let way = Way {
            tab,
            direction: Direction::Up,
            socket,
        };
        let speaks = matches!(happening, Happening::ToServer { .. });
        match self.network.path(tab) {
            Path::Stalled => self.stalled.push((tab, happening)),
            Path::Mute | Path::Silent => self.network.lose(way),
            Path::Up if speaks && self.has_gap(tab, socket) => {
                self.resets(closed(tab, socket, 1006));
            }
            Path::Up | Path::Deaf | Path::Down => self.send(way, bytes, happening),
        }
    }

    pub(crate) fn deliver(&mut self, sent: Vec<Sent>) {
        for message in sent {
            match self.network.path(message.tab) {
                Path::Up | Path::Mute => self.send_down(message),
                Path::Stalled => {
                    let (tab, happening) = (message.tab, message.into_happening());
                    self.stalled.push((tab, happening));
                }
                Path::Deaf | Path::Silent => self.network.lose(message.way()),
                Path::Down => {}
            }
        }
    }

    /// Whether the socket has lost something.
    fn has_gap(&self, tab: TabId, socket: SocketId) -> bool {
        [Direction::Up, Direction::Down]
            .into_iter()
            .any(|direction| {
                self.network.has_gap(Way {
                    tab,
                    direction,
                    socket,
                })
            })
    }

    /// The tab's path has been stalled: what waits arrives now, or not at all.
    pub(crate) fn end_stall(&mut self, tab: TabId, path: Path) {
        let all = core::mem::take(&mut self.stalled);
        let (mine, others) = all.into_iter().partition(|(of, _)| *of == tab);
        self.stalled = others;
        let mine: Vec<(TabId, Happening)> = mine;
        for (tab, happening) in mine {
            let (socket, direction, bytes) = match &happening {
                Happening::Dial { socket, .. } | Happening::HangUp { socket, .. } => {
                    (*socket, Direction::Up, 0)
                }
                Happening::ToServer { socket, text, .. } => (*socket, Direction::Up, text.len()),
                Happening::ToTab { socket, .. } => (*socket, Direction::Down, 0),
                Happening::Report { .. } | Happening::Media => continue,
            };
            let way = Way {
                tab,
                direction,
                socket,
            };
            if path == Path::Up {
                self.send(way, bytes, happening);
            } else {
                self.network.lose(way);
            }
        }
    }

    fn arrive(&mut self, tab: TabId, socket: SocketId, report: SocketReport) {
        if self.tabs[tab.0].socket != Some(socket) {
            return;
        }
        match &report {
            SocketReport::Closed(_) => self.tab(tab).socket = None,
            SocketReport::Received(message) => self.tab(tab).witness.hears(tab, message),
            SocketReport::Unreadable => panic!("{tab} cannot read what the server says"),
            SocketReport::Opened => {}
        }
        self.report(tab, Report::Socket(socket, report));
    }

    fn dial(&mut self, tab: TabId, socket: SocketId) {
        let (now, source) = (self.now, self.tabs[tab.0].source);
        match (self.network.path(tab), &mut self.server) {
            // The handshake needs both directions.
            (Path::Deaf | Path::Mute | Path::Silent, _) => self.network.lose(Way {
                tab,
                direction: Direction::Down,
                socket,
            }),
            (Path::Up | Path::Stalled, Some(server)) => {
                self.steps.node_inputs += 1;
                let mut sent = vec![Sent {
                    tab,
                    socket,
                    report: SocketReport::Opened,
                    bytes: 0,
                }];
                sent.extend(server.accept(now, (tab, source), socket));
                self.deliver(sent);
            }
            (Path::Down, _) | (Path::Up | Path::Stalled, None) => {
                self.resets(closed(tab, socket, 1006));
            }
        }
    }

    /// A reset overtakes whatever the socket still has to say.
    fn resets(&mut self, message: Sent) {
        let at = self.now + self.network.delay;
        self.agenda.write(at, message.into_happening());
    }

    fn send_down(&mut self, message: Sent) {
        let (way, bytes) = (message.way(), message.bytes);
        self.send(way, bytes, message.into_happening());
    }

    fn send(&mut self, way: Way, bytes: usize, happening: Happening) {
        if !self.network.has_gap(way) {
            let at = self.network.arrival(self.now, way, bytes);
            self.agenda.write(at, happening);
        }
    }
}
