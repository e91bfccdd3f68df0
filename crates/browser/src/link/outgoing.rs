//! What a sending link carries: one audio and one video sender from the start, in which tracks are
//! replaced without negotiation.

use super::connection::Name;
use crate::error::{BrowserError, let_go, settle};
use crate::{js, timer::Task};
use core::cell::{Cell, RefCell};
use js_sys::Array;
use protocol::LinkFailure;
use session::LinkReport;
use wasm_bindgen::JsCast;
use web_sys::{
    MediaStream, MediaStreamTrack, RtcPeerConnection, RtcRtpSender, RtcRtpTransceiverInit,
};

/// Speech is clear with a third of this; the rest is for music and the sound of screens.
const AUDIO_BITRATE: u32 = 96_000;
/// Enough for 1280x720 at 30 frames per second.
const CAMERA_BITRATE: u32 = 2_500_000;
/// Screens are larger, and text shows every artefact.
const SCREEN_BITRATE: u32 = 4_000_000;

/// The tracks that go out now.
#[derive(Clone, Default)]
pub(crate) struct OutgoingTracks {
    pub(crate) audio: Option<MediaStreamTrack>,
    pub(crate) video: Option<MediaStreamTrack>,
    pub(crate) video_is_screen: bool,
}

pub(super) struct Senders {
    name: Name,
    audio: RtcRtpSender,
    video: RtcRtpSender,
    is_screen: Cell<bool>,
    limit: Cell<u32>,
    tasks: RefCell<[Option<Task>; 2]>,
}

impl Senders {
    pub(super) fn new(pc: &RtcPeerConnection, name: &Name) -> Result<Self, BrowserError> {
        // Receivers play sound and picture of one stream in step.
        let stream = MediaStream::new()?;
        let streams = Array::of1(&stream);
        let sender = |kind, max_bitrate: u32| {
            let encoding = js::object([("maxBitrate", max_bitrate.into())]);
            let init: RtcRtpTransceiverInit = js::object([
                ("direction", "sendonly".into()),
                ("streams", streams.clone().into()),
                ("sendEncodings", Array::of1(&encoding).into()),
            ])
            .unchecked_into();
            pc.add_transceiver_with_str_and_init(kind, &init).sender()
        };
        Ok(Self {
            name: name.clone(),
            audio: sender("audio", AUDIO_BITRATE),
            video: sender("video", CAMERA_BITRATE),
            is_screen: Cell::new(false),
            limit: Cell::new(u32::MAX),
            tasks: RefCell::default(),
        })
    }

    pub(super) fn send(&self, tracks: &OutgoingTracks) {
        let audio = self.replace(&self.audio, tracks.audio.as_ref());
        if let Some(track) = &tracks.video {
            js::set_content_hint(
                track,
                if tracks.video_is_screen {
                    "detail"
                } else {
                    "motion"
                },
            );
        }
        let video = self.replace(&self.video, tracks.video.as_ref());
        self.tasks.replace([Some(audio), Some(video)]);
        self.is_screen.set(tracks.video_is_screen);
        self.tune_video();
    }

    /// Sends no more than so many bits per second of picture.
    pub(super) fn limit(&self, bits_per_second: u32) {
        if self.limit.replace(bits_per_second) != bits_per_second {
            self.tune_video();
        }
    }

    /// Lets the tracks go.
    pub(super) fn detach(self) {
        self.tasks.take();
        let_go(self.audio.replace_track(None));
        let_go(self.video.replace_track(None));
    }

    /// Exchanges a track. A link that does not take it would go on with the old one, or with nothing:
    /// it is of no use, and a new one is negotiated with what is sent then.
    fn replace(&self, sender: &RtcRtpSender, track: Option<&MediaStreamTrack>) -> Task {
        let (replaced, name) = (sender.replace_track(track), self.name.clone());
        Task::spawn(async move {
            if settle(replaced).await.is_err() {
                name.report(LinkReport::Broken(LinkFailure::Negotiation));
            }
        })
    }

    /// Parameters must be set in the same turn in which they were read.
    fn tune_video(&self) {
        let (most, preference) = if self.is_screen.get() {
            (SCREEN_BITRATE, "maintain-resolution")
        } else {
            (CAMERA_BITRATE, "balanced")
        };
        let max_bitrate = self.limit.get().min(most);
        let parameters = self.video.get_parameters();
        js::set_degradation_preference(&parameters, preference);
        for encoding in parameters.get_encodings().unwrap_or_default().iter() {
            js::set(&encoding, "maxBitrate", max_bitrate);
        }
        let_go(self.video.set_parameters_with_parameters(&parameters));
    }
}
