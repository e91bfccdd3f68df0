//! The ways in. Each is a thin adapter between its wire and a seat; none knows the node.

pub(crate) mod address;
pub(crate) mod entrance;
pub(crate) mod origin;
pub(crate) mod places;
pub(crate) mod socketio;
pub(crate) mod websocket;
