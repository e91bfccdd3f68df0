//! How loud the outgoing sound is.

use super::audio::Audio;
use crate::{loudness::level, reporter::Reporter, tab::Tab, timer::Task, timer::sleep};
use core::cell::{Cell, RefCell};
use core::time::Duration;
use session::{MediaReport, Report};
use std::rc::Rc;
use web_sys::{AnalyserNode, MediaStream, MediaStreamAudioSourceNode, MediaStreamTrack};

const BETWEEN: Duration = Duration::from_millis(100);
/// About 43 ms at 48 kHz: a syllable is not missed between two looks.
const SAMPLES: usize = 2048;

/// Measures one track at a time.
pub(super) struct LevelMeter {
    tab: Tab,
    reporter: Reporter,
    audio: Rc<Audio>,
    measured: RefCell<Option<String>>,
    last: Rc<Cell<u8>>,
    task: RefCell<Option<Task>>,
}

impl LevelMeter {
    pub(super) fn new(tab: &Tab, reporter: &Reporter, audio: &Rc<Audio>) -> Self {
        Self {
            tab: tab.clone(),
            reporter: reporter.clone(),
            audio: Rc::clone(audio),
            measured: RefCell::default(),
            last: Rc::default(),
            task: RefCell::default(),
        }
    }

    /// Measures this track from now on, or nothing.
    pub(super) fn measure(&self, track: Option<&MediaStreamTrack>) {
        let id = track.map(MediaStreamTrack::id);
        if self.measured.replace(id.clone()) == id {
            return;
        }
        self.task.take();
        let tell = {
            let (last, reporter) = (Rc::clone(&self.last), self.reporter.clone());
            move |level| {
                if last.replace(level) != level {
                    reporter.report(Report::Media(MediaReport::Level(level)));
                }
            }
        };
        match track.cloned() {
            Some(track) => {
                let meter = measure(self.tab.clone(), Rc::clone(&self.audio), track, tell);
                self.task.replace(Some(Task::spawn(meter)));
            }
            None => tell(0),
        }
    }
}

async fn measure(tab: Tab, audio: Rc<Audio>, track: MediaStreamTrack, tell: impl Fn(u8)) {
    let mut samples = vec![0.0; SAMPLES];
    let mut probe = None;
    loop {
        // Before the first gesture there is no context: ask again.
        if probe.is_none() {
            probe = Probe::new(&audio, &track);
        }
        if let Some(probe) = &probe {
            probe.analyser.get_float_time_domain_data(&mut samples);
            tell(level(&samples));
        }
        sleep(&tab.window, BETWEEN).await;
    }
}

struct Probe {
    source: MediaStreamAudioSourceNode,
    analyser: AnalyserNode,
}

impl Probe {
    fn new(audio: &Audio, track: &MediaStreamTrack) -> Option<Self> {
        let context = audio.context()?;
        let analyser = context.create_analyser().ok()?;
        analyser.set_fft_size(u32::try_from(SAMPLES).ok()?);
        let stream = MediaStream::new().ok()?;
        stream.add_track(track);
        let source = context.create_media_stream_source(&stream).ok()?;
        source.connect_with_audio_node(&analyser).ok()?;
        Some(Self { source, analyser })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // A node that is not connected any more is what is wanted.
        let _disconnected = self.source.disconnect();
    }
}
