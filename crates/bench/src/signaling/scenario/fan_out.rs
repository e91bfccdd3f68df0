//! Messages from one to many.

use super::place;
use crate::clock::now;
use crate::signaling::admission::{Pace, admit, settled};
use crate::signaling::connection::Incoming;
use crate::signaling::crowd::{Crowd, nobody_leaves};
use crate::signaling::dialect::{Letter, find_stamp};
use crate::signaling::meter::{Latencies, Meter};
use crate::signaling::process::Server;
use crate::signaling::report::Figure;
use crate::signaling::{Endpoint, clock_until};
use anyhow::{Result, ensure};
use protocol::Role;
use std::time::{Duration, Instant};

const MEMBERS: usize = 500;
const RATES: [u32; 2] = [10, 20];
const WINDOW: Duration = Duration::from_secs(6);
const PATIENCE: Duration = Duration::from_secs(15);
const CHANNEL: &str = "full-house";

pub(super) const TARGETS: &[(&str, &str)] = &[
    ("10/s: server CPU for each, µs", "native 0.5×"),
    ("20/s: server CPU for each, µs", "native 0.5×"),
];

pub(super) fn method() -> String {
    format!(
        "One channel of {MEMBERS}; the first member sends about 100 bytes to all others, so many \
         times a second: a `candidate` of the old protocol, an `updateStream` with another title of \
         the native one, which all viewers are told. Each one of {} arrivals is counted. Windows \
         of {} s.",
        MEMBERS - 1,
        WINDOW.as_secs()
    )
}

pub(super) fn run(endpoint: &Endpoint) -> Result<Vec<Figure>> {
    let server = endpoint.start()?;
    let mut crowd = Crowd::new(server.address(), endpoint.dialect)?;
    let host = [place(CHANNEL.to_owned(), Role::Host)];
    admit(&mut crowd, &host, Pace::Unhurried, |_, _, _| Ok(()))?;
    let viewers = vec![place(CHANNEL.to_owned(), Role::Viewer); MEMBERS - 1];
    admit(&mut crowd, &viewers, Pace::Unhurried, |_, _, _| Ok(()))?;
    // Until everybody has been told of everybody.
    settled(&mut crowd, &server, PATIENCE)?;
    let mut letter = endpoint.dialect.announcement(CHANNEL)?;
    let mut figures = Vec::new();
    for rate in RATES {
        figures.extend(announce(&server, &mut crowd, &mut letter, rate)?);
    }
    Ok(figures)
}

fn announce(
    server: &Server,
    crowd: &mut Crowd,
    letter: &mut Letter,
    rate: u32,
) -> Result<Vec<Figure>> {
    let mut latencies = Latencies::default();
    let mut sent = 0;
    let epoch = now();
    let nanos = |then: Instant| then.saturating_duration_since(epoch).as_nanos() as u64;
    let meter = Meter::start(server)?;
    while clock_until(epoch + WINDOW).is_some() {
        let due_at = epoch + Duration::from_secs(1) * sent / rate;
        if clock_until(due_at).is_none() {
            crowd.clients().send(0, letter.stamped(nanos(due_at)))?;
            sent += 1;
        }
        crowd.pump(Duration::ZERO, |clients, client, incoming| {
            nobody_leaves(clients, client, incoming)?;
            if let (Incoming::Text(text), 1..) = (incoming, client)
                && let Some(stamp) = find_stamp(text)
            {
                latencies.add(nanos(now()).saturating_sub(stamp));
            }
            Ok(())
        })?;
    }
    let usage = meter.stop(server)?;
    let arrivals = latencies.count();
    // The last one may still be underway.
    let expected = (sent as usize - 1) * (MEMBERS - 1);
    ensure!(arrivals >= expected, "{arrivals} of {expected} arrivals");
    crowd.idle_until(now() + Duration::from_secs(1))?;
    let what = format!("{rate}/s");
    let figure = |name: &str, value| Figure::new(format!("{what}: {name}"), value);
    let mut figures = usage.costs(&what, arrivals).to_vec();
    figures.extend([
        figure("CPU of the server, %", usage.server_share()),
        figure("p50, ms", latencies.percentile(50)),
        figure("p99, ms", latencies.percentile(99)),
        figure("CPU of others, %", usage.others_share()),
    ]);
    Ok(figures)
}
