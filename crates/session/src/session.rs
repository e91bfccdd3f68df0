//! The session itself: four methods, a view, and who is to hear of what. It decides nothing that a
//! machine below it could decide.

use crate::connection::{Arrival, Connection, News, Purpose};
use crate::context::Context;
use crate::dispatch;
use crate::page::OpenPage;
use crate::random::Random;
use crate::settings::Settings;
use crate::shell::Shell;
use crate::timer::{Reason, earliest};
use crate::{CaptureId, Effect, Intent, Preferences, Report, Resumption, Seed, View};
use protocol::machine::Outbox;
use protocol::time::{Duration, Instant};
use protocol::{Command, Resumed};

/// A timer that is later than this means that the tab slept: what it believes may be out of date.
const LATE: Duration = Duration::from_secs(5);

/// What goes into a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// What the person did.
    Intent(Intent),
    /// What the shell saw.
    Report(Report),
}

/// What one tab knows and wants, as a machine of [`protocol::machine`].
#[derive(Debug)]
pub struct Session {
    cx: Context,
    page: OpenPage,
    shell: Shell,
}

impl Session {
    /// The session of a tab that shows what the server rendered from `seed`. `entropy`
    /// makes jitter and guest names, and nothing that is secret.
    #[must_use]
    pub fn new(seed: Seed, entropy: u64, now: Instant) -> Self {
        let mut random = Random::new(entropy);
        let connection = Connection::new(Random::new(random.next()), now);
        let settings = Settings::new(&seed, &mut random);
        let page = OpenPage::rendered(&seed, now);
        let cx = Context {
            now,
            effects: Outbox::new(),
            connection,
            settings,
            origin: seed.origin,
            visible: true,
            last_capture: CaptureId::default(),
        };
        let shell = Shell::default();
        Self { cx, page, shell }
    }

    /// Something happened.
    pub fn handle_input(&mut self, now: Instant, input: Input) {
        self.begin(now);
        match input {
            Input::Intent(intent) => {
                dispatch::intent(intent, &mut self.page, &self.shell, &mut self.cx);
            }
            Input::Report(report) => self.handle_report(report),
        }
        self.finish();
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.begin(now);
        self.finish();
    }

    /// What to do next; to be drained before the next `handle_*`.
    pub fn poll_output(&mut self) -> Option<Effect> {
        self.cx.effects.poll()
    }

    /// Which timer wants to be called, and when.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        earliest([
            self.cx.connection.next_timeout(),
            self.page.next_timeout(&self.cx),
            self.shell.next_timeout(),
        ])
    }

    /// What the screen shows now.
    #[must_use]
    pub fn view(&self, now: Instant) -> View {
        View {
            connection: self.cx.connection.view(now),
            locale: self.cx.settings.locale(),
            theme: self.cx.settings.theme(),
            user_name: self.cx.settings.shown_name(),
            copied: self.shell.is_copied(),
            page: self.page.view(&self.cx, now),
        }
    }

    fn begin(&mut self, now: Instant) {
        self.cx.effects.assert_drained();
        let last = self.cx.now;
        let was_due = self.poll_timeout().is_some_and(|(at, _)| at + LATE <= now);
        self.cx.now = now;
        if was_due && now.since(last) > LATE {
            self.cx.connection.slept(last);
            self.page.slept();
        }
    }

    /// What is due by the clock is done on every occasion, for timers of a hidden page are late;
    /// what follows from the new state comes last.
    fn finish(&mut self) {
        let cx = &mut self.cx;
        cx.connection.handle_timeout(cx.now, &mut cx.effects);
        self.page.handle_timeout(cx);
        self.page.settle(cx);
        let counts = self.page.counts() || cx.connection.counts_down();
        self.shell.settle(&self.page, counts, cx);
    }

    fn handle_report(&mut self, report: Report) {
        let Self { cx, page, shell } = self;
        match report {
            Report::Started {
                preferences,
                resumption,
            } => self.start(*preferences, resumption),
            Report::PreferencesChanged(stored) => {
                let before = cx.settings.viewer();
                cx.settings.merge(*stored);
                if cx.settings.viewer() != before {
                    page.renamed(cx);
                }
            }
            Report::Socket(id, report) => {
                let news = cx
                    .connection
                    .handle_report(id, report, cx.now, &mut cx.effects);
                if let Some(news) = news {
                    self.hear(news);
                }
            }
            Report::Link(id, report) => page.handle_link_report(id, report, cx),
            Report::Media(report) => page.handle_media_report(report, cx),
            Report::Play(slot, report) => page.handle_play_report(slot, report, cx.now),
            Report::Copied(done) => shell.copied(done, cx.now),
            Report::NetworkChanged => {
                cx.connection.doubt(cx.now, &mut cx.effects);
                page.network_changed(cx);
            }
            Report::PageShown => {
                cx.visible = true;
                cx.connection.doubt(cx.now, &mut cx.effects);
                page.shown(cx);
            }
            Report::PageHidden => {
                cx.visible = false;
                cx.connection.save(&mut cx.effects);
            }
            Report::PageGone => {
                page.gone(cx);
                cx.connection.save(&mut cx.effects);
            }
        }
    }

    fn start(&mut self, preferences: Preferences, resumption: Option<Resumption>) {
        let Self { cx, page, .. } = self;
        if cx.settings.is_loaded() {
            return;
        }
        cx.settings.load(preferences);
        // Only a viewer goes on where the page before the reload was. A studio starts with nothing
        // to send; its stream waits at the server until it goes live again with the same key.
        let resume = resumption.map(|resumption| resumption.resume);
        let resume = resume.filter(|_| page.watch().is_some());
        cx.connection.start(resume, cx.now, &mut cx.effects);
        page.enter(cx);
    }

    fn hear(&mut self, news: News) {
        let Self { cx, page, .. } = self;
        match news {
            News::Arrived(arrival) => {
                let left_over = matches!(
                    arrival,
                    Arrival::First(Resumed::Replayed | Resumed::Snapshot)
                );
                if left_over && page.watch().is_none() {
                    cx.request(Command::LeaveStream, Purpose::Notice);
                }
                page.arrived(arrival, cx);
            }
            News::Event(event) => page.handle_event(event, cx),
            News::Replied(purpose, result) => page.replied(purpose, &result, cx),
            News::Stopped(code) => page.stopped(code, cx),
        }
    }
}

impl View {
    /// The first view of a tab: the one the server rendered.
    #[must_use]
    pub fn initial(seed: &Seed) -> Self {
        Session::new(seed.clone(), 0, Instant::ORIGIN).view(Instant::ORIGIN)
    }
}
