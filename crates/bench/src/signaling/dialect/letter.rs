//! A message that is sent again and again: written once, stamped each time.

use crate::signaling::framing::text_frame;
use anyhow::{Context as _, Result};
use std::ops::Range;

/// Stands before a stamp. Nothing else that the servers send contains it.
const MARK: u8 = b'~';
const STAMP_DIGITS: usize = 16;
/// A stamp stands near the beginning of every message that has one.
const SEARCHED: usize = 512;
/// The first value of a counter; it keeps its number of digits for two billion messages.
pub(crate) const FIRST_COUNT: u64 = 1_000_000_000;

/// How a text says where its stamp belongs.
pub(crate) const NO_STAMP: &str = "~0000000000000000";

/// A text frame with places for a stamp and for numbers that count up.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    frame: Vec<u8>,
    stamp: Range<usize>,
    counters: Vec<Range<usize>>,
    count: u64,
}

impl Letter {
    /// The letter with this text, in which [`NO_STAMP`] stands once, and [`FIRST_COUNT`] wherever
    /// there is to be a counter.
    pub(crate) fn new(text: &str) -> Result<Self> {
        let frame = text_frame(text);
        let header = frame.len() - text.len();
        let mark = text.find(NO_STAMP).context("a letter without a stamp")?;
        let stamp = header + mark + 1;
        let first = FIRST_COUNT.to_string();
        let counters = text
            .match_indices(&first)
            .map(|(at, digits)| header + at..header + at + digits.len());
        Ok(Self {
            stamp: stamp..stamp + STAMP_DIGITS,
            counters: counters.collect(),
            frame,
            count: FIRST_COUNT,
        })
    }

    /// The frame to send next.
    pub(crate) fn stamped(&mut self, stamp: u64) -> &[u8] {
        write_digits::<16>(&mut self.frame[self.stamp.clone()], stamp);
        for counter in &self.counters {
            write_digits::<10>(&mut self.frame[counter.clone()], self.count);
        }
        self.count += 1;
        &self.frame
    }
}

fn write_digits<const BASE: u64>(digits: &mut [u8], mut number: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[usize::try_from(number % BASE).unwrap_or(0)];
        number /= BASE;
    }
}

/// The stamp in a text, if it has one.
pub(crate) fn find_stamp(text: &[u8]) -> Option<u64> {
    let mark = text.iter().take(SEARCHED).position(|byte| *byte == MARK)?;
    let digits = text.get(mark + 1..mark + 1 + STAMP_DIGITS)?;
    digits.iter().try_fold(0, |number, digit| {
        char::from(*digit)
            .to_digit(16)
            .map(|digit| number << 4 | u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_and_counts() {
        let mut letter = Letter::new(r#"{"id":1000000000,"s":"~0000000000000000"}"#).unwrap();
        letter.stamped(1);
        let frame = letter.stamped(0xbeef);
        let text = &frame[6..];
        assert_eq!(text, br#"{"id":1000000001,"s":"~000000000000beef"}"#);
        assert_eq!(find_stamp(text), Some(0xbeef));
    }

    #[test]
    fn finds_no_stamp_where_there_is_none() {
        for text in [&b""[..], b"{}", b"~12", b"~000000000000000x"] {
            assert_eq!(find_stamp(text), None, "{text:?}");
        }
    }
}
