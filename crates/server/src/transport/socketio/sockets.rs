//! Reading, writing and closing WebSockets.

use super::registry::Change;
use crate::transport::websocket::Socket;
use crate::transport::websocket::fault::Fault as _;
use ::socketio::{Frame, Line};
use futures_util::{SinkExt as _, StreamExt as _};
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;
use tokio::time::timeout;
use tungstenite::error::Error;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, Utf8Bytes};

/// A WebSocket of a session.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) line: Line,
    pub(super) socket: Socket,
    /// If it came later than the session.
    pub(super) _change: Option<Change>,
}

/// The next message of any socket; `None` if that one has ended.
pub(super) async fn message(sockets: &mut [Attached]) -> (Line, Option<Result<Message, Error>>) {
    poll_fn(|context| {
        for Attached { line, socket, .. } in &mut *sockets {
            if let Poll::Ready(message) = socket.poll_next_unpin(context) {
                return Poll::Ready((*line, message));
            }
        }
        Poll::Pending
    })
    .await
}

/// Writes frames, and flushes them.
pub(super) async fn write(socket: &mut Socket, frames: Vec<Frame>) -> Result<(), Error> {
    for frame in frames {
        let message = match frame {
            Frame::Text(text) => Message::Text(Utf8Bytes::from(&*text)),
            Frame::Binary(bytes) => Message::Binary(bytes.to_vec().into()),
        };
        socket.feed(message).await?;
    }
    socket.flush().await
}

/// Closes a socket, and reads on until its client has heard that, for bytes left unread would turn
/// the end into a reset. A client that does not answer is cut off.
pub(super) async fn close(mut attached: Attached, status: Option<CloseCode>, patience: Duration) {
    let socket = &mut attached.socket;
    let reason = Utf8Bytes::default();
    let frame = status.map(|code| CloseFrame { code, reason });
    let end = async {
        if socket.send(Message::Close(frame)).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    drop(timeout(patience, end).await);
}

/// The status that a client's mistake is closed with (RFC 6455, section 7.4.1); `None` if the
/// connection is just gone.
pub(super) fn status(error: &Error) -> Option<CloseCode> {
    match (error, error.close_code()?) {
        (Error::Utf8(_), _) => Some(CloseCode::Invalid),
        (_, protocol::CloseCode::TooBig) => Some(CloseCode::Size),
        (_, protocol::CloseCode::Protocol) => Some(CloseCode::Protocol),
        (_, protocol::CloseCode::TooFast) => Some(CloseCode::Policy),
        _ => None,
    }
}
