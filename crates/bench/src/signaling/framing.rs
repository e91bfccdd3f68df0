//! WebSocket frames (RFC 6455, section 5), as far as a client needs them that has one server, its
//! own, and no time.

use anyhow::{Result, bail};

const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;
const OPCODE: u8 = 0x0f;
/// The second byte says that two, or eight, bytes of length follow.
const LENGTH_16: u8 = 126;
const LENGTH_64: u8 = 127;
/// Legal, and the payload can be changed in place.
const NO_MASK: [u8; 4] = [0; 4];

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    Close,
    Ping,
    Pong,
    Text,
}

/// One frame from a server: whole, and not masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: Opcode,
    pub(crate) payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The first frame in what was received, and how many bytes it takes; `None` if there is more
    /// of it to come.
    pub(crate) fn first(received: &'a [u8]) -> Result<Option<(Self, usize)>> {
        let [first, second, rest @ ..] = received else {
            return Ok(None);
        };
        let (length, header): (usize, usize) = match (*second, rest) {
            (LENGTH_16, [a, b, ..]) => (usize::from(u16::from_be_bytes([*a, *b])), 4),
            (LENGTH_64, [a, b, c, d, e, f, g, h, ..]) => {
                let length = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
                (usize::try_from(length)?, 10)
            }
            (LENGTH_16 | LENGTH_64, _) => return Ok(None),
            (masked, _) if masked & MASKED != 0 => bail!("a server must not mask its frames"),
            (length, _) => (usize::from(length), 2),
        };
        let Some(payload) = received.get(header..header.saturating_add(length)) else {
            return Ok(None);
        };
        let opcode = match (first & FIN, first & OPCODE) {
            (FIN, 1) => Opcode::Text,
            (FIN, 8) => Opcode::Close,
            (FIN, 9) => Opcode::Ping,
            (FIN, 10) => Opcode::Pong,
            (_, other) => bail!("a frame that this client does not expect: opcode {other}"),
        };
        Ok(Some((Self { opcode, payload }, header + length)))
    }

    /// The number that a close frame gives as its reason.
    pub(crate) fn close_code(&self) -> Option<u16> {
        match (self.opcode, self.payload) {
            (Opcode::Close, [high, low, ..]) => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        }
    }
}

/// A text frame as a client sends it.
pub(crate) fn text_frame(payload: impl AsRef<[u8]>) -> Vec<u8> {
    client_frame(1, payload.as_ref())
}

/// The answer to a ping.
pub(crate) fn pong_frame(payload: &[u8]) -> Vec<u8> {
    client_frame(10, payload)
}

fn client_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![FIN | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length), _) if length < LENGTH_16 => frame.push(MASKED | length),
        (_, Ok(length)) => {
            frame.push(MASKED | LENGTH_16);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(MASKED | LENGTH_64);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(NO_MASK);
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The frame as a server sends it: without the mask.
    fn from_server(frame: &[u8]) -> Vec<u8> {
        let header = match frame[1] & !MASKED {
            LENGTH_16 => 4,
            LENGTH_64 => 10,
            _ => 2,
        };
        let mut unmasked = frame[..header].to_vec();
        unmasked[1] &= !MASKED;
        unmasked.extend(&frame[header + NO_MASK.len()..]);
        unmasked
    }

    #[test]
    fn reads_frames_of_every_length() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let payload = vec![b'x'; length];
            let bytes = from_server(&text_frame(&payload));
            let (frame, taken) = Frame::first(&bytes).unwrap().unwrap();
            assert_eq!(frame.opcode, Opcode::Text, "{length}");
            assert_eq!(frame.payload, payload, "{length}");
            assert_eq!(taken, bytes.len(), "{length}");
        }
    }

    #[test]
    fn waits_for_the_rest_of_a_frame() {
        for length in [5, 300, 70_000] {
            let bytes = from_server(&text_frame(vec![b'x'; length]));
            for cut in [0, 1, 2, 3, 5, bytes.len() - 1] {
                assert_eq!(
                    Frame::first(&bytes[..cut]).unwrap(),
                    None,
                    "{length}, {cut}"
                );
            }
        }
    }

    #[test]
    fn leaves_the_next_frame_alone() {
        let mut bytes = from_server(&text_frame("one"));
        bytes.extend(from_server(&text_frame("two")));
        let (_, taken) = Frame::first(&bytes).unwrap().unwrap();
        let (second, _) = Frame::first(&bytes[taken..]).unwrap().unwrap();
        assert_eq!(second.payload, b"two");
    }

    #[test]
    fn masks_what_a_client_sends_with_nothing() {
        assert_eq!(text_frame("hi"), [0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
        assert_eq!(pong_frame(b""), [0x8a, 0x80, 0, 0, 0, 0]);
    }

    #[test]
    fn reads_why_a_server_closes() {
        let (close, _) = Frame::first(&[0x88, 2, 0x11, 0x58]).unwrap().unwrap();
        assert_eq!(close.close_code(), Some(4440));
        let (silent, _) = Frame::first(&[0x88, 0]).unwrap().unwrap();
        assert_eq!(silent.close_code(), None);
    }

    #[test]
    fn refuses_what_no_server_of_ours_sends() {
        for bytes in [
            &[0x01, 1, b'x'][..],
            &[0x82, 1, b'x'],
            &[0x81, 0x81, 0, 0, 0, 0, b'x'],
        ] {
            assert!(Frame::first(bytes).is_err(), "{bytes:x?}");
        }
    }
}
