//! A network namespace of this machine, made and removed with `ip` (iproute2).

use anyhow::{Context as _, Result, ensure};
use std::process::{Command, Stdio};

/// A namespace, until it is dropped.
#[derive(Debug)]
pub(crate) struct Namespace {
    name: String,
}

impl Namespace {
    /// A new one. What an earlier run left under this name is removed first.
    pub(crate) fn create(name: &str) -> Result<Self> {
        remove(name);
        ip(&["netns", "add", name])?;
        let namespace = Self {
            name: name.to_owned(),
        };
        namespace.inside(&["link", "set", "lo", "up"])?;
        Ok(namespace)
    }

    /// What its device is called: names of devices have 15 characters at most.
    pub(crate) fn device(&self) -> String {
        let end = self.name.rsplit('-').next().unwrap_or(&self.name);
        format!("hg{}-{end}", std::process::id() % 100_000)
    }

    /// Moves its device in and gives it an address.
    pub(crate) fn adopt(&self, address: &str) -> Result<()> {
        let device = self.device();
        ip(&["link", "set", &device, "netns", &self.name])?;
        self.inside(&["addr", "add", address, "dev", &device])?;
        self.inside(&["link", "set", &device, "up"])
    }

    fn inside(&self, arguments: &[&str]) -> Result<()> {
        ip(&[&["-n", self.name.as_str()], arguments].concat())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        remove(&self.name);
    }
}

fn remove(name: &str) {
    // There may be none, and then nothing is to be removed.
    let removed = Command::new("ip")
        .args(["netns", "del", name])
        .stderr(Stdio::null())
        .status();
    drop(removed);
}

fn ip(arguments: &[&str]) -> Result<()> {
    let status = Command::new("ip")
        .args(arguments)
        .status()
        .context("starting `ip`; it is in Debian's package iproute2")?;
    ensure!(status.success(), "`ip {}` failed", arguments.join(" "));
    Ok(())
}
