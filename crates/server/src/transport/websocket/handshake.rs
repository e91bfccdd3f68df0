//! The handshake of a WebSocket (RFC 6455, section 4.2).

use super::socket::Socket;
use crate::net::stream::Stream;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tungstenite::Error;
use tungstenite::error::ProtocolError;
use tungstenite::handshake::server::create_response_with_body;

/// The largest message where nobody says otherwise.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// The answer to a request that asks for a WebSocket.
#[derive(Debug)]
pub struct Handshake {
    answer: Response<Body>,
    upgrade: OnUpgrade,
}

impl Handshake {
    /// # Errors
    /// If the request is no handshake of this version: with what it is told.
    pub fn read(request: &mut Request) -> Result<Self, Box<Response<Body>>> {
        let answer = create_response_with_body(request, Body::empty);
        Ok(Self {
            answer: answer.map_err(|error| Box::new(refusal(&error)))?,
            upgrade: hyper::upgrade::on(request),
        })
    }

    /// Agrees on a subprotocol, if the client offers it.
    #[must_use]
    pub fn speak(&mut self, offered: &HeaderMap, protocol: &'static str) -> bool {
        let name = header::SEC_WEBSOCKET_PROTOCOL;
        let mut offered = offered
            .get_all(&name)
            .iter()
            .flat_map(|list| list.as_bytes().split(|byte| *byte == b','));
        let is_offered = offered.any(|it| it.trim_ascii() == protocol.as_bytes());
        if is_offered {
            let value = HeaderValue::from_static(protocol);
            self.answer.headers_mut().insert(name, value);
        }
        is_offered
    }

    /// The answer; when it is sent, the socket is served.
    pub fn accept<Serving>(
        self,
        serve: impl FnOnce(Socket) -> Serving + Send + 'static,
    ) -> Response<Body>
    where
        Serving: Future<Output = ()> + Send + 'static,
    {
        tokio::spawn(async move {
            match self
                .upgrade
                .await
                .map(|it| it.downcast::<TokioIo<Stream>>())
            {
                Ok(Ok(parts)) => {
                    let stream = parts.io.into_inner();
                    let socket = Socket::new(stream, &parts.read_buf, MAX_MESSAGE_BYTES);
                    // A task of its own, which is no larger than what it serves.
                    tokio::spawn(serve(socket));
                }
                Ok(Err(_)) => tracing::error!("a WebSocket came over something else than TCP"),
                Err(error) => tracing::debug!(%error, "a client left during its handshake"),
            }
        });
        self.answer
    }
}

/// What a request that is no WebSocket handshake of this version is told: which one would be (RFC
/// 6455, section 4.4; RFC 9110, section 15.5.22).
fn refusal(error: &Error) -> Response<Body> {
    use ProtocolError as Wrong;
    let is_other = matches!(
        error,
        Error::Protocol(
            Wrong::MissingConnectionUpgradeHeader
                | Wrong::MissingSecWebSocketVersionHeader
                | Wrong::MissingUpgradeWebSocketHeader
                | Wrong::WrongHttpVersion
        )
    );
    if !is_other {
        let is_method = matches!(error, Error::Protocol(Wrong::WrongHttpMethod));
        let status = if is_method {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            StatusCode::BAD_REQUEST
        };
        return (status, format!("{error}\n")).into_response();
    }
    let headers = [
        (header::CONNECTION, "upgrade"),
        (header::UPGRADE, "websocket"),
        (header::SEC_WEBSOCKET_VERSION, "13"),
    ];
    let advice = "this is a WebSocket of version 13\n";
    (StatusCode::UPGRADE_REQUIRED, headers, advice).into_response()
}
