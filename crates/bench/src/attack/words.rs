//! What attackers say, as frames.

use crate::signaling::framing::text_frame;
use crate::signaling::http;
use protocol::{SUBPROTOCOL, path};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

/// The largest frame that the server reads on `/ws` at the commit that the findings are about.
pub(crate) const LARGEST_FRAME: usize = 1_048_576;
/// The same on `/socket.io/`.
pub(crate) const LARGEST_OLD_FRAME: usize = 1_999_000;
const OLD_SOCKET: &str = "/socket.io/?EIO=4&transport=websocket";

/// Asks for a native WebSocket.
pub(crate) fn upgrade(target: SocketAddr) -> Arc<[u8]> {
    http::upgrade(path::SOCKET, target, Some(SUBPROTOCOL)).into()
}

/// Asks for a WebSocket of the old system, with a session of its own or with one that is polled.
pub(crate) fn old_upgrade(target: SocketAddr, session: Option<&str>) -> Arc<[u8]> {
    let session = session.map_or_else(String::new, |sid| format!("&sid={sid}"));
    http::upgrade(&format!("{OLD_SOCKET}{session}"), target, None).into()
}

/// Asks for a page, in a browser's words.
pub(crate) fn page(target: SocketAddr) -> Arc<[u8]> {
    http::get("/", target).into()
}

/// The first message.
pub(crate) fn hello(features: &[&str]) -> Arc<[u8]> {
    let data = json!({"versions": [1], "features": features});
    text_frame(json!({"id": 1, "event": "hello", "data": data}).to_string()).into()
}

/// A request that wants no answer.
pub(crate) fn say(event: &str, data: &Value) -> Arc<[u8]> {
    text_frame(json!({"event": event, "data": data}).to_string()).into()
}

pub(crate) fn join(channel: &str, role: &str) -> Arc<[u8]> {
    let key = (role == "host").then_some("a-key-that-nobody-else-has-0123456789");
    let user = json!({"name": "Stranger"});
    let data = json!({"channelName": channel, "user": user, "role": role, "key": key});
    let data = without_null(data);
    say("joinStream", &data)
}

pub(crate) fn leave() -> Arc<[u8]> {
    say("leaveStream", &json!({}))
}

pub(crate) fn rename(name: &str) -> Arc<[u8]> {
    say("updateUser", &json!({"user": {"name": name}}))
}

/// A message of a client of the old system.
pub(crate) fn old(event: &str, data: &Value) -> Arc<[u8]> {
    text_frame(format!("42{}", json!([event, data]))).into()
}

/// What a client of the old system begins with.
pub(crate) fn old_connect() -> Arc<[u8]> {
    text_frame("40").into()
}

/// A frame of the largest size, all but its last byte.
pub(crate) fn unfinished_frame(payload: usize) -> Arc<[u8]> {
    let whole = text_frame(vec![b' '; payload]);
    whole[..whole.len() - 1].into()
}

/// One after the other.
pub(crate) fn both(first: &[u8], second: &[u8]) -> Arc<[u8]> {
    [first, second].concat().into()
}

fn without_null(mut data: Value) -> Value {
    if let Some(members) = data.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    data
}
