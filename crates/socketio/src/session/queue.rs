//! What waits for a client.

use crate::limits::{MAX_QUEUED_BYTES, MAX_QUEUED_PACKETS};
use crate::packet::Frame;

/// Packets that wait, and the size of those that are being written.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Vec<Frame>,
    waiting_bytes: usize,
    writing_packets: usize,
    writing_bytes: usize,
}

/// More would wait than may.
#[derive(Debug)]
pub(super) struct Overflow;

impl Queue {
    pub(super) const fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) const fn packets(&self) -> usize {
        self.waiting.len().saturating_add(self.writing_packets)
    }

    pub(super) const fn bytes(&self) -> usize {
        self.waiting_bytes.saturating_add(self.writing_bytes)
    }

    /// Adds one message, whole or not at all: a single one of any size is taken.
    pub(super) fn push(&mut self, frames: impl IntoIterator<Item = Frame>) -> Result<(), Overflow> {
        if self.bytes() >= MAX_QUEUED_BYTES || self.packets() >= MAX_QUEUED_PACKETS {
            return Err(Overflow);
        }
        for frame in frames {
            self.waiting_bytes = self.waiting_bytes.saturating_add(frame.weight());
            self.waiting.push(frame);
        }
        Ok(())
    }

    /// Takes what waits; it counts until it is [`written`](Self::written).
    pub(super) fn take(&mut self) -> Vec<Frame> {
        self.writing_packets = self.waiting.len();
        self.writing_bytes = core::mem::take(&mut self.waiting_bytes);
        core::mem::take(&mut self.waiting)
    }

    pub(super) const fn written(&mut self) {
        self.writing_packets = 0;
        self.writing_bytes = 0;
    }
}
