//! The settings: one struct per concern, read from defaults, a file, the environment and flags, in
//! that order. All of it is read and checked before any port is bound.

mod document;
mod layer;
mod value;

pub use layer::{Flags, read};

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
    /// What the server says about itself.
    pub log: Log,
}

/// How browsers reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Pages of other hosts that may open a connection, as browsers write an origin.
    pub allow_origins: Vec<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            // Nothing is reachable from outside until an operator says so.
            listen: (Ipv4Addr::LOCALHOST, 3000).into(),
            allow_origins: Vec::new(),
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
