//! A server under test: started on a core of its own, watched from outside, ended when dropped.

use super::machine::{self, Cpu, LOAD_CORE, SERVER_CORE};
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Which server.
#[derive(Clone, Debug)]
pub(crate) enum Program {
    /// The one that is replaced: the folder of its `server.js`.
    Baseline(PathBuf),
    /// The `heliograph` binary, with limits that no load reaches.
    Heliograph(PathBuf),
    /// The `heliograph` binary with its default limits and these flags besides. Every address counts
    /// by itself.
    AsShipped(PathBuf, &'static [&'static str]),
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a server on a free port and waits until it says which.
    pub(crate) fn start(program: &Program) -> Result<Self> {
        Self::start_at(program, 0)
    }

    /// The same on a port that is known.
    pub(crate) fn start_at(program: &Program, port: u16) -> Result<Self> {
        let mut command = program.command(port);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        // A child inherits the core, and a runtime that counts its cores finds one.
        machine::pin(SERVER_CORE)?;
        let child = command.spawn();
        machine::pin(LOAD_CORE)?;
        let child = child.with_context(|| format!("starting {program:?}"))?;
        let mut server = Self {
            child,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
        };
        let stdout = server.child.stdout.take().context("no standard output")?;
        let mut ready = String::new();
        BufReader::new(stdout).read_line(&mut ready)?;
        let Some(port) = port_in(&ready) else {
            bail!("{program:?} says {ready:?} instead of its port");
        };
        server.address.set_port(port);
        Ok(server)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it holds in memory now (`VmRSS`), in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<f64> {
        let status = self.read("status")?;
        let kilobytes: f64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|line| line.split_whitespace().next())
            .context("no VmRSS")?
            .parse()?;
        Ok(kilobytes * 1024.0)
    }

    /// How many files and sockets it holds open now.
    pub(crate) fn open_files(&self) -> Result<usize> {
        let folder = format!("/proc/{}/fd", self.child.id());
        Ok(fs::read_dir(folder)?.count())
    }

    /// How long it has kept its core busy.
    pub(crate) fn cpu(&self) -> Result<Cpu> {
        Cpu::in_stat(&self.read("stat")?)
    }

    fn read(&self, file: &str) -> Result<String> {
        let path = Path::new("/proc")
            .join(self.child.id().to_string())
            .join(file);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Program {
    fn command(&self, port: u16) -> Command {
        let listen = format!("127.0.0.1:{port}");
        match self {
            Self::Baseline(folder) => {
                let mut command = Command::new("node");
                command.args(["server.js", "--port", &port.to_string()]);
                command.current_dir(folder);
                command
            }
            Self::Heliograph(binary) => {
                let mut command = Command::new(binary);
                command.args(["serve", "--listen", &listen]);
                // All load comes from one address, and more of it than any browser sends.
                command.envs([
                    ("HELIOGRAPH_MESSAGES_PER_SECOND", "1000000"),
                    ("HELIOGRAPH_BYTES_PER_SECOND", "1000000000"),
                    ("HELIOGRAPH_DELIVERIES_PER_SECOND", "1000000"),
                    ("HELIOGRAPH_CONNECTIONS_PER_ADDRESS", "100000"),
                ]);
                command
            }
            Self::AsShipped(binary, flags) => {
                let mut command = Command::new(binary);
                command.args(["serve", "--listen", &listen]).args(*flags);
                // All of loopback is trusted by default, and what is trusted is not counted.
                command.args(["--trusted-proxy", "192.0.2.1"]);
                // It may have much to say about an attack.
                command.stderr(Stdio::null());
                command
            }
        }
    }
}

/// The port in the line that a server prints when it is ready: the last number that is one, behind
/// a colon.
fn port_in(ready: &str) -> Option<u16> {
    let after_port = ready.split_once("\"port\":").map(|(_, rest)| rest);
    let text = after_port.or_else(|| ready.rsplit_once(':').map(|(_, rest)| rest))?;
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_port_in_what_either_server_says() {
        let json = r#"{"ready":true,"port":40123,"pid":5,"node":"v20.1.0"}"#;
        assert_eq!(port_in(json), Some(40123));
        assert_eq!(
            port_in("Heliograph is at http://localhost:3000\n"),
            Some(3000)
        );
        assert_eq!(port_in("error: no\n"), None);
    }
}
