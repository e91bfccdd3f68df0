//! The names that each setting has.

/// One setting and its names.
pub(super) struct Key {
    /// In the file: the table and the key.
    pub(super) name: &'static str,
    /// In the environment.
    pub(super) variable: &'static str,
    /// On the command line.
    pub(super) flag: &'static str,
}

pub(super) const LISTEN: Key = Key {
    name: "http.listen",
    variable: "HELIOGRAPH_LISTEN",
    flag: "--listen",
};
pub(super) const HOSTS: Key = Key {
    name: "http.hosts",
    variable: "HELIOGRAPH_HOST",
    flag: "--host",
};
pub(super) const ALLOW_ORIGINS: Key = Key {
    name: "http.allow_origins",
    variable: "HELIOGRAPH_ALLOW_ORIGIN",
    flag: "--allow-origin",
};
pub(super) const TRUSTED_PROXIES: Key = Key {
    name: "http.trusted_proxies",
    variable: "HELIOGRAPH_TRUSTED_PROXY",
    flag: "--trusted-proxy",
};
pub(super) const DRAIN_SECONDS: Key = Key {
    name: "http.drain_seconds",
    variable: "HELIOGRAPH_DRAIN_SECONDS",
    flag: "--drain-seconds",
};
pub(super) const MESSAGES_PER_SECOND: Key = Key {
    name: "limits.messages_per_second",
    variable: "HELIOGRAPH_MESSAGES_PER_SECOND",
    flag: "--messages-per-second",
};
pub(super) const BYTES_PER_SECOND: Key = Key {
    name: "limits.bytes_per_second",
    variable: "HELIOGRAPH_BYTES_PER_SECOND",
    flag: "--bytes-per-second",
};
pub(super) const DELIVERIES_PER_SECOND: Key = Key {
    name: "limits.deliveries_per_second",
    variable: "HELIOGRAPH_DELIVERIES_PER_SECOND",
    flag: "--deliveries-per-second",
};
pub(super) const CONNECTIONS_PER_ADDRESS: Key = Key {
    name: "limits.connections_per_address",
    variable: "HELIOGRAPH_CONNECTIONS_PER_ADDRESS",
    flag: "--connections-per-address",
};
pub(super) const STRICT_ROOMS: Key = Key {
    name: "socketio.strict_rooms",
    variable: "HELIOGRAPH_STRICT_ROOMS",
    flag: "--strict-rooms",
};
pub(super) const ICE_SERVERS: Key = Key {
    name: "ice.servers",
    variable: "HELIOGRAPH_ICE_SERVER",
    flag: "--ice-server",
};
pub(super) const LOG: Key = Key {
    name: "log.filter",
    variable: "HELIOGRAPH_LOG",
    flag: "--log",
};
