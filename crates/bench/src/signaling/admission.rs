//! Letting a crowd in: connect, say what has to be said, until everybody is where they want to be.

use super::clock_until;
use super::connection::Incoming;
use super::crowd::{Clients, Crowd, nobody_leaves};
use super::dialect::{Place, Step};
use crate::clock::now;
use anyhow::{Context as _, Result, bail};
use std::time::{Duration, Instant};

/// How many may be underway at once: enough to keep a server busy, and not enough to fill its
/// backlog.
const UNDERWAY: usize = 64;
/// How long nothing may happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// How fast a crowd comes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// As fast as the server lets it.
    Unhurried,
    /// Evenly within this span.
    Within(Duration),
}

/// One client on its way in.
#[derive(Debug)]
struct Newcomer {
    steps: std::vec::IntoIter<Step>,
}

/// Lets in as many clients as there are places, in this order, and passes on what any client
/// hears meanwhile; says how long it took.
pub(crate) fn admit(
    crowd: &mut Crowd,
    places: &[Option<Place>],
    pace: Pace,
    mut hear: impl FnMut(&mut Clients, usize, &[u8]) -> Result<()>,
) -> Result<Duration> {
    let first = crowd.clients().len();
    let mut newcomers: Vec<Newcomer> = Vec::with_capacity(places.len());
    let mut arrived = 0;
    let began = now();
    let mut heard = began;
    while arrived < places.len() {
        let may_have_come = pace.may_have_come(began.elapsed(), places.len());
        while newcomers.len() < may_have_come && newcomers.len() - arrived < UNDERWAY {
            let steps = crowd.dialect().entry(places[newcomers.len()].as_ref())?;
            crowd.connect()?;
            let steps = steps.into_iter();
            newcomers.push(Newcomer { steps });
        }
        crowd.pump(pace.nap(), |clients, client, incoming| {
            nobody_leaves(clients, client, incoming)?;
            heard = now();
            if let Some(newcomer) = client.checked_sub(first).and_then(|n| newcomers.get_mut(n)) {
                arrived += usize::from(newcomer.advance(clients, client, incoming)?);
            }
            match incoming {
                Incoming::Text(text) => hear(clients, client, text),
                Incoming::Closed(_) | Incoming::Refused(_) | Incoming::Upgraded => Ok(()),
            }
        })?;
        if clock_until(heard + PATIENCE).is_none() {
            bail!("{arrived} of {} came in, and no more", places.len());
        }
    }
    Ok(began.elapsed())
}

impl Newcomer {
    /// Takes the next step if this is what it waits for; says whether it was the last.
    fn advance(
        &mut self,
        clients: &mut Clients,
        client: usize,
        incoming: Incoming<'_>,
    ) -> Result<bool> {
        let Some(step) = self.steps.as_slice().first() else {
            return Ok(false);
        };
        let is_due = match (incoming, step.on) {
            (Incoming::Upgraded, None) => true,
            (Incoming::Text(text), Some(beginning)) => text.starts_with(beginning.as_bytes()),
            (
                Incoming::Upgraded | Incoming::Text(_) | Incoming::Closed(_) | Incoming::Refused(_),
                _,
            ) => false,
        };
        if !is_due {
            if let Incoming::Text(text) = incoming
                && text.starts_with(br#"{"re":"#)
            {
                bail!("refused: {}", String::from_utf8_lossy(text));
            }
            return Ok(false);
        }
        let step = self.steps.next().context("a step that is gone")?;
        if let Some(frame) = step.say {
            clients.send(client, &frame)?;
        }
        Ok(self.steps.as_slice().is_empty())
    }
}

impl Pace {
    fn may_have_come(self, elapsed: Duration, all: usize) -> usize {
        match self {
            Self::Unhurried => all,
            Self::Within(span) => {
                let part = elapsed.as_secs_f64() / span.as_secs_f64();
                ((part * all as f64) as usize).min(all)
            }
        }
    }

    const fn nap(self) -> Duration {
        match self {
            Self::Unhurried => Duration::from_secs(1),
            Self::Within(_) => Duration::from_millis(1),
        }
    }
}

/// Waits until what a server holds in memory stays the same for a while, or the bound is over;
/// says what it holds then, in bytes.
pub(crate) fn settled(
    crowd: &mut Crowd,
    server: &super::process::Server,
    bound: Duration,
) -> Result<f64> {
    const LOOK: Duration = Duration::from_millis(250);
    const LOOKS_ALIKE: usize = 8;
    const SAME: f64 = 64.0 * 1024.0;
    let deadline: Instant = now() + bound;
    let mut last = server.resident_bytes()?;
    let mut alike = 0;
    while alike < LOOKS_ALIKE && clock_until(deadline).is_some() {
        crowd.idle_until(now() + LOOK)?;
        let resident = server.resident_bytes()?;
        alike = if (resident - last).abs() <= SAME {
            alike + 1
        } else {
            0
        };
        last = resident;
    }
    Ok(last)
}
