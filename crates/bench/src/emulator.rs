//! A network between two namespaces of this machine, in user space: delay, jitter, loss, rate and a
//! bounded queue in each direction, cut and mended while it runs.
//!
//! Kernels of small machines often lack netem. A TUN device (Linux, `Documentation/networking/
//! tuntap.rst`) in each namespace needs root and nothing else.
//!
//! ```text
//!  namespace NEAR                                          namespace FAR
//!  10.77.0.1  TUN ──► read ──► line (up) ──► write ──► TUN  10.77.0.2
//!             TUN ◄── write ◄── line (down) ◄── read ◄── TUN
//! ```
//!
//! It says `ready` once packets can pass, and reads one word a line from its input: `cut` or `mend`.
//! When the input ends, it says what became of the packets and takes everything away again.

mod line;
mod namespace;

use crate::clock::now;
use anyhow::{Context as _, Result, bail};
use line::{Fate, Line, Quality, Tally};
use namespace::Namespace;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use std::io::{BufRead as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tun_rs::{DeviceBuilder, SyncDevice};

/// What the network is like.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// What the two namespaces are called
    #[arg(long, default_value = "heliograph", value_name = "NAME")]
    name: String,
    /// How long a packet takes each way, in milliseconds
    #[arg(long, default_value_t = 0.0, value_name = "MILLISECONDS")]
    delay: f64,
    /// How much longer it may take, in milliseconds; packets keep their order
    #[arg(long, default_value_t = 0.0, value_name = "MILLISECONDS")]
    jitter: f64,
    /// How many packets of a hundred are lost
    #[arg(long, default_value_t = 0.0, value_name = "PERCENT")]
    loss: f64,
    /// How much passes towards 10.77.0.2, in kbit/s; anything if it is not given
    #[arg(long, value_name = "KBIT")]
    up: Option<f64>,
    /// How much passes towards 10.77.0.1, in kbit/s; anything if it is not given
    #[arg(long, value_name = "KBIT")]
    down: Option<f64>,
    /// How long a packet may wait for the rate, in milliseconds, before it is dropped
    #[arg(long, default_value_t = 200.0, value_name = "MILLISECONDS")]
    queue: f64,
    /// Where the loss comes from: the same seed loses the same packets
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
}

/// The largest packet that a device with an MTU of 1,500 bytes passes, and room to spare.
const LARGEST: usize = 2048;

/// How many packets are under way at most: a second of 100 Mbit/s in full packets.
const UNDER_WAY: usize = 8192;

/// Builds the network and keeps it until the input ends.
pub(crate) fn run(options: &Options) -> Result<()> {
    let near = Namespace::create(&format!("{}-near", options.name))?;
    let far = Namespace::create(&format!("{}-far", options.name))?;
    let near_end = attach(&near, "10.77.0.1/24")?;
    let far_end = attach(&far, "10.77.0.2/24")?;
    let cut = Arc::new(AtomicBool::new(false));
    let up = Direction::start(
        (&near_end, &far_end),
        options.quality(options.up),
        options.seed,
        &cut,
    );
    let down = Direction::start(
        (&far_end, &near_end),
        options.quality(options.down),
        options.seed.wrapping_add(1),
        &cut,
    );
    say("ready")?;
    for word in std::io::stdin().lock().lines() {
        match word?.trim() {
            "cut" => cut.store(true, Ordering::Relaxed),
            "mend" => cut.store(false, Ordering::Relaxed),
            "" => {}
            other => bail!("`{other}` is neither `cut` nor `mend`"),
        }
        say("done")?;
    }
    say(&format!("up: {}\ndown: {}", up.tally(), down.tally()))
}

impl Options {
    fn quality(&self, kbit: Option<f64>) -> Quality {
        let millis = |millis: f64| Duration::from_secs_f64(millis.max(0.0) / 1000.0);
        Quality {
            delay: millis(self.delay),
            jitter: millis(self.jitter),
            loss: self.loss / 100.0,
            bytes_per_second: kbit.map(|kbit| kbit * 125.0),
            longest_queue: millis(self.queue),
        }
    }
}

/// A device in the namespace. It keeps its other side here while it is moved there.
fn attach(namespace: &Namespace, address: &str) -> Result<Arc<SyncDevice>> {
    let device = DeviceBuilder::new()
        .name(namespace.device())
        .mtu(1500)
        .build_sync()
        .context("making a TUN device; this needs root and /dev/net/tun")?;
    namespace.adopt(address)?;
    Ok(Arc::new(device))
}

/// Packets from one device to the other.
struct Direction {
    line: Arc<Mutex<Line>>,
}

impl Direction {
    fn start(
        (from, to): (&Arc<SyncDevice>, &Arc<SyncDevice>),
        quality: Quality,
        seed: u64,
        cut: &Arc<AtomicBool>,
    ) -> Self {
        let line = Arc::new(Mutex::new(Line::new(quality)));
        let (send, receive) = sync_channel(UNDER_WAY);
        let (from, to) = (Arc::clone(from), Arc::clone(to));
        let (shared, cut) = (Arc::clone(&line), Arc::clone(cut));
        // The threads end with the process: a read from a TUN device cannot be interrupted.
        thread::spawn(move || take_in(&from, &shared, &cut, seed, &send));
        thread::spawn(move || give_out(&to, &receive));
        Self { line }
    }

    fn tally(&self) -> Tally {
        self.line
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .tally()
    }
}

/// A packet, and when it arrives.
type UnderWay = (Instant, Vec<u8>);

fn take_in(
    from: &SyncDevice,
    line: &Mutex<Line>,
    cut: &AtomicBool,
    seed: u64,
    under_way: &SyncSender<UnderWay>,
) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut chance = || f64::from(random.next_u32()) / f64::from(u32::MAX);
    let start = now();
    let mut buffer = vec![0; LARGEST];
    while let Ok(length) = from.recv(&mut buffer) {
        let dice = [chance(), chance()];
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        let fate = if cut.load(Ordering::Relaxed) {
            line.lose()
        } else {
            line.send(start.elapsed(), length, dice)
        };
        drop(line);
        if let (Fate::ArrivesAt(span), Some(packet)) = (fate, buffer.get(..length)) {
            // A full channel delays the packet, as a full device would.
            if under_way.send((start + span, packet.to_vec())).is_err() {
                return;
            }
        }
    }
}

fn give_out(to: &SyncDevice, under_way: &Receiver<UnderWay>) {
    while let Ok((at, packet)) = under_way.recv() {
        thread::sleep(at.saturating_duration_since(now()));
        // A device that takes no packet now loses it, as every network may.
        drop(to.send(&packet));
    }
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
