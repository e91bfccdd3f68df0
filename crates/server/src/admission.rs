//! Who may come in, and who pays for what. It is the same for all transports: each asks here first,
//! and charges here what its client does. `docs/decisions/0010-who-pays.md` gives the reasons.

pub(crate) mod account;
pub(crate) mod budget;
pub(crate) mod client_address;
pub(crate) mod host;
pub(crate) mod origin;
pub(crate) mod quota;
mod rate_limit;

use crate::clock::Clock;
use crate::config::{Config, Limits};
use crate::connections::Connections;
use crate::patience::Patience;
use crate::seat::Gateway;
use account::{Account, Accounts, ConnectionPermit, TooMany};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use client_address::TrustedProxies;
use origin::OriginPolicy;
use quota::Quota;
use std::net::SocketAddr;
use std::sync::Once;

/// What every way in needs: where the seats are, who may take one, and whom to charge.
#[derive(Debug)]
pub(crate) struct Admission {
    /// Where the seats are.
    pub(crate) gateway: Gateway,
    /// Which pages may connect.
    pub(crate) origins: OriginPolicy,
    /// What is waited for at a stop: every connection holds a guard.
    pub(crate) connections: Connections,
    /// What a connection may ask for.
    pub(crate) limits: Limits,
    /// How long a connection is waited for.
    pub(crate) patience: Patience,
    /// What time it is.
    pub(crate) clock: Clock,
    proxies: TrustedProxies,
    accounts: Accounts,
}

impl Admission {
    pub(crate) fn new(config: &Config, patience: Patience, gateway: Gateway, clock: Clock) -> Self {
        Self {
            gateway,
            origins: OriginPolicy::new(config.http.allow_origins.clone()),
            connections: Connections::new(),
            limits: config.limits,
            patience,
            clock,
            proxies: TrustedProxies(config.http.trusted_proxies.clone()),
            accounts: Accounts::new(Quota::new(&config.limits), clock),
        }
    }

    /// The account that a socket is counted for.
    pub(crate) fn socket_account(&self, peer: SocketAddr) -> Account {
        self.accounts.of(self.proxies.peer(peer.ip()))
    }

    /// The account of the client behind a request.
    fn account(&self, peer: SocketAddr, headers: &HeaderMap) -> Account {
        self.accounts.of(self.proxies.client(peer.ip(), headers))
    }

    /// A permit for the client behind a request, to be held as long as its connection. It is asked
    /// for before the handshake is answered, so that a client that gets none costs nothing more.
    pub(crate) fn admit(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<ConnectionPermit, TooMany> {
        let account = self.account(peer, headers);
        let permit = account.connect(self.clock.now());
        if permit.is_err() && account.is_proxy() {
            warn_of_silent_proxy();
        }
        permit
    }

    /// Counts a page that the client behind a request asks for.
    pub(crate) fn open_page(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), TooMany> {
        self.account(peer, headers).open_page(self.clock.now())
    }

    /// Whether this machine is believed when it says who asks, and for what.
    pub(crate) fn is_trusted(&self, peer: SocketAddr) -> bool {
        self.proxies.contains(peer.ip())
    }

    /// Whether the page behind a request may connect.
    pub(crate) fn is_welcome(&self, peer: SocketAddr, headers: &HeaderMap) -> bool {
        self.origins.admits(headers, self.is_trusted(peer))
    }
}

/// Says once why all clients of a proxy have one quota.
fn warn_of_silent_proxy() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::warn!(
            "connections were refused: a trusted proxy (http.trusted_proxies) does not name its \
             clients in X-Forwarded-For or Forwarded, so all of them share one quota \
             (limits.connections_per_address, 16 times)"
        );
    });
}

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let seconds = self.wait.as_secs().saturating_add(1).to_string();
        let text = "too many connections from this address\n";
        let header = [(header::RETRY_AFTER, seconds)];
        (StatusCode::TOO_MANY_REQUESTS, header, text).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::time::Duration;

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let wait = Duration::from_millis(1_500);
        let response = TooMany { wait }.into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
    }
}
