//! A client that writes whatever bytes a test wants, frame by frame (RFC 6455, section 5.2).

use crate::support::PATIENCE;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The head of a handshake as a browser makes it, without its last, empty line.
pub(crate) const HANDSHAKE: &str = "GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\n\
    upgrade: websocket\r\nsec-websocket-version: 13\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: heliograph.v1\r\n";

/// A frame with everything that stands in it but its length and its mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The final bit, the reserved bits and the opcode.
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
}

pub(crate) fn frame(first: u8, payload: impl AsRef<[u8]>) -> Frame {
    let payload = payload.as_ref().to_vec();
    Frame { first, payload }
}

pub(crate) fn text(payload: impl AsRef<[u8]>) -> Frame {
    frame(0x81, payload)
}

pub(crate) fn binary(payload: impl AsRef<[u8]>) -> Frame {
    frame(0x82, payload)
}

pub(crate) fn ping(payload: impl AsRef<[u8]>) -> Frame {
    frame(0x89, payload)
}

pub(crate) fn pong(payload: impl AsRef<[u8]>) -> Frame {
    frame(0x8A, payload)
}

/// A close frame with a code and a reason.
pub(crate) fn close(code: u16, reason: impl AsRef<[u8]>) -> Frame {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(reason.as_ref());
    frame(0x88, payload)
}

/// A message in several frames.
pub(crate) fn fragments<P: AsRef<[u8]>>(first: &Frame, parts: &[P]) -> Vec<Frame> {
    let last = parts.len() - 1;
    let numbered = parts.iter().enumerate();
    let fragment = |(number, part): (usize, &P)| {
        let opcode = if number == 0 { first.first & 0x0F } else { 0 };
        let fin = if number == last { 0x80 } else { 0 };
        frame(fin | opcode, part)
    };
    numbered.map(fragment).collect()
}

impl Frame {
    /// As a client writes it. The mask is a constant: nobody here needs protection from proxies.
    pub(crate) fn masked(&self) -> Vec<u8> {
        const MASK: [u8; 4] = [1, 2, 3, 4];
        let mut bytes = self.head(0x80);
        bytes.extend(MASK);
        bytes.extend(
            self.payload
                .iter()
                .zip(MASK.iter().cycle())
                .map(|(a, b)| a ^ b),
        );
        bytes
    }

    /// As only a server may write it.
    pub(crate) fn unmasked(&self) -> Vec<u8> {
        let mut bytes = self.head(0);
        bytes.extend(&self.payload);
        bytes
    }

    fn head(&self, mask: u8) -> Vec<u8> {
        let length = self.payload.len();
        let mut bytes = vec![self.first];
        if length < 126 {
            bytes.push(mask | u8::try_from(length).unwrap());
        } else if let Ok(length) = u16::try_from(length) {
            bytes.push(mask | 126);
            bytes.extend(length.to_be_bytes());
        } else {
            bytes.push(mask | 127);
            bytes.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
        bytes
    }
}

/// A socket, and what has come but was not looked at.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
    unread: Vec<u8>,
}

impl Raw {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        let unread = Vec::new();
        Self { stream, unread }
    }

    /// With the handshake of a browser behind it.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let mut raw = Self::connect(address).await;
        let head = raw.ask(&format!("{HANDSHAKE}\r\n")).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        raw
    }

    /// Sends the head of a request and returns that of the answer, in small letters behind the
    /// first line.
    pub(crate) async fn ask(&mut self, head: &str) -> String {
        self.write(head).await;
        let end = loop {
            let end = self
                .unread
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n");
            match end {
                Some(end) => break end + 4,
                None => assert!(self.read().await, "no answer"),
            }
        };
        let head = self.unread.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        let (status, headers) = head.split_once("\r\n").unwrap();
        format!("{status}\r\n{}", headers.to_ascii_lowercase())
    }

    /// Writes, as far as the other side listens.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.ok();
    }

    pub(crate) async fn send(&mut self, frame: &Frame) {
        self.write(frame.masked()).await;
    }

    /// The next frame; `None` if the connection has ended.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, length)) = parse(&self.unread) {
                self.unread.drain(..length);
                return Some(frame);
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// The code that the server closes with, 1005 if it names none; `None` if it just ends.
    /// Messages before it are passed over.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        loop {
            let frame = self.frame().await?;
            if frame.first == 0x88 {
                let code = frame.payload.first_chunk().copied();
                return Some(code.map_or(1005, u16::from_be_bytes));
            }
        }
    }

    /// Waits until the other side has ended the connection.
    pub(crate) async fn is_cut(&mut self) {
        while self.read().await {}
    }

    async fn read(&mut self) -> bool {
        let reading = self.stream.read_buf(&mut self.unread);
        let read = tokio::time::timeout(PATIENCE, reading).await;
        // An end and a reset are the same to who waits for more.
        read.expect("nothing came").is_ok_and(|bytes| bytes > 0)
    }
}

fn parse(bytes: &[u8]) -> Option<(Frame, usize)> {
    let (&[first, length], rest) = bytes.split_first_chunk()?;
    let (length, head) = match length {
        126 => (u16::from_be_bytes(*rest.first_chunk()?).into(), 4),
        127 => (u64::from_be_bytes(*rest.first_chunk()?), 10),
        length => (length.into(), 2),
    };
    let end = head + usize::try_from(length).unwrap();
    let payload = bytes.get(head..end)?.to_vec();
    Some((Frame { first, payload }, end))
}
