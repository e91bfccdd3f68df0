//! Engine.IO packets: one per WebSocket frame, several per body when polling.
//!
//! ```text
//! WebSocket text     "4" + text            a digit tells the type, 4 is a message
//! WebSocket binary   bytes                 always a message
//! polling body       "4hello" 1E "bAQID"   joined by U+001E; "b" is a binary message in base64
//! ```

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine as _};
use std::borrow::Cow;
use std::sync::Arc;

/// Between two packets of one body.
const SEPARATOR: char = '\u{1E}';

/// Node's decoder stops at the padding and does not look at what is left over of the last digit.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// The server's greeting.
    Open(&'a str),
    /// The session is over.
    Close,
    /// A question for a sign of life, or for whether a new transport works.
    Ping(&'a str),
    /// Its answer.
    Pong(&'a str),
    /// A message of text.
    Text(&'a str),
    /// A message of bytes.
    Binary(Cow<'a, [u8]>),
    /// From now on the new transport is the one.
    Upgrade,
    /// Nothing; it ends a poll.
    Noop,
}

/// A packet that nothing is known about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a packet starts with a digit from 0 to 6, or with b")]
pub struct PacketError;

impl<'a> Packet<'a> {
    /// Reads a text frame, or one part of a body.
    ///
    /// # Errors
    /// [`PacketError`] if its type is unknown.
    pub fn decode(text: &'a str) -> Result<Self, PacketError> {
        let mut chars = text.chars();
        let kind = chars.next();
        let rest = chars.as_str();
        match kind {
            Some('0') => Ok(Self::Open(rest)),
            Some('1') => Ok(Self::Close),
            Some('2') => Ok(Self::Ping(rest)),
            Some('3') => Ok(Self::Pong(rest)),
            Some('4') => Ok(Self::Text(rest)),
            Some('5') => Ok(Self::Upgrade),
            Some('6') => Ok(Self::Noop),
            Some('b') => Ok(Self::Binary(Cow::Owned(decode_base64(rest)))),
            Some(_) | None => Err(PacketError),
        }
    }

    /// Writes it as a WebSocket frame.
    #[must_use]
    pub fn encode(&self) -> Frame {
        let (kind, rest) = match self {
            Self::Open(rest) => ('0', *rest),
            Self::Close => ('1', ""),
            Self::Ping(rest) => ('2', *rest),
            Self::Pong(rest) => ('3', *rest),
            Self::Text(rest) => ('4', *rest),
            Self::Binary(bytes) => return Frame::Binary(bytes.as_ref().into()),
            Self::Upgrade => ('5', ""),
            Self::Noop => ('6', ""),
        };
        Frame::Text(format!("{kind}{rest}").into())
    }
}

/// A packet as a WebSocket carries it. Cheap to clone, so one may wait for many clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A text frame.
    Text(Arc<str>),
    /// A binary frame.
    Binary(Arc<[u8]>),
}

impl Frame {
    /// How many bytes it carries.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// Reads a body, packet by packet. What follows a packet that cannot be read means nothing.
pub fn decode_body(body: &str) -> impl Iterator<Item = Result<Packet<'_>, PacketError>> {
    body.split(SEPARATOR).map(Packet::decode)
}

/// Writes the body that answers a poll.
#[must_use]
pub fn encode_body<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> String {
    let mut body = String::new();
    for (index, frame) in frames.into_iter().enumerate() {
        if index > 0 {
            body.push(SEPARATOR);
        }
        match frame {
            Frame::Text(text) => body.push_str(text),
            Frame::Binary(bytes) => {
                body.push('b');
                STANDARD.encode_string(bytes, &mut body);
            }
        }
    }
    body
}

/// As Node's `Buffer.from(text, "base64")`: both alphabets; the first `=` ends it, and so does a
/// character beyond Latin-1; others that are no digits are skipped.
fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |char| match char {
        '-' => Some(b'+'),
        '_' => Some(b'/'),
        '+' | '/' | '0'..='9' | 'A'..='Z' | 'a'..='z' => u8::try_from(char).ok(),
        _ => None,
    };
    let mut digits: Vec<u8> = text
        .chars()
        .take_while(|char| *char != '=' && *char <= '\u{FF}')
        .filter_map(digit)
        .collect();
    // Six bits alone are not a byte yet.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    LENIENT.decode(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_character_tells_the_type() {
        for (text, packet) in [
            ("0{}", Packet::Open("{}")),
            ("1", Packet::Close),
            ("2", Packet::Ping("")),
            ("2probe", Packet::Ping("probe")),
            ("3probe", Packet::Pong("probe")),
            ("4", Packet::Text("")),
            ("42[]", Packet::Text("2[]")),
            ("5", Packet::Upgrade),
            ("6", Packet::Noop),
            ("6ignored", Packet::Noop),
            ("b/+8=", Packet::Binary([0xFF, 0xEF].as_slice().into())),
            ("b", Packet::Binary([].as_slice().into())),
        ] {
            assert_eq!(Packet::decode(text), Ok(packet), "{text:?}");
        }
        for text in ["", "7", "x", " 4", "\u{0664}", "B"] {
            assert_eq!(Packet::decode(text), Err(PacketError), "{text:?}");
        }
    }

    #[test]
    fn base64_is_read_as_node_reads_it() {
        for (text, bytes) in [
            ("QQ==QUJD", "A"),
            ("QUJD=QUJD", "ABC"),
            ("Q", ""),
            ("QU", "A"),
            ("QUJ", "AB"),
            ("Q Q = =", "A"),
            ("QUJD\nREVG", "ABCDEF"),
            ("Q\u{e9}U", "A"),
            ("=QUJD", ""),
            ("QUJDR", "ABC"),
            ("QUJ\u{100}D", "AB"),
        ] {
            assert_eq!(decode_base64(text), bytes.as_bytes(), "{text:?}");
        }
        assert_eq!(decode_base64("-_-_"), [0xFB, 0xFF, 0xBF]);
    }

    #[test]
    fn a_body_is_read_packet_by_packet() {
        let body = "4a\u{1E}bAQ==\u{1E}\u{1E}6";
        let packets: Vec<_> = decode_body(body).collect();
        assert_eq!(
            packets,
            [
                Ok(Packet::Text("a")),
                Ok(Packet::Binary([1].as_slice().into())),
                Err(PacketError),
                Ok(Packet::Noop),
            ]
        );
    }

    fn packet() -> impl Strategy<Value = (u8, String, Vec<u8>)> {
        (0_u8..8, "[^\u{1E}]{0,8}", any::<Vec<u8>>())
    }

    fn typed<'a>((kind, text, bytes): &'a (u8, String, Vec<u8>)) -> Packet<'a> {
        match kind {
            0 => Packet::Open(text),
            1 => Packet::Close,
            2 => Packet::Ping(text),
            3 => Packet::Pong(text),
            4 => Packet::Text(text),
            5 => Packet::Upgrade,
            6 => Packet::Noop,
            _ => Packet::Binary(bytes.into()),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(parts in prop::collection::vec(packet(), 1..8)) {
            let packets: Vec<Packet<'_>> = parts.iter().map(typed).collect();
            let frames: Vec<Frame> = packets.iter().map(Packet::encode).collect();
            let body = encode_body(&frames);
            let read: Result<Vec<_>, _> = decode_body(&body).collect();
            prop_assert_eq!(read, Ok(packets));
        }

        #[test]
        fn anything_can_be_read(text in any::<String>()) {
            let packets = decode_body(&text).count();
            prop_assert!(packets <= text.len() + 1);
        }
    }
}
