//! The whole server over sockets, against the one it replaces: the same load on every endpoint, in
//! one run, one server after the other.
//!
//! Read [`scenario`] for what is measured, [`dialect`] for what is said on the wire, and [`crowd`]
//! for the load generator: one thread, sockets that do not block, frames that are written once.

mod admission;
pub(crate) mod connection;
pub(crate) mod crowd;
pub(crate) mod dialect;
pub(crate) mod framing;
pub(crate) mod http;
pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod meter;
pub(crate) mod process;
mod report;
pub(crate) mod rooms;
mod scenario;
pub(crate) mod source;

use crate::clock::now;
use anyhow::{Context as _, Result};
use dialect::Dialect;
use process::{Program, Server};
use report::{Column, Table};
use scenario::Scenario;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What to measure, and whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder of the old server, with its packages installed; without it, there is nothing to
    /// compare with
    #[arg(long, value_name = "FOLDER")]
    baseline: Option<PathBuf>,
    /// The release binary
    #[arg(long, value_name = "FILE")]
    server: PathBuf,
    /// Only this; may be repeated
    #[arg(long, value_enum, value_name = "SCENARIO")]
    only: Vec<Scenario>,
    /// How many idle connections
    #[arg(long, default_value_t = 5_000, value_name = "NUMBER")]
    idle: usize,
    /// How many connections come and go
    #[arg(long, default_value_t = 10_000, value_name = "NUMBER")]
    churn: usize,
}

/// Something to measure.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    heading: &'static str,
    program: Program,
    dialect: Dialect,
}

impl Endpoint {
    /// A fresh server.
    pub(crate) fn start(&self) -> Result<Server> {
        Server::start(&self.program)
    }
}

/// Measures, and prints a table for each scenario.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut out = std::io::stdout();
    let most = options
        .idle
        .max(options.churn)
        .max(scenario::LARGEST_CHANNEL);
    machine::allow_files(most as u64 + 1_000)?;
    writeln!(out, "Machine: {}.", machine::describe()?)?;
    writeln!(
        out,
        "Servers on core {}, load from core {}, over 127.0.0.1.",
        machine::SERVER_CORE,
        machine::LOAD_CORE
    )?;
    if options.baseline.is_none() {
        writeln!(
            out,
            "No folder of the old server was given: Heliograph alone is measured."
        )?;
    }
    let endpoints = endpoints(options);
    for scenario in scenario::ALL {
        if options.only.is_empty() || options.only.contains(&scenario) {
            let table = measure(scenario, &endpoints, options)?;
            write!(out, "{}", table.to_markdown())?;
            out.flush()?;
        }
    }
    Ok(())
}

fn endpoints(options: &Options) -> Vec<Option<Endpoint>> {
    let heliograph = Program::Heliograph(options.server.clone());
    let old = options.baseline.clone().map(|folder| Endpoint {
        heading: OLD,
        program: Program::Baseline(folder),
        dialect: Dialect::SocketIo,
    });
    let socketio = Endpoint {
        heading: "Heliograph, Socket.IO",
        program: heliograph.clone(),
        dialect: Dialect::SocketIo,
    };
    let native = Endpoint {
        heading: "Heliograph, native",
        program: heliograph,
        dialect: Dialect::Native,
    };
    vec![old, Some(socketio), Some(native)]
}

const OLD: &str = "old server";

fn measure(scenario: Scenario, endpoints: &[Option<Endpoint>], options: &Options) -> Result<Table> {
    let mut columns: Vec<(&'static str, Column)> = Vec::new();
    for endpoint in endpoints {
        let Some(endpoint) = endpoint else {
            columns.push((OLD, Err("not given")));
            continue;
        };
        let column = if !scenario.suits(endpoint.dialect) {
            Err("–")
        } else if is_served(endpoint)? {
            let figures = scenario.run(endpoint, options);
            Ok(figures.with_context(|| format!("{scenario:?} of {}", endpoint.heading))?)
        } else {
            Err("not served")
        };
        columns.push((endpoint.heading, column));
    }
    Ok(Table {
        title: scenario.title(),
        method: scenario.method(options),
        columns,
        targets: scenario.targets(),
    })
}

/// Whether a server answers the upgrade at all.
fn is_served(endpoint: &Endpoint) -> Result<bool> {
    let server = endpoint.start()?;
    let mut stream = TcpStream::connect(server.address())?;
    stream.write_all(&endpoint.dialect.upgrade(server.address()))?;
    let mut status = [0; 12];
    stream.read_exact(&mut status)?;
    Ok(status.ends_with(b" 101"))
}

/// How long until then; `None` once it is past.
pub(crate) fn clock_until(then: Instant) -> Option<Duration> {
    then.checked_duration_since(now())
        .filter(|left| !left.is_zero())
}
