//! The node and its connections: what the server's transports do, without sockets.

use crate::tab::TabId;
use node::Node;
use node::exchanger::{self, Input, Output, Seat, SeatKind};
use protocol::CloseCode;
use protocol::time::Instant;
use protocol::wire::{self, DecodeError};
use session::{SocketId, SocketReport};
use std::collections::BTreeMap;

/// One server process.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) node: Node,
    seats: BTreeMap<Seat, (TabId, SocketId)>,
    sockets: BTreeMap<(TabId, SocketId), Seat>,
    accepted: u64,
}

/// What the server sends, and to which socket.
pub(crate) type Sent = (TabId, SocketId, SocketReport);

impl Server {
    pub(crate) fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let exchanger = exchanger::Config::new(bytes);
        Self {
            node: Node::new(node::Config { exchanger }),
            seats: BTreeMap::new(),
            sockets: BTreeMap::new(),
            accepted: 0,
        }
    }

    pub(crate) fn accept(&mut self, now: Instant, tab: TabId, socket: SocketId) -> Vec<Sent> {
        self.accepted += 1;
        let seat = Seat(self.accepted);
        self.seats.insert(seat, (tab, socket));
        self.sockets.insert((tab, socket), seat);
        self.feed(
            now,
            Input::Connect {
                seat,
                kind: SeatKind::NATIVE,
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
            return Vec::new();
        };
        match wire::decode_request(text) {
            Ok(request) => {
                let (id, command) = (request.id, request.command);
                self.feed(now, Input::Command { seat, id, command })
            }
            Err(DecodeError::Refused {
                id: Some(re),
                error,
            }) => {
                let text = wire::encode_reply(re, &Err(error)).unwrap_or_default();
                vec![(tab, socket, received(&text))]
            }
            Err(DecodeError::Refused { id: None, .. }) => Vec::new(),
            Err(DecodeError::Envelope(_)) => {
                let mut sent = self.hang_up(now, tab, socket);
                sent.push((
                    tab,
                    socket,
                    SocketReport::Closed(CloseCode::Protocol.number()),
                ));
                sent
            }
        }
    }

    pub(crate) fn hang_up(&mut self, now: Instant, tab: TabId, socket: SocketId) -> Vec<Sent> {
        let Some(seat) = self.sockets.remove(&(tab, socket)) else {
            return Vec::new();
        };
        self.seats.remove(&seat);
        self.feed(now, Input::Disconnect { seat })
    }

    pub(crate) fn timeout(&mut self, now: Instant) -> Vec<Sent> {
        self.node.handle_timeout(now);
        self.drain()
    }

    /// Every socket this process holds, for when it dies.
    pub(crate) fn all_sockets(&self) -> Vec<(TabId, SocketId)> {
        self.sockets.keys().copied().collect()
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
        let (seat, report) = match output {
            Output::Event { seat, seq, event } => {
                (seat, received(&wire::encode_event(seq, &event).ok()?))
            }
            Output::Reply { seat, re, result } => {
                (seat, received(&wire::encode_reply(re, &result).ok()?))
            }
            Output::Close { seat, code } => {
                let (tab, socket) = self.seats.remove(&seat)?;
                self.sockets.remove(&(tab, socket));
                return Some((tab, socket, SocketReport::Closed(code.number())));
            }
        };
        let (tab, socket) = self.seats.get(&seat).copied()?;
        Some((tab, socket, report))
    }
}

fn received(text: &str) -> SocketReport {
    match wire::decode_server_message(text) {
        Ok(message) => SocketReport::Received(message),
        Err(_) => SocketReport::Unreadable,
    }
}
