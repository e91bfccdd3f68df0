//! A server, an honest pair, a hundred bystanders, and one attack on them.

use super::attacks::Attack;
use super::bystanders::{Bystanders, ROOMS};
use super::outcome::{Outcome, PairOutcome};
use super::person::Person;
use super::swarm::Tally;
use super::watch::Watch;
use crate::clock::now;
use crate::signaling::clock_until;
use crate::signaling::connection::Incoming;
use crate::signaling::crowd::{Clients, Crowd};
use crate::signaling::dialect::Dialect;
use crate::signaling::process::{Program, Server};
use anyhow::{Context as _, Result, bail};
use std::net::Ipv4Addr;
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The streamer's channel, which is no secret.
pub(crate) const CHANNEL: &str = "mina";
const STREAMER: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 1);
const VIEWER: Ipv4Addr = Ipv4Addr::new(127, 2, 0, 1);
const NEWCOMER: Ipv4Addr = Ipv4Addr::new(127, 3, 0, 1);
const PATIENCE: Duration = Duration::from_secs(10);
/// When in the attack another honest viewer comes.
const NEWCOMER_AFTER: Duration = Duration::from_secs(3);
/// How long a pair may take to be well again after an attack.
const AFTERMATH: Duration = Duration::from_secs(10);
const RESTART: Duration = Duration::from_millis(500);
/// Attackers let the load generator go first.
const ATTACKER_NICENESS: i32 = 5;

/// Everybody but the attacker.
struct Scene {
    crowd: Crowd,
    bystanders: Option<Bystanders>,
    streamer: Person,
    viewer: Person,
    newcomer: Option<Person>,
}

/// Starts a server of its own and carries the attack out.
pub(crate) fn play(attack: Attack, binary: &Path) -> Result<Outcome> {
    let program = Program::AsShipped(binary.to_owned(), attack.flags());
    let server = Server::start(&program)?;
    let mut scene = Scene::set(&server, attack)?;
    scene.count_from_here();
    let mut watch = Watch::start(&server)?;
    let began = now();
    let until = began + attack.duration();
    let (server, attacker) = if attack == Attack::S4 {
        scene.restart(server, &program, until)?
    } else {
        let attacker = spawn(attack, &server, until);
        (server, attacker)
    };
    if attack == Attack::S4 {
        watch = Watch::start(&server)?;
    }
    while clock_until(until).is_some() {
        if scene.newcomer.is_none() && now() >= began + NEWCOMER_AFTER {
            scene.welcome_newcomer()?;
        }
        scene.turn()?;
        watch.look(&server)?;
    }
    let usage = watch.stop(&server)?;
    let latencies = scene.bystanders.as_mut().map(Bystanders::figures);
    let tally = attacker.join().ok().context("the attacker panicked")??;
    let mut pair = scene.pair_outcome(began);
    pair.well_after = scene.aftermath()?;
    // What was underway when the attack ended may still have come.
    pair.newcomer_waited = scene.newcomer_waited(began);
    Ok(Outcome {
        attack,
        pair,
        bystanders: latencies,
        lost: scene.bystanders.map_or(0, |them| them.lost()),
        usage,
        tally,
        streamer_heard: scene.streamer.received,
    })
}

fn spawn(attack: Attack, server: &Server, until: Instant) -> JoinHandle<Result<Tally>> {
    let target = server.address();
    thread::spawn(move || {
        // Of this thread alone, as Linux has it. A busier load generator measures worse, no more.
        let _ = rustix::process::setpriority_process(None, ATTACKER_NICENESS);
        attack.run(target, until)
    })
}

impl Scene {
    /// Everybody arrives, and the pair's link carries media.
    fn set(server: &Server, attack: Attack) -> Result<Self> {
        let sources = Bystanders::source;
        let mut crowd = Crowd::from_sources(server.address(), Dialect::Native, sources)?;
        let bystanders = if attack == Attack::S4 {
            // A restart cuts everybody off, attack or not.
            None
        } else {
            Some(Bystanders::arrive(&mut crowd, now())?)
        };
        let streamer = Person::arrive(&mut crowd, STREAMER, CHANNEL, "host")?;
        let viewer = Person::arrive(&mut crowd, VIEWER, CHANNEL, "viewer")?;
        let mut scene = Self {
            crowd,
            bystanders,
            streamer,
            viewer,
            newcomer: None,
        };
        let deadline = now() + PATIENCE;
        while !scene.viewer.is_linked() {
            if clock_until(deadline).is_none() {
                bail!("the pair does not find each other");
            }
            scene.turn()?;
        }
        scene.streamer.renegotiate_from(now());
        let calm = now() + Duration::from_secs(1);
        while clock_until(calm).is_some() {
            scene.turn()?;
        }
        Ok(scene)
    }

    /// One turn of the loop: who has something to say says it, and what has come is heard.
    fn turn(&mut self) -> Result<()> {
        let at = now();
        if let Some(bystanders) = &mut self.bystanders {
            bystanders.tick(&mut self.crowd, at)?;
        }
        let other = self.viewer.peer.clone();
        self.streamer.tick(&mut self.crowd, at, other.as_deref())?;
        self.viewer.tick(&mut self.crowd, at, None)?;
        if let Some(newcomer) = &mut self.newcomer {
            newcomer.tick(&mut self.crowd, at, None)?;
        }
        let Self {
            crowd,
            bystanders,
            streamer,
            viewer,
            newcomer,
        } = self;
        let mut people = vec![streamer, viewer];
        people.extend(newcomer.as_mut());
        let patience = Duration::from_millis(1);
        crowd.pump(
            patience,
            |clients: &mut Clients, client, incoming: Incoming<'_>| {
                let at = now();
                if let Some(person) = people.iter_mut().find(|person| person.client == client) {
                    return person.hear(clients, incoming, at);
                }
                if let Some(bystanders) = bystanders.as_mut().filter(|_| client < 2 * ROOMS) {
                    bystanders.hear(client, incoming, at);
                }
                Ok(())
            },
        )
    }

    fn count_from_here(&mut self) {
        self.streamer.count_from_here();
        self.viewer.count_from_here();
        if let Some(bystanders) = &mut self.bystanders {
            bystanders.count_from_here();
        }
    }

    /// The server ends as in a power cut; the attacker waits for the new one before anybody else.
    fn restart(
        &mut self,
        server: Server,
        program: &Program,
        until: Instant,
    ) -> Result<(Server, JoinHandle<Result<Tally>>)> {
        let port = server.address().port();
        let attacker = spawn(Attack::S4, &server, until);
        drop(server);
        let down = now() + RESTART;
        while clock_until(down).is_some() {
            self.turn()?;
        }
        Ok((Server::start_at(program, port)?, attacker))
    }

    fn welcome_newcomer(&mut self) -> Result<()> {
        let newcomer = Person::arrive(&mut self.crowd, NEWCOMER, CHANNEL, "viewer")?;
        self.newcomer = Some(newcomer);
        Ok(())
    }

    fn is_well(&self) -> bool {
        let is_watching = |person: &Person| person.is_linked() && person.host == self.streamer.peer;
        let underway = self.bystanders.as_ref().map_or(0, Bystanders::unanswered);
        self.streamer.is_present()
            && self.streamer.peer.is_some()
            && is_watching(&self.viewer)
            && self.newcomer.as_ref().is_none_or(is_watching)
            && underway == 0
    }

    /// How long after the attack all is well; `None` if it is not.
    fn aftermath(&mut self) -> Result<Option<Duration>> {
        let began = now();
        if let Some(bystanders) = &mut self.bystanders {
            bystanders.fall_silent();
        }
        while clock_until(began + AFTERMATH).is_some() {
            if self.is_well() {
                return Ok(Some(began.elapsed()));
            }
            self.turn()?;
        }
        Ok(None)
    }

    fn newcomer_waited(&self, began: Instant) -> Option<Duration> {
        let arrived = began + NEWCOMER_AFTER;
        let since = self.newcomer.as_ref()?.flowing_since?;
        Some(since.saturating_duration_since(arrived))
    }

    /// As it is at the end of the attack.
    fn pair_outcome(&self, began: Instant) -> PairOutcome {
        PairOutcome {
            streamer: self.streamer.losses.clone(),
            viewer: self.viewer.losses.clone(),
            is_host: !self.streamer.is_banned && self.viewer.host == self.streamer.peer,
            is_away: !self.streamer.is_present(),
            is_linked: self.viewer.is_linked(),
            links_opened: self.streamer.opened,
            newcomer_waited: self.newcomer_waited(began),
            well_after: None,
        }
    }
}
