//! The exchanger alone, without sockets: messages relayed per second, and what one join costs, in a
//! channel of 10, 1,000 and 10,000 peers.

mod channel;

use crate::clock::now;
use anyhow::Result;
use channel::Channel;
use std::io::Write as _;
use std::time::Duration;

const SIZES: [usize; 3] = [10, 1_000, 10_000];
const ROUNDS: u32 = 20_000;
/// The median of so many runs is reported, for a machine may be busy with something else.
const RUNS: usize = 7;

/// Prints one row for each size.
pub(crate) fn run() -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| peers in the channel | relayed messages/s | to 10 | one join and leave, µs | to 10 |"
    )?;
    writeln!(out, "|---|---|---|---|---|")?;
    let mut smallest = None;
    for size in SIZES {
        let mut channel = Channel::filled(size)?;
        let relay = median(|| channel.relay(ROUNDS)) / (2 * ROUNDS);
        let join = median(|| channel.join_and_leave(ROUNDS)) / ROUNDS;
        let (first_relay, first_join) = *smallest.get_or_insert((relay, join));
        writeln!(
            out,
            "| {size} | {:.0} | {:.2} | {:.2} | {:.2} |",
            1.0 / relay.as_secs_f64(),
            relay.as_secs_f64() / first_relay.as_secs_f64(),
            join.as_secs_f64() * 1e6,
            join.as_secs_f64() / first_join.as_secs_f64(),
        )?;
    }
    Ok(())
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut spans: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = now();
            run();
            start.elapsed()
        })
        .collect();
    spans.sort_unstable();
    spans[RUNS / 2]
}
