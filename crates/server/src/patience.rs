//! How long the server waits for its clients.

use protocol::limits;
use std::time::Duration;

/// All spans in which a client has to do something. They belong to the protocol and are no
/// settings; a test shortens them instead of waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the head of a request, and between two requests on one socket.
    pub head: Duration,
    /// For the hello of a new connection.
    pub hello: Duration,
    /// Between two questions for a sign of life.
    pub ping_interval: Duration,
    /// For the answer.
    pub ping_timeout: Duration,
    /// For the return of a client that lost its connection.
    pub grace: Duration,
    /// For one message to be taken, before the client counts as not reading.
    pub write: Duration,
    /// For the answer to a close.
    pub close: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            hello: limits::HELLO_TIMEOUT,
            ping_interval: limits::PING_INTERVAL,
            ping_timeout: limits::PING_TIMEOUT,
            grace: limits::GRACE,
            write: Duration::from_secs(10),
            close: Duration::from_secs(2),
        }
    }
}
