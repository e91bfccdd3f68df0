//! What a connection costs that does nothing.

use super::place;
use crate::clock::now;
use crate::signaling::Endpoint;
use crate::signaling::admission::{Pace, admit, settled};
use crate::signaling::crowd::Crowd;
use crate::signaling::dialect::{Dialect, Place, polling};
use crate::signaling::meter::Meter;
use crate::signaling::process::Server;
use crate::signaling::report::Figure;
use anyhow::Result;
use protocol::Role;
use std::time::Duration;

/// So many connections come before the first look, so that what every server needs once is there.
const WARM_UP: usize = 100;
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) const TARGETS: &[(&str, &str)] = &[
    ("connected: memory each, kB", "native 10, Socket.IO 1×"),
    ("joined: memory each, kB", "native 10, Socket.IO 1×"),
    ("polled, then upgraded: memory each, kB", "Socket.IO 1×"),
];

pub(super) fn method(size: usize) -> String {
    format!(
        "{size} connections, of which nobody says anything but what the protocol asks for; 64 at \
         a time are on their way in. Memory is the growth of the server's resident set (`VmRSS`) \
         once it has settled, in units of 1,000 bytes. Connected: the session is open, no channel \
         joined. Joined: each is alone in a channel. Polled: one after the other, by a GET, a POST \
         and a GET, then a WebSocket."
    )
}

pub(super) fn run(endpoint: &Endpoint, size: usize) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let alone = |nth: usize| place(format!("alone-{nth}"), Role::Viewer);
    for (what, places) in [
        ("connected", vec![None; WARM_UP + size]),
        ("joined", (0..WARM_UP + size).map(alone).collect()),
    ] {
        let bring = |crowd: &mut Crowd, places: &[Option<Place>]| {
            admit(crowd, places, Pace::Unhurried, |_, _, _| Ok(()))?;
            Ok(())
        };
        figures.extend(measure(endpoint, what, &places, bring)?);
    }
    if endpoint.dialect == Dialect::SocketIo {
        let places = vec![None; WARM_UP + size];
        let bring = |crowd: &mut Crowd, places: &[Option<Place>]| {
            for _ in places {
                let socket = polling(crowd.address())?;
                crowd.adopt(socket)?;
            }
            Ok(())
        };
        figures.extend(measure(endpoint, "polled, then upgraded", &places, bring)?);
    }
    Ok(figures)
}

/// Brings clients to all places, the first of them to warm up.
fn measure(
    endpoint: &Endpoint,
    what: &str,
    places: &[Option<Place>],
    mut bring: impl FnMut(&mut Crowd, &[Option<Place>]) -> Result<()>,
) -> Result<Vec<Figure>> {
    let server: Server = endpoint.start()?;
    let mut crowd = Crowd::new(server.address(), endpoint.dialect)?;
    let (first, rest) = places.split_at(WARM_UP);
    bring(&mut crowd, first)?;
    let before = settled(&mut crowd, &server, PATIENCE)?;
    let meter = Meter::start(&server)?;
    let began = now();
    bring(&mut crowd, rest)?;
    let took = began.elapsed();
    let usage = meter.stop(&server)?;
    let after = settled(&mut crowd, &server, PATIENCE)?;
    let each = (after - before) / rest.len() as f64;
    let figure = |name: &str, value| Figure::new(format!("{what}: {name}"), value);
    let mut figures = vec![
        figure("memory each, kB", each / 1e3),
        figure("connections/s", rest.len() as f64 / took.as_secs_f64()),
    ];
    figures.extend(usage.costs(what, rest.len()));
    figures.push(figure("CPU of others, %", usage.others_share()));
    Ok(figures)
}
