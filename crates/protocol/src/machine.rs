//! The contract of the machines, stated once.
//!
//! Exchanger, relay and session are values without tasks, sockets, locks or clocks. Each has four
//! methods, and a shell that owns it:
//!
//! ```text
//! handle_input(now, input)   never fails: a refusal is an output
//! handle_timeout(now)        early and spurious calls are harmless
//! poll_output()              what to do next; drain before the next handle_*
//! poll_timeout()             which timer wants to be called, and when
//! ```
//!
//! **Drain before feed**: after every `handle_*` the shell calls `poll_output` until it returns
//! `None`, before it calls another `handle_*`. A machine may rely on it: what it put out has been
//! seen. [`Outbox`] asserts it in debug builds.
//!
//! The same inputs at the same times give the same outputs: randomness comes in as a seed, and
//! nothing is iterated in an order that differs between runs.

use std::collections::VecDeque;

/// The outputs of a machine that its shell has not fetched yet.
#[derive(Debug)]
pub struct Outbox<T>(VecDeque<T>);

impl<T> Outbox<T> {
    /// An empty outbox.
    #[must_use]
    pub const fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Adds an output behind the others.
    pub fn push(&mut self, output: T) {
        self.0.push_back(output);
    }

    /// Takes the oldest output.
    pub fn poll(&mut self) -> Option<T> {
        self.0.pop_front()
    }

    /// To be called first in every `handle_*`.
    ///
    /// # Panics
    /// In debug builds, if the shell broke "drain before feed".
    #[track_caller]
    pub fn assert_drained(&self) {
        debug_assert!(
            self.0.is_empty(),
            "drain before feed: see protocol::machine"
        );
    }
}

impl<T> Default for Outbox<T> {
    fn default() -> Self {
        Self::new()
    }
}
