//! How a client introduces itself, and how it continues where it was.

use crate::word::words;
use crate::{Epoch, PeerId, Seq, SessionId};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, sync::Arc};

/// The first message of every connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// The versions the client speaks, in any order.
    pub versions: Vec<u32>,
    /// What else the client can do. Names the server does not know are ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Feature>,
    /// The session to continue, if the client has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
}

words! {
    /// Something a client or server can do beyond its version.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    Feature {
        /// Reads `lobbyChanged`; without it the whole list is sent at each change.
        LobbyChanges = "lobbyChanges",
    }
}

/// What a client shows to continue its session on a new connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resume {
    /// Which session.
    pub session: SessionId,
    /// The proof that it is the client's own.
    pub secret: Secret,
    /// The last event the client has seen.
    pub last_seq: Seq,
}

/// The answer to `hello`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The version both sides speak from here on.
    pub version: u32,
    /// Who the client is to others.
    pub peer: PeerId,
    /// What to resume after this connection is lost.
    pub session: SessionId,
    /// The proof for that.
    pub secret: Secret,
    /// How often this session has been taken over.
    pub epoch: Epoch,
    /// What became of the session the client wanted to continue.
    pub resumed: Resumed,
    /// How often the server sends `ping`, in milliseconds.
    pub ping_interval_ms: u64,
    /// How long it then waits, in milliseconds.
    pub ping_timeout_ms: u64,
    /// How long a lost connection keeps its place, in milliseconds.
    pub grace_ms: u64,
    /// The largest message the server reads, in bytes.
    pub max_message_bytes: usize,
    /// The STUN and TURN servers to use.
    #[serde(deserialize_with = "crate::list::shared")]
    pub ice_servers: Arc<[IceServer]>,
    /// How long their credentials last, in milliseconds; absent if they do not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ice_expires_in_ms: Option<u64>,
}

words! {
    /// What became of a resume.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    Resumed {
        /// None was asked for, or the session is gone: the client joins again.
        Fresh = "fresh",
        /// The events missed follow, each once.
        Replayed = "replayed",
        /// Too much was missed: the client joins again and is told the state as it is now. It keeps
        /// its peer id and its place.
        Snapshot = "snapshot",
    }
}

/// A STUN or TURN server, as `RTCIceServer` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IceServer {
    /// `stun:`, `turn:` and `turns:` URLs (RFC 7064, RFC 7065).
    pub urls: Vec<String>,
    /// The name to log in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password to log in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// 128 random bits that prove a right. Never logged: its `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; 16]);

impl Secret {
    /// The secret with these bits.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Compares without telling by the time it takes how much was right.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        let differences = self
            .0
            .iter()
            .zip(other.0)
            .fold(0, |bits, (a, b)| bits | (a ^ b));
        core::hint::black_box(differences) == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", u128::from_be_bytes(self.0)))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        Some(&*text)
            .filter(|text| text.len() == 32 && !text.starts_with('+'))
            .and_then(|text| u128::from_str_radix(text, 16).ok())
            .map(|bits| Self(bits.to_be_bytes()))
            .ok_or_else(|| de::Error::custom("a secret has 32 hexadecimal digits"))
    }
}
