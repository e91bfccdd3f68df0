//! Where the frames of a client begin and end (RFC 6455, section 5.2), and how much of a message has
//! to be held until it is complete.

/// The longest head of a frame: two bytes, eight of length, four of mask.
const MAX_HEAD_BYTES: usize = 14;

/// A message up to this size is held without being counted.
const SMALL_BYTES: u32 = 2 * 1024;

/// So many empty frames one message may have. Each costs time, and the message never gets too large
/// by them.
const MAX_EMPTY_FRAMES: u16 = 1024;

/// The bit that says that a frame is the last one of its message.
const FINAL: u8 = 0x80;

/// Opcodes from this on are control frames.
const CONTROL: u8 = 0x8;

/// Follows the frames of one client without keeping their content.
#[derive(Debug)]
pub(super) struct Frames {
    head: [u8; MAX_HEAD_BYTES],
    head_bytes: u8,
    max_message: u32,
    /// What is still to come of this frame's payload.
    payload: u64,
    /// What has been announced of this message.
    message: u32,
    /// How much of it is counted.
    held: u32,
    /// How many empty frames it has had so far.
    empty_frames: u16,
}

impl Frames {
    pub(super) fn new(max_message: usize) -> Self {
        Self {
            head: [0; MAX_HEAD_BYTES],
            head_bytes: 0,
            max_message: small(max_message),
            payload: 0,
            message: 0,
            held: 0,
            empty_frames: 0,
        }
    }

    /// Whether the message has more empty frames than anybody needs.
    pub(super) const fn is_stretched(&self) -> bool {
        self.empty_frames > MAX_EMPTY_FRAMES
    }

    pub(super) fn set_max_message(&mut self, bytes: usize) {
        self.max_message = small(bytes);
    }

    pub(super) fn max_message(&self) -> usize {
        usize::try_from(self.max_message).unwrap_or(usize::MAX)
    }

    /// How many of these bytes belong to the frame that has begun or begins with them, and how many
    /// bytes are to be held in addition for its message.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> (usize, u32) {
        let mut taken = 0;
        let mut more = 0;
        if self.payload == 0 {
            for byte in bytes {
                taken += 1;
                if self.is_head_complete(*byte) {
                    more = self.begin();
                    break;
                }
            }
        }
        let left = bytes.len() - taken;
        let rest = usize::try_from(self.payload).map_or(left, |payload| payload.min(left));
        self.payload -= rest as u64;
        (taken + rest, more)
    }

    /// The message is complete; says how much was held of it.
    pub(super) const fn complete(&mut self) -> u32 {
        self.message = 0;
        self.empty_frames = 0;
        std::mem::replace(&mut self.held, 0)
    }

    /// What was to be held is not.
    pub(super) const fn give_back(&mut self, bytes: u32) {
        self.held -= bytes;
    }

    fn is_head_complete(&mut self, byte: u8) -> bool {
        if let Some(place) = self.head.get_mut(usize::from(self.head_bytes)) {
            *place = byte;
            self.head_bytes += 1;
        }
        let [_, length, ..] = self.head;
        let extended = match length & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if length & 0x80 == 0 { 0 } else { 4 };
        self.head_bytes >= 2 && self.head_bytes >= 2 + extended + mask
    }

    /// A frame's head is complete; says how much is to be held in addition.
    fn begin(&mut self) -> u32 {
        let [first, length, long @ ..] = self.head;
        self.head_bytes = 0;
        let [a, b, c, d, e, f, g, h, ..] = long;
        self.payload = match length & 0x7F {
            126 => u16::from_be_bytes([a, b]).into(),
            127 => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            short => short.into(),
        };
        let payload = u32::try_from(self.payload).unwrap_or(u32::MAX);
        if first & 0x0F >= CONTROL {
            // One that is larger than it may be is refused only when it has come.
            let is_held = payload > SMALL_BYTES && payload <= self.max_message;
            let more = if is_held { payload } else { 0 };
            self.held = self.held.saturating_add(more);
            return more;
        }
        self.message = self.message.saturating_add(payload);
        self.empty_frames = self.empty_frames.saturating_add(u16::from(payload == 0));
        let is_whole = first & FINAL != 0 && self.message == payload;
        // What is too large is refused by the library before it holds anything.
        if self.message > self.max_message || (is_whole && payload <= SMALL_BYTES) {
            return 0;
        }
        let held = if self.message > SMALL_BYTES {
            self.message
        } else {
            0
        };
        let more = held.saturating_sub(self.held);
        self.held = self.held.max(held);
        more
    }
}

fn small(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 1024 * 1024;

    /// The head of a masked frame.
    fn head(first: u8, length: u64) -> Vec<u8> {
        let mut head = vec![first];
        if length < 126 {
            head.push(0x80 | u8::try_from(length).unwrap());
        } else if let Ok(length) = u16::try_from(length) {
            head.push(0x80 | 126);
            head.extend(length.to_be_bytes());
        } else {
            head.push(0x80 | 127);
            head.extend(length.to_be_bytes());
        }
        head.extend([1, 2, 3, 4]);
        head
    }

    fn frame(first: u8, length: usize) -> Vec<u8> {
        let mut frame = head(first, length as u64);
        frame.resize(frame.len() + length, 0);
        frame
    }

    #[test]
    fn bytes_pass_to_the_end_of_a_frame_however_they_come() {
        let sizes = [0, 1, 125, 126, 2_048, 65_535, 65_536, 70_000];
        let all: Vec<u8> = sizes.iter().flat_map(|size| frame(0x81, *size)).collect();
        for piece in [1, 2, 7, 512, all.len()] {
            let mut frames = Frames::new(MAX);
            let mut ends = sizes.iter().scan(0, |end, size| {
                *end += frame(0x81, *size).len();
                Some(*end)
            });
            let (mut position, mut end) = (0, ends.next().unwrap());
            while position < all.len() {
                let next = (position + piece).min(all.len());
                let (taken, _) = frames.pass(&all[position..next]);
                assert!(taken > 0);
                position += taken;
                assert!(position <= end, "{position} is beyond {end}");
                if position == end {
                    end = ends.next().unwrap_or(all.len());
                }
            }
        }
    }

    #[test]
    fn a_large_message_is_held_from_its_head_to_its_end() {
        let mut frames = Frames::new(MAX);
        assert_eq!(frames.pass(&head(0x81, 2_048)).1, 0);
        assert_eq!(frames.pass(&[0; 2_048]), (2_048, 0));
        assert_eq!(frames.complete(), 0);
        assert_eq!(frames.pass(&head(0x81, 200_000)).1, 200_000);
        assert_eq!(frames.complete(), 200_000);
    }

    #[test]
    fn a_message_in_many_frames_is_held_once_it_is_large() {
        let mut frames = Frames::new(MAX);
        assert_eq!(frames.pass(&frame(0x01, 2_000)).1, 0);
        assert_eq!(frames.pass(&frame(0x00, 4_000)).1, 6_000);
        // Between them a ping may come.
        assert_eq!(frames.pass(&frame(0x89, 125)).1, 0);
        assert_eq!(frames.pass(&frame(0x80, 10)).1, 10);
        assert_eq!(frames.complete(), 6_010);
    }

    #[test]
    fn what_is_too_large_is_not_held() {
        let mut frames = Frames::new(1_000_000);
        assert_eq!(frames.pass(&head(0x81, 1_000_001)).1, 0);
        for first in [0x81, 0x89] {
            let mut frames = Frames::new(1_000_000);
            assert_eq!(frames.pass(&head(first, u64::MAX)).1, 0);
        }
        let mut frames = Frames::new(1_000_000);
        assert_eq!(frames.pass(&head(0x89, 500_000)).1, 500_000);
    }
}
