//! A message whose binary parts have not all come yet.

use crate::limits::MAX_PAYLOAD;
use std::sync::Arc;

/// The text of a message, and the parts that have come.
#[derive(Debug)]
pub(crate) struct Assembly {
    text: Box<str>,
    expected: usize,
    parts: Vec<Arc<[u8]>>,
    weight: usize,
}

/// What a part did.
#[derive(Debug)]
pub(crate) enum Added {
    /// More are to come.
    Waiting(Assembly),
    /// It was the last.
    Complete {
        text: Box<str>,
        parts: Vec<Arc<[u8]>>,
    },
    /// The message has become larger than one may be.
    TooLarge,
}

impl Assembly {
    /// Begins with the message's text, which says how many parts follow.
    pub(crate) fn new(text: &str, expected: usize) -> Self {
        Self {
            text: text.into(),
            expected,
            parts: Vec::new(),
            weight: text.len(),
        }
    }

    pub(crate) fn add(mut self, part: &[u8]) -> Added {
        self.weight = self.weight.saturating_add(part.len());
        if self.weight > MAX_PAYLOAD {
            return Added::TooLarge;
        }
        self.parts.push(part.into());
        if self.parts.len() < self.expected {
            return Added::Waiting(self);
        }
        Added::Complete {
            text: self.text,
            parts: self.parts,
        }
    }
}
