//! What happens while something is measured: time, processors, and how long messages take.

use super::machine::{self, Cpu};
use super::process::Server;
use super::report::Figure;
use crate::clock::now;
use anyhow::Result;
use std::time::{Duration, Instant};

/// A measurement that has begun.
#[derive(Debug)]
pub(crate) struct Meter {
    began: Instant,
    at: Processors,
}

/// A measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    pub(crate) wall: Duration,
    pub(crate) server: Cpu,
    load: Cpu,
    others: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Processors {
    server: Cpu,
    load: Cpu,
    /// All cores together, with whatever.
    all: Duration,
}

impl Meter {
    pub(crate) fn start(server: &Server) -> Result<Self> {
        let at = Processors::read(server)?;
        let began = now();
        Ok(Self { began, at })
    }

    pub(crate) fn stop(&self, server: &Server) -> Result<Usage> {
        let wall = self.began.elapsed();
        let at = Processors::read(server)?;
        let server = at.server.since(self.at.server);
        let load = at.load.since(self.at.load);
        let all = at.all.saturating_sub(self.at.all);
        Ok(Usage {
            wall,
            server,
            load,
            others: all.saturating_sub(server.total() + load.total()),
        })
    }
}

impl Usage {
    /// How busy the server was, in percent of a core.
    pub(crate) fn server_share(&self) -> f64 {
        self.percent(self.server.total())
    }

    pub(crate) fn load_share(&self) -> f64 {
        self.percent(self.load.total())
    }

    pub(crate) fn others_share(&self) -> f64 {
        self.percent(self.others)
    }

    fn percent(&self, busy: Duration) -> f64 {
        busy.as_secs_f64() / self.wall.as_secs_f64() * 100.0
    }

    /// What each of so many things cost the server.
    pub(crate) fn costs(&self, what: &str, things: usize) -> [Figure; 2] {
        let figure = |name: &str, busy: Duration| {
            let micros = busy.as_secs_f64() * 1e6 / things as f64;
            Figure::new(format!("{what}: {name}"), micros)
        };
        [
            figure("server CPU for each, µs", self.server.total()),
            figure("of it in its own code, µs", self.server.user),
        ]
    }
}

impl Processors {
    fn read(server: &Server) -> Result<Self> {
        Ok(Self {
            server: server.cpu()?,
            load: Cpu::own()?,
            all: machine::busy()?,
        })
    }
}

/// How long messages took, in nanoseconds.
#[derive(Debug, Default)]
pub(crate) struct Latencies(Vec<u64>);

impl Latencies {
    pub(crate) fn add(&mut self, nanos: u64) {
        self.0.push(nanos);
    }

    pub(crate) const fn count(&self) -> usize {
        self.0.len()
    }

    /// The nearest-rank percentile, in milliseconds.
    pub(crate) fn percentile(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        let nanos = self.0.get(rank - 1).copied();
        nanos.map_or(f64::NAN, |nanos| nanos as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let mut latencies = Latencies::default();
        for nanos in (1..=200).rev() {
            latencies.add(nanos * 1_000_000);
        }
        assert_eq!(latencies.percentile(50), 100.0);
        assert_eq!(latencies.percentile(99), 198.0);
        assert!(Latencies::default().percentile(50).is_nan());
    }
}
