//! The signaling socket.
//!
//! gloo-net's WebSocket is enough: it takes a subprotocol, tells the close code, and its
//! `start_send` hands the message to the browser before it returns, which the last message of a tab
//! needs. It is not split, because the halves of a split sink send only when polled: both sides
//! borrow it, each for the length of a call.

use crate::{reporter::Reporter, tab::Tab, timer::Task};
use core::cell::RefCell;
use core::future::poll_fn;
use core::task::Poll;
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use protocol::{CloseCode, SUBPROTOCOL, path, wire};
use session::{Report, SocketEffect, SocketId, SocketReport};
use std::rc::Rc;

/// What the browser reports for a socket that ended without a close frame (RFC 6455, 7.4.1).
const ABNORMAL: u16 = 1006;

/// Holds at most one socket.
pub(crate) struct Sockets {
    tab: Tab,
    reporter: Reporter,
    current: RefCell<Option<Socket>>,
}

impl Sockets {
    /// No socket yet.
    pub(crate) fn new(tab: &Tab, reporter: &Reporter) -> Self {
        Self {
            tab: tab.clone(),
            reporter: reporter.clone(),
            current: RefCell::default(),
        }
    }

    /// Carries out an effect. What is about another socket than the current one comes too late.
    pub(crate) fn execute(&self, effect: SocketEffect) {
        match effect {
            SocketEffect::Open(id) => self.open(id),
            SocketEffect::Send(id, request) => {
                let current = self.current.borrow();
                if let Some(socket) = current.as_ref().filter(|socket| socket.id == id) {
                    socket.send(&request);
                }
            }
            SocketEffect::Close(id, code) => {
                let socket = self.current.borrow_mut().take_if(|socket| socket.id == id);
                if let Some(socket) = socket {
                    socket.close(code);
                }
            }
        }
    }

    fn open(&self, id: SocketId) {
        self.current.take();
        let opened = self
            .url()
            .and_then(|url| WebSocket::open_with_protocol(&url, SUBPROTOCOL).ok());
        match opened {
            Some(web_socket) => {
                let socket = Socket::new(id, web_socket, &self.reporter);
                self.current.replace(Some(socket));
            }
            None => {
                let closed = SocketReport::Closed(ABNORMAL);
                self.reporter.report(Report::Socket(id, closed));
            }
        }
    }

    fn url(&self) -> Option<String> {
        let location = self.tab.window.location();
        let host = location.host().ok()?;
        let scheme = match location.protocol().ok()?.as_str() {
            "https:" => "wss://",
            _ => "ws://",
        };
        Some([scheme, &host, path::SOCKET].concat())
    }
}

/// Empty once it is closed, from either side.
#[derive(Clone)]
struct Shared(Rc<RefCell<Option<WebSocket>>>);

struct Socket {
    id: SocketId,
    web_socket: Shared,
    _reading: Task,
}

impl Socket {
    fn new(id: SocketId, web_socket: WebSocket, reporter: &Reporter) -> Self {
        let web_socket = Shared(Rc::new(RefCell::new(Some(web_socket))));
        let reporter = reporter.clone();
        let reading = read(web_socket.clone(), move |report| {
            reporter.report(Report::Socket(id, report));
        });
        Self {
            id,
            web_socket,
            _reading: Task::spawn(reading),
        }
    }

    fn send(&self, request: &wire::Request) {
        let Ok(text) = wire::encode_request(request) else {
            return;
        };
        if let Some(web_socket) = self.web_socket.0.borrow_mut().as_mut() {
            // A socket that cannot send is closing, and will say so.
            let _sent = web_socket.start_send_unpin(Message::Text(text));
        }
    }

    fn close(self, code: Option<CloseCode>) {
        if let Some(web_socket) = self.web_socket.0.take() {
            // Browsers refuse the codes that are a server's alone; dropping it closes it too.
            let _closed = web_socket.close(code.map(CloseCode::number), None);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.web_socket.0.take();
    }
}

async fn read(web_socket: Shared, report: impl Fn(SocketReport)) {
    if opened(&web_socket).await {
        report(SocketReport::Opened);
    }
    while let Some(incoming) = next(&web_socket).await {
        match incoming {
            Ok(Message::Text(text)) => report(match wire::decode_server_message(&text) {
                Ok(message) => SocketReport::Received(message),
                Err(_) => SocketReport::Unreadable,
            }),
            Ok(Message::Bytes(_)) => report(SocketReport::Unreadable),
            Err(WebSocketError::ConnectionClose(close)) => {
                web_socket.0.take();
                return report(SocketReport::Closed(close.code));
            }
            // A close event follows each of these.
            Err(_) => {}
        }
    }
}

/// Waits until the handshake is over. The sink is ready then, however it went.
async fn opened(web_socket: &Shared) -> bool {
    poll_fn(|cx| match web_socket.0.borrow_mut().as_mut() {
        Some(open) => open
            .poll_ready_unpin(cx)
            .map(|_ready| matches!(open.state(), State::Open)),
        None => Poll::Ready(false),
    })
    .await
}

async fn next(web_socket: &Shared) -> Option<Result<Message, WebSocketError>> {
    poll_fn(|cx| match web_socket.0.borrow_mut().as_mut() {
        Some(open) => open.poll_next_unpin(cx),
        None => Poll::Ready(None),
    })
    .await
}
