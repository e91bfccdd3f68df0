//! The words of the old clients.

use serde_json::{Value, json};

/// What `joinStream` and `leaveStream` carry.
pub(crate) fn user(channel: &str, name: &str) -> Value {
    json!({"channelName": channel, "user": {"nickname": name}})
}

/// What a numbered `candidate` carries.
pub(crate) fn candidate(channel: &str, number: usize) -> Value {
    json!({"channelName": channel, "candidate": number})
}

/// An event as an Engine.IO packet.
pub(crate) fn event(name: &str, argument: &Value) -> String {
    format!("42{}", json!([name, argument]))
}
