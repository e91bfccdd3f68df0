//! What a failed read says about the client.

use protocol::CloseCode;
use std::io::ErrorKind;
use tungstenite::error::{Error, ProtocolError};

/// A socket's error, and the close code it deserves.
pub(crate) trait Fault {
    /// `None` if the connection is just gone.
    fn close_code(&self) -> Option<CloseCode>;
}

impl Fault for Error {
    fn close_code(&self) -> Option<CloseCode> {
        match self {
            Self::Capacity(_) => Some(CloseCode::TooBig),
            // The connection was cut: nobody is left to be told.
            Self::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
            Self::Protocol(_) | Self::Utf8(_) => Some(CloseCode::Protocol),
            Self::WriteBufferFull(_) => Some(CloseCode::TooFast),
            // What its address holds of incomplete messages is too much.
            Self::Io(error) if error.kind() == ErrorKind::QuotaExceeded => Some(CloseCode::TooFast),
            Self::AlreadyClosed
            | Self::AttackAttempt
            | Self::ConnectionClosed
            | Self::Http(_)
            | Self::HttpFormat(_)
            | Self::Io(_)
            | Self::Tls(_)
            | Self::Url(_) => None,
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
