//! What an attack costs the server.

use crate::clock::now;
use crate::signaling::meter::Meter;
use crate::signaling::process::Server;
use anyhow::Result;
use std::time::{Duration, Instant};

/// How often memory and files are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Looks at a server while it is attacked.
pub(crate) struct Watch {
    meter: Meter,
    before: Held,
    most: Held,
    looks_at: Instant,
}

/// What a server has taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Of one core, in percent.
    pub(crate) cpu: f64,
    /// What other programs of this machine used meanwhile, in the same unit: where it is much, the
    /// latencies are theirs.
    pub(crate) others: f64,
    /// How much more memory than before, at most.
    pub(crate) megabytes: f64,
    /// How many more files than before, at most.
    pub(crate) files: f64,
}

#[derive(Clone, Copy)]
struct Held {
    bytes: f64,
    files: usize,
}

impl Watch {
    pub(crate) fn start(server: &Server) -> Result<Self> {
        let before = Held::by(server)?;
        Ok(Self {
            meter: Meter::start(server)?,
            before,
            most: before,
            looks_at: now(),
        })
    }

    /// Looks, if it is time.
    pub(crate) fn look(&mut self, server: &Server) -> Result<()> {
        if now() < self.looks_at {
            return Ok(());
        }
        self.looks_at = now() + LOOK;
        let held = Held::by(server)?;
        self.most.bytes = self.most.bytes.max(held.bytes);
        self.most.files = self.most.files.max(held.files);
        Ok(())
    }

    pub(crate) fn stop(&self, server: &Server) -> Result<Cost> {
        let usage = self.meter.stop(server)?;
        Ok(Cost {
            cpu: usage.server_share(),
            others: usage.others_share(),
            megabytes: (self.most.bytes - self.before.bytes) / 1e6,
            files: self.most.files.saturating_sub(self.before.files) as f64,
        })
    }
}

impl Held {
    fn by(server: &Server) -> Result<Self> {
        Ok(Self {
            bytes: server.resident_bytes()?,
            files: server.open_files()?,
        })
    }
}
