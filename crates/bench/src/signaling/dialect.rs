//! The two languages that are spoken here, and what is said in each of them to the same end.

mod letter;
mod native;
mod socketio;

pub(crate) use letter::{Letter, find_stamp};

use super::framing::text_frame;
use super::http;
use anyhow::Result;
use protocol::{Role, SUBPROTOCOL};
use std::net::SocketAddr;

/// What a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `/ws`.
    Native,
    /// `/socket.io/`, Engine.IO 4.
    SocketIo,
}

/// Where a client wants to be.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) channel: String,
    pub(crate) role: Role,
}

/// What a client does when it hears something that begins so.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// The beginning of the text; `None` stands for the upgrade.
    pub(crate) on: Option<&'static str>,
    /// The frame that it sends then, if any.
    pub(crate) say: Option<Vec<u8>>,
}

impl Dialect {
    pub(crate) fn upgrade(self, host: SocketAddr) -> Vec<u8> {
        match self {
            Self::Native => http::upgrade(protocol::path::SOCKET, host, Some(SUBPROTOCOL)),
            Self::SocketIo => http::upgrade(socketio::WEBSOCKET, host, None),
        }
    }

    /// What a client says from its upgrade until it is where it wants to be.
    pub(crate) fn entry(self, place: Option<&Place>) -> Result<Vec<Step>> {
        match self {
            Self::Native => native::entry(place),
            Self::SocketIo => Ok(socketio::entry(place)),
        }
    }

    /// The frame that answers this text, if it asks for a sign of life.
    pub(crate) fn pong(self, text: &[u8]) -> Option<Vec<u8>> {
        let answer = match self {
            Self::Native => native::pong(text)?,
            Self::SocketIo => socketio::pong(text)?,
        };
        Some(text_frame(answer))
    }

    /// A short message from the first member of this channel to all others.
    pub(crate) fn announcement(self, channel: &str) -> Result<Letter> {
        match self {
            Self::Native => native::announcement(),
            Self::SocketIo => socketio::announcement(channel),
        }
    }
}

pub(crate) use native::{letters as native_letters, link_in, move_in, move_out};
pub(crate) use socketio::{letters as socketio_letters, polling};
