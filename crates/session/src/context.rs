//! What every machine of a session acts through: the time, the way out and the way to the server.

use crate::connection::{Connection, Purpose};
use crate::settings::Settings;
use crate::{CaptureId, Effect, LinkEffect, MediaEffect, PlayEffect};
use protocol::Command;
use protocol::machine::Outbox;
use protocol::time::Instant;

/// Handed down to the machine that handles an input. It decides nothing.
#[derive(Debug)]
pub(crate) struct Context {
    /// The time of the input.
    pub(crate) now: Instant,
    /// What comes out.
    pub(crate) effects: Outbox<Effect>,
    /// The way to the server.
    pub(crate) connection: Connection,
    /// What the person has chosen.
    pub(crate) settings: Settings,
    /// Scheme and authority of the server.
    pub(crate) origin: String,
    /// The page can be seen.
    pub(crate) visible: bool,
    /// The newest attempt to capture; the numbers outlive the page that asks.
    pub(crate) last_capture: CaptureId,
}

impl Context {
    /// Asks the server for something, now or as soon as the connection is back.
    pub(crate) fn request(&mut self, command: Command, purpose: Purpose) {
        self.connection.request(command, purpose, &mut self.effects);
    }

    /// A number that no attempt to capture had.
    pub(crate) const fn next_capture(&mut self) -> CaptureId {
        self.last_capture = CaptureId(self.last_capture.0.wrapping_add(1));
        self.last_capture
    }

    pub(crate) fn link(&mut self, effect: LinkEffect) {
        self.effects.push(Effect::Link(effect));
    }

    pub(crate) fn media(&mut self, effect: MediaEffect) {
        self.effects.push(Effect::Media(effect));
    }

    pub(crate) fn play(&mut self, effect: PlayEffect) {
        self.effects.push(Effect::Play(effect));
    }
}
