//! What a receiving link shows: sound as soon as it is negotiated, the picture once there is one.

use crate::slot::Slots;
use core::cell::{Cell, RefCell};
use protocol::LinkId;
use std::rc::Rc;
use web_sys::MediaStreamTrack;

/// Holds the picture back until its first frame is decoded: a video element that has a track
/// without frames waits for one and plays no sound meanwhile. The track's own `muted` does not tell,
/// for Chromium ends it with the first packet, which may be padding.
pub(super) struct Incoming {
    link: LinkId,
    slots: Rc<Slots>,
    tracks: RefCell<Vec<MediaStreamTrack>>,
    has_picture: Cell<bool>,
}

impl Incoming {
    pub(super) fn new(link: LinkId, slots: &Rc<Slots>) -> Self {
        Self {
            link,
            slots: Rc::clone(slots),
            tracks: RefCell::default(),
            has_picture: Cell::new(false),
        }
    }

    /// The other end may send this track from now on.
    pub(super) fn add(&self, track: MediaStreamTrack) {
        self.tracks.borrow_mut().push(track);
        self.show();
    }

    /// Shows the picture from the first decoded frame on.
    pub(super) fn count_frames(&self, frames_decoded: f64) {
        if frames_decoded > 0.0 && !self.has_picture.replace(true) {
            self.show();
        }
    }

    fn show(&self) {
        let is_shown =
            |track: &&MediaStreamTrack| self.has_picture.get() || track.kind() == "audio";
        let tracks: Vec<_> = self
            .tracks
            .borrow()
            .iter()
            .filter(is_shown)
            .cloned()
            .collect();
        if !tracks.is_empty() {
            self.slots.show_link(self.link, &tracks);
        }
    }
}
