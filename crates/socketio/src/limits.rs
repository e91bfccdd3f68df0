//! What Node's server announces and enforces by default, and what bounds it lacks.

use protocol::time::Duration;

/// The largest request body, and the largest WebSocket message, in bytes.
pub const MAX_PAYLOAD: usize = 1_000_000;

/// The most binary parts of one message, as in Node's parser.
pub const MAX_ATTACHMENTS: usize = 10;

/// How deep a message with binary parts may be nested. Node takes such a message apart by
/// recursion and gives up some thousand levels below; others may be nested at will.
pub const MAX_BINARY_DEPTH: usize = 4096;

/// The most packets that wait for one client. Node has no bound.
pub const MAX_QUEUED_PACKETS: usize = 4096;

/// Nothing more is queued for a client for whom this many bytes wait. Node has no bound.
pub const MAX_QUEUED_BYTES: usize = 1_000_000;

/// How long after the last sign of life a client is pinged.
pub const PING_INTERVAL: Duration = Duration::from_secs(25);

/// How long a client may take to answer a ping.
pub const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a client may take to ask for the namespace.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(45);

/// How long a client may take to change from polling to a WebSocket.
pub const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);

/// How often a poll that keeps the client from changing over is ended.
pub const UPGRADE_CHECK: Duration = Duration::from_millis(100);

/// How long a session that is to be closed waits for the poll that takes the news.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);
