//! Many clients in one thread: waits for all of their sockets and passes on what they hear.

use super::connection::{Connection, Incoming, Parsed, Received};
use super::dialect::Dialect;
use super::{clock_until, source};
use crate::clock::now;
use anyhow::{Context as _, Result, bail};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

/// More than the largest message that any of the servers sends here.
const BUFFER_BYTES: usize = 512 * 1024;
const MAX_EVENTS: usize = 1_024;

/// Clients of one server. Each is known by its place in the order of connecting.
#[derive(Debug)]
pub(crate) struct Crowd {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    address: SocketAddr,
    dialect: Dialect,
    /// Where each client comes from, if not from wherever the system says.
    sources: Option<fn(usize) -> Ipv4Addr>,
    clients: Clients,
}

/// The clients, for those who hear one and let another speak.
#[derive(Debug, Default)]
pub(crate) struct Clients(Vec<Connection>);

impl Clients {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Lets a client send a frame.
    pub(crate) fn send(&mut self, client: usize, frame: &[u8]) -> Result<()> {
        self.0
            .get_mut(client)
            .context("no such client")?
            .send(frame)
    }
}

impl Crowd {
    pub(crate) fn new(address: SocketAddr, dialect: Dialect) -> Result<Self> {
        Ok(Self {
            poll: Poll::new().context("creating a poll")?,
            events: Events::with_capacity(MAX_EVENTS),
            buffer: vec![0; BUFFER_BYTES],
            address,
            dialect,
            sources: None,
            clients: Clients::default(),
        })
    }

    /// The same, with an address of this machine for each client.
    pub(crate) fn from_sources(
        address: SocketAddr,
        dialect: Dialect,
        sources: fn(usize) -> Ipv4Addr,
    ) -> Result<Self> {
        let sources = Some(sources);
        let crowd = Self::new(address, dialect)?;
        Ok(Self { sources, ..crowd })
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) const fn clients(&mut self) -> &mut Clients {
        &mut self.clients
    }

    /// One more client, which asks for a WebSocket.
    pub(crate) fn connect(&mut self) -> Result<usize> {
        let stream = match self.sources {
            Some(source) => return self.connect_from(source(self.clients.len())),
            None => TcpStream::connect(self.address).context("connecting")?,
        };
        self.ask(stream)
    }

    /// The same, from an address of this machine.
    pub(crate) fn connect_from(&mut self, from: Ipv4Addr) -> Result<usize> {
        let stream = source::connect(from, self.address)?;
        self.ask(TcpStream::from_std(stream))
    }

    fn ask(&mut self, stream: TcpStream) -> Result<usize> {
        let client = self.add(Connection::new(stream))?;
        let request = self.dialect.upgrade(self.address);
        self.clients.send(client, &request)?;
        Ok(client)
    }

    /// One more client, which has its WebSocket.
    pub(crate) fn adopt(&mut self, stream: std::net::TcpStream) -> Result<usize> {
        stream.set_nonblocking(true)?;
        self.add(Connection::upgraded(TcpStream::from_std(stream)))
    }

    fn add(&mut self, mut connection: Connection) -> Result<usize> {
        drop(connection.stream.set_nodelay(true));
        let client = self.clients.len();
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut connection.stream, Token(client), interest)
            .context("registering a socket")?;
        self.clients.0.push(connection);
        Ok(client)
    }

    /// Waits at most this long for something to happen, and passes on everything that has.
    pub(crate) fn pump(
        &mut self,
        patience: Duration,
        mut hear: impl FnMut(&mut Clients, usize, Incoming<'_>) -> Result<()>,
    ) -> Result<()> {
        if let Err(error) = self.poll.poll(&mut self.events, Some(patience))
            && error.kind() != std::io::ErrorKind::Interrupted
        {
            return Err(error).context("waiting for sockets");
        }
        let dialect = self.dialect;
        for event in &self.events {
            let Token(client) = event.token();
            if event.is_writable() {
                self.clients.0[client].flush()?;
            }
            if event.is_readable() {
                let mut hear = |clients: &mut Clients, incoming: Incoming<'_>| match incoming {
                    Incoming::Text(text) => match dialect.pong(text) {
                        Some(pong) => clients.send(client, &pong),
                        None => hear(clients, client, incoming),
                    },
                    Incoming::Closed(_) | Incoming::Refused(_) | Incoming::Upgraded => {
                        hear(clients, client, incoming)
                    }
                };
                let socket = Ready {
                    client,
                    is_ending: event.is_read_closed(),
                };
                read(&mut self.clients, socket, &mut self.buffer, &mut hear)?;
            }
        }
        Ok(())
    }

    /// Stays connected until then, and fails if the server lets somebody go.
    pub(crate) fn idle_until(&mut self, until: Instant) -> Result<()> {
        while let Some(left) = clock_until(until) {
            self.pump(left, nobody_leaves)?;
        }
        Ok(())
    }

    /// Waits until a condition holds, which only what is heard can change.
    pub(crate) fn listen_until(
        &mut self,
        what: &str,
        mut hear: impl FnMut(&mut Clients, usize, &[u8]) -> Result<bool>,
    ) -> Result<()> {
        const PATIENCE: Duration = Duration::from_secs(20);
        let deadline = now() + PATIENCE;
        let mut is_done = false;
        while !is_done {
            let Some(left) = clock_until(deadline) else {
                bail!("waited in vain for {what}");
            };
            self.pump(left, |clients, client, incoming| {
                nobody_leaves(clients, client, incoming)?;
                if let Incoming::Text(text) = incoming {
                    is_done |= hear(clients, client, text)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Fails when a client's connection ends.
pub(crate) fn nobody_leaves(_: &mut Clients, client: usize, incoming: Incoming<'_>) -> Result<()> {
    match incoming {
        Incoming::Closed(code) => bail!("the server closed connection {client} with {code:?}"),
        Incoming::Refused(status) => bail!("the server answers the upgrade with {status}"),
        Incoming::Text(_) | Incoming::Upgraded => Ok(()),
    }
}

/// A socket that can be read.
#[derive(Clone, Copy, Debug)]
struct Ready {
    client: usize,
    /// Its end has come, or will without another event.
    is_ending: bool,
}

/// Reads a client's socket until it is empty.
fn read(
    clients: &mut Clients,
    Ready { client, is_ending }: Ready,
    buffer: &mut [u8],
    hear: &mut impl FnMut(&mut Clients, Incoming<'_>) -> Result<()>,
) -> Result<()> {
    loop {
        let (filled, may_be_more) = match clients.0[client].receive(buffer)? {
            Received::Bytes {
                filled,
                may_be_more,
            } => (filled, may_be_more),
            Received::End => {
                if clients.0[client].end() {
                    hear(clients, Incoming::Closed(None))?;
                }
                return Ok(());
            }
            Received::Nothing => return Ok(()),
        };
        let mut rest = &buffer[..filled];
        while !rest.is_empty() {
            match clients.0[client].parse(rest)? {
                Parsed::Heard(incoming, taken) => {
                    hear(clients, incoming)?;
                    rest = &rest[taken..];
                }
                Parsed::Incomplete => {
                    clients.0[client].keep(rest);
                    break;
                }
                Parsed::Unheard(taken) => rest = &rest[taken..],
            }
        }
        if !may_be_more && !is_ending {
            return Ok(());
        }
    }
}
