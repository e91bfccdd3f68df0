//! The native WebSocket: `/ws`, subprotocol `heliograph.v1`, JSON text frames.
//!
//! Here is who may connect. [`handshake`] makes a socket of a request, [`pump`] moves messages
//! between [`socket`] and seat, [`fault`] tells a client's mistakes apart.

pub(super) mod fault;
mod frames;
mod handshake;
mod loan;
pub(super) mod pump;
mod socket;

pub use handshake::Handshake;
pub use socket::Socket;

use crate::admission::Admission;
use crate::admission::account::ConnectionPermit;
use crate::admission::budget::{Allowance, Budget};
use crate::connections::Guard;
use crate::entropy;
use crate::patience::Patience;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use node::exchanger::SeatKind;
use protocol::{CloseCode, SUBPROTOCOL, limits};
use pump::{Manners, Pump};
use std::net::SocketAddr;
use std::sync::{Arc, Once};
use std::time::Duration;

/// All connections leave within this span when the server stops, so that their clients do not
/// come back in one moment.
const RESTART_SPREAD: Duration = Duration::from_millis(500);

/// Answers the handshake.
pub(crate) async fn upgrade(
    State(admission): State<Arc<Admission>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
) -> Response {
    let mut handshake = match Handshake::read(&mut request) {
        Ok(handshake) => handshake,
        Err(refusal) => {
            if request.headers().contains_key(header::SEC_WEBSOCKET_KEY) {
                warn_of_missing_upgrade();
            }
            return *refusal;
        }
    };
    if !handshake.speak(request.headers(), SUBPROTOCOL) {
        let advice = format!("ask for the subprotocol {SUBPROTOCOL:?}");
        return (StatusCode::BAD_REQUEST, advice).into_response();
    }
    let permit = match admission.admit(peer, request.headers()) {
        Ok(permit) => permit,
        Err(refusal) => return refusal.into_response(),
    };
    let visit = Visit {
        is_welcome: admission.is_welcome(peer, request.headers()),
        guard: admission.connections.guard(),
        permit,
        admission,
    };
    handshake.accept(move |socket| visit.serve(socket))
}

/// Says once what a proxy takes away: only a WebSocket's client sends a key.
fn warn_of_missing_upgrade() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::warn!(
            "a WebSocket was asked for without an upgrade: a proxy in front does not pass on the \
             headers Upgrade and Connection"
        );
    });
}

/// One connection's stay.
struct Visit {
    admission: Arc<Admission>,
    is_welcome: bool,
    guard: Guard,
    permit: ConnectionPermit,
}

impl Visit {
    /// Serves the socket to its end. It moves into the pump before anything is waited for: what an
    /// asynchronous function is given, it keeps room for as long as it runs.
    fn serve(self, mut socket: Socket) -> impl Future<Output = ()> + Send {
        let Patience { write, close, .. } = self.admission.patience;
        let manners = Manners {
            write_timeout: write,
            close_timeout: close,
            restart_delay: entropy::part_of(RESTART_SPREAD),
        };
        let (account, clock) = (self.permit.account().clone(), self.admission.clock);
        socket.charge(account.clone());
        let allowance = Allowance::new(&self.admission.limits, limits::MAX_MESSAGE_BYTES);
        let budget = Budget::new(allowance, account, clock.now());
        let mut pump = Pump::new(socket, manners, budget, clock);
        async move {
            // A foreign page gets a WebSocket and its close code instead of an HTTP error, which
            // scripts cannot see: a client that knows it is not wanted stops trying.
            if self.is_welcome {
                match self
                    .admission
                    .gateway
                    .open(SeatKind::NATIVE, self.permit.account().clone())
                    .await
                {
                    Some(seat) => pump.run(seat).await,
                    None => pump.close(CloseCode::Restart).await,
                }
            } else {
                pump.close(CloseCode::Forbidden).await;
            }
            // Named here, they move into the future and live as long as the connection.
            drop((self.guard, self.permit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::node_task;
    use node::Node;
    use tokio::net::{TcpListener, TcpStream};

    /// What all connections hold for as long as they live.
    #[tokio::test]
    async fn serving_a_connection_takes_little_memory() {
        let exchanger = node::exchanger::Config::new([1; 32]);
        let clock = Clock::start();
        let gateway = node_task::spawn(Node::new(node::Config { exchanger }), clock);
        let patience = Patience::default();
        let admission = Arc::new(Admission::new(&Config::default(), patience, gateway, clock));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let permit = admission.admit(address, &axum::http::HeaderMap::new());
        let visit = Visit {
            is_welcome: true,
            guard: admission.connections.guard(),
            permit: permit.unwrap(),
            admission,
        };
        let serving = visit.serve(Socket::new(stream, &[], 1));
        let bytes = size_of_val(&serving);
        assert!(bytes <= 1_400, "{bytes}");
    }
}
