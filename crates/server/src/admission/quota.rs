//! How much one address may use. `docs/decisions/0010-who-pays.md` says why so much.

use super::rate_limit::Rate;
use crate::config::Limits;
use protocol::limits;

/// What one address may use. A wider network may use a multiple of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    /// TCP sockets, whatever is spoken on them.
    pub(crate) sockets: u32,
    /// Connections that have a seat, or will have one.
    pub(crate) connections: u32,
    /// Bytes of messages that are not complete.
    pub(crate) held_bytes: u32,
    /// New connections.
    pub(crate) opened: Rate,
    /// Messages to the server.
    pub(crate) messages: Rate,
    /// Bytes to the server, as they are read.
    pub(crate) bytes: Rate,
    /// Messages to others.
    pub(crate) deliveries: Rate,
    /// Bytes to others.
    pub(crate) delivered_bytes: Rate,
    /// Pages that are rendered.
    pub(crate) pages: Rate,
}

/// A browser fetches a page over several sockets at a time.
const SOCKETS_PER_CONNECTION: u32 = 4;

/// All of an address's clients may come at once, as they do after a restart, and again within the
/// grace of those who were lost.
const GRACE_SECONDS: u32 = 30;
const _: () = assert!(limits::GRACE.as_secs() == 30);

/// What an address's connections may send and cause together, for each of them: a viewer sends
/// some 30 messages when it joins, and then hardly any.
const MESSAGES_PER_CONNECTION: u32 = 4;
const BYTES_PER_CONNECTION: u32 = 2 * 1024;
const DELIVERIES_PER_CONNECTION: u32 = 4;

/// In how many seconds as much comes as may be used at once.
const BURST_SECONDS: u32 = 8;

/// What may be held of incomplete messages for each connection: four offers of a browser.
const HELD_BYTES_PER_CONNECTION: u32 = 32 * 1024;

/// Where few connections are allowed, they may still do what one busy connection does.
const BUSY_CONNECTIONS: u32 = 8;
const LEAST_HELD_BYTES: u32 = 8 * 1024 * 1024;
const LEAST_PAGES: u32 = 64;

impl Quota {
    /// What the settings allow one address. All of it grows with the number of connections, so
    /// that there is one number to raise for a large event behind one address.
    pub(crate) fn new(limits: &Limits) -> Self {
        let connections = limits.connections_per_address;
        let each = |amount: u32| connections.saturating_mul(amount);
        let rate = |shared: u32, own: u32| {
            let busy = own.saturating_mul(BUSY_CONNECTIONS);
            Rate::new(each(shared).max(busy), BURST_SECONDS)
        };
        let in_grace = |amount: u32| Rate {
            burst: amount,
            per_second: (amount / GRACE_SECONDS).max(1),
        };
        Self {
            sockets: each(SOCKETS_PER_CONNECTION),
            connections,
            held_bytes: each(HELD_BYTES_PER_CONNECTION).max(LEAST_HELD_BYTES),
            opened: in_grace(connections),
            messages: rate(MESSAGES_PER_CONNECTION, limits.messages_per_second),
            bytes: rate(BYTES_PER_CONNECTION, limits.bytes_per_second),
            deliveries: rate(DELIVERIES_PER_CONNECTION, limits.deliveries_per_second),
            delivered_bytes: rate(BYTES_PER_CONNECTION, limits.bytes_per_second),
            pages: in_grace(connections.max(LEAST_PAGES)),
        }
    }

    /// So many times as much.
    pub(crate) const fn times(self, factor: u32) -> Self {
        Self {
            sockets: self.sockets.saturating_mul(factor),
            connections: self.connections.saturating_mul(factor),
            held_bytes: self.held_bytes.saturating_mul(factor),
            opened: self.opened.times(factor),
            messages: self.messages.times(factor),
            bytes: self.bytes.times(factor),
            deliveries: self.deliveries.times(factor),
            delivered_bytes: self.delivered_bytes.times(factor),
            pages: self.pages.times(factor),
        }
    }
}
