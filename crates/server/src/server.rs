//! Puts the parts together, and takes them apart again.

use crate::admission::Admission;
use crate::admission::host::HostPolicy;
use crate::assets::Site;
use crate::clock::Clock;
use crate::config::Config;
use crate::node_task::Census;
use crate::page::{self, Pages};
use crate::patience::Patience;
use crate::seat::Gateway;
use crate::transport::{socketio, websocket};
use crate::{entropy, headers, http, node_task};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
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
    #[error("cannot listen on {address}; choose another with --listen")]
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
    admission: Arc<Admission>,
    hosts: Arc<HostPolicy>,
    is_ready: Arc<AtomicBool>,
}

impl Server {
    /// A server with a node of its own. Has to be called on a runtime.
    ///
    /// # Errors
    /// If the operating system has no random source.
    pub fn new(config: &Config, site: Site) -> Result<Self, StartError> {
        Self::with_patience(config, site, Patience::default())
    }

    /// The same with other spans of waiting, for a test that does not want to wait so long.
    ///
    /// # Errors
    /// If the operating system has no random source.
    pub fn with_patience(
        config: &Config,
        site: Site,
        patience: Patience,
    ) -> Result<Self, StartError> {
        page::start_renderer();
        let exchanger = exchanger(config, patience, entropy::bytes()?);
        let clock = Clock::start();
        let gateway = node_task::spawn(Node::new(node::Config { exchanger }), clock);
        let is_ready = Arc::new(AtomicBool::new(true));
        let admission = Arc::new(Admission::new(config, patience, gateway.clone(), clock));
        let pages = Pages::new(Arc::clone(&admission), site);
        let health = Health {
            gateway,
            is_ready: Arc::clone(&is_ready),
        };
        Ok(Self {
            router: router(Arc::clone(&admission), pages, health),
            admission,
            hosts: Arc::new(HostPolicy::new(config.http.hosts.clone())),
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
        raise_open_files();
        let listen = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { drop(stopped.await) };
        // Only who comes through a socket has led somebody's browser here.
        let check = middleware::from_fn_with_state(self.hosts, check_host);
        let router = self.router.layer(check);
        let admission = Arc::clone(&self.admission);
        let task = tokio::spawn(http::serve(listener, router, admission, stopped));
        Ok(Running {
            admission: self.admission,
            is_ready: self.is_ready,
            address: bound,
            stop,
            task,
        })
    }
}

/// Takes as many files as the system gives: each connection is one, and what a process gets
/// without asking is often 1,024.
#[cfg(unix)]
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the number of open files stays as it is");
    }
}

/// Other systems have no such limit.
#[cfg(not(unix))]
fn raise_open_files() {}

/// What the settings say to the exchanger.
fn exchanger(config: &Config, patience: Patience, seed: [u8; 32]) -> node::exchanger::Config {
    node::exchanger::Config {
        ice_servers: config.ice.servers.clone().into(),
        strict_rooms: config.socketio.strict_rooms,
        hello_timeout: patience.hello,
        ping_interval: patience.ping_interval,
        ping_timeout: patience.ping_timeout,
        grace: patience.grace,
        ..node::exchanger::Config::new(seed)
    }
}

/// A server that listens. Dropped, it accepts nothing more; [`Running::shutdown`] stops in order.
#[derive(Debug)]
pub struct Running {
    admission: Arc<Admission>,
    is_ready: Arc<AtomicBool>,
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

    /// Who is there now.
    pub async fn census(&self) -> Census {
        self.admission.gateway.census().await
    }

    /// Waits until the node has ended, which it does only by a fault of ours.
    pub async fn node_ended(&self) {
        self.admission.gateway.node_ended().await;
    }

    /// Goes on as before, and says to who asks whether it is ready that it is not.
    pub fn begin_to_stop(&self) {
        self.is_ready.store(false, Ordering::Relaxed);
    }

    /// Stops: accepts nothing more, tells every connection to come back later, and waits for them
    /// to leave, at most until the deadline.
    pub async fn shutdown(self, deadline: Duration) {
        self.begin_to_stop();
        drop(self.stop);
        let mut task = self.task;
        let leave = async {
            self.admission.gateway.close_all(CloseCode::Restart).await;
            self.admission.connections.all_closed().await;
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

fn router(admission: Arc<Admission>, pages: Pages, health: Health) -> Router {
    let probes = Router::new()
        .route(path::HEALTH, get(is_healthy))
        .route(path::READY, get(is_ready))
        .with_state(health);
    let pages = Arc::new(pages);
    let script = || get(page::serve).with_state(Arc::clone(&pages));
    let scripts = socketio::SCRIPTS
        .iter()
        .fold(Router::new(), |router, path| {
            router.route_service(path, script())
        });
    let native = Arc::clone(&admission);
    let legacy = socketio::router(Arc::clone(&admission))
        .merge(scripts)
        .layer(middleware::from_fn_with_state(admission, socketio::share));
    Router::new()
        .route(path::SOCKET, get(websocket::upgrade))
        .with_state(native)
        .merge(legacy)
        .merge(probes)
        .fallback_service(script())
        .layer(middleware::from_fn(headers::secure))
}

/// Lets requests pass that name this server. A probe need not: it learns nothing.
async fn check_host(
    State(hosts): State<Arc<HostPolicy>>,
    request: Request,
    next: Next,
) -> Response {
    let refusal = hosts.refusal(request.version(), request.headers());
    let is_probe = [path::HEALTH, path::READY].contains(&request.uri().path());
    match refusal {
        Some(refusal) if !is_probe || refusal.0 == StatusCode::BAD_REQUEST => {
            refusal.into_response()
        }
        Some(_) | None => next.run(request).await,
    }
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
