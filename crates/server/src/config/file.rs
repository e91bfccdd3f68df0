//! The configuration file. A key that is not here is a mistake, and mistakes are told.

use super::layer::Layer;
use super::{ConfigError, Source};
use serde::Deserialize;
use std::path::Path;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    http: HttpTable,
    ice: IceTable,
    limits: LimitsTable,
    log: LogTable,
    socketio: SocketIoTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct HttpTable {
    listen: Option<String>,
    hosts: Option<Vec<String>>,
    allow_origins: Option<Vec<String>>,
    trusted_proxies: Option<Vec<String>>,
    drain_seconds: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct IceTable {
    servers: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsTable {
    messages_per_second: Option<i64>,
    bytes_per_second: Option<i64>,
    deliveries_per_second: Option<i64>,
    connections_per_address: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LogTable {
    filter: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SocketIoTable {
    strict_rooms: Option<bool>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
            key: "the configuration file",
            origin: Source::File(path.to_owned()),
            problem: error.to_string(),
            fix: "name a file that can be read, with --config or HELIOGRAPH_CONFIG",
        })?;
        // The message shows the line and names the key.
        toml::from_str(&text).map_err(|error| ConfigError {
            key: "the configuration file",
            origin: Source::File(path.to_owned()),
            problem: error.to_string(),
            fix: "`heliograph config --default` shows every key with its type",
        })
    }

    pub(super) fn into_layer(self) -> Layer {
        let text = |number: i64| number.to_string();
        Layer {
            listen: self.http.listen,
            hosts: self.http.hosts,
            allow_origins: self.http.allow_origins,
            trusted_proxies: self.http.trusted_proxies,
            drain_seconds: self.http.drain_seconds.map(text),
            messages_per_second: self.limits.messages_per_second.map(text),
            bytes_per_second: self.limits.bytes_per_second.map(text),
            deliveries_per_second: self.limits.deliveries_per_second.map(text),
            connections_per_address: self.limits.connections_per_address.map(text),
            strict_rooms: self.socketio.strict_rooms.map(|strict| strict.to_string()),
            ice_servers: self.ice.servers,
            log: self.log.filter,
        }
    }
}
