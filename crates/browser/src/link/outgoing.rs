//! What a sending link carries: one audio and one video sender from the start, in which tracks are
//! replaced without negotiation.

use crate::error::{BrowserError, let_go};
use crate::js;
use js_sys::Array;
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
    audio: RtcRtpSender,
    video: RtcRtpSender,
}

impl Senders {
    pub(super) fn new(pc: &RtcPeerConnection) -> Result<Self, BrowserError> {
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
            audio: sender("audio", AUDIO_BITRATE),
            video: sender("video", CAMERA_BITRATE),
        })
    }

    pub(super) fn send(&self, tracks: &OutgoingTracks) {
        let_go(self.audio.replace_track(tracks.audio.as_ref()));
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
        let_go(self.video.replace_track(tracks.video.as_ref()));
        self.tune_video(tracks.video_is_screen);
    }

    /// Parameters must be set in the same turn in which they were read.
    fn tune_video(&self, is_screen: bool) {
        let (max_bitrate, preference) = if is_screen {
            (SCREEN_BITRATE, "maintain-resolution")
        } else {
            (CAMERA_BITRATE, "balanced")
        };
        let parameters = self.video.get_parameters();
        js::set_degradation_preference(&parameters, preference);
        for encoding in parameters.get_encodings().unwrap_or_default().iter() {
            js::set(&encoding, "maxBitrate", max_bitrate);
        }
        let_go(self.video.set_parameters_with_parameters(&parameters));
    }
}
