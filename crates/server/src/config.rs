//! The settings: one struct per concern, read from defaults, a file, the environment and flags, in
//! that order. All of it is read and checked before any port is bound.

mod document;
mod file;
mod key;
mod layer;
mod network;
mod value;

pub use layer::{Flags, read};
pub(crate) use network::truncated;
pub use network::{Network, NetworkError};

use protocol::IceServer;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The effective settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// How browsers reach the server.
    pub http: Http,
    /// How browsers reach each other.
    pub ice: Ice,
    /// How much a client may ask for.
    pub limits: Limits,
    /// What the server says about itself.
    pub log: Log,
    /// How the old clients are treated.
    pub socketio: SocketIo,
}

/// How browsers reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The names by which browsers reach the server, besides `localhost` and bare addresses; `*`
    /// stands for any.
    pub hosts: Vec<String>,
    /// Pages of other hosts that may open a connection, as browsers write an origin.
    pub allow_origins: Vec<String>,
    /// The proxies that are believed when they name their client.
    pub trusted_proxies: Vec<Network>,
    /// For how many seconds a server that stops says so before it closes its connections.
    pub drain_seconds: u32,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            // Nothing is reachable from outside until an operator says so.
            listen: (Ipv4Addr::LOCALHOST, 3000).into(),
            hosts: Vec::new(),
            allow_origins: Vec::new(),
            // Whoever runs a proxy on this machine need not say so.
            trusted_proxies: vec![Network::LOOPBACK_V4, Network::LOOPBACK_V6],
            // A load balancer that asks every second has asked.
            drain_seconds: 2,
        }
    }
}

/// How browsers reach each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ice {
    /// The STUN and TURN servers that clients are told; none, so that a fresh server talks to
    /// nobody's machines.
    pub servers: Vec<IceServer>,
}

/// How much a client may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many messages one connection may send, in the long run.
    pub messages_per_second: u32,
    /// How many bytes one connection may send, in the long run.
    pub bytes_per_second: u32,
    /// How many messages others may be told because of one connection, in the long run.
    pub deliveries_per_second: u32,
    /// How many connections one client address may hold open.
    pub connections_per_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            messages_per_second: 32,
            bytes_per_second: 32 * 1024,
            // Eight times a second a word to everybody in a room of sixty.
            deliveries_per_second: 512,
            // A large school watches from behind one address.
            connections_per_address: 1024,
        }
    }
}

/// How the clients of the old system are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketIo {
    /// Whether empty channel names and other clients' own rooms are refused.
    pub strict_rooms: bool,
}

impl Default for SocketIo {
    fn default() -> Self {
        Self { strict_rooms: true }
    }
}

/// What the server says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// What is written to standard error, as `tracing` filters are written.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "warn".to_owned(),
        }
    }
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Variable(&'static str),
    /// A command line flag.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::Flag(name) => write!(f, "the flag {name}"),
        }
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} from {source}: {problem}\n  fix: {fix}", source = .origin)]
pub struct ConfigError {
    /// Which setting.
    pub key: &'static str,
    /// Where it was read.
    pub origin: Source,
    /// What is wrong with it.
    pub problem: String,
    /// What to write instead.
    pub fix: &'static str,
}
