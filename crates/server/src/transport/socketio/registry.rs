//! Which sessions requests may ask for.

use super::polling::Pending;
use crate::admission::account::{Account, HeldBytes};
use crate::transport::websocket::Socket;
use ::socketio::{Line, http};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How many requests may wait for one session. A client has two at a time; more wait outside.
const MAX_WAITING: usize = 4;

/// How long a request waits for a driver that is busy.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// What a client sends in one message before it has connected to the namespace is no larger.
pub(super) const MAX_FIRST_MESSAGE_BYTES: usize = 64 * 1024;

/// The sessions that poll, or did so at first.
///
/// Bound: one entry for each seat.
#[derive(Debug, Default)]
pub(super) struct Registry {
    sessions: Mutex<HashMap<String, SessionHandle>>,
}

impl Registry {
    pub(super) fn add(
        &self,
        sid: &str,
        account: Account,
    ) -> (SessionHandle, mpsc::Receiver<Asked>) {
        let (asked, requests) = mpsc::channel(MAX_WAITING);
        let handle = SessionHandle {
            asked,
            shared: Arc::new(Shared {
                lines: AtomicU64::new(0),
                has_socket: AtomicBool::new(false),
                max_message: AtomicUsize::new(MAX_FIRST_MESSAGE_BYTES),
                account,
            }),
        };
        self.with(|sessions| sessions.insert(sid.to_owned(), handle.clone()));
        (handle, requests)
    }

    pub(super) fn find(&self, sid: &str) -> Option<SessionHandle> {
        self.with(|sessions| sessions.get(sid).cloned())
    }

    pub(super) fn remove(&self, sid: &str) {
        self.with(|sessions| {
            sessions.remove(sid);
            // A flood that is over must not keep its table.
            if sessions.capacity() > sessions.len().saturating_mul(8) {
                sessions.shrink_to_fit();
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<String, SessionHandle>) -> T) -> T {
        // Nothing in here panics half-way.
        act(&mut self.sessions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The way from a request to its session's driver.
#[derive(Clone, Debug)]
pub(super) struct SessionHandle {
    asked: mpsc::Sender<Asked>,
    shared: Arc<Shared>,
}

/// What a session's requests and its driver share.
#[derive(Debug)]
struct Shared {
    lines: AtomicU64,
    /// There is a WebSocket already, or one that the session may change over to.
    has_socket: AtomicBool,
    max_message: AtomicUsize,
    account: Account,
}

/// The change of a session to a WebSocket; there is one at a time, until this is dropped.
#[derive(Debug)]
pub(super) struct Change(Arc<Shared>);

impl Drop for Change {
    fn drop(&mut self) {
        self.0.has_socket.store(false, Ordering::Relaxed);
    }
}

/// What requests ask of a session.
#[derive(Debug)]
pub(super) enum Asked {
    /// For what waits.
    Poll(Pending),
    /// To take the body that follows.
    Post { pending: Pending, is_binary: bool },
    /// This is the body.
    Body {
        line: Line,
        bytes: Vec<u8>,
        held: HeldBytes,
    },
    /// The body is larger than may be.
    BodyTooLarge(Line),
    /// The body broke off.
    BodyGone(Line),
    /// To go on by WebSocket.
    Socket(Line, Box<Socket>, Change),
}

impl SessionHandle {
    /// A request's number, and where its answer arrives.
    pub(super) fn ask(&self) -> (Pending, oneshot::Receiver<http::Response>) {
        Pending::new(self.next_line())
    }

    /// Passes something on; `false` if the session is over, or busy for too long.
    pub(super) async fn send(&self, asked: Asked) -> bool {
        matches!(timeout(MAX_WAIT, self.asked.send(asked)).await, Ok(Ok(())))
    }

    /// Reserves the change to a WebSocket; `None` if the session has one, or is changing already.
    pub(super) fn begin_change(&self) -> Option<Change> {
        let had_socket = self.shared.has_socket.swap(true, Ordering::Relaxed);
        (!had_socket).then(|| Change(Arc::clone(&self.shared)))
    }

    pub(super) async fn change_over(&self, socket: Socket, change: Change) {
        let asked = Asked::Socket(self.next_line(), Box::new(socket), change);
        self.send(asked).await;
    }

    /// How large a message may be now.
    pub(super) fn max_message(&self) -> usize {
        self.shared.max_message.load(Ordering::Relaxed)
    }

    pub(super) fn set_max_message(&self, bytes: usize) {
        self.shared.max_message.store(bytes, Ordering::Relaxed);
    }

    /// Where the bytes of a body are counted.
    pub(super) fn held(&self) -> HeldBytes {
        HeldBytes::new(self.shared.account.clone())
    }

    fn next_line(&self) -> Line {
        Line(self.shared.lines.fetch_add(1, Ordering::Relaxed))
    }
}
