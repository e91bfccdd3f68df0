//! Looking for another network path of a link: who asks for it, and how often.

use super::{Link, Negotiation, Step};
use crate::context::Context;
use protocol::time::Duration;
use protocol::{Command, LinkTarget};

/// How long a sender that has just restarted lets the other end wait for the next restart, which
/// costs every candidate anew.
const WISH_PAUSE: Duration = Duration::from_secs(5);

impl Link {
    /// Something asks for another network path.
    pub(crate) fn renew(&mut self, cx: &mut Context) {
        let online = self.is_online(cx);
        if self.path.restart(cx.now, online) == Step::Restart {
            self.restart(cx);
        }
    }

    /// The other end asks for another network path.
    pub(crate) fn wished(&mut self, cx: &mut Context) {
        match self.restarted.map(|at| at + WISH_PAUSE) {
            Some(due) if due > cx.now => self.wish = Some(due),
            Some(_) | None => self.renew_or_remember(cx),
        }
    }

    /// The network is another one. An offer that nobody could follow is made anew.
    pub(crate) fn network_changed(&mut self, cx: &mut Context) {
        if self.is_sending() && !self.is_kept() && self.path.reopen(cx.now) {
            self.restart(cx);
        } else {
            self.renew_or_remember(cx);
        }
    }

    /// One restart at a time: a wish that comes during one is carried out after it.
    pub(super) fn renew_or_remember(&mut self, cx: &mut Context) {
        self.again = self.path.is_restarting();
        self.renew(cx);
    }

    pub(super) fn restart(&mut self, cx: &mut Context) {
        let renewed = match &mut self.negotiation {
            Negotiation::Send(sender) => sender.renew(),
            Negotiation::Receive(_) => {
                let target = LinkTarget { link: self.id };
                self.request(Command::RestartIce(target), cx);
                return;
            }
        };
        if let Some(generation) = renewed {
            self.restarted = Some(cx.now);
            self.offer(generation, true, cx);
        }
    }
}
