//! The node and its connections: what the server's transports do, without sockets.

use crate::agenda::Happening;
use crate::network::{Direction, Way};
use crate::tab::TabId;
use node::Node;
use node::exchanger::{self, ChannelState, ClosedBy, Input, Output, Seat, SeatKind, Source};
use protocol::time::Instant;
use protocol::wire::{self, DecodeError};
use protocol::{ChannelName, Lobby};
use session::{SocketId, SocketReport};
use std::collections::BTreeMap;

/// One server process.
#[derive(Debug)]
pub(crate) struct Server {
    node: Node,
    seats: BTreeMap<Seat, (TabId, SocketId)>,
    sockets: BTreeMap<(TabId, SocketId), Seat>,
    accepted: u64,
}

/// What the server sends, and to which socket.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) tab: TabId,
    pub(crate) socket: SocketId,
    pub(crate) report: SocketReport,
    pub(crate) bytes: usize,
}

impl Sent {
    pub(crate) const fn way(&self) -> Way {
        Way {
            tab: self.tab,
            direction: Direction::Down,
            socket: self.socket,
        }
    }

    pub(crate) fn into_happening(self) -> Happening {
        let Self {
            tab,
            socket,
            report,
            ..
        } = self;
        Happening::ToTab {
            tab,
            socket,
            report,
        }
    }
}

impl Server {
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        bytes[8..16].copy_from_slice(&number.to_be_bytes());
        let exchanger = exchanger::Config::new(bytes);
        Self {
            node: Node::new(node::Config { exchanger }),
            seats: BTreeMap::new(),
            sockets: BTreeMap::new(),
            accepted: 0,
        }
    }

    pub(crate) fn accept(
        &mut self,
        now: Instant,
        (tab, source): (TabId, u64),
        socket: SocketId,
    ) -> Vec<Sent> {
        self.accepted += 1;
        let seat = Seat(self.accepted);
        self.seats.insert(seat, (tab, socket));
        self.sockets.insert((tab, socket), seat);
        self.feed(
            now,
            Input::Connect {
                seat,
                kind: SeatKind::NATIVE,
                source: Source(source),
            },
        )
    }

    pub(crate) fn receive(
        &mut self,
        now: Instant,
        tab: TabId,
        socket: SocketId,
        text: &str,
    ) -> Vec<Sent> {
        let Some(seat) = self.sockets.get(&(tab, socket)).copied() else {
            // As TCP resets what it does not know.
            return vec![closed(tab, socket, 1006)];
        };
        match wire::decode_request(text) {
            Ok(request) => {
                let (id, command) = (request.id, request.command);
                self.feed(now, Input::Command { seat, id, command })
            }
            Err(DecodeError::Refused { error, .. }) => {
                panic!("{tab} asks for what the protocol refuses, {error}: {text}")
            }
            Err(DecodeError::Envelope(error)) => {
                panic!("{tab} does not speak the protocol, {error}: {text}")
            }
        }
    }

    pub(crate) fn hang_up(&mut self, now: Instant, tab: TabId, socket: SocketId) -> Vec<Sent> {
        let Some(seat) = self.sockets.remove(&(tab, socket)) else {
            return Vec::new();
        };
        self.seats.remove(&seat);
        self.feed(
            now,
            Input::Disconnect {
                seat,
                by: ClosedBy::Client,
            },
        )
    }

    pub(crate) fn timeout(&mut self, now: Instant) -> Vec<Sent> {
        self.node.handle_timeout(now);
        self.drain()
    }

    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        self.node.poll_timeout().map(|(at, _)| at)
    }

    /// Every socket this process holds, for when it dies.
    pub(crate) fn all_sockets(&self) -> Vec<(TabId, SocketId)> {
        self.sockets.keys().copied().collect()
    }

    pub(crate) fn channel(&self, name: &ChannelName, now: Instant) -> Option<ChannelState> {
        self.node.channel(name, now)
    }

    pub(crate) fn lobby(&self, now: Instant) -> Lobby {
        self.node.lobby(now)
    }

    pub(crate) fn population(&self) -> (usize, usize) {
        (self.node.seats(), self.node.peers())
    }

    fn feed(&mut self, now: Instant, input: Input) -> Vec<Sent> {
        self.node.handle_input(now, node::Input::Signal(input));
        self.drain()
    }

    fn drain(&mut self) -> Vec<Sent> {
        let mut sent = Vec::new();
        while let Some(node::Output::Signal(output)) = self.node.poll_output() {
            sent.extend(self.send(output));
        }
        sent
    }

    fn send(&mut self, output: Output) -> Option<Sent> {
        let (seat, text) = match output {
            Output::Event { seat, seq, event } => (seat, wire::encode_event(seq, &event).ok()?),
            Output::Reply { seat, re, result } => (seat, wire::encode_reply(re, &result).ok()?),
            Output::Room { .. } => panic!("a native seat gets what is for an old client"),
            Output::Close { seat, code } => {
                let (tab, socket) = self.seats.remove(&seat)?;
                self.sockets.remove(&(tab, socket));
                return Some(closed(tab, socket, code.number()));
            }
        };
        let (tab, socket) = self.seats.get(&seat).copied()?;
        Some(Sent {
            tab,
            socket,
            report: received(&text),
            bytes: text.len(),
        })
    }
}

/// The end of a socket, as its tab hears of it.
pub(crate) const fn closed(tab: TabId, socket: SocketId, number: u16) -> Sent {
    Sent {
        tab,
        socket,
        report: SocketReport::Closed(number),
        bytes: 0,
    }
}

fn received(text: &str) -> SocketReport {
    match wire::decode_server_message(text) {
        Ok(message) => SocketReport::Received(message),
        Err(_) => SocketReport::Unreadable,
    }
}
