//! What is left behind when many connections have come and gone.

use super::place;
use crate::clock::now;
use crate::signaling::Endpoint;
use crate::signaling::admission::{Pace, admit, settled};
use crate::signaling::crowd::Crowd;
use crate::signaling::dialect::Place;
use crate::signaling::meter::Meter;
use crate::signaling::process::Server;
use crate::signaling::report::Figure;
use anyhow::Result;
use protocol::{Role, limits};
use std::time::Duration;

/// So many come and go before the first look, so that what every server needs once is there.
const WARM_UP: usize = 100;
const COMING: Duration = Duration::from_secs(30);
const STAYING: Duration = Duration::from_secs(10);
/// After the last peer's grace.
const PATIENCE: Duration = Duration::from_secs(15);
const CHANNEL_SIZE: usize = 10;

pub(super) const TARGETS: &[(&str, &str)] = &[
    ("round 1: after to before", "1.1"),
    ("round 2: after to before", "1.1"),
];

pub(super) fn method(size: usize) -> String {
    format!(
        "{size} connections within {} s, each with hello and join, in channels of {CHANNEL_SIZE}: a \
         host and its viewers. They stay for {} s and break without a word. After is when their \
         grace is over and memory (`VmRSS`) has settled. Two rounds on one server; each compares \
         with its own beginning.",
        COMING.as_secs(),
        STAYING.as_secs()
    )
}

pub(super) fn run(endpoint: &Endpoint, size: usize) -> Result<Vec<Figure>> {
    let server = endpoint.start()?;
    come_and_go(endpoint, &server, WARM_UP, Duration::from_secs(1))?;
    let mut figures = Vec::new();
    for round in 1..=2 {
        let figure = |name: &str, value| Figure::new(format!("round {round}: {name}"), value);
        let before = server.resident_bytes()?;
        let meter = Meter::start(&server)?;
        let Round { peak, after } = come_and_go(endpoint, &server, size, COMING)?;
        let usage = meter.stop(&server)?;
        figures.extend([
            figure("before, MB", before / 1e6),
            figure("at the peak, MB", peak / 1e6),
            figure("after, MB", after / 1e6),
            figure("after to before", after / before),
            figure("CPU of others, %", usage.others_share()),
        ]);
        figures.extend(usage.costs(&format!("round {round}"), size));
    }
    Ok(figures)
}

/// Resident bytes.
struct Round {
    peak: f64,
    after: f64,
}

fn come_and_go(
    endpoint: &Endpoint,
    server: &Server,
    size: usize,
    coming: Duration,
) -> Result<Round> {
    let places: Vec<Option<Place>> = (0..size)
        .map(|nth| {
            let role = match nth % CHANNEL_SIZE {
                0 => Role::Host,
                _ => Role::Viewer,
            };
            place(format!("channel-{}", nth / CHANNEL_SIZE), role)
        })
        .collect();
    let mut crowd = Crowd::new(server.address(), endpoint.dialect)?;
    admit(&mut crowd, &places, Pace::Within(coming), |_, _, _| Ok(()))?;
    crowd.idle_until(now() + STAYING)?;
    let peak = server.resident_bytes()?;
    drop(crowd);
    let mut nobody = Crowd::new(server.address(), endpoint.dialect)?;
    nobody.idle_until(now() + limits::GRACE)?;
    let after = settled(&mut nobody, server, PATIENCE)?;
    Ok(Round { peak, after })
}
