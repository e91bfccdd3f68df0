//! What happens when. Two things at the same time happen in the order they were written down.

use crate::tab::TabId;
use protocol::time::Instant;
use session::{Report, SocketId, SocketReport};
use std::collections::BTreeMap;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// A tab's request for a socket reaches the server.
    Dial { tab: TabId, socket: SocketId },
    /// A text reaches the server on a tab's socket.
    ToServer {
        tab: TabId,
        socket: SocketId,
        text: String,
    },
    /// The server learns that a tab's socket is gone.
    HangUp { tab: TabId, socket: SocketId },
    /// Something about a socket reaches the tab.
    ToTab {
        tab: TabId,
        socket: SocketId,
        report: SocketReport,
    },
    /// The tab's browser reports.
    Report { tab: TabId, report: Report },
    /// Peer connections look at their paths.
    Media,
}

/// Everything that will happen, in order.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    entries: BTreeMap<(Instant, u64), Happening>,
    written: u64,
}

impl Agenda {
    pub(crate) fn write(&mut self, at: Instant, happening: Happening) {
        self.entries.insert((at, self.written), happening);
        self.written += 1;
    }

    /// When the next thing happens.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.entries.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next thing, if it is due.
    pub(crate) fn take(&mut self, now: Instant) -> Option<Happening> {
        let entry = self.entries.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }
}
