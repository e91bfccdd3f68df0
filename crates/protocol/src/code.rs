//! What can go wrong, in stable codes that clients may match on.

use crate::word::words;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

words! {
    /// Why a request was refused. The codes are part of the protocol: once published, none changes its
    /// meaning.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    ErrorCode {
        /// The first message must be `hello`, and only the first.
        BadHello = "bad_hello",
        /// The message is not what this event asks for; the text names the member.
        BadRequest = "bad_request",
        /// Somebody else is live on this channel.
        ChannelBusy = "channel_busy",
        /// The peer may not do this in its role.
        Forbidden = "forbidden",
        /// The server failed; the cause is in its log.
        Internal = "internal",
        /// The channel name breaks a rule; the text names it.
        InvalidName = "invalid_name",
        /// The session descriptor is not SDP, or not of the announced type.
        InvalidSdp = "invalid_sdp",
        /// The peer is not in the same stream, or has left.
        NoSuchPeer = "no_such_peer",
        /// The peer has not joined a stream.
        NotJoined = "not_joined",
        /// The link's other end expects another generation.
        StaleGeneration = "stale_generation",
        /// The link no longer exists, or is not the caller's.
        StaleLink = "stale_link",
        /// A limit was reached; the text names it.
        TooMany = "too_many",
        /// The peer asks too often.
        TooFast = "too_fast",
        /// This server does not know the event.
        Unsupported = "unsupported",
        /// No version that the client offers is spoken here.
        UnsupportedVersion = "unsupported_version",
    }
}

/// The error half of a reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct ErrorReply {
    /// What a program matches on.
    pub code: ErrorCode,
    /// What a developer reads; in English, never shown to viewers.
    pub message: Cow<'static, str>,
    /// When trying again may help, in milliseconds from now.
    #[serde(default)]
    pub retry_after_ms: Option<u64>,
}

impl ErrorReply {
    /// A refusal that trying again will not change.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
        }
    }

    /// The same refusal, with the advice to try again after `millis` milliseconds.
    #[must_use]
    pub fn retry_after_ms(self, millis: u64) -> Self {
        Self {
            retry_after_ms: Some(millis),
            ..self
        }
    }
}

/// Why the server closed a WebSocket (RFC 6455, section 7.4; 4000 and up are ours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseCode {
    /// 4400: the client broke the protocol. Connecting again will not help.
    Protocol,
    /// 4401: the credentials are missing or wrong.
    Unauthenticated,
    /// 4403: this page may not use this server.
    Forbidden,
    /// 4408: no hello, or no sign of life.
    Timeout,
    /// 4409: a newer socket has taken this session over. Do not connect again.
    Replaced,
    /// 4413: a message was larger than [`limits::MAX_MESSAGE_BYTES`](crate::limits).
    TooBig,
    /// 4429: the client sends too fast or reads too slowly. Resume after a pause.
    TooFast,
    /// 1012: the server restarts. Connect again after a random delay.
    Restart,
}

impl CloseCode {
    /// The number in the close frame.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Protocol => 4400,
            Self::Unauthenticated => 4401,
            Self::Forbidden => 4403,
            Self::Timeout => 4408,
            Self::Replaced => 4409,
            Self::TooBig => 4413,
            Self::TooFast => 4429,
            Self::Restart => 1012,
        }
    }

    /// The code behind a number, if it is one of ours.
    #[must_use]
    pub const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            4400 => Self::Protocol,
            4401 => Self::Unauthenticated,
            4403 => Self::Forbidden,
            4408 => Self::Timeout,
            4409 => Self::Replaced,
            4413 => Self::TooBig,
            4429 => Self::TooFast,
            1012 => Self::Restart,
            _ => return None,
        })
    }
}
