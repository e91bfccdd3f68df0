//! Buffers that a thread lends to the connections it works for.
//!
//! A connection has something to read or to write for a moment, and nothing most of the time. A
//! buffer of its own for each would be most of what an idle connection costs.

use std::cell::Cell;

thread_local! {
    /// What this thread has to lend.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// How large a buffer is at first.
const USUAL_BYTES: usize = 16 * 1024;

/// A buffer that has grown beyond this is not lent again.
const LARGEST_BYTES: usize = 4 * USUAL_BYTES;

/// Bytes on their way in or out; no memory while there are none.
#[derive(Debug, Default)]
pub(super) struct Loan {
    bytes: Vec<u8>,
    /// How many have gone on.
    gone: usize,
}

impl Loan {
    /// What was read by somebody else.
    pub(super) fn holding(bytes: &[u8]) -> Self {
        let mut loan = Self::default();
        if !bytes.is_empty() {
            loan.space().extend_from_slice(bytes);
        }
        loan
    }

    /// What has not gone on yet.
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.gone..).unwrap_or_default()
    }

    /// Whether nothing is there, and no memory taken.
    #[cfg(test)]
    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.capacity() == 0
    }

    /// Where more is put behind it. To be [settled](Self::settle) if nothing was put there.
    pub(super) fn space(&mut self) -> &mut Vec<u8> {
        if self.bytes.capacity() == 0 {
            self.bytes = SPARE.take();
            self.bytes.reserve(USUAL_BYTES);
        }
        &mut self.bytes
    }

    /// So many bytes have gone on.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.gone += bytes;
        self.settle();
    }

    /// Gives the buffer back if nothing is in it.
    pub(super) fn settle(&mut self) {
        if self.rest().is_empty() {
            let mut bytes = std::mem::take(&mut self.bytes);
            bytes.clear();
            self.gone = 0;
            if (1..=LARGEST_BYTES).contains(&bytes.capacity()) {
                SPARE.set(bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_held_as_long_as_something_is_in_it() {
        let mut loan = Loan::holding(b"");
        assert!(loan.is_empty());
        loan.space().extend_from_slice(b"hello");
        loan.advance(2);
        assert_eq!(loan.rest(), b"llo");
        loan.space().push(b'!');
        loan.advance(3);
        assert_eq!(loan.rest(), b"!");
        assert!(!loan.is_empty());
        loan.advance(1);
        assert_eq!(loan.rest(), b"");
        assert!(loan.is_empty());
    }

    #[test]
    fn a_buffer_is_lent_again_unless_it_has_grown() {
        let mut first = Loan::holding(b"one");
        let buffer = first.rest().as_ptr();
        first.advance(3);
        let mut second = Loan::holding(b"two");
        assert_eq!(second.rest().as_ptr(), buffer);
        second.space().resize(LARGEST_BYTES + 1, 0);
        second.advance(LARGEST_BYTES + 1);
        assert_eq!(SPARE.take().capacity(), 0);
    }

    #[test]
    fn two_who_work_at_once_have_a_buffer_each() {
        let (first, second) = (Loan::holding(b"one"), Loan::holding(b"two"));
        assert_eq!((first.rest(), second.rest()), (&b"one"[..], &b"two"[..]));
    }
}
