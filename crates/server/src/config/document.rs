//! Writes settings as the TOML file they could have been read from, with every key explained.

use super::layer::{ALLOW_ORIGINS, ICE_SERVERS, Key, LISTEN, LOG};
use super::{Config, value};
use toml::Value;

impl Config {
    /// The settings as a TOML file.
    ///
    /// Credentials of TURN servers are in it: they are told to every browser anyway.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let listen = Value::String(self.http.listen.to_string());
        let origins = list(self.http.allow_origins.iter().cloned());
        let servers = list(self.ice.servers.iter().map(value::ice_server_text));
        let filter = Value::String(self.log.filter.clone());
        [
            "# Heliograph's settings. The variable and the flag beside a key win over the file.\n"
                .to_owned(),
            "# How browsers reach the server.\n[http]".to_owned(),
            setting(
                &LISTEN,
                "An address and a port; port 0 takes a free one.",
                &listen,
            ),
            setting(
                &ALLOW_ORIGINS,
                "Pages of other hosts that may connect, like \"https://example.org\".",
                &origins,
            ),
            "\n# How browsers reach each other.\n[ice]".to_owned(),
            setting(
                &ICE_SERVERS,
                "\"stun:HOST:PORT\" or \"turn:HOST:PORT,USERNAME,CREDENTIAL\".",
                &servers,
            ),
            "\n# What the server writes to standard error.\n[log]".to_owned(),
            setting(
                &LOG,
                "A level, or levels per part, like \"warn,server=debug\".",
                &filter,
            ),
            String::new(),
        ]
        .join("\n")
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
