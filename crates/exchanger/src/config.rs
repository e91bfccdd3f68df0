//! What an operator or a test may choose.

use core::fmt;
use protocol::time::Duration;
use protocol::{IceServer, limits};
use std::sync::Arc;

/// The exchanger's settings.
#[derive(Clone)]
pub struct Config {
    /// Where all ids and secrets come from; from the system's random source in production.
    pub seed: [u8; 32],
    /// The STUN and TURN servers that clients are told.
    pub ice_servers: Arc<[IceServer]>,
    /// How many viewers a host serves by itself.
    pub max_direct_viewers: usize,
    /// Whether clients of the old system are refused what let strangers meet there by accident, an
    /// empty channel name, and what let them read what was not for them, joining the room that is
    /// another client's own.
    pub strict_rooms: bool,
    /// With more viewers than this, viewers are told a count instead of every name.
    pub large_stream_viewers: usize,
    /// How many connections there may be at once; one more is closed with 4429.
    pub max_seats: usize,
    /// How long a connection may wait before it says hello.
    pub hello_timeout: Duration,
    /// How often a peer is asked for a sign of life.
    pub ping_interval: Duration,
    /// How long it may then stay silent.
    pub ping_timeout: Duration,
    /// How long a peer that lost its connection keeps its place.
    pub grace: Duration,
}

impl Config {
    /// The defaults, with this seed.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            seed,
            ice_servers: Arc::new([]),
            max_direct_viewers: limits::MAX_DIRECT_VIEWERS,
            strict_rooms: true,
            large_stream_viewers: limits::LARGE_STREAM_VIEWERS,
            max_seats: 100_000,
            hello_timeout: limits::HELLO_TIMEOUT,
            ping_interval: limits::PING_INTERVAL,
            ping_timeout: limits::PING_TIMEOUT,
            grace: limits::GRACE,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("max_direct_viewers", &self.max_direct_viewers)
            .field("large_stream_viewers", &self.large_stream_viewers)
            .field("max_seats", &self.max_seats)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}
