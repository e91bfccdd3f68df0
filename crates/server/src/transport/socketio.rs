//! The wire of the old clients: Engine.IO 4 below `/socket.io/`, over requests and WebSockets.
//!
//! What the wire means is in the crate [`socketio`]. Here requests find their session; each session
//! has a [`driver`], a task that owns its machine, its seat, and what it is written on.

mod driver;
mod pace;
mod polling;
mod registry;
mod sockets;

use super::entrance::Entrance;
use crate::entropy;
use ::socketio::http::{self, Query, Refusal, Route};
use ::socketio::limits::MAX_PAYLOAD;
use ::socketio::{Line, Opening};
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use driver::Driver;
use registry::Registry;
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

/// What is read from a socket at once, as for the native WebSocket.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// So much is gathered before it is written, if there is more: most messages are smaller.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;

/// What the library takes before it gives up on a message. A message somewhat above the limit is
/// read to its end, so that its sender gets to see the status: who closes with unread bytes resets
/// the connection.
const MAX_FRAME_BYTES: usize = 2 * MAX_PAYLOAD;

/// What the library holds back for a socket that takes nothing: all that may wait for a client.
const MAX_WRITE_BUFFER_BYTES: usize = 4 * MAX_PAYLOAD;

/// What old clients find: the way in, and the sessions that there are.
#[derive(Debug)]
struct Hall {
    entrance: Arc<Entrance>,
    sessions: Registry,
}

/// The paths of the old clients.
pub(crate) fn router(entrance: Arc<Entrance>) -> Router {
    let hall = Hall {
        entrance,
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
    if !hall.entrance.origins.admits(&parts.headers) {
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
        Ok(Route::OpenSocket) => open_socket(hall, peer, parts).await,
        Ok(Route::Poll(sid)) => polling::poll(hall.sessions.find(sid)).await,
        Ok(Route::Post(sid)) => {
            let session = hall.sessions.find(sid);
            polling::post(session, &parts.headers, body).await
        }
        Ok(Route::Upgrade(sid)) => {
            let session = hall.sessions.find(sid);
            accept(parts, |socket| async move {
                if let Some(session) = session {
                    session.change_over(socket).await;
                }
            })
            .await
        }
        Ok(Route::CloseSocket) => accept(parts, |socket| async move { drop(socket) }).await,
        Ok(Route::UnknownMethod) => polling::write(http::Response::UnknownMethod),
    }
}

async fn open_polling(hall: Arc<Hall>, peer: SocketAddr, parts: &Parts) -> Response {
    let place = match hall.entrance.admit(peer, &parts.headers) {
        Ok(place) => place,
        Err(crowded) => return crowded.into_response(),
    };
    let Ok(sid) = new_sid() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (session, requests) = hall.sessions.add(&sid);
    let (pending, answer) = session.ask();
    let opening = Opening::Polling(pending.line());
    let driver = Driver::new(&hall.entrance, place, opening, &sid);
    let driver = driver.with_requests(requests, pending);
    tokio::spawn(async move {
        driver.run().await;
        hall.sessions.remove(&sid);
    });
    polling::answered(answer).await
}

async fn open_socket(hall: Arc<Hall>, peer: SocketAddr, parts: Parts) -> Response {
    let place = match hall.entrance.admit(peer, &parts.headers) {
        Ok(place) => place,
        Err(crowded) => return crowded.into_response(),
    };
    let Ok(sid) = new_sid() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // No request ever asks for this session, so it needs no entry in the registry.
    let line = Line(0);
    let driver = Driver::new(&hall.entrance, place, Opening::Socket(line), &sid);
    accept(parts, move |socket| driver.with_socket(line, socket).run()).await
}

/// Completes the handshake of a WebSocket, and serves it then.
async fn accept<Serving>(
    mut parts: Parts,
    serve: impl FnOnce(axum::extract::ws::WebSocket) -> Serving + Send + 'static,
) -> Response
where
    Serving: Future<Output = ()> + Send + 'static,
{
    match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
            .max_message_size(MAX_FRAME_BYTES)
            .max_frame_size(MAX_FRAME_BYTES)
            .on_upgrade(serve),
        Err(rejection) => rejection.into_response(),
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
