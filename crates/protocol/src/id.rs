//! Ids: newtypes that cannot be mistaken for one another.
//!
//! Ids that name something on the server are random 64-bit numbers, written as a prefix that tells
//! the kind and lower-case hexadecimal digits (`p_8f2`). They are public: knowing one gives no
//! right to anything. What gives a right is a [`Secret`](crate::Secret).

use core::{fmt, marker::PhantomData, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that is not an id of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is `{prefix}_` and 1 to 16 hexadecimal digits")]
pub struct IdError {
    prefix: &'static str,
}

macro_rules! prefixed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The id with this number.
            #[must_use]
            pub const fn from_bits(bits: u64) -> Self {
                Self(bits)
            }

            /// The number behind the id.
            #[must_use]
            pub const fn to_bits(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{:x}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_prefixed(text, $prefix).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Parsed::new())
            }
        }
    };
}

prefixed_id!(
    /// One connected participant, for as long as its session lives.
    PeerId, "p"
);
prefixed_id!(
    /// One WebRTC connection between two ends. Unguessable in practice, because two peers that
    /// both know a link's id may keep that link across a server restart.
    LinkId, "k"
);
prefixed_id!(
    /// One live session of a channel.
    StreamId, "s"
);
prefixed_id!(
    /// What a client resumes. Public; the right to resume comes from the secret beside it.
    SessionId, "e"
);

fn parse_prefixed(text: &str, prefix: &'static str) -> Result<u64, IdError> {
    let digits = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'));
    let is_hex = |digits: &&str| {
        digits
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    digits
        .filter(|digits| (1..=16).contains(&digits.len()))
        .filter(is_hex)
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .ok_or(IdError { prefix })
}

/// Where a link starts or stops.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// A connected participant.
    Peer(PeerId),
    /// The embedded SFU, written `relay`.
    Relay,
    /// An end of a kind that this build does not know.
    Unknown,
}

impl End {
    /// The peer at this end, unless it is the relay.
    #[must_use]
    pub const fn peer(self) -> Option<PeerId> {
        match self {
            Self::Peer(peer) => Some(peer),
            Self::Relay | Self::Unknown => None,
        }
    }
}

impl From<PeerId> for End {
    fn from(peer: PeerId) -> Self {
        Self::Peer(peer)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peer(peer) => peer.fmt(f),
            Self::Relay => f.write_str("relay"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for End {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for End {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Parsed::new())
    }
}

impl FromStr for End {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text {
            "relay" => Ok(Self::Relay),
            peer if peer.starts_with("p_") => peer.parse().map(Self::Peer),
            _ => Ok(Self::Unknown),
        }
    }
}

/// Reads what is written as a text, without a copy of the text.
struct Parsed<T>(PhantomData<T>);

impl<T> Parsed<T> {
    const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: FromStr<Err = IdError>> de::Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! counter {
    ($(#[$doc:meta])* $name:ident($repr:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize,
            Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $repr);

        impl $name {
            /// The next one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }
    };
}

counter!(
    /// Names a request within its session. A repeated id gets the stored reply, so a client that
    /// does not know whether a request arrived sends it again.
    RequestId(u64)
);
counter!(
    /// Numbers the events of one session, from 1 without gaps; what a resume continues from.
    Seq(u64)
);
counter!(
    /// How often a session has been taken over by a new socket.
    Epoch(u32)
);
counter!(
    /// How often a link has been negotiated, counted by its offerer. A description or candidate of
    /// another generation is stale.
    Generation(u32)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_is_written() {
        let peer = PeerId::from_bits(0x8f2);
        assert_eq!(peer.to_string(), "p_8f2");
        assert_eq!("p_8f2".parse(), Ok(peer));
    }

    #[test]
    fn refuses_other_kinds_and_other_digits() {
        for text in [
            "k_8f2",
            "p_",
            "p8f2",
            "p_8F2",
            "p_+1",
            "p_00000000000000001",
            "",
        ] {
            assert!(text.parse::<PeerId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_end_is_a_peer_or_the_relay() {
        let ends: Vec<End> = serde_json::from_str(r#"["p_1","relay"]"#).unwrap();
        assert_eq!(ends, [End::Peer(PeerId::from_bits(1)), End::Relay]);
        assert_eq!(serde_json::to_string(&ends).unwrap(), r#"["p_1","relay"]"#);
    }
}
