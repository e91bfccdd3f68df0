//! The native WebSocket: `/ws`, subprotocol `heliograph.v1`, JSON text frames.
//!
//! Here is the handshake; [`pump`] moves frames, [`fault`] tells a client's mistakes apart.

mod fault;
mod pump;

use super::entrance::Entrance;
use super::places::Place;
use crate::connections::Guard;
use crate::entropy;
use crate::patience::Patience;
use crate::rate::Allowance;
use axum::extract::ws::{WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use node::exchanger::SeatKind;
use protocol::{CloseCode, SUBPROTOCOL, limits};
use pump::{Manners, Pump};
use std::net::SocketAddr;
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

/// Bounds what one socket may cost. Compression is not negotiated: it would cost a window for every
/// connection, and a small message could unfold into a large one.
pub fn bounded<F>(upgrade: WebSocketUpgrade<F>) -> WebSocketUpgrade<F> {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(pump::BATCH_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
}

/// Answers the handshake.
pub(crate) async fn upgrade(
    State(entrance): State<Arc<Entrance>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(rejection) => return refusal(rejection),
    };
    if upgrade.selected_protocol().is_none() {
        let advice = format!("ask for the subprotocol {SUBPROTOCOL:?}");
        return (StatusCode::BAD_REQUEST, advice).into_response();
    }
    let place = match entrance.admit(peer, &headers) {
        Ok(place) => place,
        Err(crowded) => return crowded.into_response(),
    };
    let visit = Visit {
        is_welcome: entrance.origins.admits(&headers),
        guard: entrance.connections.guard(),
        place,
        entrance,
    };
    bounded(upgrade).on_upgrade(move |socket| visit.serve(socket))
}

/// What a request that is no WebSocket handshake of this version is told: which one would be (RFC
/// 6455, section 4.4; RFC 9110, section 15.5.22).
fn refusal(rejection: WebSocketUpgradeRejection) -> Response {
    use WebSocketUpgradeRejection as Rejection;
    let is_other = matches!(
        rejection,
        Rejection::InvalidConnectionHeader(_)
            | Rejection::InvalidUpgradeHeader(_)
            | Rejection::InvalidWebSocketVersionHeader(_)
    );
    if !is_other {
        return rejection.into_response();
    }
    let headers = [
        (header::CONNECTION, "upgrade"),
        (header::UPGRADE, "websocket"),
        (header::SEC_WEBSOCKET_VERSION, "13"),
    ];
    let advice = "this is a WebSocket of version 13\n";
    (StatusCode::UPGRADE_REQUIRED, headers, advice).into_response()
}

/// One connection's stay.
struct Visit {
    entrance: Arc<Entrance>,
    is_welcome: bool,
    guard: Guard,
    place: Place,
}

impl Visit {
    /// Serves the socket to its end. It moves into the pump before anything is waited for: what an
    /// asynchronous function is given, it keeps room for as long as it runs.
    fn serve(self, socket: WebSocket) -> impl Future<Output = ()> + Send {
        let Patience { write, close, .. } = self.entrance.patience;
        let manners = Manners {
            allowance: Allowance::new(&self.entrance.limits, limits::MAX_MESSAGE_BYTES),
            write_timeout: write,
            close_timeout: close,
            restart_delay: entropy::part_of(RESTART_SPREAD),
        };
        let mut pump = Pump::new(socket, manners, self.entrance.clock);
        async move {
            // A foreign page gets a WebSocket and its close code instead of an HTTP error, which
            // scripts cannot see: a client that knows it is not wanted stops trying.
            if self.is_welcome {
                match self.entrance.gateway.open(SeatKind::NATIVE).await {
                    Some(seat) => pump.run(seat).await,
                    None => pump.close(CloseCode::Restart).await,
                }
            } else {
                pump.close(CloseCode::Forbidden).await;
            }
            // What the future does not name, it does not hold.
            drop((self.guard, self.place));
        }
    }
}
