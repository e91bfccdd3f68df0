//! The ways in. Each is a thin adapter between its wire and a seat; none knows the node.

pub(crate) mod socketio;
pub(crate) mod websocket;
