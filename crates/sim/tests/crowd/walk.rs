//! One walk: a crowd comes, does things in calm and in storm, is checked whenever it is quiet, and
//! leaves.

use crate::check;
use crate::model::Model;
use protocol::time::Duration;
use session::{Connection, Intent, Lock, StudioPhase};
use sim::{Random, Steps, TabId, World};
use std::collections::BTreeSet;

/// What kind of crowd walks.
#[derive(Debug)]
pub(crate) struct Crowd {
    pub(crate) name: &'static str,
    /// Of how many who come, how many go to each channel.
    pub(crate) channels: &'static [usize],
    /// How many tabs there are at least.
    pub(crate) tabs: usize,
    /// Seeds that once found something.
    pub(crate) found: &'static [u64],
}

/// What may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// People come, go and do things, and tabs crash.
    Calm,
    /// Nobody does anything, and signals fail for a few seconds: nobody may lose the picture.
    Hiccup,
    /// The network and the server fail as well.
    Storm,
}

pub(crate) struct Walk {
    pub(crate) crowd: &'static Crowd,
    pub(crate) world: World,
    pub(crate) random: Random,
    pub(crate) model: Model,
    pub(crate) weather: Weather,
    pub(crate) trail: Vec<String>,
    /// How many tabs the crowd has when it is complete.
    pub(crate) size: usize,
    pub(crate) names: usize,
    /// Tabs that nobody looks at.
    pub(crate) hidden: BTreeSet<TabId>,
}

const EPISODES: [Weather; 7] = [
    Weather::Storm,
    Weather::Hiccup,
    Weather::Calm,
    Weather::Storm,
    Weather::Calm,
    Weather::Storm,
    Weather::Hiccup,
];
const ACTS: usize = 40;
/// How long everything may take to be right again.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK: Duration = Duration::from_secs(5);
/// How long a server remembers who has vanished: until it notices, and the grace.
const OBLIVION: Duration = Duration::from_secs(75);

impl Walk {
    pub(crate) fn new(crowd: &'static Crowd, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let size = crowd.tabs + random.below(crowd.tabs / 2);
        Self {
            crowd,
            world: World::new(seed),
            random,
            model: Model::new(crowd.channels.len()),
            weather: Weather::Calm,
            trail: Vec::new(),
            size,
            names: 0,
            hidden: BTreeSet::new(),
        }
    }

    /// # Errors
    /// If the world is not as the reference says.
    pub(crate) fn run(&mut self) -> Result<Steps, String> {
        self.everybody_comes();
        self.settle()?;
        for weather in EPISODES {
            self.weather = weather;
            self.note(format!("{weather:?}"));
            match weather {
                Weather::Calm | Weather::Storm => (0..ACTS).for_each(|_| self.act()),
                Weather::Hiccup => self.hiccup()?,
            }
            self.settle()?;
        }
        self.everybody_goes();
        self.world.pass(OBLIVION);
        check::compare_empty(&self.world, &self.model)?;
        Ok(self.world.steps())
    }

    /// Writes down what happens.
    pub(crate) fn note(&mut self, what: impl Into<String>) {
        let what: String = what.into();
        let seconds = self.world.elapsed().as_secs_f64();
        self.trail.push(format!("{seconds:8.3} {what}"));
    }

    /// Ends every fault and waits until all is as it should be, and stays so.
    fn settle(&mut self) -> Result<(), String> {
        self.note("everything is well again");
        self.faults_end();
        if self.weather == Weather::Storm {
            self.model.forget_hosts();
        }
        let mut outcome = Err(String::new());
        for _ in 0..PATIENCE.as_secs() / LOOK.as_secs() {
            self.world.pass(LOOK);
            self.people_help_themselves();
            outcome = check::compare(&self.world, &self.model);
            if outcome.is_ok() {
                break;
            }
        }
        outcome?;
        self.world.pass(LOOK);
        let quiet = check::compare(&self.world, &self.model)?;
        if self.weather == Weather::Calm {
            check::compare_order(&self.model, &quiet.seated)?;
        }
        self.model.settle(&quiet.seated);
        for (channel, host) in quiet.hosts.into_iter().enumerate() {
            self.model.channels[channel].host = host;
            for loser in self.model.streamers(channel) {
                if Some(loser) != host {
                    self.closes(loser);
                }
            }
        }
        Ok(())
    }

    /// Whoever is stopped connects again, and where nobody is live who wants to be, one tries.
    fn people_help_themselves(&mut self) {
        let everybody: Vec<TabId> = self.model.people.keys().copied().collect();
        for tab in everybody {
            if self.world.view(tab).connection == Connection::Stopped(session::Stop::Elsewhere) {
                self.world.intend(tab, Intent::Reconnect);
            }
        }
        for channel in 0..self.model.channels.len() {
            let streamers = self.model.streamers(channel);
            let is_off = |tab: &TabId| self.world.studio(*tab).phase == StudioPhase::Ready;
            if !streamers.iter().all(is_off) {
                continue;
            }
            for tab in streamers {
                if self.world.studio(tab).lock == Some(Lock::NoSource) {
                    self.world.intend(tab, Intent::UseCameraAndMicrophone);
                } else if self.world.studio(tab).lock.is_none() {
                    self.world.intend(tab, Intent::GoLive);
                    break;
                }
            }
        }
    }

    fn everybody_goes(&mut self) {
        let everybody: Vec<TabId> = self.model.people.keys().copied().collect();
        for tab in everybody {
            self.goes_somehow(tab);
            if self.random.percent(20) {
                self.world.pass(Duration::from_millis(300));
            }
        }
    }
}
