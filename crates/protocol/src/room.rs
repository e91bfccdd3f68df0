//! What clients of the old Socket.IO system say and are told.
//!
//! They do not know peers, roles or links. They share *rooms*, and what one says into a room
//! reaches everybody else in it. The names of rooms are JavaScript values, and so is what is said:
//! it is passed on unread, save where somebody in the channel speaks the native protocol.

use crate::limits::{MAX_ROOM_NAME_BYTES, MAX_ROOMS};
use crate::{Candidate, ChannelName, PeerId, SessionDescriptor, User, UserName};
use std::sync::Arc;

/// What keys a room: two names are one room if JavaScript's `Map` takes them for one key
/// (ECMA-262, `SameValueZero`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoomName {
    /// No name was given.
    Missing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; see [`RoomName::number`].
    Number(u64),
    /// A text in WTF-8: JavaScript's texts may hold half a surrogate pair.
    Text(Arc<[u8]>),
}

impl RoomName {
    /// The room of a number. Both zeros are one.
    #[must_use]
    pub fn number(number: f64) -> Self {
        Self::Number((number + 0.0).to_bits())
    }

    /// The room of a text.
    #[must_use]
    pub fn text(text: impl AsRef<[u8]>) -> Self {
        Self::Text(text.as_ref().into())
    }

    /// Whether it names nothing, so that strangers would meet in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Missing | Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Bool(_) | Self::Number(_) => false,
        }
    }

    /// Whether it is longer than anybody needs.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        matches!(self, Self::Text(text) if text.len() > MAX_ROOM_NAME_BYTES)
    }

    /// The channel of the same name, if a channel may have it.
    #[must_use]
    pub fn channel(&self) -> Option<ChannelName> {
        let text = self.as_str()?;
        ChannelName::parse(text)
            .ok()
            .filter(|name| name.as_str() == text)
    }

    /// The peer whose own room it is, if it is written as one.
    #[must_use]
    pub fn owner(&self) -> Option<PeerId> {
        let text = self.as_str()?;
        let owner: PeerId = text.parse().ok()?;
        // A number may have zeros before it, and is another text then.
        Some(owner).filter(|owner| owner.to_string() == text)
    }

    /// Whether it is this text.
    #[must_use]
    pub fn is_text(&self, text: &str) -> bool {
        matches!(self, Self::Text(own) if **own == *text.as_bytes())
    }

    fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => core::str::from_utf8(text).ok(),
            Self::Missing | Self::Null | Self::Bool(_) | Self::Number(_) => None,
        }
    }
}

/// What a message names as its `channelName`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rooms {
    /// One room.
    One(RoomName),
    /// The rooms of an array, or none for an object, which is a room that nobody else can name.
    /// Whoever joins so is in all of them and listed in none.
    Many(Vec<RoomName>),
}

impl Rooms {
    /// The names, in the order given.
    #[must_use]
    pub fn names(&self) -> &[RoomName] {
        match self {
            Self::One(name) => core::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }

    /// Whether there are too many of them, or one is too long.
    #[must_use]
    pub fn are_too_many(&self) -> bool {
        self.names().len() > MAX_ROOMS || self.names().iter().any(RoomName::is_too_long)
    }
}

/// A value that is passed on unread: JSON text, and the binary parts that its placeholders
/// (`{"_placeholder":true,"num":0}`) stand for. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    json: Arc<str>,
    attachments: Arc<[Arc<[u8]>]>,
}

impl Payload {
    /// A value of this JSON text, which is trusted to be JSON.
    #[must_use]
    pub fn new(json: &str, attachments: Arc<[Arc<[u8]>]>) -> Self {
        Self {
            json: json.into(),
            attachments,
        }
    }

    /// What JavaScript's `undefined` becomes on the wire.
    #[must_use]
    pub fn null() -> Self {
        Self::new("null", Arc::new([]))
    }

    /// The JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The binary parts, by the number in their placeholders.
    #[must_use]
    pub fn attachments(&self) -> &[Arc<[u8]>] {
        &self.attachments
    }

    /// Its size in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        let parts = self.attachments.iter().map(|part| part.len());
        parts.fold(self.json.len(), usize::saturating_add)
    }

    /// The value as a session descriptor of the native protocol, if it is one.
    #[must_use]
    pub fn descriptor(&self) -> Option<SessionDescriptor> {
        serde_json::from_str(&self.json).ok()
    }

    /// The value as a candidate of the native protocol, if it is one.
    #[must_use]
    pub fn candidate(&self) -> Option<Candidate> {
        Candidate::from_json(&self.json).ok()
    }

    /// Whether it is `null`, with which some browsers end their candidates.
    #[must_use]
    pub fn is_null(&self) -> bool {
        &*self.json == "null"
    }
}

impl From<&SessionDescriptor> for Payload {
    fn from(descriptor: &SessionDescriptor) -> Self {
        Self::new(descriptor.json(), Arc::new([]))
    }
}

impl From<&Candidate> for Payload {
    fn from(candidate: &Candidate) -> Self {
        Self::new(candidate.json(), Arc::new([]))
    }
}

impl From<&User> for Payload {
    fn from(user: &User) -> Self {
        // A struct with a text in it can always be written.
        let json = serde_json::to_string(user).unwrap_or_else(|_impossible| "null".to_owned());
        Self::new(&json, Arc::new([]))
    }
}

/// What a client of the old system asks for. None of it is ever answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomCommand {
    /// `joinStream`.
    Join {
        /// Where.
        rooms: Rooms,
        /// As whom, for the others in the room.
        user: Payload,
        /// As whom, for those who speak the native protocol; a made-up name if there is none.
        name: Option<UserName>,
    },
    /// `leaveStream`.
    Leave {
        /// Where from.
        rooms: Rooms,
        /// Who is said to have left.
        user: Payload,
    },
    /// `offer`, `answer` or `candidate`.
    Signal {
        /// Where to.
        rooms: Rooms,
        /// Which of them.
        kind: SignalKind,
        /// What is passed on.
        payload: Payload,
    },
}

/// What is passed between clients that negotiate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalKind {
    /// `offer`, heard as `receiveOffer`.
    Offer,
    /// `answer`, heard as `receiveAnswer`.
    Answer,
    /// `candidate`, heard as `receiveCandidate`.
    Candidate,
}

/// What a client of the old system is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomEvent {
    /// `allStreamUsers`: who is listed, in the order in which they joined.
    AllStreamUsers(Vec<PeerId>),
    /// `userJoinedStream`.
    UserJoinedStream(Payload),
    /// `userLeftStream`.
    UserLeftStream(Payload),
    /// `receiveOffer`, `receiveAnswer` or `receiveCandidate`.
    Received(SignalKind, Payload),
}

impl RoomEvent {
    /// The bytes of what clients can make long.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            // An id, its quotes and a comma.
            Self::AllStreamUsers(ids) => ids.len().saturating_mul(21),
            Self::UserJoinedStream(payload)
            | Self::UserLeftStream(payload)
            | Self::Received(_, payload) => payload.weight(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_told_apart_as_javascript_tells_keys_apart() {
        assert_eq!(RoomName::number(0.0), RoomName::number(-0.0));
        assert_ne!(RoomName::number(5.0), RoomName::text("5"));
        assert_ne!(RoomName::Null, RoomName::Missing);
        assert_ne!(RoomName::Null, RoomName::text("null"));
        assert_ne!(RoomName::Bool(true), RoomName::text("true"));
    }

    #[test]
    fn a_room_is_empty_if_it_names_nothing() {
        for name in [RoomName::Missing, RoomName::Null, RoomName::text("")] {
            assert!(name.is_empty(), "{name:?}");
        }
        for name in [
            RoomName::Bool(false),
            RoomName::number(0.0),
            RoomName::text(" "),
        ] {
            assert!(!name.is_empty(), "{name:?}");
        }
    }

    #[test]
    fn a_room_belongs_to_the_channel_that_is_written_the_same() {
        let channel = |text: &str| RoomName::text(text).channel();
        assert_eq!(channel("mina"), ChannelName::parse("mina").ok());
        for text in ["", " mina", "a/b", "p:1"] {
            assert_eq!(channel(text), None, "{text:?}");
        }
        assert_eq!(RoomName::Bool(true).channel(), None);
        let half_a_pair = [b'x', 0xED, 0xA0, 0x80];
        assert_eq!(RoomName::text(half_a_pair).channel(), None);
    }

    #[test]
    fn a_peers_own_room_is_its_id() {
        let peer = PeerId::from_bits(0x8f2);
        assert_eq!(RoomName::text("p_8f2").owner(), Some(peer));
        assert_eq!(RoomName::text("p_8F2").owner(), None);
        assert_eq!(RoomName::text("p_08f2").owner(), None);
        assert_eq!(RoomName::text("mina").owner(), None);
    }

    #[test]
    fn what_is_native_keeps_its_text() {
        let json = r#"{ "type":"offer", "sdp":"v=0\r\nm=audio 9 UDP 0\r\n" }"#;
        let descriptor = Payload::new(json, Arc::new([])).descriptor().unwrap();
        assert_eq!(Payload::from(&descriptor).json(), json);
        assert_eq!(Payload::null().descriptor(), None);
        assert!(Payload::null().candidate().is_none() && Payload::null().is_null());
    }

    #[test]
    fn a_payload_weighs_what_it_carries() {
        let part: Arc<[u8]> = [0; 5].into();
        let payload = Payload::new("{}", [part].into());
        assert_eq!(payload.weight(), 7);
        assert_eq!(RoomEvent::UserLeftStream(payload).weight(), 7);
    }
}
