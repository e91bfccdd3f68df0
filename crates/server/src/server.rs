//! Puts the parts together, and takes them apart again.

use crate::assets::Site;
use crate::clock::Clock;
use crate::config::Config;
use crate::connections::Connections;
use crate::page::{self, Pages};
use crate::seat::Gateway;
use crate::transport::origin::OriginPolicy;
use crate::transport::websocket::{self, Entrance};
use crate::{entropy, headers, node_task};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use node::Node;
use protocol::{CloseCode, path};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or not ours to take.
    #[error("cannot listen on {address}: {source}; choose another with --listen")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The operating system has no random source.
    #[error("no randomness: {0}")]
    Entropy(#[from] getrandom::Error),
}

/// The server before it listens: what answers requests, and what runs behind it.
#[derive(Debug)]
pub struct Server {
    router: Router,
    gateway: Gateway,
    connections: Connections,
    is_ready: Arc<AtomicBool>,
}

impl Server {
    /// A server with a node of its own. Has to be called on a runtime.
    ///
    /// # Errors
    /// If the operating system has no random source.
    pub fn new(config: &Config, site: Site) -> Result<Self, StartError> {
        page::start_renderer();
        let mut exchanger = node::exchanger::Config::new(entropy::bytes()?);
        exchanger.ice_servers = config.ice.servers.clone().into();
        let clock = Clock::start();
        let gateway = node_task::spawn(Node::new(node::Config { exchanger }), clock);
        let connections = Connections::new();
        let is_ready = Arc::new(AtomicBool::new(true));
        let entrance = Entrance {
            gateway: gateway.clone(),
            origins: OriginPolicy {
                allowed: config.http.allow_origins.clone(),
            },
            connections: connections.clone(),
            clock,
        };
        let pages = Pages {
            gateway: gateway.clone(),
            site,
        };
        let health = Health {
            gateway: gateway.clone(),
            is_ready: Arc::clone(&is_ready),
        };
        Ok(Self {
            router: router(entrance, pages, health),
            gateway,
            connections,
            is_ready,
        })
    }

    /// A server that listens where the settings say.
    ///
    /// # Errors
    /// [`StartError`] says what is in the way.
    pub async fn bind(config: &Config, site: Site) -> Result<Running, StartError> {
        Self::new(config, site)?.listen(config.http.listen).await
    }

    /// What answers requests, for a test that needs no socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Starts to accept connections.
    ///
    /// # Errors
    /// If the address is taken, or not ours to take.
    pub async fn listen(self, address: SocketAddr) -> Result<Running, StartError> {
        let listen = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        // Signals are small, and late ones are worse than many packets.
        let listener = listener.tap_io(|socket| {
            if let Err(error) = socket.set_nodelay(true) {
                tracing::debug!(%error, "a connection was gone before it was served");
            }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(listener, self.router.clone())
            .with_graceful_shutdown(async move { drop(stopped.await) });
        let task = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "serving has ended");
            }
        });
        Ok(Running {
            server: self,
            address: bound,
            stop,
            task,
        })
    }
}

/// A server that listens. Dropped, it accepts nothing more; [`Running::shutdown`] stops in order.
#[derive(Debug)]
pub struct Running {
    server: Server,
    address: SocketAddr,
    /// Serving goes on until this is dropped.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens really, also if the port was chosen by the system.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where a browser on this machine finds it.
    #[must_use]
    pub fn url(&self) -> String {
        let ip = self.address.ip();
        if ip.is_loopback() || ip.is_unspecified() {
            // Browsers give camera and microphone to this name without TLS.
            format!("http://localhost:{}", self.address.port())
        } else {
            format!("http://{}", self.address)
        }
    }

    /// Stops: accepts nothing more, tells every connection to come back later, and waits for them
    /// to leave, at most until the deadline.
    pub async fn shutdown(self, deadline: Duration) {
        self.server.is_ready.store(false, Ordering::Relaxed);
        drop(self.stop);
        let mut task = self.task;
        let leave = async {
            self.server.gateway.close_all(CloseCode::Restart).await;
            self.server.connections.all_closed().await;
            if let Err(error) = (&mut task).await {
                tracing::error!(%error, "the server's task has failed");
            }
        };
        if tokio::time::timeout(deadline, leave).await.is_err() {
            tracing::warn!("some connections did not leave in time");
            task.abort();
        }
    }
}

#[derive(Clone, Debug)]
struct Health {
    gateway: Gateway,
    is_ready: Arc<AtomicBool>,
}

fn router(entrance: Entrance, pages: Pages, health: Health) -> Router {
    let probes = Router::new()
        .route(path::HEALTH, get(is_healthy))
        .route(path::READY, get(is_ready))
        .with_state(health);
    Router::new()
        .route(path::SOCKET, get(websocket::upgrade))
        .with_state(Arc::new(entrance))
        .merge(probes)
        .fallback_service(get(page::serve).with_state(Arc::new(pages)))
        .layer(axum::middleware::from_fn(headers::secure))
}

async fn is_healthy(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.gateway.is_alive() {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::INTERNAL_SERVER_ERROR, "the node is gone\n")
    }
}

async fn is_ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.is_ready.load(Ordering::Relaxed) && health.gateway.is_alive() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    }
}
