//! A hundred people in rooms of two who have nothing to do with the attack, and talk.

use crate::signaling::connection::Incoming;
use crate::signaling::crowd::Crowd;
use crate::signaling::dialect::find_stamp;
use crate::signaling::meter::Latencies;
use crate::signaling::rooms::{self, Room};
use anyhow::Result;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

pub(crate) const ROOMS: usize = 50;
/// How often somebody speaks in each room.
const EVERY: Duration = Duration::from_millis(200);

/// The first clients of a crowd.
pub(crate) struct Bystanders {
    rooms: Vec<Talk>,
    epoch: Instant,
    latencies: Latencies,
    /// Connections that the server has closed.
    closed: usize,
    is_silent: bool,
}

struct Talk {
    room: Room,
    due: Instant,
    is_quiet: bool,
}

impl Bystanders {
    /// Lets them in; they begin to talk now.
    pub(crate) fn arrive(crowd: &mut Crowd, epoch: Instant) -> Result<Self> {
        let rooms = rooms::fill(crowd, ROOMS)?;
        let talk = |(nth, room)| Talk {
            room,
            due: epoch + EVERY * nth / ROOMS as u32,
            is_quiet: true,
        };
        Ok(Self {
            rooms: (0..).zip(rooms).map(talk).collect(),
            epoch,
            latencies: Latencies::default(),
            closed: 0,
            is_silent: false,
        })
    }

    /// Each pair has a network of its own.
    pub(crate) const fn source(client: usize) -> Ipv4Addr {
        let [room, half] = [client % ROOMS, client / ROOMS];
        Ipv4Addr::new(127, 10 + room as u8, 0, 1 + half as u8)
    }

    /// Lets those speak whose turn it is.
    pub(crate) fn tick(&mut self, crowd: &mut Crowd, now: Instant) -> Result<()> {
        for (nth, talk) in self.rooms.iter_mut().enumerate() {
            if talk.is_quiet && talk.due <= now && !self.is_silent {
                let stamp = (talk.due - self.epoch).as_nanos() as u64;
                talk.room
                    .speak(crowd.clients(), [nth, nth + ROOMS], stamp)?;
                talk.is_quiet = false;
                talk.due += EVERY;
            }
        }
        Ok(())
    }

    /// One of them hears something.
    pub(crate) fn hear(&mut self, client: usize, incoming: Incoming<'_>, now: Instant) {
        match incoming {
            Incoming::Closed(_) | Incoming::Refused(_) => self.closed += 1,
            Incoming::Upgraded => {}
            Incoming::Text(text) => {
                if let Some(stamp) = find_stamp(text).filter(|_| !text.starts_with(b"{\"re\"")) {
                    let nanos = (now - self.epoch).as_nanos() as u64;
                    self.latencies.add(nanos.saturating_sub(stamp));
                    self.rooms[client % ROOMS].is_quiet = true;
                }
            }
        }
    }

    /// Forgets what has been measured so far.
    pub(crate) fn count_from_here(&mut self) {
        self.latencies = Latencies::default();
        self.closed = 0;
    }

    /// p50 and p99 of what has arrived, in milliseconds.
    pub(crate) fn figures(&mut self) -> [f64; 2] {
        [50, 99].map(|percent| self.latencies.percentile(percent))
    }

    /// Nobody says anything more.
    pub(crate) const fn fall_silent(&mut self) {
        self.is_silent = true;
    }

    /// How many messages have not arrived yet.
    pub(crate) fn unanswered(&self) -> usize {
        self.rooms.iter().filter(|talk| !talk.is_quiet).count()
    }

    /// What never arrived, and who was thrown out.
    pub(crate) fn lost(&self) -> usize {
        self.unanswered().max(self.closed)
    }
}
