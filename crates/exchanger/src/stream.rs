//! One live session of a channel.

use protocol::time::{Duration, Instant, millis};
use protocol::{JoinStream, LiveStream, Media, PeerSummary, StreamId, Title};

/// The longest time that a returning host may say its stream has been on.
const MAX_LIVE_BEFORE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A stream that is on. Who its host is, the channel's members know.
#[derive(Debug)]
pub(crate) struct Stream {
    id: StreamId,
    title: Option<Title>,
    media: Media,
    began: Instant,
    /// How long it had been on before this server knew of it.
    before: Duration,
}

impl Stream {
    pub(crate) fn begin(id: StreamId, now: Instant, join: &JoinStream) -> Self {
        Self {
            id,
            title: join.title.clone(),
            media: join.media,
            began: now,
            before: Duration::from_millis(join.live_for_ms).min(MAX_LIVE_BEFORE),
        }
    }

    /// The host joins again, or another peer of it takes over: what it does not say stays. Says
    /// whether what viewers see has changed.
    pub(crate) fn carry_on(&mut self, join: &JoinStream) -> bool {
        let title = join.title.clone().map(Some);
        self.update(title, Some(join.media))
    }

    /// Changes what is said; says whether that is a change.
    pub(crate) fn update(&mut self, title: Option<Option<Title>>, media: Option<Media>) -> bool {
        let title = title.unwrap_or_else(|| self.title.clone());
        let media = media.unwrap_or(self.media);
        let changed = title != self.title || media != self.media;
        self.title = title;
        self.media = media;
        changed
    }

    pub(crate) const fn title(&self) -> Option<&Title> {
        self.title.as_ref()
    }

    pub(crate) const fn media(&self) -> Media {
        self.media
    }

    pub(crate) fn live_for_ms(&self, now: Instant) -> u64 {
        millis(now.since(self.began).saturating_add(self.before))
    }

    /// The stream as viewers are told it.
    pub(crate) fn describe(&self, host: PeerSummary, now: Instant) -> LiveStream {
        LiveStream {
            stream: self.id,
            host,
            title: self.title.clone(),
            media: self.media,
            live_for_ms: self.live_for_ms(now),
            host_away: false,
        }
    }
}
