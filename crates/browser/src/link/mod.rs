//! Peer connections, one per link.

mod connection;
mod incoming;
mod negotiation;
mod outgoing;
mod probe;
mod stats;

use self::connection::Connection;
pub(crate) use self::outgoing::OutgoingTracks;
use crate::{reporter::Reporter, slot::Slots, tab::Tab};
use core::cell::{Cell, RefCell};
use negotiation::Step;
use probe::Pace;
use protocol::{LinkFailure, LinkId};
use session::{LinkEffect, LinkReport, Report};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Holds one peer connection for each open link.
pub(crate) struct Links {
    tab: Tab,
    reporter: Reporter,
    slots: Rc<Slots>,
    outgoing: RefCell<OutgoingTracks>,
    connections: RefCell<BTreeMap<LinkId, Connection>>,
    /// The most that the picture of one sending link may take, in bits per second.
    limit: Cell<u32>,
}

impl Links {
    /// No links yet. What arrives on links is shown in `slots`.
    pub(crate) fn new(tab: &Tab, reporter: &Reporter, slots: &Rc<Slots>) -> Self {
        Self {
            tab: tab.clone(),
            reporter: reporter.clone(),
            slots: Rc::clone(slots),
            outgoing: RefCell::default(),
            connections: RefCell::default(),
            limit: Cell::new(u32::MAX),
        }
    }

    /// Carries out an effect.
    pub(crate) fn execute(&self, effect: LinkEffect) {
        match effect {
            LinkEffect::Open {
                link,
                direction,
                ice_servers,
            } => {
                let opened = Connection::open(
                    &self.tab,
                    connection::Name {
                        link,
                        reporter: self.reporter.clone(),
                    },
                    direction,
                    &ice_servers,
                    &self.slots,
                );
                match opened {
                    Ok(connection) => {
                        connection.limit(self.limit.get());
                        connection.send(&self.outgoing.borrow());
                        self.connections.borrow_mut().insert(link, connection);
                    }
                    // Chromium makes no more than 500 peer connections for one page.
                    Err(_) => {
                        let broken = LinkReport::Broken(LinkFailure::Resources);
                        self.reporter.report(Report::Link(link, broken));
                    }
                }
            }
            LinkEffect::Offer {
                link,
                generation,
                restart_ice,
            } => {
                self.take(
                    link,
                    Step::Offer {
                        generation,
                        restart_ice,
                    },
                );
            }
            LinkEffect::Answer {
                link,
                generation,
                sdp,
            } => {
                self.take(link, Step::Answer { generation, sdp });
            }
            LinkEffect::Accept {
                link,
                generation,
                sdp,
            } => {
                self.take(link, Step::Accept { generation, sdp });
            }
            LinkEffect::AddCandidates {
                link,
                candidates,
                end,
            } => {
                self.take(link, Step::AddCandidates { candidates, end });
            }
            LinkEffect::Close(link) => {
                self.connections.borrow_mut().remove(&link);
                self.slots.forget(link);
            }
            LinkEffect::Look(link) => self.pace(link, Pace::Often),
            LinkEffect::Rest(link) => self.pace(link, Pace::Never),
            LinkEffect::Limit(bits_per_second) => {
                self.limit.set(bits_per_second);
                for connection in self.connections.borrow().values() {
                    connection.limit(bits_per_second);
                }
            }
            LinkEffect::UseIceServers(ice_servers) => {
                for connection in self.connections.borrow().values() {
                    connection.use_ice_servers(&ice_servers);
                }
            }
        }
    }

    /// Makes every sending link, open or to be opened, carry these tracks.
    pub(crate) fn send(&self, tracks: OutgoingTracks) {
        for connection in self.connections.borrow().values() {
            connection.send(&tracks);
        }
        self.outgoing.replace(tracks);
    }

    fn pace(&self, link: LinkId, pace: Pace) {
        if let Some(connection) = self.connections.borrow().get(&link) {
            connection.pace(pace);
        }
    }

    fn take(&self, link: LinkId, step: Step) {
        if let Some(connection) = self.connections.borrow().get(&link) {
            connection.take(step);
        }
    }
}
