//! The wire of the old clients: Engine.IO 4 below `/socket.io/`, over requests and WebSockets.
//!
//! What the wire means is in the crate [`socketio`]. Here requests find their session; each session
//! has a [`driver`], a task that owns its machine, its seat, and what it is written on.

mod driver;
mod polling;
mod registry;
mod sockets;

use super::websocket::{Handshake, Socket};
use crate::admission::Admission;
use crate::entropy;
use ::socketio::http::{self, Query, Refusal, Route};
use ::socketio::{Line, Opening};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use driver::Driver;
use registry::{Registry, SessionHandle};
use std::net::SocketAddr;
use std::sync::Arc;

/// Where old pages load their client from. The files lie in `public/socket.io/`, as the npm
/// package `socket.io` has them.
pub(crate) const SCRIPTS: &[&str] = &[
    "/socket.io/socket.io.esm.min.js",
    "/socket.io/socket.io.esm.min.js.map",
    "/socket.io/socket.io.js",
    "/socket.io/socket.io.js.map",
    "/socket.io/socket.io.min.js",
    "/socket.io/socket.io.min.js.map",
    "/socket.io/socket.io.msgpack.min.js",
    "/socket.io/socket.io.msgpack.min.js.map",
];

/// What old clients find: the way in, and the sessions that there are.
#[derive(Debug)]
struct Hall {
    admission: Arc<Admission>,
    sessions: Registry,
}

/// The paths of the old clients.
pub(crate) fn router(admission: Arc<Admission>) -> Router {
    let hall = Hall {
        admission,
        sessions: Registry::default(),
    };
    Router::new()
        .route(http::PATH, any(serve))
        .route(&format!("{}{{*rest}}", http::PATH), any(serve))
        .with_state(Arc::new(hall))
}

async fn serve(
    State(hall): State<Arc<Hall>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    // The old server let every page use its WebSocket. Whoever opens a page does not mean to lend
    // it his network.
    if !hall.admission.is_welcome(peer, &parts.headers) {
        return (
            StatusCode::FORBIDDEN,
            "this origin may not use this server\n",
        )
            .into_response();
    }
    let upgrades = wants_socket(&parts);
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let query = Query::parse(&query);
    let known = |sid: &str| hall.sessions.find(sid).is_some();
    match http::route(parts.method.as_str(), upgrades, &query, known) {
        Err(refusal) => refuse(refusal, upgrades),
        Ok(Route::OpenPolling) => open_polling(hall, peer, &parts).await,
        Ok(Route::OpenSocket) => open_socket(&hall, peer, parts),
        Ok(Route::Poll(sid)) => polling::poll(hall.sessions.find(sid)).await,
        Ok(Route::Post(sid)) => {
            let session = hall.sessions.find(sid);
            polling::post(session, &parts.headers, body).await
        }
        Ok(Route::Upgrade(sid)) => {
            let session = hall.sessions.find(sid);
            let change = session.as_ref().and_then(SessionHandle::begin_change);
            match session.zip(change) {
                Some((session, change)) => accept(parts, |socket| async move {
                    session.change_over(socket, change).await;
                }),
                // Nobody needs two, and each would take a file.
                None => refuse(Refusal::BadRequest, upgrades),
            }
        }
        Ok(Route::CloseSocket) => accept(parts, |socket| async move { drop(socket) }),
        Ok(Route::UnknownMethod) => polling::write(http::Response::UnknownMethod),
    }
}

/// Lets the pages of allowed origins read what they are answered (Fetch, section 3.3): their
/// scripts, and requests that a browser would send for no other page.
pub(crate) async fn share(
    State(admission): State<Arc<Admission>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = admission.origins.shared_with(request.headers()) else {
        return next.run(request).await;
    };
    let mut response = match preflight(&request) {
        Some(response) => response,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    response
}

/// The answer to a browser that asks whether a page may ask.
fn preflight(request: &Request) -> Option<Response> {
    let asked = request.headers();
    let is_preflight = request.method() == Method::OPTIONS
        && asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !is_preflight {
        return None;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    Some(response)
}

async fn open_polling(hall: Arc<Hall>, peer: SocketAddr, parts: &Parts) -> Response {
    let permit = match hall.admission.admit(peer, &parts.headers) {
        Ok(permit) => permit,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(sid) = new_sid() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let account = permit.account().clone();
    let (session, requests) = hall.sessions.add(&sid, account);
    let (pending, answer) = session.ask();
    let opening = Opening::Polling(pending.line());
    let driver = Driver::new(&hall.admission, permit, opening, &sid);
    let driver = driver.with_requests(session, requests, pending);
    tokio::spawn(async move {
        driver.run().await;
        hall.sessions.remove(&sid);
    });
    polling::answered(answer).await
}

fn open_socket(hall: &Hall, peer: SocketAddr, parts: Parts) -> Response {
    let permit = match hall.admission.admit(peer, &parts.headers) {
        Ok(permit) => permit,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(sid) = new_sid() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // No request ever asks for this session, so it needs no entry in the registry.
    let line = Line(0);
    let driver = Driver::new(&hall.admission, permit, Opening::Socket(line), &sid);
    accept(parts, move |socket| driver.with_socket(line, socket).run())
}

/// Completes the handshake of a WebSocket, and serves it then.
fn accept<Serving>(parts: Parts, serve: impl FnOnce(Socket) -> Serving + Send + 'static) -> Response
where
    Serving: Future<Output = ()> + Send + 'static,
{
    match Handshake::read(&mut Request::from_parts(parts, Body::empty())) {
        Ok(handshake) => handshake.accept(serve),
        Err(refusal) => *refusal,
    }
}

fn wants_socket(parts: &Parts) -> bool {
    let upgrade = parts.headers.get(header::UPGRADE);
    upgrade.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Refuses a request in the form that its sender understands.
fn refuse(refusal: Refusal, upgrades: bool) -> Response {
    if upgrades {
        let headers = [
            (header::CONNECTION, "close"),
            (header::CONTENT_TYPE, "text/html"),
        ];
        (StatusCode::BAD_REQUEST, headers, refusal.to_string()).into_response()
    } else {
        polling::write(http::Response::Refused(refusal))
    }
}

/// The id of a session: whoever knows it is its client.
fn new_sid() -> Result<String, getrandom::Error> {
    let bits = u128::from_le_bytes(entropy::bytes()?);
    Ok(format!("{bits:032x}"))
}
