//! Which sessions requests may ask for.

use super::polling::Pending;
use ::socketio::{Line, http};
use axum::extract::ws::WebSocket;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// How many requests may wait for one session. A client has two at a time; more wait outside.
const MAX_WAITING: usize = 4;

/// The sessions that poll, or did so at first.
///
/// Bound: one entry for each seat.
#[derive(Debug, Default)]
pub(super) struct Registry {
    sessions: Mutex<HashMap<String, SessionHandle>>,
}

impl Registry {
    pub(super) fn add(&self, sid: &str) -> (SessionHandle, mpsc::Receiver<Asked>) {
        let (asked, requests) = mpsc::channel(MAX_WAITING);
        let handle = SessionHandle {
            asked,
            lines: Arc::default(),
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
    lines: Arc<AtomicU64>,
}

/// What requests ask of a session.
#[derive(Debug)]
pub(super) enum Asked {
    /// For what waits.
    Poll(Pending),
    /// To take the body that follows.
    Post { pending: Pending, is_binary: bool },
    /// This is the body.
    Body { line: Line, bytes: Vec<u8> },
    /// The body is larger than may be.
    BodyTooLarge(Line),
    /// The body broke off.
    BodyGone(Line),
    /// To go on by WebSocket.
    Socket(Line, Box<WebSocket>),
}

impl SessionHandle {
    /// A request's number, and where its answer arrives.
    pub(super) fn ask(&self) -> (Pending, oneshot::Receiver<http::Response>) {
        Pending::new(self.next_line())
    }

    /// Passes something on; `false` if the session is over.
    pub(super) async fn send(&self, asked: Asked) -> bool {
        self.asked.send(asked).await.is_ok()
    }

    pub(super) async fn change_over(&self, socket: WebSocket) {
        let asked = Asked::Socket(self.next_line(), Box::new(socket));
        self.send(asked).await;
    }

    fn next_line(&self) -> Line {
        Line(self.lines.fetch_add(1, Ordering::Relaxed))
    }
}
