//! What the channel shows now, as far as the server has said.

use crate::timer::LiveClock;
use protocol::time::Instant;
use protocol::{LinkFailure, LiveStream, StreamUpdated};

/// How many links in a row may fail before the streamer counts as out of reach.
const PATIENCE: u32 = 3;

/// What the channel shows now.
#[derive(Debug)]
pub(crate) enum Broadcast {
    /// It is not known yet.
    Unknown,
    /// Nothing.
    Off,
    /// A stream.
    On(Box<OnAir>),
    /// Nothing any more.
    Over,
}

/// Where this viewer stands in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A link is on its way, or there.
    Given,
    /// All places are taken.
    Denied,
    /// So many links in a row have failed.
    Failing(u32),
    /// The browser can play none of the codecs.
    NotPlayable,
}

/// A stream that is on.
#[derive(Debug)]
pub(crate) struct OnAir {
    pub(crate) live: LiveStream,
    pub(crate) clock: LiveClock,
    pub(crate) place: Place,
    /// This viewer has had a picture or a sound of it.
    pub(crate) seen: bool,
    /// What the element shows is of this stream as it is now.
    pub(crate) picture: bool,
    /// The server has said so since it restarted; until then the media themselves are the proof.
    pub(crate) confirmed: bool,
}

impl Broadcast {
    pub(crate) fn of(live: Option<LiveStream>, now: Instant) -> Self {
        match live {
            Some(live) => Self::On(Box::new(OnAir::new(live, now))),
            None => Self::Off,
        }
    }

    pub(crate) const fn on_air(&self) -> Option<&OnAir> {
        match self {
            Self::On(on_air) => Some(on_air),
            Self::Unknown | Self::Off | Self::Over => None,
        }
    }

    pub(crate) const fn on_air_mut(&mut self) -> Option<&mut OnAir> {
        match self {
            Self::On(on_air) => Some(on_air),
            Self::Unknown | Self::Off | Self::Over => None,
        }
    }

    /// The channel is live. A stream that is known goes on; a host may have been replaced.
    pub(crate) fn started(&mut self, live: LiveStream, now: Instant) {
        match self {
            Self::On(on_air) if on_air.live.stream == live.stream || !on_air.confirmed => {
                on_air.picture &= live.media.video;
                on_air.clock = LiveClock::new(now, live.live_for_ms);
                on_air.live = live;
                on_air.confirmed = true;
            }
            Self::On(_) | Self::Unknown | Self::Off | Self::Over => {
                *self = Self::of(Some(live), now);
            }
        }
    }

    /// The channel is not live.
    pub(crate) fn stopped(&mut self) {
        *self = match self {
            Self::On(on_air) if on_air.seen => Self::Over,
            Self::Over => Self::Over,
            Self::On(_) | Self::Unknown | Self::Off => Self::Off,
        };
    }

    pub(crate) fn updated(&mut self, update: StreamUpdated) {
        if let Some(on_air) = self.on_air_mut() {
            on_air.picture &= update.media.video;
            on_air.live.title = update.title;
            on_air.live.media = update.media;
            on_air.live.host_away = update.host_away;
        }
    }
}

impl OnAir {
    fn new(live: LiveStream, now: Instant) -> Self {
        Self {
            clock: LiveClock::new(now, live.live_for_ms),
            live,
            place: Place::Given,
            seen: false,
            picture: false,
            confirmed: true,
        }
    }

    /// A link failed.
    pub(crate) fn failed(&mut self, reason: LinkFailure) {
        self.place = match (reason, self.place) {
            (LinkFailure::Codec, _) => Place::NotPlayable,
            (_, Place::Failing(times)) => Place::Failing(times.saturating_add(1)),
            (_, Place::NotPlayable) => Place::NotPlayable,
            (_, Place::Given | Place::Denied) => Place::Failing(1),
        };
    }

    /// A link was opened.
    pub(crate) const fn admitted(&mut self) {
        if matches!(self.place, Place::Denied) {
            self.place = Place::Given;
        }
    }

    /// Whether a picture is sent of which no frame has come yet.
    pub(crate) const fn awaits_picture(&self) -> bool {
        self.live.media.video && !self.picture
    }

    /// Media arrive.
    pub(crate) const fn reached(&mut self) {
        self.place = Place::Given;
        self.seen = true;
    }

    pub(crate) const fn is_out_of_reach(&self) -> bool {
        matches!(self.place, Place::Failing(times) if times >= PATIENCE)
    }
}
