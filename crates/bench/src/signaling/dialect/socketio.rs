//! What is said on `/socket.io/`: the events of the old system, and long polling.

use super::letter::{Letter, NO_STAMP};
use super::{Place, Step};
use crate::signaling::framing::text_frame;
use crate::signaling::http::{self, Response};
use crate::signaling::load;
use anyhow::{Context as _, Result, ensure};
use protocol::DescriptorKind;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

pub(super) const WEBSOCKET: &str = "/socket.io/?EIO=4&transport=websocket";
const POLLING: &str = "/socket.io/?EIO=4&transport=polling";

pub(super) fn entry(place: Option<&Place>) -> Vec<Step> {
    let connected = Some(r#"40{"#);
    let joined = Some(r#"42["allStreamUsers""#);
    let mut steps = vec![
        Step {
            on: None,
            say: None,
        },
        Step {
            on: Some("0{"),
            say: Some(text_frame("40")),
        },
        Step {
            on: connected,
            say: place.map(|place| text_frame(join(place))),
        },
    ];
    if place.is_some() {
        let (on, say) = (joined, None);
        steps.push(Step { on, say });
    }
    steps
}

pub(super) fn pong(text: &[u8]) -> Option<&'static [u8]> {
    (text == b"2").then_some(b"3")
}

/// An offer and an answer for everybody else in a channel.
pub(crate) fn letters(channel: &str) -> Result<[Letter; 2]> {
    let letter = |name, kind| {
        let descriptor = serde_json::to_value(load::descriptor(kind, NO_STAMP)?)?;
        let data = json!({"channelName": channel, "sessionDescriptor": descriptor});
        Letter::new(&event(name, &data))
    };
    Ok([
        letter("offer", DescriptorKind::Offer)?,
        letter("answer", DescriptorKind::Answer)?,
    ])
}

pub(super) fn announcement(channel: &str) -> Result<Letter> {
    let candidate = json!({"candidate": load::note(NO_STAMP)});
    let data = json!({"channelName": channel, "candidate": candidate});
    Letter::new(&event("candidate", &data))
}

fn join(place: &Place) -> String {
    let data = json!({"channelName": place.channel, "user": {"name": "somebody"}});
    event("joinStream", &data)
}

fn event(name: &str, data: &Value) -> String {
    format!("42{}", json!([name, data]))
}

/// Connects as browsers do: by long polling first, which is then upgraded. The connection that was
/// polled on is closed, as browsers do after a while.
pub(crate) fn polling(address: SocketAddr) -> Result<TcpStream> {
    let mut polling = Exchange::with(address)?;
    let open = polling.ask(&http::get(POLLING, address))?;
    let open: Value = serde_json::from_str(open.strip_prefix('0').context("no open packet")?)?;
    let session = open["sid"].as_str().context("no session id")?;
    let target = format!("{POLLING}&sid={session}");
    polling.ask(&http::post(&target, address, "40"))?;
    let connected = polling.ask(&http::get(&target, address))?;
    ensure!(connected.starts_with("40"), "not connected: {connected}");

    let mut socket = TcpStream::connect(address).context("connecting")?;
    socket.set_nodelay(true)?;
    let target = format!("{WEBSOCKET}&sid={session}");
    socket.write_all(&http::upgrade(&target, address, None))?;
    expect(&mut socket, b"\r\n\r\n")?;
    socket.write_all(&text_frame("2probe"))?;
    expect(&mut socket, b"3probe")?;
    socket.write_all(&text_frame("5"))?;
    Ok(socket)
}

/// One HTTP connection, used again and again.
struct Exchange {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Exchange {
    fn with(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).context("connecting")?;
        stream.set_nodelay(true)?;
        let received = Vec::new();
        Ok(Self { stream, received })
    }

    fn ask(&mut self, request: &[u8]) -> Result<String> {
        self.stream.write_all(request)?;
        self.received.clear();
        loop {
            if let Some((response, _)) = Response::first(&self.received)? {
                let body = String::from_utf8(response.body.to_vec())?;
                ensure!(response.status == 200, "{}: {body}", response.status);
                return Ok(body);
            }
            let mut buffer = [0; 4096];
            let read = self.stream.read(&mut buffer)?;
            ensure!(read > 0, "the server hung up");
            self.received.extend(&buffer[..read]);
        }
    }
}

/// Reads until these bytes come, one at a time, so that nothing behind them is taken.
fn expect(stream: &mut TcpStream, end: &[u8]) -> Result<()> {
    let mut received = Vec::new();
    while !received.ends_with(end) {
        let mut byte = [0];
        stream.read_exact(&mut byte).context("the server hung up")?;
        received.extend(byte);
    }
    Ok(())
}
