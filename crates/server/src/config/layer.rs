//! Reads the layers and lays them over one another.

use super::file::File;
use super::key::{
    ALLOW_ORIGINS, BYTES_PER_SECOND, CONNECTIONS_PER_ADDRESS, DELIVERIES_PER_SECOND, DRAIN_SECONDS,
    HOSTS, ICE_SERVERS, Key, LISTEN, LOG, MESSAGES_PER_SECOND, STRICT_ROOMS, TRUSTED_PROXIES,
};
use super::value::{self, Refusal};
use super::{Config, ConfigError, Http, Source};
use std::path::PathBuf;

/// The settings that the command line has.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Flags {
    /// Where to listen: an address and a port [default: 127.0.0.1:3000] [env: HELIOGRAPH_LISTEN]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// A name by which browsers reach the server, like `example.org`, besides bare addresses and
    /// names that nobody can register, like `localhost`; may be repeated; `*` stands for any [env: HELIOGRAPH_HOST]
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// A page of another host that may connect, like `https://example.org`; may be repeated
    /// [env: HELIOGRAPH_ALLOW_ORIGIN]
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// A proxy, or a network of them, that is believed when it names its client; may be repeated
    /// [default: 127.0.0.0/8 and ::1] [env: HELIOGRAPH_TRUSTED_PROXY]
    #[arg(long, value_name = "NETWORK")]
    pub trusted_proxy: Vec<String>,
    /// For how many seconds a server that stops answers /readyz with 503 before it closes its
    /// connections [default: 2] [env: HELIOGRAPH_DRAIN_SECONDS]
    #[arg(long, value_name = "COUNT", allow_hyphen_values = true)]
    pub drain_seconds: Option<String>,
    /// How many messages a connection may send in the long run; eight times as many at once
    /// [default: 32] [env: HELIOGRAPH_MESSAGES_PER_SECOND]
    #[arg(long, value_name = "COUNT", allow_hyphen_values = true)]
    pub messages_per_second: Option<String>,
    /// How many bytes a connection may send in the long run; sixteen times as many at once
    /// [default: 32768] [env: HELIOGRAPH_BYTES_PER_SECOND]
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true)]
    pub bytes_per_second: Option<String>,
    /// How many messages others may be told because of a connection in the long run; eight times as
    /// many at once [default: 512] [env: HELIOGRAPH_DELIVERIES_PER_SECOND]
    #[arg(long, value_name = "COUNT", allow_hyphen_values = true)]
    pub deliveries_per_second: Option<String>,
    /// How many connections one address may hold open, a /64 network counting as one; all that an
    /// address may use grows with it [default: 1024] [env: HELIOGRAPH_CONNECTIONS_PER_ADDRESS]
    #[arg(long, value_name = "COUNT", allow_hyphen_values = true)]
    pub connections_per_address: Option<String>,
    /// Whether Socket.IO clients are refused empty channel names and each other's own rooms
    /// [default: true] [env: HELIOGRAPH_STRICT_ROOMS]
    #[arg(long, value_name = "BOOL")]
    pub strict_rooms: Option<String>,
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
        (None, path) => path.filter(|path| !path.is_empty()).map(PathBuf::from),
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

/// What one source says; nothing about a setting leaves it as the layer below has it.
pub(super) struct Layer {
    pub(super) listen: Option<String>,
    pub(super) hosts: Option<Vec<String>>,
    pub(super) allow_origins: Option<Vec<String>>,
    pub(super) trusted_proxies: Option<Vec<String>>,
    pub(super) drain_seconds: Option<String>,
    pub(super) messages_per_second: Option<String>,
    pub(super) bytes_per_second: Option<String>,
    pub(super) deliveries_per_second: Option<String>,
    pub(super) connections_per_address: Option<String>,
    pub(super) strict_rooms: Option<String>,
    pub(super) ice_servers: Option<Vec<String>>,
    pub(super) log: Option<String>,
}

impl Layer {
    fn of_variables(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        // None of what may stand in a list contains a blank. An empty list is one, too.
        let list = |key: Key| {
            let text = variable(key.variable)?;
            Some(text.split_whitespace().map(str::to_owned).collect())
        };
        // Compose files and service managers write `NAME=` for what is not set.
        let one = |key: Key| variable(key.variable).filter(|text| !text.trim().is_empty());
        Self {
            listen: one(LISTEN),
            hosts: list(HOSTS),
            allow_origins: list(ALLOW_ORIGINS),
            trusted_proxies: list(TRUSTED_PROXIES),
            drain_seconds: one(DRAIN_SECONDS),
            messages_per_second: one(MESSAGES_PER_SECOND),
            bytes_per_second: one(BYTES_PER_SECOND),
            deliveries_per_second: one(DELIVERIES_PER_SECOND),
            connections_per_address: one(CONNECTIONS_PER_ADDRESS),
            strict_rooms: one(STRICT_ROOMS),
            ice_servers: list(ICE_SERVERS),
            log: one(LOG),
        }
    }

    fn of_flags(flags: Flags) -> Self {
        let list = |list: Vec<String>| (!list.is_empty()).then_some(list);
        Self {
            listen: flags.listen,
            hosts: list(flags.host),
            allow_origins: list(flags.allow_origin),
            trusted_proxies: list(flags.trusted_proxy),
            drain_seconds: flags.drain_seconds,
            messages_per_second: flags.messages_per_second,
            bytes_per_second: flags.bytes_per_second,
            deliveries_per_second: flags.deliveries_per_second,
            connections_per_address: flags.connections_per_address,
            strict_rooms: flags.strict_rooms,
            ice_servers: list(flags.ice_server),
            log: flags.log,
        }
    }

    fn lay_over(
        self,
        config: &mut Config,
        source: impl Fn(&Key) -> Source,
    ) -> Result<(), ConfigError> {
        let over = Over { source };
        let Config {
            http,
            ice,
            limits,
            log,
            socketio,
        } = config;
        over.http(
            http,
            [self.listen, self.drain_seconds],
            [self.hosts, self.allow_origins, self.trusted_proxies],
        )?;
        for (key, text, slot) in [
            (
                &MESSAGES_PER_SECOND,
                self.messages_per_second,
                &mut limits.messages_per_second,
            ),
            (
                &BYTES_PER_SECOND,
                self.bytes_per_second,
                &mut limits.bytes_per_second,
            ),
            (
                &DELIVERIES_PER_SECOND,
                self.deliveries_per_second,
                &mut limits.deliveries_per_second,
            ),
            (
                &CONNECTIONS_PER_ADDRESS,
                self.connections_per_address,
                &mut limits.connections_per_address,
            ),
        ] {
            over.one(key, text, value::count, slot)?;
        }
        over.one(
            &STRICT_ROOMS,
            self.strict_rooms,
            value::truth,
            &mut socketio.strict_rooms,
        )?;
        over.list(
            &ICE_SERVERS,
            self.ice_servers,
            value::ice_server,
            &mut ice.servers,
        )?;
        over.one(&LOG, self.log, value::filter, &mut log.filter)
    }
}

/// Lays single settings of one source over those below.
struct Over<S> {
    source: S,
}

impl<S: Fn(&Key) -> Source> Over<S> {
    fn http(
        &self,
        http: &mut Http,
        [listen, drain]: [Option<String>; 2],
        [hosts, origins, proxies]: [Option<Vec<String>>; 3],
    ) -> Result<(), ConfigError> {
        self.one(&LISTEN, listen, value::address, &mut http.listen)?;
        self.one(
            &DRAIN_SECONDS,
            drain,
            value::seconds,
            &mut http.drain_seconds,
        )?;
        self.list(&HOSTS, hosts, value::host, &mut http.hosts)?;
        self.list(
            &ALLOW_ORIGINS,
            origins,
            value::origin,
            &mut http.allow_origins,
        )?;
        self.list(
            &TRUSTED_PROXIES,
            proxies,
            value::network,
            &mut http.trusted_proxies,
        )
    }

    fn one<T>(
        &self,
        key: &Key,
        text: Option<String>,
        read: impl Fn(&str) -> Result<T, Refusal>,
        slot: &mut T,
    ) -> Result<(), ConfigError> {
        if let Some(text) = text {
            *slot = read(&text).map_err(|why| self.blame(key, why))?;
        }
        Ok(())
    }

    fn list<T>(
        &self,
        key: &Key,
        texts: Option<Vec<String>>,
        read: impl Fn(&str) -> Result<T, Refusal>,
        slot: &mut Vec<T>,
    ) -> Result<(), ConfigError> {
        if let Some(texts) = texts {
            let values = texts
                .iter()
                .map(|text| read(text))
                .collect::<Result<_, _>>();
            *slot = values.map_err(|why| self.blame(key, why))?;
        }
        Ok(())
    }

    fn blame(&self, key: &Key, refusal: Refusal) -> ConfigError {
        ConfigError {
            key: key.name,
            origin: (self.source)(key),
            problem: refusal.problem,
            fix: refusal.fix,
        }
    }
}
