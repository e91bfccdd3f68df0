//! What a conformance suite talks to: every message comes back. The socket is bounded like that of
//! `/ws`, and nothing else is in the way.

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;

/// The echo, at `/`.
pub(crate) fn router() -> Router {
    Router::new().route("/", get(upgrade))
}

async fn upgrade(upgrade: WebSocketUpgrade) -> Response {
    server::bounded(upgrade).on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    // Read to its end, also after a close: only then the answer to it is sent.
    while let Some(Ok(message)) = socket.recv().await {
        if matches!(message, Message::Text(_) | Message::Binary(_))
            && socket.send(message).await.is_err()
        {
            return;
        }
    }
}
