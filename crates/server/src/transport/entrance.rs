//! What every way in needs: where the seats are, and who may take one.

use super::address::TrustedProxies;
use super::origin::OriginPolicy;
use super::places::{Crowded, Place, Places, Quota};
use crate::clock::Clock;
use crate::config::{Config, Limits};
use crate::connections::Connections;
use crate::patience::Patience;
use crate::seat::Gateway;
use axum::http::HeaderMap;
use std::net::SocketAddr;

/// One for all transports: an address has its places once, whatever it speaks.
#[derive(Debug)]
pub(crate) struct Entrance {
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
    places: Places,
}

impl Entrance {
    pub(crate) fn new(config: &Config, patience: Patience, gateway: Gateway, clock: Clock) -> Self {
        let quota = Quota::of_connections(config.limits.connections_per_address);
        Self {
            gateway,
            origins: OriginPolicy {
                allowed: config.http.allow_origins.clone(),
            },
            connections: Connections::new(),
            limits: config.limits,
            patience,
            clock,
            proxies: TrustedProxies(config.http.trusted_proxies.clone()),
            places: Places::new(quota, clock),
        }
    }

    /// A place for the client behind a request, to be held as long as its connection. It is asked
    /// for before the handshake is answered, so that who gets none costs nothing more.
    pub(crate) fn admit(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<Place, Crowded> {
        self.places.take(self.proxies.client(peer.ip(), headers))
    }
}
