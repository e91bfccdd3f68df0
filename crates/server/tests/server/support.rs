//! What every test needs: a server, and a client of few words.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use server::config::Config;
use server::{Census, Patience, Running, Server, Site};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::Message;

/// Longer than anything here takes; a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const SDP: &str =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP 0\r\n";

/// A front end of a few bytes.
pub(crate) fn site() -> Site {
    site_with(&["heliograph", "studio"])
}

/// A front end with these bundles of the client.
pub(crate) fn site_with(bundles: &[&str]) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(Path::new(name));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    for bundle in bundles {
        write(&format!("pkg/{bundle}.js"), b"export default 0;");
        write(&format!("pkg/{bundle}.js.br"), b"compressed");
        write(&format!("pkg/{bundle}.wasm"), b"\0asm");
    }
    write("pkg/heliograph.css", b"p{}");
    write("favicon.svg", b"<svg/>");
    Site::from_folder(folder.path()).unwrap()
}

pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.http.listen = ([127, 0, 0, 1], 0).into();
    config
}

pub(crate) async fn start() -> Running {
    Server::bind(&config(), site()).await.unwrap()
}

pub(crate) async fn start_with(config: &Config, patience: Patience) -> Running {
    let server = Server::with_patience(config, site(), patience).unwrap();
    server.listen(config.http.listen).await.unwrap()
}

/// What a server has that does not wait long for anybody; long enough for who is only slow, on a
/// busy machine.
pub(crate) fn impatient() -> Patience {
    const SHORT: Duration = Duration::from_secs(1);
    Patience {
        head: SHORT,
        hello: SHORT,
        ping_interval: SHORT,
        ping_timeout: SHORT,
        ..forgetful()
    }
}

/// What a server has that keeps no place for who is gone.
pub(crate) fn forgetful() -> Patience {
    const AT_ONCE: Duration = Duration::from_millis(100);
    Patience {
        grace: AT_ONCE,
        close: AT_ONCE,
        ..Patience::default()
    }
}

/// The settings without a limit on what one connection sends.
pub(crate) fn unlimited() -> Config {
    let mut config = config();
    config.limits.messages_per_second = u32::MAX;
    config.limits.bytes_per_second = u32::MAX;
    config
}

/// Waits until there are so many seats and peers, those of the calm pair included.
pub(crate) async fn until_left(server: &Running, seats: usize, peers: usize) {
    let expected = Census { seats, peers };
    let counted = async {
        while server.census().await != expected {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let counted = tokio::time::timeout(PATIENCE, counted).await;
    assert!(
        counted.is_ok(),
        "{:?}, not {expected:?}",
        server.census().await
    );
}

/// A handshake as our own page makes it.
pub(crate) fn handshake(address: SocketAddr) -> Request {
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", format!("http://{address}").parse().unwrap());
    headers.insert("sec-websocket-protocol", "heliograph.v1".parse().unwrap());
    request
}

/// A client of the native protocol that checks nothing by itself.
pub(crate) struct Client<S = TcpStream> {
    pub(crate) socket: WebSocketStream<S>,
    next_id: u64,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::with(handshake(address), address).await
    }

    pub(crate) async fn with(request: Request, address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .unwrap();
        Self { socket, next_id: 1 }
    }

    /// A client that has said hello; and the answer to it.
    pub(crate) async fn welcomed(address: SocketAddr) -> (Self, Value) {
        let mut client = Self::connect(address).await;
        let welcome = client.ask("hello", json!({"versions": [1]})).await;
        (client, welcome)
    }

    /// A client that has joined, with everything it was told while doing so.
    pub(crate) async fn joined(address: SocketAddr, channel: &str, role: &str) -> (Self, Peer) {
        let (mut client, welcome) = Self::welcomed(address).await;
        let data =
            json!({"channelName": channel, "user": {"name": role}, "role": role, "key": "k"});
        client.ask("joinStream", data).await;
        let peer = welcome["peer"].as_str().unwrap().to_owned();
        (client, Peer { id: peer, welcome })
    }
}

/// Who a client is.
pub(crate) struct Peer {
    pub(crate) id: String,
    pub(crate) welcome: Value,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) async fn say(&mut self, text: impl Into<String>) {
        self.socket.send(Message::text(text.into())).await.unwrap();
    }

    /// Sends a request and returns its id.
    pub(crate) async fn request(&mut self, event: &str, data: Value) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.say(json!({"id": id, "event": event, "data": data}).to_string())
            .await;
        id
    }

    /// Sends a request and returns the data of its reply; events before it are passed over.
    pub(crate) async fn ask(&mut self, event: &str, data: Value) -> Value {
        let reply = self.outcome(event, data).await;
        assert!(reply.get("error").is_none(), "{event}: {reply}");
        reply["data"].clone()
    }

    /// Sends a request and returns the code that it is refused with.
    pub(crate) async fn refusal(&mut self, event: &str, data: Value) -> String {
        let reply = self.outcome(event, data).await;
        reply["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{event}: {reply}"))
            .to_owned()
    }

    async fn outcome(&mut self, event: &str, data: Value) -> Value {
        let id = self.request(event, data).await;
        loop {
            let message = self.next().await;
            if message["re"] == id {
                return message;
            }
        }
    }

    /// The next message of the server.
    pub(crate) async fn next(&mut self) -> Value {
        match self.frame().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("instead of a message: {other:?}"),
        }
    }

    /// The data of the next event with this name; other messages are passed over.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let message = self.next().await;
            if message["event"] == name {
                return message["data"].clone();
            }
        }
    }

    /// The next frame, which is a message or a close.
    pub(crate) async fn answer(&mut self) -> Message {
        self.frame().await.expect("the connection has ended")
    }

    /// The code that the server closes with; messages before it are passed over.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            match self.frame().await {
                Some(Message::Close(Some(frame))) => return frame.code.into(),
                Some(Message::Close(None)) | None => panic!("closed without a code"),
                Some(_) => {}
            }
        }
    }

    async fn frame(&mut self) -> Option<Message> {
        let frame = tokio::time::timeout(PATIENCE, self.socket.next()).await;
        frame
            .expect("nothing came")
            .transpose()
            .expect("the connection broke")
    }
}
