//! The native WebSocket: `/ws`, subprotocol `heliograph.v1`, JSON text frames.
//!
//! Here is the handshake; [`pump`] moves frames, [`fault`] tells a client's mistakes apart.

mod fault;
mod pump;

use super::origin::OriginPolicy;
use crate::clock::Clock;
use crate::connections::Connections;
use crate::entropy;
use crate::seat::Gateway;
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use node::exchanger::SeatKind;
use protocol::{CloseCode, SUBPROTOCOL, limits};
use pump::{Manners, Pump};
use std::sync::Arc;
use std::time::Duration;

/// What is read from a socket at once. A connection holds this for as long as it lives, and most
/// messages are smaller; the library's default would be 128 kB for each.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// What the library takes before it gives up on a message. Between the protocol's limit and this
/// one a message is read to its end, so that its sender gets to see the close code: who closes
/// with unread bytes resets the connection (RFC 9293, section 3.6.1), and the code is lost.
const MAX_FRAME_BYTES: usize = 4 * limits::MAX_MESSAGE_BYTES;

/// What the library holds back for a socket that takes nothing: one message, the largest that the
/// server sends, and some answers to pings.
const MAX_WRITE_BUFFER_BYTES: usize = 2 * limits::MAX_MESSAGE_BYTES;

/// All connections leave within this span when the server stops, so that their clients do not
/// come back in one moment.
const RESTART_SPREAD: Duration = Duration::from_millis(500);

/// What the handshake needs.
#[derive(Debug)]
pub(crate) struct Entrance {
    pub(crate) gateway: Gateway,
    pub(crate) origins: OriginPolicy,
    pub(crate) connections: Connections,
    pub(crate) clock: Clock,
}

/// Answers the handshake.
pub(crate) async fn upgrade(
    State(entrance): State<Arc<Entrance>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(rejection) => return rejection.into_response(),
    };
    if upgrade.selected_protocol().is_none() {
        let advice = format!("ask for the subprotocol {SUBPROTOCOL:?}");
        return (StatusCode::BAD_REQUEST, advice).into_response();
    }
    let is_welcome = entrance.origins.admits(&headers);
    let guard = entrance.connections.guard();
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| async move {
            serve(socket, &entrance, is_welcome).await;
            drop(guard);
        })
}

async fn serve(socket: WebSocket, entrance: &Entrance, is_welcome: bool) {
    let manners = Manners {
        restart_delay: entropy::part_of(RESTART_SPREAD),
        ..Manners::default()
    };
    let pump = Pump::new(socket, manners, entrance.clock);
    // A foreign page gets a WebSocket and its close code instead of an HTTP error, which scripts
    // cannot see: a client that knows it is not wanted stops trying.
    if !is_welcome {
        return pump.close(CloseCode::Forbidden).await;
    }
    match entrance.gateway.open(SeatKind::NATIVE).await {
        Some(seat) => pump.run(seat).await,
        None => pump.close(CloseCode::Restart).await,
    }
}
