//! The machine: its cores, its limits, and who keeps it busy.

use anyhow::{Context as _, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};
use std::fs;
use std::process::Command;
use std::time::Duration;

/// Where the server runs.
pub(crate) const SERVER_CORE: usize = 0;
/// Where the load comes from.
pub(crate) const LOAD_CORE: usize = 1;

/// Keeps this process, and those that it starts from now on, on one core.
pub(crate) fn pin(core: usize) -> Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores)
        .with_context(|| format!("pinning to core {core}; this needs two cores"))
}

/// Allows this process, and those that it starts, so many open sockets.
pub(crate) fn allow_files(wanted: u64) -> Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Some(maximum) = maximum.filter(|maximum| *maximum < wanted) {
        bail!("{wanted} open files are needed, and {maximum} are allowed: ulimit -Hn {wanted}");
    }
    let limit = Rlimit {
        current: Some(wanted.max(maximum.unwrap_or(wanted))),
        maximum,
    };
    setrlimit(Resource::Nofile, limit).context("raising the limit of open files")
}

/// How long a process has kept its core busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cpu {
    /// With its own code.
    pub(crate) user: Duration,
    /// With the kernel's, on its behalf.
    pub(crate) system: Duration,
}

impl Cpu {
    /// What a `/proc/…/stat` says.
    pub(crate) fn in_stat(stat: &str) -> Result<Self> {
        // The name, in parentheses, may contain anything; what follows has no parenthesis.
        let (_, fields) = stat.rsplit_once(')').context("a stat without a name")?;
        let mut fields = fields.split_whitespace().skip(11);
        let mut span = || -> Result<Duration> {
            let ticks = fields.next().context("a short stat")?;
            Ok(of_ticks(ticks.parse()?))
        };
        Ok(Self {
            user: span()?,
            system: span()?,
        })
    }

    /// This process.
    pub(crate) fn own() -> Result<Self> {
        Self::in_stat(&fs::read_to_string("/proc/self/stat")?)
    }

    pub(crate) fn total(self) -> Duration {
        self.user + self.system
    }

    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            user: self.user.saturating_sub(earlier.user),
            system: self.system.saturating_sub(earlier.system),
        }
    }
}

/// How long all cores have been busy, with whatever.
pub(crate) fn busy() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let all = stat.lines().next().context("an empty /proc/stat")?;
    let fields: Vec<u64> = all
        .split_whitespace()
        .skip(1)
        .map_while(|field| field.parse().ok())
        .collect();
    let [
        user,
        nice,
        system,
        _idle,
        _io_wait,
        irq,
        soft_irq,
        steal,
        ..,
    ] = fields[..]
    else {
        bail!("a short /proc/stat");
    };
    Ok(of_ticks(user + nice + system + irq + soft_irq + steal))
}

fn of_ticks(ticks: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// One line for whoever reads the figures on another machine.
pub(crate) fn describe() -> Result<String> {
    let info = fs::read_to_string("/proc/cpuinfo")?;
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("of unknown make", |line| {
            line.trim_start_matches([' ', '\t', ':'])
        });
    let cores = info
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(format!(
        "{cores} cores ({model}), Linux {}, Node {}, {}",
        kernel.trim(),
        version_of("node"),
        version_of("rustc"),
    ))
}

fn version_of(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|_| format!("no {program}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_time_of_a_process_whatever_its_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 1 0 1 1 1";
        let tick = of_ticks(1);
        let expected = Cpu {
            user: tick * 250,
            system: tick * 50,
        };
        assert_eq!(Cpu::in_stat(stat).unwrap(), expected);
    }
}
