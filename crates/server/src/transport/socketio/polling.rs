//! Long polling: GETs that wait for packets, POSTs that bring some.

use super::registry::{Asked, SessionHandle};
use ::socketio::Line;
use ::socketio::http::{self, BINARY_CONTENT_TYPE, Refusal};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long the body of a POST may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A request that waits for its answer.
#[derive(Debug)]
pub(super) struct Pending {
    line: Line,
    answer: oneshot::Sender<http::Response>,
}

impl Pending {
    pub(super) fn new(line: Line) -> (Self, oneshot::Receiver<http::Response>) {
        let (answer, answered) = oneshot::channel();
        (Self { line, answer }, answered)
    }

    pub(super) const fn line(&self) -> Line {
        self.line
    }

    /// Answers it. If its client has gone away meanwhile, nobody misses the answer.
    pub(super) fn answer(self, response: http::Response) {
        drop(self.answer.send(response));
    }

    /// Is ready once its client has gone away.
    pub(super) fn poll_gone(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.answer.poll_closed(context)
    }
}

/// A GET for a session.
pub(super) async fn poll(session: Option<SessionHandle>) -> Response {
    let Some(session) = session else {
        return unknown();
    };
    let (pending, answer) = session.ask();
    if session.send(Asked::Poll(pending)).await {
        answered(answer).await
    } else {
        unknown()
    }
}

/// A POST for a session.
pub(super) async fn post(
    session: Option<SessionHandle>,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let Some(session) = session else {
        return unknown();
    };
    let (pending, mut answer) = session.ask();
    let line = pending.line();
    let content_type = headers.get(header::CONTENT_TYPE);
    let is_binary = content_type.is_some_and(|it| it == BINARY_CONTENT_TYPE);
    if !session.send(Asked::Post { pending, is_binary }).await {
        return unknown();
    }
    let body = tokio::select! {
        biased;
        // Refused before its body was read.
        refused = &mut answer => return written(refused),
        body = timeout(BODY_TIMEOUT, read(&session, line, body)) => {
            body.unwrap_or(Asked::BodyGone(line))
        }
    };
    session.send(body).await;
    answered(answer).await
}

async fn read(session: &SessionHandle, line: Line, body: Body) -> Asked {
    let max = session.max_message();
    let mut held = session.held();
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let Ok(chunk) = chunk else {
            return Asked::BodyGone(line);
        };
        let is_too_large = bytes.len() + chunk.len() > max;
        if is_too_large || !held.read(chunk.len()) {
            return Asked::BodyTooLarge(line);
        }
        bytes.extend_from_slice(&chunk);
    }
    Asked::Body { line, bytes, held }
}

/// The answer, as soon as the session gives one.
pub(super) async fn answered(answer: oneshot::Receiver<http::Response>) -> Response {
    written(answer.await)
}

fn written(answer: Result<http::Response, oneshot::error::RecvError>) -> Response {
    answer.map_or_else(|_over| unknown(), write)
}

fn unknown() -> Response {
    write(http::Response::Refused(Refusal::UnknownSession))
}

/// Writes an answer as HTTP.
pub(super) fn write(response: http::Response) -> Response {
    let status = response
        .status()
        .and_then(|it| StatusCode::from_u16(it).ok());
    let Some(status) = status else {
        // HTTP leaves no way to take a request back here; to its client it fails either way.
        let close = [(header::CONNECTION, "close")];
        return (StatusCode::BAD_REQUEST, close).into_response();
    };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CONTENT_TYPE, response.content_type()),
        (header::CACHE_CONTROL, response.cache_control()),
    ] {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    let mut written = Body::from(response.into_body()).into_response();
    *written.status_mut() = status;
    *written.headers_mut() = headers;
    written
}
