//! The attacks: S1 to S9 of what was found, each bounded in count and time.

use super::polling;
use super::scene::CHANNEL;
use super::swarm::{Script, Swarm, Tally};
use super::words;
use anyhow::Result;
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Attack {
    /// Nothing: what all others are compared with
    Calm,
    /// Nine strangers take the stream: eight join and leave, one joins as host
    S1,
    /// One viewer leaves and joins
    S2,
    /// Eight clients of the old system join and leave
    S2Old,
    /// 200 connections join and leave
    S3,
    /// 100 connections from 100 addresses do
    S3Many,
    /// Somebody joins as host before the host is back after a restart
    S4,
    /// 600 upgrades of one polling session, with a limit of 16 connections
    S5,
    /// 256 frames that lack a byte, on both endpoints
    S6Frames,
    /// 64 bodies that lack a byte
    S6Bodies,
    /// 256 connections that were silent after one large message
    S6Silence,
    /// The lobby's page, 200 times a second
    S7,
    /// 300 connections rename themselves in channels of 50
    S8Names,
    /// 100 old clients talk in one room
    S8Room,
    /// A host with 300 viewers changes its title
    S8Titles,
    /// 300 follow the lobby while a host comes and goes
    S8Lobby,
    /// 16 viewers of two addresses take places and never answer
    S9,
    /// 16 viewers of 16 addresses do
    S9Many,
}

pub(crate) const ALL: [Attack; 18] = [
    Attack::Calm,
    Attack::S1,
    Attack::S2,
    Attack::S2Old,
    Attack::S3,
    Attack::S3Many,
    Attack::S4,
    Attack::S5,
    Attack::S6Frames,
    Attack::S6Bodies,
    Attack::S6Silence,
    Attack::S7,
    Attack::S8Names,
    Attack::S8Room,
    Attack::S8Titles,
    Attack::S8Lobby,
    Attack::S9,
    Attack::S9Many,
];

/// An honest client may send so many messages a second in the long run; attackers stay just below.
const JUST_ALLOWED: Duration = Duration::from_millis(33);
const AT_ONCE: Duration = Duration::from_millis(500);
/// How soon somebody comes back who was thrown out.
const RETURN: Option<Duration> = Some(Duration::from_millis(500));

impl Attack {
    /// What it does, in a few words.
    pub(crate) const fn what(self) -> &'static str {
        match self {
            Self::Calm => "nothing",
            Self::S1 => "S1: nine strangers take the stream",
            Self::S2 => "S2: one viewer leaves and joins",
            Self::S2Old => "S2: eight old clients leave and join",
            Self::S3 => "S3: 200 connections join and leave",
            Self::S3Many => "S3: 100 addresses join and leave",
            Self::S4 => "S4: a stranger is host first after a restart",
            Self::S5 => "S5: 600 upgrades of one polling session",
            Self::S6Frames => "S6: 256 frames that lack a byte",
            Self::S6Bodies => "S6: 64 bodies that lack a byte",
            Self::S6Silence => "S6: 256 silent ones after a large message",
            Self::S7 => "S7: the lobby's page, 200 times a second",
            Self::S8Names => "S8: 300 connections rename themselves",
            Self::S8Room => "S8: 100 old clients talk in one room",
            Self::S8Titles => "S8: a title changes for 300 viewers",
            Self::S8Lobby => "S8: 300 follow a lobby that changes",
            Self::S9 => "S9: 16 viewers of two addresses never answer",
            Self::S9Many => "S9: 16 viewers of 16 addresses never answer",
        }
    }

    /// From how many addresses it comes.
    pub(crate) const fn addresses(self) -> usize {
        match self {
            // The streamer must not depend on strangers being countable.
            Self::S1 => 9,
            Self::S3Many => 100,
            Self::S9 => 2,
            Self::S9Many => 16,
            Self::Calm
            | Self::S2
            | Self::S2Old
            | Self::S3
            | Self::S4
            | Self::S5
            | Self::S6Frames
            | Self::S6Bodies
            | Self::S6Silence
            | Self::S7
            | Self::S8Names
            | Self::S8Room
            | Self::S8Titles
            | Self::S8Lobby => 1,
        }
    }

    /// How long it lasts.
    pub(crate) const fn duration(self) -> Duration {
        if matches!(self, Self::S1 | Self::S2 | Self::S2Old) {
            Duration::from_secs(20)
        } else {
            Duration::from_secs(10)
        }
    }

    /// Flags that the server gets for it.
    pub(crate) const fn flags(self) -> &'static [&'static str] {
        if matches!(self, Self::S5) {
            &["--connections-per-address", "16"]
        } else {
            &[]
        }
    }

    /// How many files it may make the server open, if fewer than its default limits allow.
    pub(crate) const fn most_files(self) -> Option<f64> {
        // Sixteen connections, and four times as many sockets.
        if matches!(self, Self::S5) {
            Some(80.0)
        } else {
            None
        }
    }

    /// Carries it out, until then.
    pub(crate) fn run(self, target: SocketAddr, until: Instant) -> Result<Tally> {
        if self == Self::S5 {
            return polling::upgrade_again_and_again(target, attacker(0), until);
        }
        if self == Self::S6Bodies {
            return polling::leave_bodies_open(target, attacker(0), until);
        }
        let addresses = self.addresses();
        let scripts = (0..).zip(self.scripts(target));
        let placed = scripts.map(|(nth, script)| (attacker(nth % addresses), script));
        Swarm::new(target, placed.collect(), AT_ONCE)?.run(until)
    }

    fn scripts(self, target: SocketAddr) -> Vec<Script> {
        let native = |first: Arc<[u8]>, verses: Vec<Arc<[u8]>>, every| Script {
            opening: words::upgrade(target),
            upgraded: Some(words::both(&words::hello(&[]), &first)),
            verses,
            every,
            returns_after: RETURN,
        };
        let comes_and_goes = |every| {
            let verses = vec![words::leave(), words::join(CHANNEL, "viewer")];
            native(words::join(CHANNEL, "viewer"), verses, every)
        };
        let claims = |every| {
            let verses = vec![words::join(CHANNEL, "host")];
            native(words::join(CHANNEL, "host"), verses, every)
        };
        match self {
            Self::Calm | Self::S5 | Self::S6Bodies => Vec::new(),
            Self::S1 => {
                let mut scripts = vec![comes_and_goes(Duration::from_millis(60)); 8];
                // Who has taken a stream ends it now and then, and begins one with a key of its own.
                let mut verses = vec![words::join(CHANNEL, "host"); 60];
                verses.push(words::leave());
                let claims = claims(JUST_ALLOWED);
                scripts.push(Script { verses, ..claims });
                scripts
            }
            Self::S2 => vec![comes_and_goes(JUST_ALLOWED)],
            Self::S2Old => vec![old_comer_and_goer(target); 8],
            Self::S3 => vec![comes_and_goes(JUST_ALLOWED); 200],
            Self::S3Many => vec![comes_and_goes(JUST_ALLOWED); 100],
            Self::S4 => {
                let returns_after = Some(Duration::from_millis(5));
                let claims = claims(Duration::from_millis(100));
                vec![Script {
                    returns_after,
                    ..claims
                }]
            }
            Self::S6Frames => frames(target),
            Self::S6Silence => {
                let large = json!({"text": "x".repeat(255 * 1_000)});
                let large = words::say("unheard", &large);
                vec![native(large, Vec::new(), AT_ONCE); 256]
            }
            Self::S7 => {
                let page = Script {
                    opening: words::page(target),
                    upgraded: None,
                    verses: vec![words::page(target)],
                    every: Duration::from_millis(200),
                    returns_after: RETURN,
                };
                vec![page; 40]
            }
            Self::S8Names => (0..300)
                .map(|nth| {
                    let join = words::join(&format!("crowd-{}", nth / 50), "viewer");
                    let names = ["One name", "Another"].map(words::rename);
                    native(join, names.to_vec(), JUST_ALLOWED)
                })
                .collect(),
            Self::S8Room => vec![old_talker(target); 100],
            Self::S8Titles => {
                let title = |title: &str| words::say("updateStream", &json!({"title": title}));
                let titles = vec![title("One title"), title("Another")];
                let mut scripts = vec![native(words::join("stage", "host"), titles, JUST_ALLOWED)];
                let viewer = native(words::join("stage", "viewer"), Vec::new(), AT_ONCE);
                scripts.extend(vec![viewer; 300]);
                scripts
            }
            Self::S8Lobby => {
                let follow = words::say("followLobby", &json!({}));
                let mut scripts = vec![native(follow, Vec::new(), AT_ONCE); 300];
                let verses = vec![words::leave(), words::join("on-and-off", "host")];
                scripts.push(native(words::join("on-and-off", "host"), verses, AT_ONCE));
                scripts
            }
            Self::S9 | Self::S9Many => {
                vec![native(words::join(CHANNEL, "viewer"), Vec::new(), AT_ONCE); 16]
            }
        }
    }
}

/// Frames whose last byte never comes: as large as each endpoint takes them.
fn frames(target: SocketAddr) -> Vec<Script> {
    let script = |opening, payload| Script {
        opening,
        upgraded: Some(words::unfinished_frame(payload)),
        returns_after: RETURN,
        ..Script::default()
    };
    let native = script(words::upgrade(target), words::LARGEST_FRAME);
    let old = script(words::old_upgrade(target, None), words::LARGEST_OLD_FRAME);
    let mut scripts = vec![native; 128];
    scripts.extend(vec![old; 128]);
    scripts
}

/// A client of the old system that says something of 150 bytes to its room, 31 times a second.
fn old_talker(target: SocketAddr) -> Script {
    let room = "a-room";
    let join = json!({"channelName": room, "user": {"name": "Old"}});
    let candidate = json!({"channelName": room, "candidate": {"candidate": "x".repeat(100)}});
    let enter = words::both(&words::old_connect(), &words::old("joinStream", &join));
    Script {
        opening: words::old_upgrade(target, None),
        upgraded: Some(enter),
        verses: vec![words::old("candidate", &candidate)],
        every: JUST_ALLOWED,
        returns_after: RETURN,
    }
}

/// A client of the old system that enters the streamer's room and leaves it.
fn old_comer_and_goer(target: SocketAddr) -> Script {
    let data = json!({"channelName": CHANNEL, "user": {"name": "Old"}});
    let [join, leave] = ["joinStream", "leaveStream"].map(|event| words::old(event, &data));
    Script {
        opening: words::old_upgrade(target, None),
        upgraded: Some(words::both(&words::old_connect(), &join)),
        verses: vec![leave, join],
        every: Duration::from_millis(60),
        returns_after: RETURN,
    }
}

/// The address of the nth attacker: another network than anybody else's.
pub(crate) fn attacker(nth: usize) -> Ipv4Addr {
    let network = u8::try_from(nth).unwrap_or(u8::MAX / 2);
    Ipv4Addr::new(127, 200, network, 1)
}
