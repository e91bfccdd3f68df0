//! What befalls the network and the server.

use crate::check;
use crate::walk::{Walk, Weather};
use protocol::time::Duration;
use session::Report;
use sim::{Network, Path, TabId};

const ISLANDS: usize = 3;

impl Walk {
    /// One thing fails, or some things work again.
    pub(crate) fn fault(&mut self) {
        match self.random.below(20) {
            0..5 => self.paths_change(),
            5..8 => self.paths_are_back(),
            8 => self.media_are_cut(),
            9 => self.islands_form(),
            10 => self.links_are_slow(),
            11..13 => self.weather_changes(),
            13..15 => self.sockets_break(),
            15 => self.networks_change(),
            16 => self.pages_are_hidden(),
            17 => self.streamer_misses_a_lot(),
            _ => self.server_goes_or_comes(),
        }
    }

    /// All that ever failed works again, and browsers notice.
    pub(crate) fn faults_end(&mut self) {
        self.world.network().behave_like(&Network::new(0));
        if !self.world.server_is_up() {
            self.world.start_server();
        }
        let everybody: Vec<TabId> = self.model.people.keys().copied().collect();
        for tab in everybody {
            self.world.set_speed(tab, None);
            self.world.set_media(tab, true);
            self.world.set_island(tab, 0);
            self.world.set_path(tab, Path::Up);
            if self.hidden.remove(&tab) {
                self.world.report(tab, Report::PageShown);
            }
        }
    }

    /// Signals fail for less than the server's grace. Whoever sees a picture sees it all the time,
    /// on the same link, until all is well again.
    pub(crate) fn hiccup(&mut self) -> Result<(), String> {
        let pictures = check::pictures(&self.world, &self.model);
        let restarts = self.random.percent(50);
        if restarts {
            self.server_goes_or_comes();
        }
        for _ in 0..=self.random.below(4) {
            if !restarts {
                match self.random.below(5) {
                    0..3 => self.paths_change(),
                    3 => self.weather_changes(),
                    _ => self.sockets_break(),
                }
            }
            for _ in 0..=self.random.below(4) {
                self.world.pass(Duration::from_secs(1));
                check::still_seen(&self.world, &pictures)?;
            }
        }
        self.faults_end();
        for _ in 0..60 {
            self.world.pass(Duration::from_secs(1));
            check::still_seen(&self.world, &pictures)?;
        }
        Ok(())
    }

    fn paths_change(&mut self) {
        let paths = [
            Path::Deaf,
            Path::Down,
            Path::Mute,
            Path::Silent,
            Path::Stalled,
        ];
        let path = self.random.pick(&paths).unwrap_or_default();
        let with_media = self.weather == Weather::Storm && self.random.percent(30);
        let group = self.group();
        self.note(format!(
            "{} are {path:?}, media cut: {with_media}",
            these(&group)
        ));
        for tab in group {
            self.world.set_path(tab, path);
            if with_media {
                self.world.set_media(tab, false);
            }
        }
    }

    fn paths_are_back(&mut self) {
        let group = self.group();
        self.note(format!("{} are back", these(&group)));
        for tab in group {
            self.world.set_path(tab, Path::Up);
            self.world.set_media(tab, true);
        }
    }

    fn media_are_cut(&mut self) {
        let group = self.group();
        self.note(format!("{} have no media", these(&group)));
        for tab in group {
            self.world.set_media(tab, false);
        }
    }

    fn islands_form(&mut self) {
        let island = u32::try_from(self.random.below(ISLANDS)).unwrap_or(0);
        let group = self.group();
        self.note(format!("{} are on island {island}", these(&group)));
        for tab in group {
            self.world.set_island(tab, island);
        }
    }

    fn links_are_slow(&mut self) {
        let speeds = [Some(1_500), Some(4_000), Some(20_000), None];
        let speed = self.random.pick(&speeds).flatten();
        let group = self.group();
        self.note(format!("{} have {speed:?} bytes per second", these(&group)));
        for tab in group {
            self.world.set_speed(tab, speed);
        }
    }

    fn weather_changes(&mut self) {
        let millis = |random: &mut sim::Random, bound| {
            Duration::from_millis(u64::try_from(random.below(bound)).unwrap_or(0))
        };
        let random = &mut self.random;
        let mut network = Network::new(0);
        network.delay = millis(random, 400);
        network.jitter = millis(random, 600);
        network.loss_percent = random.pick(&[0, 5, 20, 40]).unwrap_or(0);
        network.spike_percent = random.pick(&[0, 0, 2, 10]).unwrap_or(0);
        network.spike = millis(random, 15_000);
        if self.weather == Weather::Storm {
            network.media_loss_percent = random.pick(&[0, 10, 50, 95]).unwrap_or(0);
        }
        self.note(format!(
            "{:?} delay, {:?} jitter, {} % loss, {} % spikes of {:?}, {} % media loss",
            network.delay,
            network.jitter,
            network.loss_percent,
            network.spike_percent,
            network.spike,
            network.media_loss_percent,
        ));
        self.world.network().behave_like(&network);
    }

    fn sockets_break(&mut self) {
        let group = self.group();
        self.note(format!("the sockets of {} break", these(&group)));
        for tab in group {
            self.world.break_socket(tab);
        }
    }

    /// More happens than the server keeps for somebody who is away.
    fn streamer_misses_a_lot(&mut self) {
        let Some(streamer) = self.random.pick(&self.streamers()) else {
            return;
        };
        self.note(format!("{streamer} is silent while many go elsewhere"));
        self.world.set_path(streamer, Path::Silent);
        for _ in 0..4 {
            self.many_go_elsewhere();
        }
        self.world.set_path(streamer, Path::Up);
    }

    fn networks_change(&mut self) {
        let group = self.group();
        self.note(format!("{} are on another network", these(&group)));
        for tab in group {
            self.world.report(tab, Report::NetworkChanged);
        }
    }

    fn pages_are_hidden(&mut self) {
        let group = self.group();
        let hides = self.random.percent(60);
        self.note(format!("{} are hidden: {hides}", these(&group)));
        for tab in group {
            if hides && self.hidden.insert(tab) {
                self.world.report(tab, Report::PageHidden);
            } else if !hides && self.hidden.remove(&tab) {
                self.world.report(tab, Report::PageShown);
            }
        }
    }

    fn server_goes_or_comes(&mut self) {
        let what = match (self.world.server_is_up(), self.random.below(3)) {
            (false, _) => {
                self.world.start_server();
                "the server starts"
            }
            (true, 0) => {
                self.world.cut_server();
                "the server loses its power"
            }
            (true, 1) => {
                self.world.kill_server();
                "the server is killed"
            }
            (true, _) => {
                self.world.kill_server();
                self.world.start_server();
                "the server restarts"
            }
        };
        self.note(what);
    }

    /// One tab, a few, many or all.
    fn group(&mut self) -> Vec<TabId> {
        let percent = match self.random.below(10) {
            0..4 => return self.anybody().into_iter().collect(),
            4..7 => 5,
            7..9 => 30,
            _ => 100,
        };
        let random = &mut self.random;
        let everybody = self.model.people.keys().copied();
        everybody.filter(|_| random.percent(percent)).collect()
    }
}

/// Some tabs, in few words.
fn these(group: &[TabId]) -> String {
    let numbers: Vec<String> = group.iter().take(8).map(ToString::to_string).collect();
    let more = group.len().saturating_sub(numbers.len());
    match more {
        0 => numbers.join(", "),
        more => format!("{} and {more} more", numbers.join(", ")),
    }
}
