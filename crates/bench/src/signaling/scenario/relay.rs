//! Descriptions between two, in many rooms.

use crate::clock::now;
use crate::signaling::connection::Incoming;
use crate::signaling::crowd::{Clients, Crowd, nobody_leaves};
use crate::signaling::dialect::{Dialect, find_stamp};
use crate::signaling::meter::{Latencies, Meter, Usage};
use crate::signaling::process::Server;
use crate::signaling::report::Figure;
use crate::signaling::rooms::{self, Room};
use crate::signaling::{Endpoint, clock_until};
use anyhow::{Result, bail, ensure};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

const ROOMS: usize = 500;
/// Before anything is counted.
const WARM_UP: Duration = Duration::from_secs(1);
const WINDOW: Duration = Duration::from_secs(6);
/// How long the last messages may take.
const PATIENCE: Duration = Duration::from_secs(10);
const RATES: [u64; 2] = [2_000, 5_000];
const NANOS: u64 = 1_000_000_000;

pub(super) const TARGETS: &[(&str, &str)] = &[
    (
        "closed loop: messages/s of one full core",
        "native 5×, Socket.IO 2×",
    ),
    ("5000/s: p99, ms", "native 2"),
];

pub(super) fn method() -> String {
    format!(
        "{ROOMS} rooms of two, who take turns: one sends an `offer`, the other an `answer`, each with \
         2 kB of SDP. Native ones go over the room's link, each offer of a new generation, and each \
         is also replied to; only descriptions that arrive are counted. Closed loop: in every room \
         one is underway at any time. Open loop: so many a second, evenly; latency counts from when \
         a message was due. Windows of {} s. Messages/s of one full core is what came through for \
         each second of the server's CPU time, also when the load generator was the slower one.",
        WINDOW.as_secs()
    )
}

pub(super) fn run(endpoint: &Endpoint) -> Result<Vec<Figure>> {
    let server = endpoint.start()?;
    let mut rooms = Rooms::fill(&server, endpoint.dialect)?;
    let mut figures = rooms.closed_loop(&server)?.figures("closed loop", true);
    for rate in RATES {
        let measured = rooms.open_loop(&server, rate)?;
        figures.extend(measured.figures(&format!("{rate}/s"), false));
    }
    Ok(figures)
}

/// [`ROOMS`] of them, all of whose members are in one crowd.
struct Rooms {
    crowd: Crowd,
    rooms: Vec<Room>,
    /// The rooms in which nothing is underway.
    quiet: VecDeque<usize>,
    /// What stamps count from, in nanoseconds.
    epoch: Instant,
}

impl Rooms {
    fn fill(server: &Server, dialect: Dialect) -> Result<Self> {
        let mut crowd = Crowd::new(server.address(), dialect)?;
        let rooms = rooms::fill(&mut crowd, ROOMS)?;
        Ok(Self {
            crowd,
            rooms,
            quiet: (0..ROOMS).collect(),
            epoch: now(),
        })
    }

    /// In every room the next message goes out when one has come in.
    fn closed_loop(&mut self, server: &Server) -> Result<Measured> {
        self.measure(server, &mut Schedule::AtOnce)
    }

    /// Messages go out when they are due, in the room that has been quiet longest.
    fn open_loop(&mut self, server: &Server, per_second: u64) -> Result<Measured> {
        let begin = nanos_since(self.epoch);
        let mut schedule = Schedule::Evenly {
            begin,
            per_second,
            sent: 0,
        };
        self.measure(server, &mut schedule)
    }

    fn measure(&mut self, server: &Server, schedule: &mut Schedule) -> Result<Measured> {
        self.talk(now() + WARM_UP, schedule)?;
        let meter = Meter::start(server)?;
        let latencies = self.talk(now() + WINDOW, schedule)?;
        let usage = meter.stop(server)?;
        self.fall_silent()?;
        Ok(Measured { usage, latencies })
    }

    fn talk(&mut self, until: Instant, schedule: &mut Schedule) -> Result<Latencies> {
        let mut latencies = Latencies::default();
        let (rooms, quiet, epoch) = (&mut self.rooms, &mut self.quiet, self.epoch);
        while clock_until(until).is_some() {
            while let Some(due) = schedule.due(nanos_since(epoch))
                && let Some(room) = quiet.pop_front()
            {
                schedule.count();
                rooms[room].speak(self.crowd.clients(), members(room), due)?;
            }
            // Never asleep: waking the other core would be charged to the server, which clients on
            // other machines do not do. And no timer tells when the next message is due.
            self.crowd
                .pump(Duration::ZERO, |clients, client, incoming| {
                    let Some((room, stamp)) = arrived(clients, client, incoming)? else {
                        return Ok(());
                    };
                    let now = nanos_since(epoch);
                    latencies.add(now.saturating_sub(stamp));
                    match schedule {
                        Schedule::AtOnce => rooms[room].speak(clients, members(room), now),
                        Schedule::Evenly { .. } => {
                            quiet.push_back(room);
                            Ok(())
                        }
                    }
                })?;
        }
        Ok(latencies)
    }

    /// Waits for the messages that are still underway: none may be lost.
    fn fall_silent(&mut self) -> Result<()> {
        let deadline = now() + PATIENCE;
        while self.quiet.len() < ROOMS {
            let Some(left) = clock_until(deadline) else {
                bail!("{} messages never came", ROOMS - self.quiet.len());
            };
            let quiet = &mut self.quiet;
            self.crowd.pump(left, |clients, client, incoming| {
                quiet.extend(arrived(clients, client, incoming)?.map(|(room, _)| room));
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// When messages go out.
enum Schedule {
    /// When the room is quiet.
    AtOnce,
    /// So many a second, since `begin`, in nanoseconds.
    Evenly {
        begin: u64,
        per_second: u64,
        sent: u64,
    },
}

impl Schedule {
    /// When the next message was due, if that is now or was before.
    fn due(&self, now: u64) -> Option<u64> {
        match *self {
            Self::AtOnce => Some(now),
            Self::Evenly {
                begin,
                per_second,
                sent,
            } => Some(begin + sent * NANOS / per_second).filter(|due| *due <= now),
        }
    }

    const fn count(&mut self) {
        match self {
            Self::AtOnce => {}
            Self::Evenly { sent, .. } => *sent += 1,
        }
    }
}

/// What came of a loop.
struct Measured {
    usage: Usage,
    latencies: Latencies,
}

impl Measured {
    fn figures(mut self, what: &str, is_closed: bool) -> Vec<Figure> {
        let messages = self.latencies.count();
        let usage = self.usage;
        let per_second = messages as f64 / usage.wall.as_secs_f64();
        let per_core = messages as f64 / usage.server.total().as_secs_f64();
        let figure = |name: &str, value| Figure::new(format!("{what}: {name}"), value);
        let mut figures = vec![figure("messages/s", per_second)];
        if is_closed {
            figures.push(figure("messages/s of one full core", per_core));
            figures.push(figure("CPU of the load generator, %", usage.load_share()));
        }
        figures.extend(usage.costs(what, messages));
        figures.extend([
            figure("CPU of the server, %", usage.server_share()),
            figure("p50, ms", self.latencies.percentile(50)),
            figure("p99, ms", self.latencies.percentile(99)),
            figure("CPU of others, %", usage.others_share()),
        ]);
        figures
    }
}

/// The host and the viewer of a room.
const fn members(room: usize) -> [usize; 2] {
    [room, room + ROOMS]
}

/// The room of a description that has arrived, and its stamp.
fn arrived(
    clients: &mut Clients,
    client: usize,
    incoming: Incoming<'_>,
) -> Result<Option<(usize, u64)>> {
    nobody_leaves(clients, client, incoming)?;
    let Incoming::Text(text) = incoming else {
        return Ok(None);
    };
    if text.starts_with(br#"{"re":"#) {
        ensure!(
            text.ends_with(br#""data":{}}"#),
            "refused: {}",
            String::from_utf8_lossy(text)
        );
        return Ok(None);
    }
    Ok(find_stamp(text).map(|stamp| (client % ROOMS, stamp)))
}

fn nanos_since(epoch: Instant) -> u64 {
    u64::try_from(epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
