//! One video element.

use crate::error::{BrowserError, settle};
use crate::{js, listener::Listener, reporter::Reporter, tab::Tab, timer::Task};
use core::cell::{Cell, RefCell};
use session::{PlayReport, Report, Slot, SlotSource};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Element, EventTarget, HtmlVideoElement, MediaStream, MediaStreamTrack};

/// Shows one stream for its whole life and exchanges the tracks in it: a second `srcObject` would
/// begin with a black frame, while other tracks leave the last picture until they have one.
pub(super) struct Player {
    screen: Rc<Screen>,
    stream: MediaStream,
    source: Cell<Option<SlotSource>>,
    starting: RefCell<Option<Task>>,
    _listeners: Vec<Listener>,
}

/// The element, as its listeners need it.
struct Screen {
    tab: Tab,
    reporter: Reporter,
    slot: Slot,
    video: HtmlVideoElement,
    /// The sound wished for, once playing is.
    wish: Cell<Option<Sound>>,
    /// It stands still because it was asked to, or has reported that it does.
    paused: Cell<bool>,
    /// The browser has refused sound.
    blocked: Cell<bool>,
    fullscreen: Cell<bool>,
    floating: Cell<bool>,
    size: Cell<(u32, u32)>,
}

#[derive(Clone, Copy)]
struct Sound {
    muted: bool,
    volume: u8,
}

impl Player {
    pub(super) fn new(
        tab: &Tab,
        reporter: &Reporter,
        slot: Slot,
        video: HtmlVideoElement,
    ) -> Result<Self, BrowserError> {
        let screen = Rc::new(Screen {
            tab: tab.clone(),
            reporter: reporter.clone(),
            slot,
            video,
            wish: Cell::new(None),
            paused: Cell::new(false),
            blocked: Cell::new(false),
            fullscreen: Cell::new(false),
            floating: Cell::new(false),
            size: Cell::default(),
        });
        Ok(Self {
            _listeners: listen(&screen),
            screen,
            stream: MediaStream::new()?,
            source: Cell::new(None),
            starting: RefCell::default(),
        })
    }

    pub(super) fn is_of(&self, video: &HtmlVideoElement) -> bool {
        same(&self.screen.video, video)
    }

    pub(super) fn source(&self) -> Option<SlotSource> {
        self.source.get()
    }

    pub(super) fn set_source(&self, source: SlotSource) {
        self.source.set(Some(source));
    }

    /// Shows nothing from now on, and goes on telling whether the element fills the screen or
    /// floats: it may while it is empty.
    pub(super) fn clear(&self) {
        self.source.set(None);
        self.starting.take();
        self.screen.wish.set(None);
        self.screen.paused.set(false);
        self.screen.size.take();
        self.show(&[]);
    }

    /// Exchanges the tracks, each kind by itself, so that the stream never runs empty. Sound alone
    /// leaves the last picture: its own may follow.
    pub(super) fn show(&self, tracks: &[MediaStreamTrack]) {
        let video = &self.screen.video;
        for kind in ["video", "audio"] {
            let is_exchanged = tracks.is_empty() || of_kind(tracks, kind).next().is_some();
            if !is_exchanged {
                continue;
            }
            for old in of_kind(&self.shown(), kind) {
                if !contains(tracks, old) {
                    self.stream.remove_track(old);
                }
            }
            for new in of_kind(tracks, kind) {
                self.stream.add_track(new);
            }
        }
        if tracks.is_empty() {
            video.set_src_object(None);
        } else if video
            .src_object()
            .is_none_or(|shown| !same(&shown, &self.stream))
        {
            video.set_src_object(Some(&self.stream));
        }
        // Other tracks may have ended the playback that was asked for before.
        if let Some(sound) = self.screen.wish.get().filter(|_| !self.screen.paused.get()) {
            self.start(sound);
        }
    }

    pub(super) fn play(&self, muted: bool, volume: u8) {
        self.screen.paused.set(false);
        self.start(Sound { muted, volume });
    }

    pub(super) fn pause(&self) {
        self.starting.take();
        self.screen.paused.set(true);
        // A media element always takes this.
        let _paused = self.screen.video.pause();
    }

    pub(super) fn toggle_fullscreen(&self) {
        let Screen { tab, video, .. } = &*self.screen;
        if js::fullscreen_element(&tab.document).is_some() {
            return js::exit_fullscreen(&tab.document);
        }
        // The controls are beside the video, inside the player.
        let player = video.closest("[data-player]").ok().flatten();
        let element: &Element = player.as_ref().unwrap_or(video);
        js::enter_fullscreen(element, video);
    }

    pub(super) fn toggle_floating(&self) {
        let Screen { tab, video, .. } = &*self.screen;
        let floating = js::is_floating(&tab.document, video);
        js::set_floating(&tab.document, video, !floating);
    }

    fn start(&self, sound: Sound) {
        let screen = &self.screen;
        screen.wish.set(Some(sound));
        // Once refused, sound is not asked for again before a gesture: the browser would stop the
        // picture and complain.
        let refused = screen.blocked.get() && !js::has_been_active(&screen.tab.navigator);
        screen.blocked.set(refused && !sound.muted);
        let silent = sound.muted || refused || screen.slot == Slot::PREVIEW;
        screen.video.set_muted(silent);
        screen
            .video
            .set_volume(f64::from(sound.volume.min(100)) / 100.0);
        if let Ok(playing) = screen.video.play() {
            let screen = Rc::clone(screen);
            let starting = Task::spawn(async move { screen.started(playing).await });
            self.starting.replace(Some(starting));
        }
    }

    fn shown(&self) -> Vec<MediaStreamTrack> {
        self.stream.get_tracks().iter().map(Into::into).collect()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // So that a link's closing is not an end of playback that the element reports.
        self.screen.video.set_src_object(None);
        // The element is gone from the page, and with it what only it could have told.
        self.screen.set_fullscreen(false);
        self.screen.set_floating(false);
    }
}

impl Screen {
    fn report(&self, report: PlayReport) {
        self.reporter.report(Report::Play(self.slot, report));
    }

    async fn started(&self, playing: js_sys::Promise) {
        match settle(playing).await {
            Ok(_) if self.blocked.get() => self.report(PlayReport::Blocked),
            Ok(_) => self.report(PlayReport::Playing),
            Err(error) if is_refusal(&error) && !self.video.muted() => self.start_silently().await,
            Err(error) if is_refusal(&error) => self.stopped(),
            // Another source or another call has taken over.
            Err(_) => {}
        }
    }

    async fn start_silently(&self) {
        self.blocked.set(true);
        self.video.set_muted(true);
        let Ok(playing) = self.video.play() else {
            return;
        };
        match settle(playing).await {
            Ok(_) => self.report(PlayReport::Blocked),
            Err(error) if is_refusal(&error) => self.stopped(),
            Err(_) => {}
        }
    }

    fn stopped(&self) {
        self.paused.set(true);
        self.report(PlayReport::Paused);
    }

    fn on_pause(&self) {
        let by_itself = self.wish.get().is_some() && !self.paused.get();
        // What is taken out of the page, or has run out of tracks, stands still as well; and a
        // pause may be over when its event comes.
        if by_itself && self.video.paused() && self.video.is_connected() && !self.video.ended() {
            self.stopped();
        }
    }

    fn on_playing(&self) {
        if self.paused.replace(false) {
            self.report(PlayReport::Playing);
        }
    }

    fn on_resize(&self) {
        let size @ (width, height) = (self.video.video_width(), self.video.video_height());
        if width > 0 && height > 0 && self.size.replace(size) != size {
            self.report(PlayReport::Resized { width, height });
        }
    }

    fn on_fullscreen(&self) {
        let filling = js::fullscreen_element(&self.tab.document);
        self.set_fullscreen(filling.is_some_and(|element| element.contains(Some(&self.video))));
    }

    fn set_fullscreen(&self, fullscreen: bool) {
        if self.fullscreen.replace(fullscreen) != fullscreen {
            self.report(PlayReport::Fullscreen(fullscreen));
        }
    }

    fn on_floating(&self) {
        self.set_floating(js::is_floating(&self.tab.document, &self.video));
    }

    fn set_floating(&self, floating: bool) {
        if self.floating.replace(floating) != floating {
            self.report(PlayReport::PictureInPicture(floating));
        }
    }
}

fn listen(screen: &Rc<Screen>) -> Vec<Listener> {
    let on = |target: &EventTarget, event, react: fn(&Screen)| {
        let screen = Rc::clone(screen);
        Listener::new(target, event, move |_event| react(&screen))
    };
    let (video, document) = (&screen.video, &screen.tab.document);
    vec![
        on(video, "pause", Screen::on_pause),
        on(video, "playing", Screen::on_playing),
        on(video, "loadedmetadata", Screen::on_resize),
        on(video, "resize", Screen::on_resize),
        on(document, "fullscreenchange", Screen::on_fullscreen),
        on(document, "webkitfullscreenchange", Screen::on_fullscreen),
        on(video, "webkitbeginfullscreen", |screen| {
            screen.set_fullscreen(true)
        }),
        on(video, "webkitendfullscreen", |screen| {
            screen.set_fullscreen(false)
        }),
        on(video, "enterpictureinpicture", Screen::on_floating),
        on(video, "leavepictureinpicture", Screen::on_floating),
        on(video, "webkitpresentationmodechanged", Screen::on_floating),
    ]
}

fn of_kind<'a>(
    tracks: &'a [MediaStreamTrack],
    kind: &'a str,
) -> impl Iterator<Item = &'a MediaStreamTrack> {
    tracks.iter().filter(move |track| track.kind() == kind)
}

fn contains(tracks: &[MediaStreamTrack], track: &MediaStreamTrack) -> bool {
    tracks.iter().any(|other| same(other, track))
}

fn same(one: &impl AsRef<JsValue>, other: &impl AsRef<JsValue>) -> bool {
    one.as_ref() == other.as_ref()
}

fn is_refusal(error: &BrowserError) -> bool {
    error.name == "NotAllowedError"
}
