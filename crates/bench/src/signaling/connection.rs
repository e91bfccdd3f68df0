//! One client's socket: bytes in, frames out of them; frames out, as far as the socket takes them.

use super::framing::{Frame, Opcode, pong_frame};
use super::http;
use anyhow::{Context as _, Result};
use mio::net::TcpStream;
use std::io::{ErrorKind, Read as _, Write as _};

/// What a client hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Incoming<'a> {
    /// The connection is over; with the code of the server's close frame, if it sent one.
    Closed(Option<u16>),
    /// The server answers the upgrade with another status than 101.
    Refused(u16),
    /// A text frame.
    Text(&'a [u8]),
    /// The server speaks WebSocket from here on.
    Upgraded,
}

/// One connection. It holds no buffer while nothing is underway.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    phase: Phase,
    /// The beginning of a frame whose end has not come yet.
    unread: Vec<u8>,
    /// What the socket did not take yet.
    unsent: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Upgrading,
    Open,
    Closed,
}

impl Connection {
    /// A connection on which nothing has been said.
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self::in_phase(stream, Phase::Upgrading)
    }

    /// A connection that speaks WebSocket already.
    pub(crate) const fn upgraded(stream: TcpStream) -> Self {
        Self::in_phase(stream, Phase::Open)
    }

    const fn in_phase(stream: TcpStream, phase: Phase) -> Self {
        Self {
            stream,
            phase,
            unread: Vec::new(),
            unsent: Vec::new(),
        }
    }

    /// Sends now what the socket takes now, and the rest when it can.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<()> {
        if !self.unsent.is_empty() {
            self.unsent.extend(bytes);
            return Ok(());
        }
        let taken = match self.stream.write(bytes) {
            Ok(taken) => taken,
            Err(error) if is_not_yet(error.kind()) => 0,
            // Reading tells that it is over.
            Err(error) if is_end(error.kind()) => return Ok(()),
            Err(error) => return Err(error).context("sending to the server"),
        };
        if let Some(rest @ [_, ..]) = bytes.get(taken..) {
            self.unsent.extend(rest);
        }
        Ok(())
    }

    /// The socket takes bytes again.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.unsent);
        self.send(&waiting)
    }

    /// Reads what there is into the buffer, behind what was left of the last frame; says how many
    /// bytes of the buffer count, and whether there may be more.
    pub(crate) fn receive(&mut self, buffer: &mut [u8]) -> Result<Received> {
        let kept = self.unread.len();
        let (front, space) = buffer
            .split_at_mut_checked(kept)
            .filter(|(_, space)| !space.is_empty())
            .context("a message larger than the buffer")?;
        front.copy_from_slice(&self.unread);
        let size = space.len();
        match self.stream.read(space) {
            Ok(0) => Ok(Received::End),
            Ok(read) => {
                self.unread.clear();
                Ok(Received::Bytes {
                    filled: kept + read,
                    // With edge-triggered readiness a short read has emptied the socket.
                    may_be_more: read == size,
                })
            }
            Err(error) if is_not_yet(error.kind()) => Ok(Received::Nothing),
            Err(error) if is_end(error.kind()) => Ok(Received::End),
            Err(error) => Err(error).context("reading from the server"),
        }
    }

    /// The first message in what was received, and how many bytes it takes.
    pub(crate) fn parse<'a>(&mut self, received: &'a [u8]) -> Result<Parsed<'a>> {
        match self.phase {
            Phase::Closed => Ok(Parsed::Unheard(received.len())),
            Phase::Upgrading => match http::Response::first(received)? {
                None => Ok(Parsed::Incomplete),
                Some((response, taken)) => {
                    if response.status != 101 {
                        self.phase = Phase::Closed;
                        return Ok(Parsed::Heard(Incoming::Refused(response.status), taken));
                    }
                    self.phase = Phase::Open;
                    Ok(Parsed::Heard(Incoming::Upgraded, taken))
                }
            },
            Phase::Open => self.parse_frame(received),
        }
    }

    fn parse_frame<'a>(&mut self, received: &'a [u8]) -> Result<Parsed<'a>> {
        let Some((frame, taken)) = Frame::first(received)? else {
            return Ok(Parsed::Incomplete);
        };
        match frame.opcode {
            Opcode::Text => Ok(Parsed::Heard(Incoming::Text(frame.payload), taken)),
            Opcode::Close => {
                self.phase = Phase::Closed;
                Ok(Parsed::Heard(Incoming::Closed(frame.close_code()), taken))
            }
            Opcode::Ping => {
                self.send(&pong_frame(frame.payload))?;
                Ok(Parsed::Unheard(taken))
            }
            Opcode::Pong => Ok(Parsed::Unheard(taken)),
        }
    }

    /// Keeps the beginning of a frame for the next time.
    pub(crate) fn keep(&mut self, rest: &[u8]) {
        self.unread = rest.to_vec();
    }

    /// The server is gone. Says whether that is news.
    pub(crate) fn end(&mut self) -> bool {
        std::mem::replace(&mut self.phase, Phase::Closed) != Phase::Closed
    }
}

/// What a read has brought.
#[derive(Debug)]
pub(crate) enum Received {
    Bytes { filled: usize, may_be_more: bool },
    End,
    Nothing,
}

/// What the first bytes of those received are.
#[derive(Debug)]
pub(crate) enum Parsed<'a> {
    /// Something to be heard, and its length.
    Heard(Incoming<'a>, usize),
    /// There is more of it to come.
    Incomplete,
    /// Something that the connection has dealt with, and its length.
    Unheard(usize),
}

fn is_end(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BrokenPipe | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

fn is_not_yet(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::NotConnected
    )
}
