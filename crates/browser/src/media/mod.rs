//! Devices, and what is captured from them.

mod audio;
mod capture;
mod devices;
mod level;
mod mix;

use self::{audio::Audio, capture::Captures, devices::Devices, level::LevelMeter, mix::Mixer};
use crate::{link::OutgoingTracks, reporter::Reporter, tab::Tab};
use session::{MediaEffect, Outgoing};
use std::rc::Rc;

/// Everything that a stream is made from.
pub(crate) struct Media {
    devices: Rc<Devices>,
    captures: Rc<Captures>,
    audio: Rc<Audio>,
    mixer: Mixer,
    level: LevelMeter,
}

impl Media {
    /// Nothing is captured yet.
    pub(crate) fn new(tab: &Tab, reporter: &Reporter) -> Self {
        let devices = Devices::new(tab, reporter);
        let audio = Rc::new(Audio::new(tab));
        Self {
            captures: Rc::new(Captures::new(tab, reporter, &devices)),
            devices,
            mixer: Mixer::new(&audio),
            level: LevelMeter::new(tab, reporter, &audio),
            audio,
        }
    }

    /// Carries out an effect. Answers what is to go out from now on, if that has changed.
    pub(crate) fn execute(&self, effect: MediaEffect) -> Option<OutgoingTracks> {
        match effect {
            MediaEffect::WatchDevices => self.devices.watch(),
            MediaEffect::Capture { capture, request } => self.captures.start(capture, &request),
            MediaEffect::Stop(track) => self.captures.stop(track),
            MediaEffect::Send(outgoing) => return Some(self.outgoing(outgoing)),
        }
        None
    }

    fn outgoing(&self, outgoing: Outgoing) -> OutgoingTracks {
        let track = |wanted: Option<_>| wanted.and_then(|track| self.captures.track(track));
        let microphone = track(outgoing.microphone);
        if let Some(microphone) = &microphone {
            microphone.set_enabled(!outgoing.microphone_muted);
        }
        let audio = self.mixer.mix(microphone, track(outgoing.screen_sound));
        self.level.measure(audio.as_ref());
        if audio.is_none() {
            self.audio.close();
        }
        OutgoingTracks {
            audio,
            video: track(outgoing.video),
            video_is_screen: outgoing.video_is_screen,
        }
    }
}
