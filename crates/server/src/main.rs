//! The `heliograph` command.

use anyhow::Context as _;
use server::cli::{self, Refusal, Task};
use server::config::Config;
use server::{Server, Site, memory};
use std::io::{ErrorKind, Write as _};
use std::num::NonZero;
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// The command line or a setting cannot be used: `EX_USAGE` of `sysexits.h`.
const BAD_CONFIGURATION: u8 = 64;

/// How long connections may take to leave when the server stops.
const STOP_DEADLINE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let variable = |name: &str| std::env::var(name).ok();
    match cli::read(std::env::args_os(), variable) {
        Ok(Task::Serve(config)) => finish(serve(&config)),
        Ok(Task::ShowConfig(config)) => finish(say(config.to_toml().trim_end())),
        Err(Refusal::Usage(error)) if !error.use_stderr() => {
            finish(error.print().context("printing the help"))
        }
        Err(refusal) => {
            complain(&refusal.to_string());
            ExitCode::from(BAD_CONFIGURATION)
        }
    }
}

fn serve(config: &Config) -> anyhow::Result<()> {
    runtime()
        .context("starting the runtime")?
        .block_on(serve_until_stopped(config))
}

/// A thread for each core that we may use. On a single one nobody is there to steal work from, and
/// one queue for all is both cheaper and fairer.
fn runtime() -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut builder = if cores > 1 {
        Builder::new_multi_thread()
    } else {
        Builder::new_current_thread()
    };
    builder.enable_all().build()
}

async fn serve_until_stopped(config: &Config) -> anyhow::Result<()> {
    server::telemetry::start(&config.log)?;
    let mut stop = StopSignal::new().context("listening for signals")?;
    let running = Server::bind(config, Site::built()).await?;
    say(&format!("Heliograph is at {}", running.url()))?;
    let ended = tokio::select! {
        () = stop.next() => Ok(()),
        () = running.node_ended() => Err(anyhow::anyhow!("the node has failed; see the log above")),
        () = memory::look_after(|| running.census()) => Ok(()),
    };
    if ended.is_ok() {
        running.begin_to_stop();
        let drain = Duration::from_secs(config.http.drain_seconds.into());
        tokio::select! {
            () = tokio::time::sleep(drain) => {}
            () = running.node_ended() => {}
            // Somebody is in a hurry.
            () = stop.next() => {}
        }
    }
    // After a fault, what restarts the process waits for its end.
    let deadline = if ended.is_ok() {
        STOP_DEADLINE
    } else {
        Duration::ZERO
    };
    tokio::select! {
        () = running.shutdown(deadline) => {}
        () = stop.next() => {}
    }
    ended
}

/// Ctrl+C, or a service manager's SIGTERM.
#[cfg(unix)]
struct StopSignal {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignal {
    /// Listens from the first moment on.
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl+C.
#[cfg(not(unix))]
struct StopSignal;

#[cfg(not(unix))]
impl StopSignal {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        // Whoever read it has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("writing to standard output"),
    }
}

fn complain(text: &str) {
    // Nobody is left to be told that standard error is closed.
    drop(writeln!(std::io::stderr(), "{}", text.trim_end()));
}

fn finish(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
