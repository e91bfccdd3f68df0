//! A client of the old system over each transport, that hears what it is told in its order.

use super::http::{Http, OPEN, path_of};
use super::words::event;
use crate::support::PATIENCE;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::Message;

/// Between two packets of one body.
const SEPARATOR: char = '\u{1E}';

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// Which way a client's packets go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Transport {
    Polling,
    Socket,
}

pub(crate) const BOTH: [Transport; 2] = [Transport::Polling, Transport::Socket];

/// One client.
#[derive(Debug)]
pub(crate) struct Client {
    /// Its `socket.id`.
    pub(crate) id: String,
    pub(crate) wire: Wire,
    heard: VecDeque<String>,
}

#[derive(Debug)]
pub(crate) enum Wire {
    Polling(Polling),
    Socket(Box<Socket>),
}

/// A session that polls, with a socket for each kind of request.
#[derive(Debug)]
pub(crate) struct Polling {
    pub(crate) sid: String,
    pub(crate) get: Http,
    pub(crate) post: Http,
}

impl Client {
    /// A client that has its seat.
    pub(crate) async fn connect(address: SocketAddr, transport: Transport) -> Self {
        let mut client = Self::open(address, transport).await;
        client.send("40").await;
        client.welcomed().await;
        client
    }

    /// A client that has not asked for a seat.
    pub(crate) async fn open(address: SocketAddr, transport: Transport) -> Self {
        let wire = match transport {
            Transport::Polling => Wire::Polling(Polling::open(address).await),
            Transport::Socket => {
                let path = "/socket.io/?EIO=4&transport=websocket";
                Wire::Socket(Box::new(open_socket(address, path).await))
            }
        };
        let mut client = Self {
            id: String::new(),
            wire,
            heard: VecDeque::new(),
        };
        if let Wire::Socket(_) = client.wire {
            assert!(client.packet().await.starts_with('0'));
        }
        client
    }

    /// Waits for the answer to CONNECT.
    pub(crate) async fn welcomed(&mut self) {
        let packet = self.packet().await;
        let data = packet.strip_prefix("40").expect("an answer to CONNECT");
        let data: Value = serde_json::from_str(data).unwrap();
        self.id = data["sid"].as_str().unwrap().to_owned();
    }

    /// A client that has joined.
    pub(crate) async fn joined(
        address: SocketAddr,
        transport: Transport,
        channel: &str,
        name: &str,
    ) -> Self {
        let mut client = Self::connect(address, transport).await;
        client
            .say("joinStream", &super::words::user(channel, name))
            .await;
        client.hear("allStreamUsers").await;
        client
    }

    pub(crate) async fn say(&mut self, name: &str, argument: &Value) {
        self.send(&event(name, argument)).await;
    }

    /// Sends a packet, or the packets of a body, and sees it taken.
    pub(crate) async fn send(&mut self, packets: &str) {
        match &mut self.wire {
            Wire::Polling(polling) => polling.send(packets).await,
            Wire::Socket(socket) => socket.send(Message::text(packets)).await.unwrap(),
        }
    }

    /// The argument of the next event, which must be this one.
    pub(crate) async fn hear(&mut self, name: &str) -> Value {
        let packet = self.packet().await;
        let told: Option<Value> = packet
            .strip_prefix("42")
            .and_then(|json| serde_json::from_str(json).ok());
        let told = told.unwrap_or_else(|| panic!("instead of {name}: {packet}"));
        assert_eq!(told[0], name, "{packet}");
        told[1].clone()
    }

    /// The next packet but pings, which are answered.
    pub(crate) async fn packet(&mut self) -> String {
        self.next_packet().await.expect("the session has ended")
    }

    /// The same; `None` if the session has ended.
    pub(crate) async fn next_packet(&mut self) -> Option<String> {
        loop {
            if self.heard.is_empty() {
                self.receive().await?;
            }
            match self.heard.pop_front()?.as_str() {
                "2" => self.send("3").await,
                "6" => {}
                "1" => return None,
                packet => return Some(packet.to_owned()),
            }
        }
    }

    async fn receive(&mut self) -> Option<()> {
        match &mut self.wire {
            Wire::Polling(polling) => {
                let answer = polling.get.get(&path_of(&polling.sid)).await;
                let body = (answer.status == 200).then_some(answer.body)?;
                self.heard.extend(body.split(SEPARATOR).map(str::to_owned));
            }
            Wire::Socket(socket) => {
                let frame = next_frame(socket).await?;
                if let Message::Text(text) = &frame {
                    self.heard.push_back(text.as_str().to_owned());
                } else {
                    assert!(frame.is_close(), "{frame:?}");
                    return None;
                }
            }
        }
        Some(())
    }

    /// Passes everything over until the session has ended.
    pub(crate) async fn ended(&mut self) {
        while self.next_packet().await.is_some() {}
    }

    pub(crate) fn socket(&mut self) -> &mut Socket {
        match &mut self.wire {
            Wire::Socket(socket) => socket,
            Wire::Polling(_) => panic!("it polls"),
        }
    }

    pub(crate) fn polling(&mut self) -> &mut Polling {
        match &mut self.wire {
            Wire::Polling(polling) => polling,
            Wire::Socket(_) => panic!("it has a WebSocket"),
        }
    }
}

impl Polling {
    async fn open(address: SocketAddr) -> Self {
        let mut get = Http::connect(address).await;
        let opened = get.get(OPEN).await;
        assert_eq!(opened.status, 200, "{opened:?}");
        let open: Value = serde_json::from_str(&opened.body[1..]).unwrap();
        Self {
            sid: open["sid"].as_str().unwrap().to_owned(),
            get,
            post: Http::connect(address).await,
        }
    }

    async fn send(&mut self, packets: &str) {
        let answer = self.post.post(&path_of(&self.sid), packets).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    }

    /// A WebSocket that this session may change over to.
    pub(crate) async fn knock(&self, address: SocketAddr) -> Socket {
        let path = format!("/socket.io/?EIO=4&transport=websocket&sid={}", self.sid);
        open_socket(address, &path).await
    }
}

pub(crate) async fn open_socket(address: SocketAddr, path: &str) -> Socket {
    let request = format!("ws://{address}{path}");
    let request = request.into_client_request().unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let opened = tokio_tungstenite::client_async(request, stream).await;
    opened.unwrap().0
}

/// The next frame; `None` if the connection has ended, in order or not.
pub(crate) async fn next_frame(socket: &mut Socket) -> Option<Message> {
    let frame = timeout(PATIENCE, socket.next()).await;
    frame.expect("nothing came")?.ok()
}
