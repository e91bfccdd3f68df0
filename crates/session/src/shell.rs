//! What the shell holds for the session as long as something is on, and the ticking of what counts
//! seconds. Wanted and held are compared after every input.

use crate::Effect;
use crate::context::Context;
use crate::page::OpenPage;
use crate::timer::{Due, Reason, earliest};
use protocol::time::{Duration, Instant};

/// How often a page that counts seconds is shown anew.
const TICK: Duration = Duration::from_secs(1);
/// How long a copied link is told.
const COPIED: Duration = Duration::from_secs(3);

/// What the shell holds.
#[derive(Debug, Default)]
pub(crate) struct Shell {
    guards_unload: bool,
    keeps_awake: bool,
    copied_until: Option<Instant>,
    tick: Option<Instant>,
}

impl Shell {
    pub(crate) const fn is_copied(&self) -> bool {
        self.copied_until.is_some()
    }

    pub(crate) fn copy(&self, link: Option<String>, cx: &mut Context) {
        if let Some(link) = link {
            cx.effects.push(Effect::Copy(link));
        }
    }

    /// Whether a text is on the clipboard now.
    pub(crate) fn copied(&mut self, done: bool, now: Instant) {
        self.copied_until = done.then_some(now + COPIED);
    }

    /// To be called after every input.
    pub(crate) fn settle(&mut self, page: &OpenPage, counts: bool, cx: &mut Context) {
        if self.guards_unload != page.is_on_air() {
            self.guards_unload = page.is_on_air();
            cx.effects.push(Effect::GuardUnload(self.guards_unload));
        }
        if self.keeps_awake != page.keeps_awake() {
            self.keeps_awake = page.keeps_awake();
            cx.effects.push(Effect::KeepAwake(self.keeps_awake));
        }
        self.copied_until = self.copied_until.filter(|until| *until > cx.now);
        let running = self.tick.filter(|tick| counts && *tick > cx.now);
        self.tick = running.or_else(|| counts.then_some(cx.now + TICK));
    }

    pub(crate) fn next_timeout(&self) -> Due {
        earliest([
            self.copied_until.map(|at| (at, Reason::Copied)),
            self.tick.map(|at| (at, Reason::Tick)),
        ])
    }
}
