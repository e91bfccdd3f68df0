//! The only place with a clock.

use crate::tab::Tab;
use core::cell::Cell;
use js_sys::Date;
use protocol::time::Instant;

/// By how much the wall clock has to run ahead of a hidden page, in milliseconds, to mean that the
/// machine slept. Smaller differences, and those while the page is seen, are the wall clock being
/// corrected.
const SLEEP_MS: f64 = 5_000.0;

/// Time since the page began, with the time that the machine slept: some systems stop
/// `performance.now()` meanwhile, and a watchdog that compares its values would not notice that
/// minutes have passed.
pub(crate) struct Clock {
    tab: Tab,
    wall_ahead: Cell<f64>,
    hidden: Cell<bool>,
    slept: Cell<f64>,
}

impl Clock {
    /// A clock whose origin is the beginning of the page.
    pub(crate) fn new(tab: &Tab) -> Self {
        let clock = Self {
            tab: tab.clone(),
            wall_ahead: Cell::new(0.0),
            hidden: Cell::new(false),
            slept: Cell::new(0.0),
        };
        clock.wall_ahead.set(Date::now() - clock.awake());
        clock
    }

    /// Now; never before an earlier answer.
    pub(crate) fn now(&self) -> Instant {
        let awake = self.awake();
        let wall_ahead = Date::now() - awake;
        let jump = wall_ahead - self.wall_ahead.replace(wall_ahead);
        // Hiding and showing the page are looked at as they happen, so one of the two looks on
        // either side of a sleep saw it hidden.
        let hidden = self.tab.document.hidden();
        let was_hidden = self.hidden.replace(hidden);
        if (hidden || was_hidden) && jump > SLEEP_MS {
            self.slept.set(self.slept.get() + jump);
        }
        Instant::from_micros(((awake + self.slept.get()) * 1000.0) as u64)
    }

    fn awake(&self) -> f64 {
        self.tab
            .window
            .performance()
            .map_or_else(Date::now, |performance| performance.now())
    }
}
