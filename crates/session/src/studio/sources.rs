//! Camera, microphone and screen together: who is asked for what, and what leaves the studio.

use super::source::{Ask, Feed, Loss, Refusal, Source};
use crate::context::Context;
use crate::{
    CaptureError, CaptureId, CaptureRequest, CapturedTrack, DeviceId, MediaEffect, Outgoing,
    Problem, TrackKind, TrackRef,
};

/// Which source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Camera,
    Microphone,
    Screen,
}

/// Camera and microphone are asked for with one question. If the browser cannot give both, it is
/// asked for one after the other.
#[derive(Debug, Default)]
enum Together {
    #[default]
    No,
    Both(CaptureId),
    Camera(CaptureId),
    Microphone(CaptureId, Result<(), CaptureError>),
}

/// Whether the microphone sends silence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Voice {
    #[default]
    Heard,
    Muted,
}

/// The machine of all sources.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) camera: Source,
    pub(crate) microphone: Source,
    pub(crate) screen: Source,
    together: Together,
    voice: Voice,
    /// Tracks that nothing needs any more; to be stopped once nothing sends them.
    released: Vec<TrackRef>,
}

impl Sources {
    pub(crate) const fn is_starting(&self) -> bool {
        self.camera.is_starting() || self.microphone.is_starting() || self.screen.is_starting()
    }

    /// The microphone is on but sends silence.
    pub(crate) fn is_muted(&self) -> bool {
        self.voice == Voice::Muted && self.microphone.feed().is_some()
    }

    /// What is to leave through every link.
    pub(crate) fn outgoing(&self) -> Outgoing {
        let screen = self.screen.feed();
        let picture = screen.or_else(|| self.camera.feed());
        Outgoing {
            video: picture.map(|feed| feed.main),
            video_is_screen: screen.is_some(),
            microphone: self.microphone.feed().map(|feed| feed.main),
            microphone_muted: self.is_muted(),
            screen_sound: screen.and_then(|feed| feed.sound),
        }
    }

    /// What has to be stopped, after nothing sends it any more.
    pub(crate) fn take_released(&mut self) -> Vec<TrackRef> {
        core::mem::take(&mut self.released)
    }

    pub(crate) const fn mute(&mut self) {
        self.voice = Voice::Muted;
    }

    pub(crate) const fn unmute(&mut self) {
        self.voice = Voice::Heard;
    }

    /// Asks for camera and microphone with one question; for what is missing of the two, if one is
    /// there.
    pub(crate) fn use_both(&mut self, cx: &mut Context) {
        match (&self.camera, &self.microphone) {
            (Source::Off, Source::Off) => {
                let chosen = cx.settings.chosen();
                let (camera, microphone) = (chosen.camera.clone(), chosen.microphone.clone());
                let capture = cx.next_capture();
                let ask = |device| Ask { capture, device };
                self.camera.ask(ask(camera.clone()));
                self.microphone.ask(ask(microphone.clone()));
                self.together = Together::Both(capture);
                let request = CaptureRequest::CameraAndMicrophone { camera, microphone };
                cx.media(MediaEffect::Capture { capture, request });
            }
            (Source::Off, _) => self.use_one(Which::Camera, None, cx),
            (_, Source::Off) => self.use_one(Which::Microphone, None, cx),
            (_, _) => {}
        }
    }

    /// Asks for one source, or for another device of it.
    pub(crate) fn use_one(&mut self, which: Which, device: Option<DeviceId>, cx: &mut Context) {
        if which != Which::Screen && self.source(which).satisfies(device.as_ref()) {
            return;
        }
        let chosen = cx.settings.chosen();
        let device = device.or_else(|| match which {
            Which::Camera => chosen.camera.clone(),
            Which::Microphone => chosen.microphone.clone(),
            Which::Screen => None,
        });
        self.ask(which, device, cx);
    }

    /// Stops one source.
    pub(crate) fn stop(&mut self, which: Which) {
        let feed = self.source(which).release();
        self.release(feed);
    }

    /// Stops everything.
    pub(crate) fn stop_all(&mut self) {
        for which in [Which::Camera, Which::Microphone, Which::Screen] {
            self.stop(which);
        }
    }

    /// The browser gave media. What nobody waits for any more is stopped.
    pub(crate) fn captured(
        &mut self,
        capture: CaptureId,
        tracks: Vec<CapturedTrack>,
        cx: &mut Context,
    ) -> Option<Problem> {
        if self.screen.waits_for(capture) {
            return self.screen_captured(capture, tracks);
        }
        for track in tracks {
            let main = TrackRef {
                capture,
                kind: track.kind,
            };
            let source = match track.kind {
                TrackKind::Audio => &mut self.microphone,
                TrackKind::Video => &mut self.camera,
            };
            if !source.waits_for(capture) {
                self.released.push(main);
                continue;
            }
            let device = track.device.clone();
            let old = source.give(Feed {
                main,
                sound: None,
                device: track.device,
                label: track.label,
            });
            self.release(old);
            remember(track.kind, device, cx);
        }
        // A source that still waits got no track of its own.
        self.failed(capture, CaptureError::NoDevice, cx)
    }

    /// The browser gave nothing, or not all that was asked for.
    pub(crate) fn failed(
        &mut self,
        capture: CaptureId,
        error: CaptureError,
        cx: &mut Context,
    ) -> Option<Problem> {
        match self.together {
            Together::Both(both) if both == capture => return self.both_failed(capture, error, cx),
            Together::Camera(camera) if camera == capture => {
                let outcome = self.one_failed(Which::Camera, capture, error, cx);
                let outcome = outcome.map_or(Ok(()), |_| Err(error));
                return self.microphone_next(outcome, cx);
            }
            Together::Microphone(microphone, camera) if microphone == capture => {
                self.together = Together::No;
                let told = self.one_failed(Which::Microphone, capture, error, cx);
                return match (camera, told) {
                    (Ok(()), told) => told,
                    (Err(error), Some(_)) => Some(Problem::CameraAndMicrophone(error)),
                    (Err(error), None) => Some(Problem::Camera(error)),
                };
            }
            Together::Both(_) | Together::Camera(_) | Together::Microphone(..) | Together::No => {}
        }
        [Which::Camera, Which::Microphone, Which::Screen]
            .into_iter()
            .find_map(|which| self.one_failed(which, capture, error, cx))
    }

    /// A track ended by itself.
    pub(crate) fn ended(&mut self, track: TrackRef) -> Option<Problem> {
        for (which, problem) in [
            (Which::Camera, Problem::CameraLost),
            (Which::Microphone, Problem::MicrophoneLost),
            (Which::Screen, Problem::ScreenStopped),
        ] {
            match self.source(which).lose(track) {
                Loss::Foreign => {}
                Loss::Sound => return None,
                Loss::Main(feed) => {
                    let rest = feed.tracks().filter(|left| *left != track);
                    self.released.extend(rest);
                    return Some(problem);
                }
            }
        }
        None
    }

    const fn source(&mut self, which: Which) -> &mut Source {
        match which {
            Which::Camera => &mut self.camera,
            Which::Microphone => &mut self.microphone,
            Which::Screen => &mut self.screen,
        }
    }

    fn ask(&mut self, which: Which, device: Option<DeviceId>, cx: &mut Context) -> CaptureId {
        let capture = cx.next_capture();
        let request = match which {
            Which::Camera => CaptureRequest::Camera(device.clone()),
            Which::Microphone => CaptureRequest::Microphone(device.clone()),
            Which::Screen => CaptureRequest::Screen,
        };
        self.source(which).ask(Ask { capture, device });
        cx.media(MediaEffect::Capture { capture, request });
        capture
    }

    fn release(&mut self, feed: Option<Feed>) {
        self.released.extend(feed.iter().flat_map(Feed::tracks));
    }

    fn screen_captured(
        &mut self,
        capture: CaptureId,
        tracks: Vec<CapturedTrack>,
    ) -> Option<Problem> {
        let track = |kind| TrackRef { capture, kind };
        let has_sound = tracks.iter().any(|track| track.kind == TrackKind::Audio);
        let sound = has_sound.then(|| track(TrackKind::Audio));
        let picture = tracks
            .into_iter()
            .find(|track| track.kind == TrackKind::Video);
        let Some(picture) = picture else {
            self.released.extend(sound);
            self.screen.refuse(CaptureError::Failed);
            return Some(Problem::Screen(CaptureError::Failed));
        };
        let old = self.screen.give(Feed {
            main: track(TrackKind::Video),
            sound,
            device: picture.device,
            label: picture.label,
        });
        self.release(old);
        None
    }

    fn both_failed(
        &mut self,
        capture: CaptureId,
        error: CaptureError,
        cx: &mut Context,
    ) -> Option<Problem> {
        self.together = Together::No;
        let camera = self.camera.waits_for(capture);
        let microphone = self.microphone.waits_for(capture);
        let one_may_work = matches!(error, CaptureError::NoDevice | CaptureError::InUse);
        match (camera, microphone) {
            (true, true) if one_may_work => {
                let device = cx.settings.chosen().camera.clone();
                let capture = self.ask(Which::Camera, device, cx);
                self.together = Together::Camera(capture);
                None
            }
            (true, true) => {
                self.camera.refuse(error);
                self.microphone.refuse(error);
                Some(Problem::CameraAndMicrophone(error))
            }
            (true, false) => self.one_failed(Which::Camera, capture, error, cx),
            (false, true) => self.one_failed(Which::Microphone, capture, error, cx),
            (false, false) => None,
        }
    }

    /// The camera's own question is answered; now the microphone's is asked, if still wanted.
    fn microphone_next(
        &mut self,
        camera: Result<(), CaptureError>,
        cx: &mut Context,
    ) -> Option<Problem> {
        self.together = Together::No;
        if self.microphone.is_starting() {
            let device = cx.settings.chosen().microphone.clone();
            let capture = self.ask(Which::Microphone, device, cx);
            self.together = Together::Microphone(capture, camera);
            return None;
        }
        camera.err().map(Problem::Camera)
    }

    fn one_failed(
        &mut self,
        which: Which,
        capture: CaptureId,
        error: CaptureError,
        cx: &mut Context,
    ) -> Option<Problem> {
        let source = self.source(which);
        if !source.waits_for(capture) {
            return None;
        }
        match source.refuse(error) {
            Refusal::ReleaseFirst(old, device) => {
                for track in old.tracks() {
                    cx.media(MediaEffect::Stop(track));
                }
                self.ask(which, device, cx);
                None
            }
            Refusal::Tell(error) => match which {
                Which::Camera => Some(Problem::Camera(error)),
                Which::Microphone => Some(Problem::Microphone(error)),
                Which::Screen if error == CaptureError::Dismissed => None,
                Which::Screen => Some(Problem::Screen(error)),
            },
        }
    }
}

/// The device that was given is the one to ask for next time.
fn remember(kind: TrackKind, device: Option<DeviceId>, cx: &mut Context) {
    if device.is_none() {
        return;
    }
    let settings = &mut cx.settings;
    settings.choose(&mut cx.effects, |chosen| match kind {
        TrackKind::Audio => chosen.microphone = device,
        TrackKind::Video => chosen.camera = device,
    });
}
