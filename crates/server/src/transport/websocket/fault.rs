//! What a failed read says about the client.

use protocol::CloseCode;
use std::error::Error;
use tungstenite::error::{Error as SocketError, ProtocolError};

/// A transport's error, and the close code it deserves.
pub(crate) trait Fault {
    /// `None` if the connection is just gone.
    fn close_code(&self) -> Option<CloseCode>;
}

impl Fault for axum::Error {
    fn close_code(&self) -> Option<CloseCode> {
        match self.source()?.downcast_ref()? {
            SocketError::Capacity(_) => Some(CloseCode::TooBig),
            // The connection was cut: nobody is left to be told.
            SocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
            SocketError::Protocol(_) | SocketError::Utf8(_) => Some(CloseCode::Protocol),
            SocketError::WriteBufferFull(_) => Some(CloseCode::TooFast),
            SocketError::AlreadyClosed
            | SocketError::AttackAttempt
            | SocketError::ConnectionClosed
            | SocketError::Http(_)
            | SocketError::HttpFormat(_)
            | SocketError::Io(_)
            | SocketError::Tls(_)
            | SocketError::Url(_) => None,
        }
    }
}

/// What a developer reads beside a close code.
pub(crate) const fn reason(code: CloseCode) -> &'static str {
    match code {
        CloseCode::Protocol => "not a message of this protocol",
        CloseCode::Unauthenticated => "credentials are missing or wrong",
        CloseCode::Forbidden => "this origin may not use this server",
        CloseCode::Timeout => "no sign of life",
        CloseCode::Replaced => "another connection continues this session",
        CloseCode::TooBig => "a message is too big",
        CloseCode::TooFast => "sends too fast or reads too slowly",
        CloseCode::Restart => "the server restarts",
        _ => "",
    }
}
