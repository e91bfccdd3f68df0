//! One WebSocket on one TCP socket, the server's end.
//!
//! The library speaks the protocol (RFC 6455) and has no socket of its own; what is here is the way
//! between the two, with one call of the system for what comes together, and one for what goes
//! together.

use super::frames::Frames;
use super::loan::Loan;
use super::pump::Bounded;
use crate::admission::account::Account;
use crate::net::stream::Stream as Tcp;
use futures_util::{Sink, Stream};
use std::io::{self, ErrorKind, Read, Write};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncReadExt as _, AsyncWrite as _};
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

/// What the library takes from us at once, and holds at least for as long as the connection lives.
const READ_BYTES: usize = 512;

/// As soon as so much is to be written, it is, and nothing more is taken before.
const WRITE_BYTES: usize = 8 * 1024;

/// How much may wait in all, with answers to pings, which nobody waits for. The library holds back
/// as much again, and then forgets pings.
const MAX_WRITE_BYTES: usize = 512 * 1024;

/// A WebSocket after its handshake.
#[derive(Debug)]
pub struct Socket {
    codec: WebSocketContext,
    wire: Wire,
    end: End,
}

/// Whether messages still come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    NotYet,
    /// What the client sends cannot be read any more. It is discarded, for bytes left unread would
    /// turn the end into a reset, and the client would not see why the connection ends (RFC 9293,
    /// section 3.6.1).
    Unreadable,
    Over,
}

impl Socket {
    /// `ahead` was read behind the handshake. A message may have so many bytes, in one frame or in
    /// many.
    pub(super) fn new(stream: impl Into<Tcp>, ahead: &[u8], max_bytes: usize) -> Self {
        Self {
            codec: codec(max_bytes),
            wire: Wire {
                stream: stream.into(),
                inbox: Loan::holding(ahead),
                outbox: Loan::default(),
                frames: Frames::new(max_bytes),
                payer: None,
            },
            end: End::NotYet,
        }
    }

    /// Charges this account for what is read, and for what is held of incomplete messages.
    pub(crate) fn charge(&mut self, account: Account) {
        self.wire.payer = Some(account);
    }

    /// A message has come. A large one must not leave its buffer behind: the library would keep it
    /// for as long as the connection lives.
    fn complete(&mut self) {
        let was_large = self.wire.complete();
        if was_large && self.codec.can_write() {
            self.codec = codec(self.wire.frames.max_message());
        }
    }
}

impl Bounded for Socket {
    fn set_max_message(&mut self, bytes: usize) {
        self.wire.frames.set_max_message(bytes);
        self.codec.set_config(|config| {
            config.max_message_size = Some(bytes);
            config.max_frame_size = Some(bytes);
        });
    }
}

fn codec(max_bytes: usize) -> WebSocketContext {
    // Compression is not negotiated: it would cost a window for every connection, and a small
    // message could unfold into a large one.
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BYTES)
        .max_message_size(Some(max_bytes))
        .max_frame_size(Some(max_bytes));
    WebSocketContext::new(Role::Server, Some(config))
}

/// Whether the client still sends something after this error that is to be discarded.
const fn is_unreadable(error: &Error) -> bool {
    matches!(
        error,
        Error::Capacity(_) | Error::Io(_) | Error::Protocol(_) | Error::Utf8(_)
    )
}

impl Stream for Socket {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let socket = self.get_mut();
        if socket.end == End::NotYet {
            let Self { codec, wire, .. } = socket;
            let message = ready!(or_wait(codec.read(&mut wire.within(context))));
            match &message {
                Ok(Message::Text(_) | Message::Binary(_)) => socket.complete(),
                Ok(_) => {}
                Err(error) if is_unreadable(error) => socket.end = End::Unreadable,
                Err(_) => socket.end = End::Over,
            }
            if !matches!(message, Err(Error::ConnectionClosed | Error::AlreadyClosed)) {
                return Poll::Ready(Some(message));
            }
        }
        if socket.end == End::Unreadable {
            ready!(socket.wire.poll_discard(context));
            socket.end = End::Over;
        }
        // The library takes what it has written for sent. If the socket is broken, nobody waits for
        // the rest.
        socket.wire.poll_empty(context).map(|_| None)
    }
}

impl Sink<Message> for Socket {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.wire.outbox.rest().len() < WRITE_BYTES {
            Poll::Ready(Ok(()))
        } else {
            self.poll_flush(context)
        }
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        let Self { codec, wire, .. } = self.get_mut();
        if !codec.can_write() {
            return Err(Error::AlreadyClosed);
        }
        // Past the library's own buffer, which would keep the size of the largest message.
        let message = match message {
            Message::Text(text) => {
                let frame = Frame::message(text, OpCode::Data(Data::Text), true);
                return frame.format(wire.outbox.space());
            }
            Message::Binary(bytes) => {
                let frame = Frame::message(bytes, OpCode::Data(Data::Binary), true);
                return frame.format(wire.outbox.space());
            }
            message @ (Message::Close(_)
            | Message::Frame(_)
            | Message::Ping(_)
            | Message::Pong(_)) => message,
        };
        match or_wait(codec.write(&mut wire.later(), message)) {
            Poll::Ready(result) => result,
            // It is taken; only flushing has to wait.
            Poll::Pending => Ok(()),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self { codec, wire, .. } = self.get_mut();
        let flushed = ready!(or_wait(codec.flush(&mut wire.within(context))));
        wire.poll_end(flushed, context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self { codec, wire, .. } = self.get_mut();
        let closed = ready!(or_wait(codec.close(&mut wire.within(context), None)));
        wire.poll_end(closed, context)
    }
}

/// What the library calls an error of the socket may only mean that it has to wait.
fn or_wait<T>(result: Result<T, Error>) -> Poll<Result<T, Error>> {
    match result {
        Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
        result => Poll::Ready(result),
    }
}

/// The TCP socket, and what has been read from it or is to be written to it.
#[derive(Debug)]
struct Wire {
    stream: Tcp,
    inbox: Loan,
    outbox: Loan,
    frames: Frames,
    /// Who is charged for what is read.
    payer: Option<Account>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.complete();
    }
}

impl Wire {
    /// The socket for as long as a task is polled.
    fn within<'a, 'b>(&'a mut self, context: &'a mut Context<'b>) -> Lent<'a, 'b> {
        let context = Some(context);
        Lent {
            wire: self,
            context,
        }
    }

    /// The socket for what is flushed later.
    const fn later(&mut self) -> Lent<'_, '_> {
        Lent {
            wire: self,
            context: None,
        }
    }

    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let read = pin!(self.stream.read_buf(self.inbox.space())).poll(context);
        self.inbox.settle();
        if let (Poll::Ready(Ok(bytes)), Some(account)) = (&read, &self.payer) {
            account.read(u32::try_from(*bytes).unwrap_or(u32::MAX));
        }
        read.map_ok(drop)
    }

    /// Reads to the client's end and keeps nothing of it. What waits to be written goes out
    /// meanwhile.
    fn poll_discard(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let left = self.inbox.rest().len();
            self.inbox.advance(left);
            let before = self.inbox.rest().len();
            match ready!(self.poll_fill(context)) {
                Ok(()) if self.inbox.rest().len() > before => {}
                Ok(()) | Err(_) => return Poll::Ready(()),
            }
        }
    }

    /// Takes bytes that have come, to the end of a frame at most: then nothing of the next one is
    /// in the library's buffer when a message is complete.
    fn take(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.inbox.rest();
        let room = rest.len().min(buffer.len());
        let bytes = rest.get(..room).unwrap_or_default();
        let (taken, more) = self.frames.pass(bytes);
        if self.frames.is_stretched() {
            self.frames.give_back(more);
            return Err(ErrorKind::QuotaExceeded.into());
        }
        if let Some(account) = self.payer.as_ref().filter(|_| more > 0)
            && !account.hold(more)
        {
            self.frames.give_back(more);
            return Err(ErrorKind::QuotaExceeded.into());
        }
        let taken = Read::read(&mut bytes.get(..taken).unwrap_or_default(), buffer)?;
        self.inbox.advance(taken);
        Ok(taken)
    }

    /// Nothing is held of the message any more. Says whether it was large.
    fn complete(&mut self) -> bool {
        let held = self.frames.complete();
        if let Some(account) = &self.payer
            && held > 0
        {
            account.release(held);
        }
        held > 0
    }

    /// An end that both sides know of is none that a writer has to hear of.
    fn poll_end(
        &mut self,
        result: Result<(), Error>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        match result {
            Err(Error::ConnectionClosed) => self.poll_empty(context).map_err(Error::Io),
            result => Poll::Ready(result),
        }
    }

    fn poll_empty(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outbox.rest().is_empty() {
            let stream = Pin::new(&mut self.stream);
            match ready!(stream.poll_write(context, self.outbox.rest()))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                written => self.outbox.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A socket as the library wants it: it does what it can at once, or says that it would block.
struct Lent<'a, 'b> {
    wire: &'a mut Wire,
    context: Option<&'a mut Context<'b>>,
}

impl Lent<'_, '_> {
    fn poll(
        &mut self,
        act: impl FnOnce(&mut Wire, &mut Context<'_>) -> Poll<io::Result<()>>,
    ) -> io::Result<()> {
        let polled = match &mut self.context {
            Some(context) => act(self.wire, context),
            None => Poll::Pending,
        };
        match polled {
            Poll::Ready(result) => result,
            Poll::Pending => Err(ErrorKind::WouldBlock.into()),
        }
    }
}

impl Read for Lent<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.wire.inbox.rest().is_empty() {
            self.poll(Wire::poll_fill)?;
        }
        // Nothing is read when the client has ended its side.
        self.wire.take(buffer)
    }
}

impl Write for Lent<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outbox = &mut self.wire.outbox;
        if outbox.rest().len() > MAX_WRITE_BYTES {
            return Err(ErrorKind::WouldBlock.into());
        }
        outbox.space().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.poll(Wire::poll_empty)
    }
}

#[cfg(test)]
mod tests;
