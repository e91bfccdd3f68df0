//! What a join costs in a small and in a large channel.

use super::place;
use crate::clock::now;
use crate::signaling::admission::{Pace, admit, settled};
use crate::signaling::connection::Incoming;
use crate::signaling::crowd::{Crowd, nobody_leaves};
use crate::signaling::dialect::{Place, move_in, move_out};
use crate::signaling::meter::Meter;
use crate::signaling::report::Figure;
use crate::signaling::{Endpoint, clock_until};
use anyhow::{Context as _, Result, bail};
use protocol::Role;
use std::time::Duration;

const SMALL: usize = 10;
pub(super) const LARGE: usize = 10_000;
const JOINS: usize = 20_000;
const PATIENCE: Duration = Duration::from_secs(20);
const CHANNEL: &str = "crowded";

pub(super) const TARGETS: &[(&str, &str)] = &[("large to small", "1")];

pub(super) fn method() -> String {
    format!(
        "{JOINS} times a client joins a channel of {SMALL}, or of {LARGE}, and leaves it again, each \
         request when the one before is answered. In the small channel everybody is told; in the \
         large one the host is, and once a second all viewers are told their number, which is \
         counted here too."
    )
}

pub(super) fn run(endpoint: &Endpoint) -> Result<Vec<Figure>> {
    let (small, mut figures) = channel_of(SMALL, endpoint)?;
    let (large, more) = channel_of(LARGE, endpoint)?;
    figures.extend(more);
    figures.push(Figure::new("large to small", large / small));
    Ok(figures)
}

/// The server's time for one join and leave, and what else there is to say.
fn channel_of(size: usize, endpoint: &Endpoint) -> Result<(f64, Vec<Figure>)> {
    let server = endpoint.start()?;
    let mut crowd = Crowd::new(server.address(), endpoint.dialect)?;
    let host = [place(CHANNEL.to_owned(), Role::Host)];
    admit(&mut crowd, &host, Pace::Unhurried, |_, _, _| Ok(()))?;
    let viewers = vec![place(CHANNEL.to_owned(), Role::Viewer); size - 1];
    admit(&mut crowd, &viewers, Pace::Unhurried, |_, _, _| Ok(()))?;
    admit(&mut crowd, &[None], Pace::Unhurried, |_, _, _| Ok(()))?;
    settled(&mut crowd, &server, PATIENCE)?;
    let meter = Meter::start(&server)?;
    let told = join_and_leave(&mut crowd, size)?;
    let usage = meter.stop(&server)?;
    let what = format!("channel of {size}");
    let figure = |name: &str, value| Figure::new(format!("{what}: {name}"), value);
    let mut figures = usage.costs(&what, JOINS).to_vec();
    figures.extend([
        figure("others told for each", told as f64 / JOINS as f64),
        figure("joins/s", JOINS as f64 / usage.wall.as_secs_f64()),
        figure("CPU of others, %", usage.others_share()),
    ]);
    Ok((usage.server.total().as_secs_f64(), figures))
}

/// Moves the client with the number `mover` in and out; says how many messages others got.
fn join_and_leave(crowd: &mut Crowd, mover: usize) -> Result<usize> {
    let inside = Place {
        channel: CHANNEL.to_owned(),
        role: Role::Viewer,
    };
    let mut told = 0;
    let mut requests = 1;
    for nth in 0..2 * JOINS {
        requests += 1;
        let request = match nth % 2 {
            0 => move_in(&inside, requests)?,
            _ => move_out(requests)?,
        };
        crowd.clients().send(mover, &request.frame)?;
        let deadline = now() + PATIENCE;
        let mut is_answered = false;
        while !is_answered {
            let left = clock_until(deadline).context("a join was not answered")?;
            crowd.pump(left, |clients, client, incoming| {
                nobody_leaves(clients, client, incoming)?;
                let Incoming::Text(text) = incoming else {
                    return Ok(());
                };
                if client != mover {
                    told += 1;
                } else if text.starts_with(request.reply.as_bytes()) {
                    is_answered = true;
                } else if text.starts_with(br#"{"re":"#) {
                    bail!("refused: {}", String::from_utf8_lossy(text));
                }
                Ok(())
            })?;
        }
    }
    Ok(told)
}
