//! The ways in. Each is a thin adapter between its wire and a seat; none knows the node.

pub(crate) mod origin;
pub(crate) mod websocket;
