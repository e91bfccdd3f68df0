//! One live session of a channel.

use crate::pacing::{Pace, Rate};
use protocol::limits::COALESCE;
use protocol::time::{Duration, Instant, millis};
use protocol::{JoinStream, LiveStream, Media, PeerSummary, StreamId, StreamUpdated, Title};

/// The longest time that a returning host may say its stream has been on.
const MAX_LIVE_BEFORE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How often viewers are told at once that the stream has changed.
const UPDATES: Rate = Rate {
    at_once: 8,
    every: Duration::from_millis(500),
};

/// A stream that is on. Who its host is, the channel's members know.
#[derive(Debug)]
pub(crate) struct Stream {
    id: StreamId,
    now: StreamUpdated,
    /// What viewers have been told.
    told: StreamUpdated,
    updates: Pace,
    /// When viewers are told what they have not been told yet.
    due: Option<Instant>,
    began: Instant,
    /// How long it had been on before this server knew of it.
    before: Duration,
}

impl Stream {
    pub(crate) fn begin(id: StreamId, now: Instant, join: &JoinStream) -> Self {
        let shown = StreamUpdated {
            title: join.title.clone(),
            media: join.media,
            host_away: false,
        };
        Self {
            id,
            told: shown.clone(),
            now: shown,
            updates: Pace::default(),
            due: None,
            began: now,
            before: Duration::from_millis(join.live_for_ms).min(MAX_LIVE_BEFORE),
        }
    }

    /// The host joins again, or another one takes over: what it does not say stays.
    pub(crate) fn carry_on(&mut self, join: &JoinStream) {
        let title = join.title.clone().map(Some);
        self.update(title, Some(join.media));
    }

    /// Changes what is said.
    pub(crate) fn update(&mut self, title: Option<Option<Title>>, media: Option<Media>) {
        if let Some(title) = title {
            self.now.title = title;
        }
        self.now.media = media.unwrap_or(self.now.media);
    }

    /// The host's connection is lost, or it is there. Viewers are told a little later, so that one
    /// that is back at once does not matter.
    pub(crate) fn set_host_away(&mut self, host_away: bool, now: Instant) {
        self.now.host_away = host_away;
        if self.now != self.told {
            self.due.get_or_insert(now + COALESCE);
        }
    }

    /// What viewers are to be told at once of a change, if anything; or it is due later.
    pub(crate) fn news(&mut self, now: Instant) -> Option<StreamUpdated> {
        if self.now == self.told {
            return None;
        }
        if self.due.is_none() && self.updates.take(UPDATES, now).is_ok() {
            return Some(self.tell());
        }
        self.due.get_or_insert(now + COALESCE);
        None
    }

    /// What viewers are to be told now.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<StreamUpdated> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        (self.now != self.told).then(|| self.tell())
    }

    /// Viewers are told everything anew.
    pub(crate) fn tell(&mut self) -> StreamUpdated {
        self.due = None;
        self.told = self.now.clone();
        self.now.clone()
    }

    pub(crate) const fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    pub(crate) const fn title(&self) -> Option<&Title> {
        self.now.title.as_ref()
    }

    pub(crate) const fn media(&self) -> Media {
        self.now.media
    }

    pub(crate) fn live_for_ms(&self, now: Instant) -> u64 {
        millis(now.since(self.began).saturating_add(self.before))
    }

    /// The stream as it is.
    pub(crate) fn describe(&self, host: PeerSummary, now: Instant) -> LiveStream {
        self.shown(&self.now, host, now)
    }

    /// The stream as viewers have been told it.
    pub(crate) fn describe_as_told(&self, host: PeerSummary, now: Instant) -> LiveStream {
        self.shown(&self.told, host, now)
    }

    fn shown(&self, shown: &StreamUpdated, host: PeerSummary, now: Instant) -> LiveStream {
        LiveStream {
            stream: self.id,
            host,
            title: shown.title.clone(),
            media: shown.media,
            live_for_ms: self.live_for_ms(now),
            host_away: shown.host_away,
        }
    }
}
