//! Whatever happens, in whatever order: once it is quiet again, everybody who should see the stream
//! sees it, everybody is counted once, and when all have left nothing remains.
//!
//! A failing walk names its seed; put it into `FOUND` with the fix. `WALKS=10000` walks for longer.

use protocol::time::Duration;
use session::{Intent, Page, Problem, StudioPhase, WatchPhase};
use sim::{Path, TabId, World};

const CHANNEL: &str = "mina";
const WALKS: u64 = 300;
const STEPS: usize = 25;
const MAX_VIEWERS: usize = 6;

/// Seeds that once found something.
const FOUND: &[u64] = &[78];

/// What must be true of the world, without knowing how it is done.
struct Walk {
    world: World,
    random: u64,
    streamer: Option<TabId>,
    viewers: Vec<TabId>,
    server_is_up: bool,
    trail: Vec<&'static str>,
}

impl Walk {
    fn new(seed: u64) -> Self {
        Self {
            world: World::new(seed),
            random: seed,
            streamer: None,
            viewers: Vec::new(),
            server_is_up: true,
            trail: Vec::new(),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.random >> 33).unwrap_or(0) % bound
    }

    fn step(&mut self) {
        let pause = Duration::from_millis([0, 30, 400, 3_000, 12_000][self.below(5)]);
        self.world.pass(pause);
        let verb = match self.below(10) {
            0 | 1 => self.viewer_comes(),
            2 => self.viewer_goes(),
            3 => self.somebody_is_cut_off(),
            4 => self.everybody_is_back(),
            5 => self.server_restarts(),
            6 | 7 => self.streamer_comes(),
            8 => self.streamer_reloads(),
            _ => self.streamer_ends(),
        };
        self.trail.push(verb);
    }

    fn viewer_comes(&mut self) -> &'static str {
        if self.viewers.len() < MAX_VIEWERS {
            let viewer = self.world.open(Page::Watch(CHANNEL.to_owned()));
            self.viewers.push(viewer);
        }
        "a viewer comes"
    }

    fn viewer_goes(&mut self) -> &'static str {
        if self.viewers.is_empty() {
            return "nobody goes";
        }
        let viewer = self.below(self.viewers.len());
        let viewer = self.viewers.swap_remove(viewer);
        if self.below(2) == 0 {
            self.world.close(viewer);
            "a viewer closes its tab"
        } else {
            self.world.kill(viewer);
            "a viewer's tab crashes"
        }
    }

    fn somebody_is_cut_off(&mut self) -> &'static str {
        let everybody: Vec<TabId> = self.viewers.iter().copied().chain(self.streamer).collect();
        if everybody.is_empty() {
            return "nobody is cut off";
        }
        let one = everybody[self.below(everybody.len())];
        if self.below(3) == 0 {
            self.world.set_media(one, false);
        }
        let path = [Path::Down, Path::Silent][self.below(2)];
        self.world.set_path(one, path);
        "somebody is cut off"
    }

    fn everybody_is_back(&mut self) -> &'static str {
        let everybody: Vec<TabId> = self.viewers.iter().copied().chain(self.streamer).collect();
        for tab in everybody {
            self.world.set_path(tab, Path::Up);
            self.world.set_media(tab, true);
        }
        "everybody is back"
    }

    fn server_restarts(&mut self) -> &'static str {
        if self.server_is_up {
            self.world.kill_server();
        } else {
            self.world.start_server();
        }
        self.server_is_up = !self.server_is_up;
        "the server goes or comes"
    }

    fn streamer_comes(&mut self) -> &'static str {
        if self.streamer.is_none() && self.server_is_up {
            let streamer = self.world.open(Page::Studio(Some(CHANNEL.to_owned())));
            self.world.go_live(streamer, CHANNEL);
            self.streamer = Some(streamer);
        }
        "the streamer goes live"
    }

    fn streamer_reloads(&mut self) -> &'static str {
        if let (Some(streamer), true) = (self.streamer, self.server_is_up) {
            let page = Page::Studio(Some(CHANNEL.to_owned()));
            let streamer = self.world.reload(streamer, page);
            self.world.go_live(streamer, CHANNEL);
            self.streamer = Some(streamer);
        }
        "the streamer reloads"
    }

    fn streamer_ends(&mut self) -> &'static str {
        if let Some(streamer) = self.streamer.take() {
            self.world.set_path(streamer, Path::Up);
            self.world.intend(streamer, Intent::EndStream);
            self.world.pass(Duration::from_secs(1));
            self.world.close(streamer);
        }
        "the streamer ends"
    }

    /// Lets everything come back, and checks who sees what.
    fn settle(&mut self) {
        self.everybody_is_back();
        if !self.server_is_up {
            self.server_restarts();
        }
        self.world.pass(Duration::from_secs(60));
        if let Some(streamer) = self.streamer
            && matches!(
                self.world.studio(streamer).problem,
                Some(Problem::EndedMeanwhile | Problem::TakenOver)
            )
        {
            self.world.intend(streamer, Intent::TakeBack);
        }
        self.world.pass(Duration::from_secs(60));
        let (world, viewers) = (&self.world, &self.viewers);
        for viewer in viewers {
            let phase = world.watch(*viewer).phase;
            let Some(streamer) = self.streamer else {
                assert!(
                    matches!(phase, WatchPhase::Waiting | WatchPhase::Ended),
                    "{phase:?}"
                );
                assert_eq!(world.links(*viewer), 0);
                continue;
            };
            assert_eq!(phase, WatchPhase::Live);
            assert!(
                world.sees(*viewer, streamer),
                "the picture is the streamer's"
            );
            let watch = world.watch(*viewer);
            assert_eq!(watch.viewers + watch.waiting, viewers.len());
        }
        if let Some(streamer) = self.streamer {
            assert_eq!(world.studio(streamer).phase, StudioPhase::Live);
            assert_eq!(world.studio(streamer).viewer_count, viewers.len());
            assert_eq!(world.links(streamer), viewers.len());
        }
    }

    fn leave(&mut self) {
        let everybody: Vec<TabId> = self.viewers.drain(..).chain(self.streamer.take()).collect();
        for tab in everybody {
            self.world.close(tab);
        }
        self.world.pass(Duration::from_secs(60));
        assert_eq!(self.world.population(), (0, 0), "nothing is left behind");
    }
}

#[test]
fn everybody_sees_what_they_should_once_it_is_quiet() {
    let walks: Option<u64> = std::env::var("WALKS")
        .ok()
        .and_then(|walks| walks.parse().ok());
    for seed in FOUND.iter().copied().chain(0..walks.unwrap_or(WALKS)) {
        let mut walk = Walk::new(seed);
        for _ in 0..STEPS {
            walk.step();
        }
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            walk.settle();
            walk.leave();
        }));
        assert!(outcome.is_ok(), "seed {seed}: {:#?}", walk.trail);
    }
}
