//! The video element: what it shows, whether it plays and how loud.

use crate::context::Context;
use crate::{PlayEffect, PlayReport, Slot, SlotSource};
use protocol::LinkId;

/// Where the picture is shown.
const SLOT: Slot = Slot::PICTURE;
/// How loud it gets when somebody who had turned the volume to nothing wants sound.
const AUDIBLE: u8 = 50;

/// Whether the element is in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    Absent,
    Mounted,
}

/// What the element shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing.
    Blank,
    /// A link that is open.
    Link(LinkId),
    /// The last picture of a link that is closed.
    Last(LinkId),
}

/// Whether the picture moves as far as the element is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Playback {
    Playing,
    PausedByBrowser,
    PausedByViewer,
}

/// Whether the browser lets sound through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Autoplay {
    Allowed,
    /// Only after a gesture.
    Blocked,
}

/// The machine of the video element.
#[derive(Debug)]
pub(crate) struct Player {
    element: Element,
    shown: Shown,
    playback: Playback,
    autoplay: Autoplay,
    fullscreen: bool,
    picture_in_picture: bool,
    size: Option<(u32, u32)>,
}

impl Player {
    pub(crate) const fn new() -> Self {
        Self {
            element: Element::Absent,
            shown: Shown::Blank,
            playback: Playback::Playing,
            autoplay: Autoplay::Allowed,
            fullscreen: false,
            picture_in_picture: false,
            size: None,
        }
    }

    pub(crate) const fn shown(&self) -> Shown {
        self.shown
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.playback != Playback::Playing
    }

    /// The browser wants a gesture before it lets through the sound that the viewer wants.
    pub(crate) fn is_blocked(&self, muted: bool) -> bool {
        self.autoplay == Autoplay::Blocked && !muted
    }

    pub(crate) const fn is_fullscreen(&self) -> bool {
        self.fullscreen
    }

    pub(crate) const fn is_picture_in_picture(&self) -> bool {
        self.picture_in_picture
    }

    pub(crate) const fn size(&self) -> Option<(u32, u32)> {
        self.size
    }

    pub(crate) fn is_muted(&self, wanted: bool) -> bool {
        wanted || self.autoplay == Autoplay::Blocked
    }

    pub(crate) fn mount(&mut self, cx: &mut Context) {
        self.element = Element::Mounted;
        if self.shown != Shown::Blank {
            self.attach(cx);
        }
    }

    pub(crate) fn unmount(&mut self) {
        self.element = Element::Absent;
        self.fullscreen = false;
        self.picture_in_picture = false;
    }

    /// Shows a link from now on; what was shown stays until it has a frame.
    pub(crate) fn show(&mut self, link: LinkId, cx: &mut Context) {
        if self.shown != Shown::Link(link) {
            self.shown = Shown::Link(link);
            self.attach(cx);
        }
    }

    /// The shown link is closed; its last picture stays.
    pub(crate) fn hold(&mut self) {
        if let Shown::Link(link) = self.shown {
            self.shown = Shown::Last(link);
        }
    }

    /// Shows nothing.
    pub(crate) fn clear(&mut self, cx: &mut Context) {
        if self.shown != Shown::Blank {
            self.shown = Shown::Blank;
            self.size = None;
            self.attach(cx);
        }
    }

    /// The page can be seen again: the browser may have paused the picture meanwhile.
    pub(crate) fn wake(&mut self, cx: &mut Context) {
        if self.playback != Playback::PausedByViewer && self.shown != Shown::Blank {
            self.playback = Playback::Playing;
            self.play(cx);
        }
    }

    pub(crate) fn resume(&mut self, cx: &mut Context) {
        self.playback = Playback::Playing;
        self.play(cx);
    }

    pub(crate) fn pause(&mut self, cx: &mut Context) {
        self.playback = Playback::PausedByViewer;
        if self.element == Element::Mounted {
            cx.play(PlayEffect::Pause(SLOT));
        }
    }

    pub(crate) fn mute(&self, cx: &mut Context) {
        let settings = &mut cx.settings;
        settings.choose(&mut cx.effects, |chosen| chosen.muted = true);
        self.play(cx);
    }

    /// The viewer wants sound, and their tap is the gesture that the browser waits for.
    pub(crate) fn unmute(&mut self, cx: &mut Context) {
        self.autoplay = Autoplay::Allowed;
        let settings = &mut cx.settings;
        settings.choose(&mut cx.effects, |chosen| {
            chosen.muted = false;
            if chosen.volume == Some(0) {
                chosen.volume = Some(AUDIBLE);
            }
        });
        self.play(cx);
    }

    pub(crate) fn set_volume(&mut self, volume: u8, cx: &mut Context) {
        let volume = volume.min(100);
        let settings = &mut cx.settings;
        settings.choose(&mut cx.effects, |chosen| {
            chosen.volume = Some(volume);
            chosen.muted &= volume == 0;
        });
        if volume > 0 {
            self.autoplay = Autoplay::Allowed;
        }
        self.play(cx);
    }

    pub(crate) fn toggle(&self, effect: PlayEffect, cx: &mut Context) {
        if self.element == Element::Mounted {
            cx.play(effect);
        }
    }

    pub(crate) const fn handle_report(&mut self, report: PlayReport) {
        match report {
            PlayReport::Playing => self.playback = Playback::Playing,
            PlayReport::Blocked => {
                self.playback = Playback::Playing;
                self.autoplay = Autoplay::Blocked;
            }
            PlayReport::Paused => {
                if matches!(self.playback, Playback::Playing) {
                    self.playback = Playback::PausedByBrowser;
                }
            }
            PlayReport::Resized { width, height } => self.size = Some((width, height)),
            PlayReport::Fullscreen(on) => self.fullscreen = on,
            PlayReport::PictureInPicture(on) => self.picture_in_picture = on,
        }
    }

    fn attach(&self, cx: &mut Context) {
        if self.element == Element::Absent {
            return;
        }
        let source = match self.shown {
            Shown::Blank => None,
            Shown::Link(link) | Shown::Last(link) => Some(SlotSource::Link(link)),
        };
        cx.play(PlayEffect::Attach { slot: SLOT, source });
        if source.is_some() && self.playback != Playback::PausedByViewer {
            self.play(cx);
        }
    }

    /// Plays as things stand. A sound that the browser has refused is not asked for again until
    /// there is a gesture.
    fn play(&self, cx: &mut Context) {
        if self.element == Element::Mounted
            && self.shown != Shown::Blank
            && self.playback != Playback::PausedByViewer
        {
            cx.play(PlayEffect::Play {
                slot: SLOT,
                muted: self.is_muted(cx.settings.chosen().muted),
                volume: cx.settings.volume(),
            });
        }
    }
}
