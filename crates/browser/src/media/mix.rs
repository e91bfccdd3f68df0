//! One track from the microphone and the sound of the screen, through Web Audio only while there
//! are both: a track that goes straight through has no delay and no second encoder clock.

use super::audio::Audio;
use core::cell::RefCell;
use std::rc::Rc;
use web_sys::{AudioNode, MediaStream, MediaStreamAudioSourceNode, MediaStreamTrack};

/// Remembers the mix, so that the outgoing track stays the same while its parts do.
pub(super) struct Mixer {
    audio: Rc<Audio>,
    mix: RefCell<Option<Mix>>,
}

struct Mix {
    /// The ids of the parts.
    parts: [String; 2],
    sources: [MediaStreamAudioSourceNode; 2],
    track: MediaStreamTrack,
}

impl Mixer {
    pub(super) fn new(audio: &Rc<Audio>) -> Self {
        Self {
            audio: Rc::clone(audio),
            mix: RefCell::default(),
        }
    }

    /// The track that carries all there is. Where the browser cannot mix, the voice.
    pub(super) fn mix(
        &self,
        microphone: Option<MediaStreamTrack>,
        screen: Option<MediaStreamTrack>,
    ) -> Option<MediaStreamTrack> {
        let (microphone, screen) = match (microphone, screen) {
            (Some(microphone), Some(screen)) => (microphone, screen),
            (microphone, screen) => {
                self.mix.take();
                return microphone.or(screen);
            }
        };
        let mut mix = self.mix.borrow_mut();
        let parts = [microphone.id(), screen.id()];
        if mix.as_ref().is_none_or(|mix| mix.parts != parts) {
            *mix = Mix::new(&self.audio, parts, [&microphone, &screen]);
        }
        Some(mix.as_ref().map_or(microphone, |mix| mix.track.clone()))
    }
}

impl Mix {
    fn new(audio: &Audio, ids: [String; 2], parts: [&MediaStreamTrack; 2]) -> Option<Self> {
        let context = audio.context()?;
        let sum = context.create_media_stream_destination().ok()?;
        let source = |track: &MediaStreamTrack| {
            let stream = MediaStream::new().ok()?;
            stream.add_track(track);
            let source = context.create_media_stream_source(&stream).ok()?;
            source.connect_with_audio_node(&sum).ok()?;
            Some(source)
        };
        let [microphone, screen] = parts;
        let sources = [source(microphone)?, source(screen)?];
        let track = sum.stream().get_audio_tracks().iter().next()?.into();
        Some(Self {
            parts: ids,
            sources,
            track,
        })
    }
}

impl Drop for Mix {
    fn drop(&mut self) {
        for source in &self.sources {
            let node: &AudioNode = source;
            // A node that is not connected any more is what is wanted.
            let _disconnected = node.disconnect();
        }
        self.track.stop();
    }
}
