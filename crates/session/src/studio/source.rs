//! One source: the camera, the microphone or the screen.

use crate::{CaptureError, CaptureId, DeviceId, SourceView, TrackRef};

/// What a source yields while it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    /// The picture of a camera or screen, the sound of a microphone.
    pub(crate) main: TrackRef,
    /// The sound of a screen.
    pub(crate) sound: Option<TrackRef>,
    /// The device in use, where there is one.
    pub(crate) device: Option<DeviceId>,
    /// The browser's name for it.
    pub(crate) label: String,
}

impl Feed {
    pub(crate) fn tracks(&self) -> impl Iterator<Item = TrackRef> + use<> {
        [Some(self.main), self.sound].into_iter().flatten()
    }
}

/// What the browser has been asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) capture: CaptureId,
    pub(crate) device: Option<DeviceId>,
}

/// What a refusal of the browser leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The person has to be told.
    Tell(CaptureError),
    /// Some browsers capture one device of a kind at a time: the old one is to be stopped, and the
    /// new one asked for once more.
    ReleaseFirst(Feed, Option<DeviceId>),
}

/// What the end of a track means for a source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It was not this source's.
    Foreign,
    /// The source is off; this is what is left of it.
    Main(Feed),
    /// The screen goes on without its sound.
    Sound,
}

/// The machine of one source.
#[derive(Debug, Default)]
pub(crate) enum Source {
    /// Not wanted.
    #[default]
    Off,
    /// The browser has been asked.
    Starting(Ask),
    /// Captured.
    On(Feed),
    /// Captured, and the browser has been asked for another device.
    Switching(Feed, Ask),
}

impl Source {
    pub(crate) const fn feed(&self) -> Option<&Feed> {
        match self {
            Self::On(feed) | Self::Switching(feed, _) => Some(feed),
            Self::Off | Self::Starting(_) => None,
        }
    }

    pub(crate) const fn is_starting(&self) -> bool {
        matches!(self, Self::Starting(_))
    }

    pub(crate) fn waits_for(&self, capture: CaptureId) -> bool {
        match self {
            Self::Starting(ask) | Self::Switching(_, ask) => ask.capture == capture,
            Self::Off | Self::On(_) => false,
        }
    }

    /// Whether asking for this device would change anything.
    pub(crate) fn satisfies(&self, device: Option<&DeviceId>) -> bool {
        match self {
            Self::Off => false,
            Self::On(feed) => device.is_none() || feed.device.as_ref() == device,
            Self::Starting(ask) | Self::Switching(_, ask) => {
                device.is_none() || ask.device.as_ref() == device
            }
        }
    }

    /// The browser is asked.
    pub(crate) fn ask(&mut self, ask: Ask) {
        *self = match core::mem::take(self) {
            Self::Off | Self::Starting(_) => Self::Starting(ask),
            Self::On(feed) | Self::Switching(feed, _) => Self::Switching(feed, ask),
        };
    }

    /// The browser gave it. Returns what it replaces.
    pub(crate) fn give(&mut self, feed: Feed) -> Option<Feed> {
        match core::mem::replace(self, Self::On(feed)) {
            Self::On(old) | Self::Switching(old, _) => Some(old),
            Self::Off | Self::Starting(_) => None,
        }
    }

    /// The browser refused.
    pub(crate) fn refuse(&mut self, error: CaptureError) -> Refusal {
        match core::mem::take(self) {
            Self::Switching(old, ask) if error == CaptureError::InUse => {
                Refusal::ReleaseFirst(old, ask.device)
            }
            Self::Switching(feed, _) | Self::On(feed) => {
                *self = Self::On(feed);
                Refusal::Tell(error)
            }
            Self::Off | Self::Starting(_) => Refusal::Tell(error),
        }
    }

    /// It is not wanted any more. Returns what is to be stopped; what the browser still gives
    /// belongs to nobody.
    pub(crate) fn release(&mut self) -> Option<Feed> {
        match core::mem::take(self) {
            Self::On(feed) | Self::Switching(feed, _) => Some(feed),
            Self::Off | Self::Starting(_) => None,
        }
    }

    /// A track ended by itself.
    pub(crate) fn lose(&mut self, track: TrackRef) -> Loss {
        match core::mem::take(self) {
            Self::On(feed) if feed.main == track => Loss::Main(feed),
            Self::Switching(feed, ask) if feed.main == track => {
                *self = Self::Starting(ask);
                Loss::Main(feed)
            }
            Self::On(feed) if feed.sound == Some(track) => {
                *self = Self::On(Feed {
                    sound: None,
                    ..feed
                });
                Loss::Sound
            }
            Self::Switching(feed, ask) if feed.sound == Some(track) => {
                let feed = Feed {
                    sound: None,
                    ..feed
                };
                *self = Self::Switching(feed, ask);
                Loss::Sound
            }
            unchanged @ (Self::Off | Self::Starting(_) | Self::On(_) | Self::Switching(..)) => {
                *self = unchanged;
                Loss::Foreign
            }
        }
    }

    pub(crate) fn view(&self) -> SourceView {
        match self {
            Self::Off => SourceView::Off,
            Self::Starting(_) => SourceView::Starting,
            Self::On(feed) | Self::Switching(feed, _) => SourceView::On {
                device: feed.device.clone(),
                label: feed.label.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TrackKind;

    fn feed(capture: u32) -> Feed {
        Feed {
            main: TrackRef {
                capture: CaptureId(capture),
                kind: TrackKind::Video,
            },
            sound: None,
            device: Some(DeviceId(format!("camera {capture}"))),
            label: String::new(),
        }
    }

    fn ask(capture: u32) -> Ask {
        Ask {
            capture: CaptureId(capture),
            device: None,
        }
    }

    #[test]
    fn the_old_device_stays_until_the_new_one_is_there() {
        let mut source = Source::On(feed(1));
        source.ask(ask(2));
        assert_eq!(source.feed(), Some(&feed(1)));
        assert_eq!(source.give(feed(2)), Some(feed(1)));
        assert_eq!(source.feed(), Some(&feed(2)));
    }

    #[test]
    fn a_device_in_use_is_asked_for_once_more_after_the_old_one_is_released() {
        let mut source = Source::On(feed(1));
        source.ask(ask(2));
        let refusal = source.refuse(CaptureError::InUse);
        assert_eq!(refusal, Refusal::ReleaseFirst(feed(1), None));
        source.ask(ask(3));
        assert_eq!(
            source.refuse(CaptureError::InUse),
            Refusal::Tell(CaptureError::InUse)
        );
        assert_eq!(source.view(), SourceView::Off);
    }

    #[test]
    fn a_refused_switch_keeps_the_old_device() {
        let mut source = Source::On(feed(1));
        source.ask(ask(2));
        assert_eq!(
            source.refuse(CaptureError::NoDevice),
            Refusal::Tell(CaptureError::NoDevice)
        );
        assert_eq!(source.feed(), Some(&feed(1)));
    }

    #[test]
    fn a_track_of_another_source_is_not_lost() {
        let mut source = Source::On(feed(1));
        assert_eq!(source.lose(feed(2).main), Loss::Foreign);
        assert_eq!(source.lose(feed(1).main), Loss::Main(feed(1)));
        assert_eq!(source.view(), SourceView::Off);
    }
}
