//! What a session is written on: requests that wait, and WebSockets.

use super::{Driver, Sitting, maybe};
use crate::seat::Eviction;
use crate::transport::socketio::polling::Pending;
use crate::transport::socketio::sockets::{self, Attached};
use ::socketio::{Frame, Line, http};
use std::future::poll_fn;
use std::task::Poll;
use tokio::time::timeout;
use tungstenite::protocol::frame::coding::CloseCode;

impl Driver {
    pub(super) fn respond(&mut self, line: Line, response: http::Response) {
        let position = self.pending.iter().position(|it| it.line() == line);
        if let Some(position) = position {
            self.pending.swap_remove(position).answer(response);
        }
    }

    pub(super) fn remove(&mut self, line: Line) -> Option<Attached> {
        let position = self.sockets.iter().position(|it| it.line == line)?;
        Some(self.sockets.swap_remove(position))
    }

    /// Closes a socket, without keeping the session waiting for it.
    pub(super) fn close(&mut self, line: Line, status: Option<CloseCode>) {
        if let Some(socket) = self.remove(line) {
            let guard = self.connections.guard();
            let close = sockets::close(socket, status, self.patience.close);
            tokio::spawn(async move {
                close.await;
                drop(guard);
            });
        }
    }

    pub(super) async fn write(&mut self, line: Line, frames: Vec<Frame>) -> Written {
        let socket = self.sockets.iter_mut().find(|it| it.line == line);
        let Some(Attached { socket, .. }) = socket else {
            return Written::Broken;
        };
        let eviction = match &mut self.seat {
            Sitting::Taken(seat) => Some(&mut seat.eviction),
            Sitting::Wanted | Sitting::None => None,
        };
        tokio::select! {
            biased;
            _code = maybe(eviction.map(Eviction::wait)) => Written::Evicted,
            written = timeout(self.patience.write, sockets::write(socket, frames)) => match written {
                Ok(Ok(())) => Written::All,
                Ok(Err(_)) | Err(_) => Written::Broken,
            },
        }
    }
}

/// What has become of frames.
#[derive(Debug)]
pub(super) enum Written {
    All,
    /// The socket is broken, or takes nothing any more.
    Broken,
    Evicted,
}

/// The first request whose client has gone away.
pub(super) async fn gone(requests: &mut [Pending]) -> Line {
    poll_fn(|context| {
        for request in &mut *requests {
            if request.poll_gone(context).is_ready() {
                return Poll::Ready(request.line());
            }
        }
        Poll::Pending
    })
    .await
}
