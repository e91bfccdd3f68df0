//! Reading, writing and closing WebSockets.

use crate::transport::websocket::fault::Fault as _;
use ::socketio::{Frame, Line};
use axum::Error;
use axum::extract::ws::close_code::{INVALID, PROTOCOL, SIZE};
use axum::extract::ws::{CloseCode, CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{SinkExt as _, StreamExt as _};
use std::error::Error as _;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;
use tokio::time::timeout;
use tungstenite::error::Error as SocketError;

/// The next message of any socket; `None` if that one has ended.
pub(super) async fn message(
    sockets: &mut [(Line, WebSocket)],
) -> (Line, Option<Result<Message, Error>>) {
    poll_fn(|context| {
        for (line, socket) in &mut *sockets {
            if let Poll::Ready(message) = socket.poll_next_unpin(context) {
                return Poll::Ready((*line, message));
            }
        }
        Poll::Pending
    })
    .await
}

/// Writes frames, and flushes them.
pub(super) async fn write(socket: &mut WebSocket, frames: Vec<Frame>) -> Result<(), Error> {
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
pub(super) async fn close(mut socket: WebSocket, status: Option<CloseCode>, patience: Duration) {
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
    let error: &SocketError = error.source()?.downcast_ref()?;
    match (error, error.close_code()?) {
        (SocketError::Utf8(_), _) => Some(INVALID),
        (_, protocol::CloseCode::TooBig) => Some(SIZE),
        (_, protocol::CloseCode::Protocol) => Some(PROTOCOL),
        _ => None,
    }
}
