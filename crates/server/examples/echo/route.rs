//! What a conformance suite talks to: every message comes back. The socket is that of `/ws`, and
//! nothing else is in the way.

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::get;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use server::{Handshake, Socket, Stream};
use tokio::net::TcpListener;
use tungstenite::Message;

/// Serves the echo at `/`, for ever.
pub(crate) async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let router = Router::new().route("/", get(upgrade));
    loop {
        let (stream, _peer) = listener.accept().await?;
        let service = TowerToHyperService::new(router.clone());
        let connection =
            Builder::new().serve_connection(TokioIo::new(Stream::from(stream)), service);
        tokio::spawn(connection.with_upgrades());
    }
}

async fn upgrade(mut request: Request) -> Response {
    match Handshake::read(&mut request) {
        Ok(handshake) => handshake.accept(echo),
        Err(refusal) => *refusal,
    }
}

async fn echo(mut socket: Socket) {
    // Read to its end, also after a close: only then the answer to it is sent.
    while let Some(Ok(message)) = socket.next().await {
        if matches!(message, Message::Text(_) | Message::Binary(_))
            && socket.send(message).await.is_err()
        {
            return;
        }
    }
}
