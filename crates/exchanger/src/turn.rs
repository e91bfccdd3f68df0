//! What a channel is given to carry one operation out: the time, ids, and a place for notices.

use crate::ids::Ids;
use protocol::time::Instant;
use protocol::{End, Event, PeerId};
use std::sync::Arc;

/// An event for one peer, before its session numbers it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    pub(crate) to: PeerId,
    pub(crate) event: Arc<Event>,
}

/// One operation on a channel.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) now: Instant,
    pub(crate) ids: &'a mut Ids,
    pub(crate) notices: &'a mut Vec<Notice>,
}

impl Turn<'_> {
    /// Tells one peer.
    pub(crate) fn tell(&mut self, to: PeerId, event: Event) {
        self.tell_all([to], event);
    }

    /// Tells what sits at a link's end.
    pub(crate) fn tell_end(&mut self, to: End, event: Event) {
        self.tell_all(to.peer(), event);
    }

    /// Tells many peers one and the same event.
    pub(crate) fn tell_all(&mut self, to: impl IntoIterator<Item = PeerId>, event: Event) {
        let event = Arc::new(event);
        self.notices.extend(to.into_iter().map(|to| Notice {
            to,
            event: Arc::clone(&event),
        }));
    }
}
