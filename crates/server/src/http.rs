//! Accepts sockets and speaks HTTP/1.1 on them. Here is what `axum::serve` does not bound: how
//! long a request's head may take, how large it may be, how long an answer may be left unread, and
//! how many sockets an address may hold.

use crate::admission::Admission;
use crate::net::stream::Stream;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The largest head of a request. Browsers send a few hundred bytes, and the cookies of everything
/// else that runs on the same host.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Serves until `stop` is done, and then what has begun.
pub(crate) async fn serve(
    mut listener: TcpListener,
    router: Router,
    admission: Arc<Admission>,
    stop: impl Future<Output = ()>,
) {
    let http = protocol(admission.patience.head);
    let stopping = watch::Sender::new(());
    let mut stop = pin!(stop);
    loop {
        // Errors of accepting are axum's to wait out.
        let (socket, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut stop => break,
        };
        // Whoever holds too many is cut off without a word, which is the cheapest answer.
        if let Some(permit) = admission.socket_account(peer).open_socket() {
            let conversation = Conversation {
                http: http.clone(),
                peer,
                stopping: stopping.subscribe(),
            };
            // Signals are small, and late ones are worse than many packets.
            if let Err(error) = socket.set_nodelay(true) {
                tracing::debug!(%error, "a connection was gone before it was served");
            }
            let stream = Stream::new(socket, admission.patience.write, Some(permit));
            tokio::spawn(conversation.hold(stream, router.clone()));
        }
    }
    drop(listener);
    stopping.send_replace(());
    stopping.closed().await;
}

fn protocol(head_timeout: Duration) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(MAX_HEAD_BYTES);
    http
}

/// What is said on one socket.
struct Conversation {
    http: http1::Builder,
    peer: SocketAddr,
    stopping: watch::Receiver<()>,
}

impl Conversation {
    async fn hold(mut self, stream: Stream, router: Router) {
        let peer = self.peer;
        let router = TowerToHyperService::new(router);
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.call(request)
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), answer);
        let mut connection = pin!(connection.with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = self.stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::trace!(%error, "a conversation broke off");
        }
    }
}
