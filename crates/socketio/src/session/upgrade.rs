//! The change from polling to a WebSocket.
//!
//! ```text
//! client                 server
//!   │ ── WebSocket ───────▶ │   the session goes on by polling
//!   │ ── 2probe ──────────▶ │
//!   │ ◀───────────── 3probe │
//!   │ ◀─── 6 (to the poll)  │   so that no poll is left open
//!   │ ── 5 ───────────────▶ │   from here on by WebSocket
//! ```

use super::{Phase, Session, Transport};
use crate::http::Response;
use crate::limits::{UPGRADE_CHECK, UPGRADE_TIMEOUT};
use crate::packet::Packet;
use crate::port::{Line, Output, Timer};
use protocol::time::Instant;

/// A WebSocket that the session may change over to.
#[derive(Debug)]
pub(super) struct Upgrade {
    line: Line,
    by: Instant,
    /// When to look whether a poll is left open; `None` before the probe.
    check_at: Option<Instant>,
    is_writing: bool,
}

impl Upgrade {
    pub(super) fn timer(&self) -> (Instant, Timer) {
        let by = (self.by, Timer::Upgrade);
        match self.check_at {
            Some(at) if at < self.by => (at, Timer::UpgradeCheck),
            Some(_) | None => by,
        }
    }
}

impl Session {
    /// Takes a WebSocket for a session that polls and is not changing over already. Unlike Node, it
    /// takes none for a session that began with one.
    pub(super) fn begin_upgrade(&mut self, now: Instant, line: Line) {
        let is_polling = matches!(self.transport, Transport::Polling { .. });
        if self.phase == Phase::Closed || self.upgrade.is_some() || !is_polling {
            return self.outbox.push(Output::CloseSocket(line));
        }
        self.upgrade = Some(Upgrade {
            line,
            by: now + UPGRADE_TIMEOUT,
            check_at: None,
            is_writing: false,
        });
    }

    pub(super) fn is_probe(&self, line: Line) -> bool {
        matches!(&self.upgrade, Some(upgrade) if upgrade.line == line)
    }

    /// Takes a packet on the new WebSocket; `None` is one that cannot be meant for a probe.
    pub(super) fn probe_packet(&mut self, now: Instant, packet: Option<Packet<'_>>) {
        let Some(upgrade) = &mut self.upgrade else {
            return;
        };
        match packet {
            Some(Packet::Ping("probe")) => {
                upgrade.check_at = Some(now + UPGRADE_CHECK);
                // Whoever asks faster than it reads is not answered every time.
                if !upgrade.is_writing {
                    upgrade.is_writing = true;
                    let (line, frames) = (upgrade.line, vec![Packet::Pong("probe").encode()]);
                    self.outbox.push(Output::Write { line, frames });
                }
            }
            Some(Packet::Upgrade) => self.complete_upgrade(now),
            Some(_) | None => self.drop_upgrade(),
        }
    }

    /// Takes the news that something has been written, if it is about the new WebSocket.
    pub(super) fn probe_written(&mut self, number: Line) {
        if let Some(upgrade) = &mut self.upgrade
            && upgrade.line == number
        {
            upgrade.is_writing = false;
        }
    }

    fn complete_upgrade(&mut self, now: Instant) {
        let Some(upgrade) = self.upgrade.take() else {
            return;
        };
        if let Some(post) = self.transport.take_post() {
            self.respond(post, Response::Cut);
        }
        self.respond_poll(&[Packet::Close]);
        self.transport = Transport::Socket {
            line: upgrade.line,
            is_writing: upgrade.is_writing,
        };
        self.flush(now);
        if self.phase != Phase::Open {
            self.end_transport(now);
        }
    }

    pub(super) fn drop_upgrade(&mut self) {
        if let Some(Upgrade { line, .. }) = self.upgrade.take() {
            self.outbox.push(Output::CloseSocket(line));
        }
    }

    pub(super) fn check_upgrade(&mut self, now: Instant) {
        let Some(upgrade) = &mut self.upgrade else {
            return;
        };
        if upgrade.by <= now {
            return self.drop_upgrade();
        }
        if upgrade.check_at.take_if(|at| *at <= now).is_some() {
            upgrade.check_at = Some(now + UPGRADE_CHECK);
            self.respond_poll(&[Packet::Noop]);
        }
    }
}
