//! How messages are written: JSON text frames with three envelopes.
//!
//! ```text
//! request   {"id":17,"event":"offer","data":{…}}
//! reply     {"re":17,"data":{…}}   or   {"re":17,"error":{"code":"…","message":"…"}}
//! event     {"seq":204,"event":"receiveOffer","data":{…}}
//! ```
//!
//! Members that a side does not know are ignored; an event that the server does not know is
//! answered `unsupported`. What is not an envelope at all is [`DecodeError::Envelope`], and the
//! connection ends.

use crate::limits::{MAX_CANDIDATES, MAX_KEPT_LINKS, MAX_SMALL_MESSAGE_BYTES};
use crate::{Command, ErrorCode, ErrorReply, Event, Reply, RequestId, Seq};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a client sends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// What the reply repeats; a request without it is not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What is asked for.
    #[serde(flatten)]
    pub command: Command,
}

/// What a server sends, as a client reads it.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerMessage {
    /// Something happened.
    Event {
        /// Its number; absent for what is not replayed.
        seq: Option<Seq>,
        /// What happened.
        event: Event,
    },
    /// A request was carried out or refused.
    Reply {
        /// The request's id.
        re: RequestId,
        /// Its outcome.
        result: Result<ReplyData, ErrorReply>,
    },
}

/// A reply's data before the caller, who knows what it asked for, gives it a type.
#[derive(Clone, Debug)]
pub struct ReplyData(Box<RawValue>);

impl ReplyData {
    /// The data of `reply`, as a client would read them.
    ///
    /// # Errors
    /// If the reply cannot be written as JSON.
    pub fn of(reply: &Reply) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(reply).map(Self)
    }

    /// The data as the type that the request is answered with.
    ///
    /// # Errors
    /// If the server answered something else.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }
}

impl PartialEq for ReplyData {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// A message that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not an envelope: the connection cannot go on.
    #[error("not a message of this protocol: {0}")]
    Envelope(String),
    /// An envelope whose content is refused; the connection goes on.
    #[error("{}", .error.message)]
    Refused {
        /// The request to answer, if it named itself.
        id: Option<RequestId>,
        /// What to answer.
        error: ErrorReply,
    },
}

/// Reads a client's message.
///
/// # Errors
/// [`DecodeError`] tells a broken connection from a refused request.
pub fn decode_request(text: &str) -> Result<Request, DecodeError> {
    let envelope: RequestEnvelope<'_> =
        serde_json::from_str(text).map_err(|error| DecodeError::Envelope(error.to_string()))?;
    let id = envelope.id;
    let command = decode_command(&envelope).and_then(within_limits(text.len()));
    match command {
        Ok(command) => Ok(Request { id, command }),
        Err(error) => Err(DecodeError::Refused { id, error }),
    }
}

/// Writes a client's message.
///
/// # Errors
/// If a member cannot be written as JSON; no command of this crate has one.
pub fn encode_request(request: &Request) -> Result<String, serde_json::Error> {
    serde_json::to_string(request)
}

/// Reads a server's message.
///
/// # Errors
/// If it is neither a reply nor an event that this build knows.
pub fn decode_server_message(text: &str) -> Result<ServerMessage, serde_json::Error> {
    let envelope: ServerEnvelope<'_> = serde_json::from_str(text)?;
    if let Some(re) = envelope.re {
        let result = match (envelope.error, envelope.data) {
            (Some(error), _) => Err(error),
            (None, Some(data)) => Ok(ReplyData(data.to_owned())),
            (None, None) => return Err(serde::de::Error::missing_field("data")),
        };
        return Ok(ServerMessage::Reply { re, result });
    }
    let event = serde_json::from_str(text)?;
    Ok(ServerMessage::Event {
        seq: envelope.seq,
        event,
    })
}

/// Writes the reply to request `re`.
///
/// # Errors
/// If a member cannot be written as JSON; no reply of this crate has one.
pub fn encode_reply(
    re: RequestId,
    result: &Result<Reply, ErrorReply>,
) -> Result<String, serde_json::Error> {
    let (data, error) = match result {
        Ok(reply) => (Some(reply), None),
        Err(error) => (None, Some(error)),
    };
    serde_json::to_string(&ReplyEnvelope { re, data, error })
}

/// Writes an event.
///
/// # Errors
/// If a member cannot be written as JSON; no event of this crate has one.
pub fn encode_event(seq: Option<Seq>, event: &Event) -> Result<String, serde_json::Error> {
    serde_json::to_string(&EventEnvelope { seq, event })
}

/// Numbers an event that [`encode_event`] wrote without a number. What goes to many is written
/// once; only the number differs.
///
/// ```
/// use protocol::{Event, Seq, wire};
/// let ping = wire::encode_event(None, &Event::Ping)?;
/// let numbered = wire::encode_event(Some(Seq(7)), &Event::Ping)?;
/// assert_eq!(wire::number_event(Seq(7), &ping), numbered);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn number_event(seq: Seq, unnumbered: &str) -> String {
    let members = unnumbered.strip_prefix('{').unwrap_or(unnumbered);
    format!(r#"{{"seq":{},{members}"#, seq.0)
}

#[derive(Deserialize)]
struct RequestEnvelope<'a> {
    #[serde(default)]
    id: Option<RequestId>,
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ServerEnvelope<'a> {
    #[serde(default)]
    re: Option<RequestId>,
    #[serde(default)]
    seq: Option<Seq>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<ErrorReply>,
}

#[derive(Serialize)]
struct ReplyEnvelope<'a> {
    re: RequestId,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Reply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ErrorReply>,
}

#[derive(Serialize)]
struct EventEnvelope<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<Seq>,
    #[serde(flatten)]
    event: &'a Event,
}

fn decode_command(envelope: &RequestEnvelope<'_>) -> Result<Command, ErrorReply> {
    let data = envelope.data.map_or("{}", RawValue::get);
    Ok(match &*envelope.event {
        "answer" => Command::Answer(descriptor(data)?),
        "candidate" => Command::Candidate(parse(data)?),
        "followLobby" => Command::FollowLobby,
        "hello" => Command::Hello(parse(data)?),
        "joinStream" => Command::JoinStream(join(data)?),
        "leaveStream" => Command::LeaveStream,
        "linkFailed" => Command::LinkFailed(parse(data)?),
        "linkFlowing" => Command::LinkFlowing(parse(data)?),
        "listViewers" => Command::ListViewers(parse(data)?),
        "offer" => Command::Offer(descriptor(data)?),
        "pong" => Command::Pong,
        "restartIce" => Command::RestartIce(parse(data)?),
        "unfollowLobby" => Command::UnfollowLobby,
        "updateStream" => Command::UpdateStream(parse(data)?),
        "updateUser" => Command::UpdateUser(parse(data)?),
        unknown => {
            let shown: String = unknown.chars().take(64).collect();
            let message = format!("this server does not know the event {shown:?}");
            return Err(ErrorReply::new(ErrorCode::Unsupported, message));
        }
    })
}

fn parse<T: DeserializeOwned>(data: &str) -> Result<T, ErrorReply> {
    parse_as(data, ErrorCode::BadRequest)
}

fn parse_as<T: DeserializeOwned>(data: &str, code: ErrorCode) -> Result<T, ErrorReply> {
    serde_json::from_str(data).map_err(|error| ErrorReply::new(code, error.to_string()))
}

fn descriptor(data: &str) -> Result<crate::SendDescriptor, ErrorReply> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members<'a> {
        to: crate::End,
        link: crate::LinkId,
        generation: crate::Generation,
        #[serde(borrow)]
        session_descriptor: &'a RawValue,
    }
    let members: Members<'_> = serde_json::from_str(data)
        .map_err(|error| ErrorReply::new(ErrorCode::BadRequest, error.to_string()))?;
    Ok(crate::SendDescriptor {
        to: members.to,
        link: members.link,
        generation: members.generation,
        session_descriptor: parse_as(members.session_descriptor.get(), ErrorCode::InvalidSdp)?,
    })
}

fn join(data: &str) -> Result<crate::JoinStream, ErrorReply> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Name<'a> {
        #[serde(borrow)]
        channel_name: Cow<'a, str>,
    }
    let name: Name<'_> = serde_json::from_str(data)
        .map_err(|error| ErrorReply::new(ErrorCode::BadRequest, error.to_string()))?;
    crate::ChannelName::parse(&name.channel_name)
        .map_err(|error| ErrorReply::new(ErrorCode::InvalidName, format!("channelName {error}")))?;
    parse(data)
}

/// Limits that depend on more than one member.
fn within_limits(bytes: usize) -> impl Fn(Command) -> Result<Command, ErrorReply> {
    move |command| {
        let refuse = |what: &'static str, max: usize| {
            Err(ErrorReply::new(
                ErrorCode::TooMany,
                format!("{what}: at most {max}"),
            ))
        };
        match &command {
            Command::Candidate(data) if data.candidates.len() > MAX_CANDIDATES => {
                refuse("candidates in one message", MAX_CANDIDATES)
            }
            Command::JoinStream(data) if data.keep.len() > MAX_KEPT_LINKS => {
                refuse("links to keep", MAX_KEPT_LINKS)
            }
            Command::Offer(_) | Command::Answer(_) => Ok(command),
            _ if bytes > MAX_SMALL_MESSAGE_BYTES => refuse(
                "bytes in a message without a descriptor",
                MAX_SMALL_MESSAGE_BYTES,
            ),
            _ => Ok(command),
        }
    }
}
