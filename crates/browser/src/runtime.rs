//! The loop between the session and the page. See `protocol::machine` for the contract.

use crate::media::Media;
use crate::{
    claim::Claim, clock::Clock, entropy::entropy, link::Links, page::PageState, reporter::Reporter,
};
use crate::{slot::Slots, socket::Sockets, storage::Storages, tab::Tab, timer::Timer};
use core::cell::{Cell, RefCell};
use core::fmt;
use protocol::time::Instant;
use session::{Effect, Input, Intent, Resumption, Seed, Session, StudioOnly, View};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

/// The session of this tab, with hands and eyes. Clones are the same session.
#[derive(Clone)]
pub struct Runtime(Rc<Shell>);

impl Runtime {
    /// A session that has not started: it does nothing yet, and keeps the intents for later.
    /// `None` outside a page.
    #[must_use]
    pub fn new(seed: Seed, on_view: impl Fn(View) + 'static) -> Option<Self> {
        let tab = Tab::current()?;
        Some(Self(Rc::new_cyclic(|shell| {
            Shell::new(&tab, seed, Box::new(on_view), shell)
        })))
    }

    /// Starts the session. From here on `on_view` is called with every view that differs from the
    /// one before; the first one before that is `View::initial`.
    pub fn start(&self) {
        self.0.page.watch();
        let Some(resumption) = self.0.storages.resumption() else {
            return self.0.start(None);
        };
        let shell = Rc::clone(&self.0);
        spawn_local(async move {
            let is_ours = shell.claim.can_resume(&resumption).await;
            shell.start(Some(resumption).filter(|_| is_ours));
        });
    }

    /// Tells the session what the person did. What a browser allows only in a gesture happens
    /// before this returns.
    pub fn send(&self, intent: Intent) {
        self.0.feed(Turn::Input(Input::Intent(intent)));
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}

/// One call of a `handle_*`.
enum Turn {
    Input(Input),
    Timeout,
}

struct Shell {
    session: RefCell<Session>,
    /// What came while effects ran.
    inbox: RefCell<VecDeque<Turn>>,
    /// Inputs only queue: the session has not started, or effects are running.
    running: Cell<bool>,
    shown: RefCell<View>,
    on_view: Box<dyn Fn(View)>,
    clock: Clock,
    alarm: Timer,
    alarm_at: Cell<Option<Instant>>,
    sockets: Sockets,
    links: Links,
    media: Option<StudioOnly<Media>>,
    slots: Rc<Slots>,
    page: PageState,
    storages: Storages,
    claim: Claim,
}

impl Shell {
    fn new(tab: &Tab, seed: Seed, on_view: Box<dyn Fn(View)>, this: &Weak<Self>) -> Self {
        let clock = Clock::new(tab);
        let reporter = Reporter::new({
            let shell = Weak::clone(this);
            move |report| feed(&shell, Turn::Input(Input::Report(report)))
        });
        let alarm = Timer::new(&tab.window, {
            let shell = Weak::clone(this);
            move || feed(&shell, Turn::Timeout)
        });
        let slots = Rc::new(Slots::new(tab, &reporter));
        Self {
            shown: RefCell::new(View::initial(&seed)),
            session: RefCell::new(Session::new(seed, entropy(tab), clock.now())),
            inbox: RefCell::default(),
            running: Cell::new(true),
            on_view,
            clock,
            alarm,
            alarm_at: Cell::new(None),
            sockets: Sockets::new(tab, &reporter),
            links: Links::new(tab, &reporter, &slots),
            media: StudioOnly::new(|| Media::new(tab, &reporter)),
            slots,
            page: PageState::new(tab, &reporter),
            storages: Storages::new(tab, &reporter),
            claim: Claim::new(tab),
        }
    }

    fn start(&self, resumption: Option<Resumption>) {
        let started = self.storages.started(resumption);
        self.inbox
            .borrow_mut()
            .push_front(Turn::Input(Input::Report(started)));
        self.running.set(false);
        self.run();
    }

    fn feed(&self, turn: Turn) {
        self.inbox.borrow_mut().push_back(turn);
        self.run();
    }

    fn run(&self) {
        if self.running.replace(true) {
            return;
        }
        while let Some(turn) = self.next_turn() {
            let now = self.clock.now();
            match turn {
                Turn::Input(input) => self.session.borrow_mut().handle_input(now, input),
                Turn::Timeout => {
                    self.alarm_at.set(None);
                    self.session.borrow_mut().handle_timeout(now);
                }
            }
            while let Some(effect) = self.next_effect() {
                self.execute(effect);
            }
        }
        self.running.set(false);
        self.set_alarm();
        self.publish();
    }

    fn next_turn(&self) -> Option<Turn> {
        self.inbox.borrow_mut().pop_front()
    }

    fn next_effect(&self) -> Option<Effect> {
        self.session.borrow_mut().poll_output()
    }

    fn execute(&self, effect: Effect) {
        match effect {
            Effect::Socket(effect) => self.sockets.execute(effect),
            Effect::Link(effect) => self.links.execute(effect),
            Effect::Media(effect) => {
                let media = self.media.as_ref();
                if let Some(tracks) = media.and_then(|media| media.execute(effect)) {
                    self.slots.show_outgoing(tracks.video.as_ref());
                    self.links.send(tracks);
                }
            }
            Effect::Play(effect) => self.slots.execute(effect),
            Effect::SavePreferences(preferences) => self.storages.save_preferences(&preferences),
            Effect::SaveResumption(resumption) => {
                if let Some(resumption) = &resumption {
                    self.claim.hold(resumption);
                }
                self.storages.save_resumption(resumption.as_ref());
            }
            Effect::Copy(text) => self.page.copy(text),
            Effect::GuardUnload(on) => self.page.guard_unload(on),
            Effect::KeepAwake(on) => self.page.keep_awake(on),
        }
    }

    fn set_alarm(&self) {
        let at = self.session.borrow().poll_timeout().map(|(at, _reason)| at);
        if self.alarm_at.replace(at) == at {
            return;
        }
        match at {
            Some(at) => self.alarm.set(at.since(self.clock.now())),
            None => self.alarm.clear(),
        }
    }

    fn publish(&self) {
        let view = self.session.borrow().view(self.clock.now());
        if *self.shown.borrow() == view {
            return;
        }
        self.shown.replace(view.clone());
        (self.on_view)(view);
    }
}

fn feed(shell: &Weak<Shell>, turn: Turn) {
    if let Some(shell) = shell.upgrade() {
        shell.feed(turn);
    }
}
