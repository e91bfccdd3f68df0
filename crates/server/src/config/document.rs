//! Writes settings as the TOML file they could have been read from, with every key explained.

use super::key::{
    ALLOW_ORIGINS, BYTES_PER_SECOND, CONNECTIONS_PER_ADDRESS, DELIVERIES_PER_SECOND, DRAIN_SECONDS,
    HOSTS, ICE_SERVERS, Key, LISTEN, LOG, MESSAGES_PER_SECOND, STRICT_ROOMS, TRUSTED_PROXIES,
};
use super::{Config, value};
use toml::Value;

impl Config {
    /// The settings as a TOML file.
    ///
    /// Credentials of TURN servers are in it: they are told to every browser anyway.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let head = "# Heliograph's settings. The variable and the flag beside a key win over the \
                    file.\n";
        let mut lines = vec![head.to_owned()];
        lines.extend(self.http());
        lines.extend(self.limits());
        lines.extend(self.socketio());
        lines.extend(self.ice());
        lines.extend(self.log());
        lines.push(String::new());
        lines.join("\n")
    }

    fn http(&self) -> [String; 6] {
        [
            "# How browsers reach the server.\n[http]".to_owned(),
            setting(
                &LISTEN,
                "An address and a port; port 0 takes a free one.",
                &Value::String(self.http.listen.to_string()),
            ),
            setting(
                &HOSTS,
                "Names by which browsers reach the server, like \"example.org\", besides bare addresses\n\
                 # and names that nobody can register, like \"localhost\". A request for another name\n\
                 # is refused, so that a foreign page cannot reach a server that only its reader\n\
                 # reaches; \"*\" lets every name pass.",
                &list(self.http.hosts.iter().cloned()),
            ),
            setting(
                &ALLOW_ORIGINS,
                "Pages of other hosts that may connect, like \"https://example.org\".",
                &list(self.http.allow_origins.iter().cloned()),
            ),
            setting(
                &TRUSTED_PROXIES,
                "Proxies in front, as addresses or networks: whom they name in X-Forwarded-For or\n\
                 # Forwarded counts as the client.",
                &list(self.http.trusted_proxies.iter().map(ToString::to_string)),
            ),
            setting(
                &DRAIN_SECONDS,
                "How long a server that was told to stop answers /readyz with 503 and everything\n\
                 # else as before, so that a load balancer sees it; a second signal ends at once.",
                &Value::Integer(self.http.drain_seconds.into()),
            ),
        ]
    }

    fn limits(&self) -> [String; 5] {
        let number = |number: u32| Value::Integer(number.into());
        [
            "\n# How much a client may ask for.\n[limits]".to_owned(),
            setting(
                &MESSAGES_PER_SECOND,
                "Messages of one connection in the long run; eight times as many at once.",
                &number(self.limits.messages_per_second),
            ),
            setting(
                &BYTES_PER_SECOND,
                "Their bytes in the long run; sixteen times as many at once.",
                &number(self.limits.bytes_per_second),
            ),
            setting(
                &DELIVERIES_PER_SECOND,
                "Messages that others are told because of one connection, in the long run; eight\n\
                 # times as many at once.",
                &number(self.limits.deliveries_per_second),
            ),
            setting(
                &CONNECTIONS_PER_ADDRESS,
                "Open connections of one address, behind which a whole school may sit. All that an\n\
                 # address may use grows with it: raise it for a large event behind one address. Of\n\
                 # IPv6, a /64 network counts as one address, and a /56 may use 4 times, a /48 16\n\
                 # times as much; so may a trusted proxy that does not name its clients.",
                &number(self.limits.connections_per_address),
            ),
        ]
    }

    fn socketio(&self) -> [String; 2] {
        [
            "\n# Clients of the old system.\n[socketio]".to_owned(),
            setting(
                &STRICT_ROOMS,
                "Refuse empty channel names and joining another client's own room.",
                &Value::Boolean(self.socketio.strict_rooms),
            ),
        ]
    }

    fn ice(&self) -> [String; 2] {
        [
            "\n# How browsers reach each other.\n[ice]".to_owned(),
            setting(
                &ICE_SERVERS,
                "\"stun:HOST:PORT\" or \"turn:HOST:PORT,USERNAME,CREDENTIAL\".",
                &list(self.ice.servers.iter().map(value::ice_server_text)),
            ),
        ]
    }

    fn log(&self) -> [String; 2] {
        [
            "\n# What the server writes to standard error.\n[log]".to_owned(),
            setting(
                &LOG,
                "A level, or levels per part, like \"warn,server=debug\".",
                &Value::String(self.log.filter.clone()),
            ),
        ]
    }
}

fn setting(key: &Key, doc: &str, value: &Value) -> String {
    let name = key.name.rsplit('.').next().unwrap_or(key.name);
    let Key { variable, flag, .. } = key;
    format!("# {doc}\n# {variable}, {flag}\n{name} = {value}")
}

fn list(texts: impl Iterator<Item = String>) -> Value {
    Value::Array(texts.map(Value::String).collect())
}
