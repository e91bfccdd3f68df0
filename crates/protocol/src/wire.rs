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

mod decode;

use crate::{Command, ErrorReply, Event, Reply, RequestId, Seq};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a client sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What the reply repeats; a request without it is not answered.
    pub id: Option<RequestId>,
    /// What is asked for.
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
    if let Some(request) = decode::passed_on(text) {
        return Ok(request);
    }
    let envelope: RequestEnvelope<'_> =
        serde_json::from_str(text).map_err(|error| DecodeError::Envelope(error.to_string()))?;
    let id = envelope.id;
    let data = envelope.data.map_or("{}", RawValue::get);
    let command = decode::command(&envelope.event, data)
        .and_then(|command| decode::within_limits(command, text.len()));
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
    let unnumbered = serde_json::to_string(&request.command)?;
    Ok(match request.id {
        Some(id) => with_number("id", id.0, &unnumbered),
        None => unnumbered,
    })
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
    let name = envelope
        .event
        .ok_or_else(|| serde::de::Error::missing_field("event"))?;
    let event = decode::event(&name, envelope.data)?;
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
    let unnumbered = serde_json::to_string(event)?;
    Ok(match seq {
        Some(seq) => number_event(seq, &unnumbered),
        None => unnumbered,
    })
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
    with_number("seq", seq.0, unnumbered)
}

/// The JSON object with one more member in front.
fn with_number(name: &str, number: u64, object: &str) -> String {
    let members = object.strip_prefix('{').unwrap_or(object);
    [r#"{""#, name, r#"":"#, &number.to_string(), ",", members].concat()
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
    event: Option<Cow<'a, str>>,
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
