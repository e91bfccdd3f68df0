//! Reads the layers and lays them over one another.

use super::value::{self, Refusal};
use super::{Config, ConfigError, Source};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The settings that the command line has.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Flags {
    /// Where to listen: an address and a port [default: 127.0.0.1:3000] [env: HELIOGRAPH_LISTEN]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// A page of another host that may connect, like `https://example.org`; may be repeated
    /// [env: HELIOGRAPH_ALLOW_ORIGIN]
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// A server for the browsers to find a way to each other: stun:HOST or
    /// turn:HOST,USERNAME,CREDENTIAL; may be repeated [env: HELIOGRAPH_ICE_SERVER]
    #[arg(long, value_name = "SERVER")]
    pub ice_server: Vec<String>,
    /// What to write to standard error: a level, or levels per part [default: warn]
    /// [env: HELIOGRAPH_LOG]
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
    /// A TOML file with settings; `heliograph config --default` shows all of them
    /// [env: HELIOGRAPH_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Reads all settings. The environment is a function, so that a test needs none.
///
/// # Errors
/// [`ConfigError`] names the first setting that cannot be used.
pub fn read(
    flags: Flags,
    variable: impl Fn(&'static str) -> Option<String>,
) -> Result<Config, ConfigError> {
    let file = match (&flags.config, variable("HELIOGRAPH_CONFIG")) {
        (Some(path), _) => Some(path.clone()),
        (None, path) => path.map(PathBuf::from),
    };
    let mut config = Config::default();
    if let Some(path) = file {
        let from_file = File::read(&path)?.into_layer();
        from_file.lay_over(&mut config, |_| Source::File(path.clone()))?;
    }
    Layer::of_variables(variable).lay_over(&mut config, |key| Source::Variable(key.variable))?;
    Layer::of_flags(flags).lay_over(&mut config, |key| Source::Flag(key.flag))?;
    Ok(config)
}

/// One setting and its names.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) flag: &'static str,
}

pub(super) const LISTEN: Key = Key {
    name: "http.listen",
    variable: "HELIOGRAPH_LISTEN",
    flag: "--listen",
};
pub(super) const ALLOW_ORIGINS: Key = Key {
    name: "http.allow_origins",
    variable: "HELIOGRAPH_ALLOW_ORIGIN",
    flag: "--allow-origin",
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

/// What one source says; nothing about a setting leaves it as the layer below has it.
#[derive(Default)]
struct Layer {
    listen: Option<String>,
    allow_origins: Option<Vec<String>>,
    ice_servers: Option<Vec<String>>,
    log: Option<String>,
}

impl Layer {
    fn of_variables(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        // None of what may stand in a list contains a blank.
        let list = |text: String| text.split_whitespace().map(str::to_owned).collect();
        Self {
            listen: variable(LISTEN.variable),
            allow_origins: variable(ALLOW_ORIGINS.variable).map(list),
            ice_servers: variable(ICE_SERVERS.variable).map(list),
            log: variable(LOG.variable),
        }
    }

    fn of_flags(flags: Flags) -> Self {
        let list = |list: Vec<String>| (!list.is_empty()).then_some(list);
        Self {
            listen: flags.listen,
            allow_origins: list(flags.allow_origin),
            ice_servers: list(flags.ice_server),
            log: flags.log,
        }
    }

    fn lay_over(
        self,
        config: &mut Config,
        source: impl Fn(&Key) -> Source,
    ) -> Result<(), ConfigError> {
        let blame = |key: &Key, refusal: Refusal| ConfigError {
            key: key.name,
            origin: source(key),
            problem: refusal.problem,
            fix: refusal.fix,
        };
        if let Some(text) = self.listen {
            config.http.listen = value::address(&text).map_err(|why| blame(&LISTEN, why))?;
        }
        if let Some(list) = self.allow_origins {
            let origins = list
                .iter()
                .map(|text| value::origin(text))
                .collect::<Result<_, _>>();
            config.http.allow_origins = origins.map_err(|why| blame(&ALLOW_ORIGINS, why))?;
        }
        if let Some(list) = self.ice_servers {
            let servers = list
                .iter()
                .map(|text| value::ice_server(text))
                .collect::<Result<_, _>>();
            config.ice.servers = servers.map_err(|why| blame(&ICE_SERVERS, why))?;
        }
        if let Some(text) = self.log {
            config.log.filter = value::filter(&text).map_err(|why| blame(&LOG, why))?;
        }
        Ok(())
    }
}

/// The configuration file. A key that is not here is a mistake, and mistakes are told.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    http: HttpTable,
    ice: IceTable,
    log: LogTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct HttpTable {
    listen: Option<String>,
    allow_origins: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct IceTable {
    servers: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LogTable {
    filter: Option<String>,
}

impl File {
    fn read(path: &Path) -> Result<Self, ConfigError> {
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

    fn into_layer(self) -> Layer {
        Layer {
            listen: self.http.listen,
            allow_origins: self.http.allow_origins,
            ice_servers: self.ice.servers,
            log: self.log.filter,
        }
    }
}
