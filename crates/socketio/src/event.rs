//! The events of the old system: what clients say, read; what they are told, written.
//!
//! | said | with | told to the others |
//! |---|---|---|
//! | `joinStream` | `channelName`, `user` | `userJoinedStream`; the sender gets `allStreamUsers` |
//! | `leaveStream` | `channelName`, `user` | `userLeftStream` |
//! | `offer`, `answer` | `channelName`, `sessionDescriptor` | `receiveOffer`, `receiveAnswer` |
//! | `candidate` | `channelName`, `candidate` | `receiveCandidate` |
//!
//! Further arguments and members are not looked at, and no acknowledgement is ever sent.

use crate::json::{Json, Kind};
use crate::limits::MAX_PAYLOAD;
use crate::packet::Frame;
pub use crate::placeholder::PlaceholderError;
use crate::placeholder::{self, Placeholder};
use core::fmt::Write as _;
use protocol::limits::MAX_ROOMS;
use protocol::room::{Payload, RoomCommand, RoomEvent, RoomName, Rooms, SignalKind};
use protocol::{PeerId, UserName};
use std::sync::Arc;

/// Why an event ends the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Its placeholders and its binary parts do not fit together.
    #[error(transparent)]
    Placeholder(#[from] PlaceholderError),
    /// By naming binary parts repeatedly it has become larger than one may be.
    #[error("the event has more than {MAX_PAYLOAD} bytes")]
    TooLarge,
}

/// Reads what a client said; `None` if nobody listens to it.
///
/// # Errors
/// [`EventError`], where Node ends the session, too, or would relay more than was sent.
pub fn decode(
    data: Option<Json<'_>>,
    attachments: &[Arc<[u8]>],
) -> Result<Option<RoomCommand>, EventError> {
    let Some(data) = data else {
        return Ok(None);
    };
    // Whether every placeholder can be filled is asked of the whole message, read or not.
    if !attachments.is_empty() {
        placeholder::find(data, attachments)?;
    }
    let elements = data.elements(2);
    let (Some(name), Some(argument)) = (elements.first(), elements.get(1)) else {
        return Ok(None);
    };
    if argument.kind() == Kind::Null {
        return Ok(None);
    }
    let name = name.text().unwrap_or_default();
    let argument = Argument {
        value: *argument,
        attachments,
    };
    match &*name {
        b"joinStream" => argument.join().map(Some),
        b"leaveStream" => argument.leave().map(Some),
        b"offer" => argument
            .signal(SignalKind::Offer, "sessionDescriptor")
            .map(Some),
        b"answer" => argument
            .signal(SignalKind::Answer, "sessionDescriptor")
            .map(Some),
        b"candidate" => argument
            .signal(SignalKind::Candidate, "candidate")
            .map(Some),
        _ => Ok(None),
    }
}

/// What came with an event.
struct Argument<'a> {
    value: Json<'a>,
    attachments: &'a [Arc<[u8]>],
}

impl<'a> Argument<'a> {
    fn join(&self) -> Result<RoomCommand, EventError> {
        let [channel, user] = self.members(["channelName", "user"]);
        Ok(RoomCommand::Join {
            rooms: rooms(channel),
            user: self.payload(user)?,
            name: user.and_then(display_name),
        })
    }

    fn leave(&self) -> Result<RoomCommand, EventError> {
        let [channel, user] = self.members(["channelName", "user"]);
        Ok(RoomCommand::Leave {
            rooms: rooms(channel),
            user: self.payload(user)?,
        })
    }

    fn signal(&self, kind: SignalKind, member: &str) -> Result<RoomCommand, EventError> {
        let [channel, value] = self.members(["channelName", member]);
        Ok(RoomCommand::Signal {
            rooms: rooms(channel),
            kind,
            payload: self.payload(value)?,
        })
    }

    /// The members with these names; none if the argument is no object, or is a binary part.
    fn members(&self, names: [&str; 2]) -> [Option<Json<'a>>; 2] {
        if !self.attachments.is_empty() && placeholder::is_placeholder(self.value) {
            return [None; 2];
        }
        self.value.members(names)
    }

    /// A value to pass on, with the parts it refers to and no others, numbered anew.
    fn payload(&self, value: Option<Json<'_>>) -> Result<Payload, EventError> {
        let Some(value) = value else {
            return Ok(Payload::null());
        };
        let text = value.as_str();
        if self.attachments.is_empty() {
            return Ok(Payload::new(text, Arc::new([])));
        }
        let mut json = String::new();
        let mut end = 0;
        let mut parts = Vec::new();
        for Placeholder { range, attachment } in placeholder::find(value, self.attachments)? {
            json.push_str(text.get(end..range.start).unwrap_or_default());
            push_placeholder(&mut json, parts.len());
            end = range.end;
            parts.push(attachment);
        }
        json.push_str(text.get(end..).unwrap_or_default());
        let payload = Payload::new(&json, parts.into());
        if payload.weight() > MAX_PAYLOAD {
            return Err(EventError::TooLarge);
        }
        Ok(payload)
    }
}

fn push_placeholder(json: &mut String, number: usize) {
    // Writing to a text cannot fail.
    let _ = write!(json, r#"{{"_placeholder":true,"num":{number}}}"#);
}

fn rooms(channel: Option<Json<'_>>) -> Rooms {
    let Some(channel) = channel else {
        return Rooms::One(RoomName::Missing);
    };
    if let Some(name) = room_name(channel) {
        return Rooms::One(name);
    }
    // One more than may be, so that whoever refuses too many can tell.
    let names = channel.elements(MAX_ROOMS.saturating_add(1));
    Rooms::Many(names.into_iter().filter_map(room_name).collect())
}

/// The room of this name; none for arrays and objects, which nobody else can name.
fn room_name(name: Json<'_>) -> Option<RoomName> {
    match name.kind() {
        Kind::Array | Kind::Object => None,
        Kind::Bool => Some(RoomName::Bool(name.as_str() == "true")),
        Kind::Null => Some(RoomName::Null),
        Kind::Number => name.number().map(RoomName::number),
        Kind::Text => name.text().map(RoomName::text),
    }
}

/// How native viewers may know a user, whose fields nobody has ever fixed.
fn display_name(user: Json<'_>) -> Option<UserName> {
    let parse = |name: Json<'_>| {
        let text = name.text()?;
        UserName::parse(core::str::from_utf8(&text).ok()?).ok()
    };
    let members = user.members(["nickname", "name", "username", "displayName"]);
    parse(user).or_else(|| members.into_iter().flatten().find_map(parse))
}

/// An event as it is written, once for all who are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The message, as an Engine.IO packet.
    pub text: Arc<str>,
    /// The binary messages that follow it.
    pub attachments: Arc<[Arc<[u8]>]>,
}

impl Encoded {
    /// The frames of its packets.
    pub fn frames(&self) -> impl Iterator<Item = Frame> {
        let parts = self.attachments.iter().cloned().map(Frame::Binary);
        core::iter::once(Frame::Text(self.text.clone())).chain(parts)
    }

    /// How many bytes it carries.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.frames()
            .fold(0, |sum, frame| frame.weight().saturating_add(sum))
    }
}

/// Writes what clients are told.
#[must_use]
pub fn encode(event: &RoomEvent) -> Encoded {
    match event {
        RoomEvent::AllStreamUsers(ids) => encode_ids(ids),
        RoomEvent::UserJoinedStream(user) => encode_payload("userJoinedStream", user),
        RoomEvent::UserLeftStream(user) => encode_payload("userLeftStream", user),
        RoomEvent::Received(SignalKind::Offer, payload) => encode_payload("receiveOffer", payload),
        RoomEvent::Received(SignalKind::Answer, payload) => {
            encode_payload("receiveAnswer", payload)
        }
        RoomEvent::Received(SignalKind::Candidate, payload) => {
            encode_payload("receiveCandidate", payload)
        }
    }
}

fn encode_ids(ids: &[PeerId]) -> Encoded {
    let mut text = String::from(r#"42["allStreamUsers",["#);
    for (index, id) in ids.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(text, r#"{comma}"{id}""#);
    }
    text.push_str("]]");
    Encoded {
        text: text.into(),
        attachments: Arc::new([]),
    }
}

fn encode_payload(name: &str, payload: &Payload) -> Encoded {
    let attachments: Arc<[Arc<[u8]>]> = payload.attachments().into();
    let kind = match attachments.len() {
        0 => "2".to_owned(),
        count => format!("5{count}-"),
    };
    Encoded {
        text: format!(r#"4{kind}["{name}",{}]"#, payload.json()).into(),
        attachments,
    }
}

#[cfg(test)]
mod tests;
