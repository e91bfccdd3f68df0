//! Socket.IO packets: what an Engine.IO message of text says.
//!
//! ```text
//! type [n "-"] ["/" namespace ","] [ack id] [JSON]      2["offer",{…}]
//!  │    └ how many binary messages follow               51-["offer",{"_placeholder":true,"num":0}]
//!  └ 0 to 6                                             44/x,{"message":"Invalid namespace"}
//! ```
//!
//! Reads what `socket.io-parser` reads and refuses what it refuses, where it is odd, too: where it
//! expects a digit it also takes a blank, for a blank is zero in JavaScript.

use crate::json::{Json, Kind as JsonKind};
use crate::limits::MAX_ATTACHMENTS;

/// The namespace that everybody is in. There is no other.
pub const DEFAULT_NAMESPACE: &str = "/";

/// Names of events that mean something to the libraries themselves.
const RESERVED_EVENTS: [&[u8]; 6] = [
    b"connect",
    b"connect_error",
    b"disconnect",
    b"disconnecting",
    b"newListener",
    b"removeListener",
];

/// One packet, as far as its text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it is about.
    pub kind: Kind,
    /// How many binary messages belong to it.
    pub attachments: usize,
    /// Where it belongs, `/` unless written.
    pub namespace: &'a str,
    /// The digits of the acknowledgement asked for, empty if there is none.
    pub ack: &'a str,
    /// What it carries.
    pub data: Option<Json<'a>>,
}

/// What a packet is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Asks for a namespace, or grants it.
    Connect,
    /// Leaves the namespace.
    Disconnect,
    /// Something happened. Binary if there are attachments.
    Event,
    /// An event was acknowledged. Binary if there are attachments.
    Ack,
    /// A namespace is refused.
    ConnectError,
}

/// Why a text is no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It does not start with a digit from 0 to 6.
    #[error("the type is unknown")]
    UnknownType,
    /// The number of attachments is not a number from 1, or is not ended by `-`.
    #[error("the number of attachments is not valid")]
    IllegalAttachments,
    /// It has more attachments than the limit.
    #[error("there are more than {MAX_ATTACHMENTS} attachments")]
    TooManyAttachments,
    /// What it carries is not JSON, or not what its type must carry.
    #[error("the payload is not what the type asks for")]
    InvalidPayload,
}

impl<'a> Message<'a> {
    /// A packet for the default namespace without attachments.
    #[must_use]
    pub const fn new(kind: Kind, data: Option<Json<'a>>) -> Self {
        Self {
            kind,
            attachments: 0,
            namespace: DEFAULT_NAMESPACE,
            ack: "",
            data,
        }
    }

    /// Reads a message of text.
    ///
    /// # Errors
    /// [`MessageError`] tells what is wrong with it.
    pub fn decode(text: &'a str) -> Result<Self, MessageError> {
        let mut chars = text.chars();
        let (kind, is_binary) = match chars.next() {
            Some('0') => (Kind::Connect, false),
            Some(blank) if is_blank(blank) => (Kind::Connect, false),
            Some('1') => (Kind::Disconnect, false),
            Some('2') => (Kind::Event, false),
            Some('3') => (Kind::Ack, false),
            Some('4') => (Kind::ConnectError, false),
            Some('5') => (Kind::Event, true),
            Some('6') => (Kind::Ack, true),
            Some(_) | None => return Err(MessageError::UnknownType),
        };
        let (attachments, rest) = if is_binary {
            split_attachments(chars.as_str())?
        } else {
            (0, chars.as_str())
        };
        let (namespace, rest) = split_namespace(rest);
        let data = rest.trim_start_matches(|char| is_digit(char) || is_blank(char));
        let ack = rest.strip_suffix(data).unwrap_or_default();
        Ok(Self {
            kind,
            attachments,
            namespace,
            ack,
            data: payload(kind, data)?,
        })
    }

    /// Writes it as a message of text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::new();
        text.push(match (self.kind, self.attachments) {
            (Kind::Connect, _) => '0',
            (Kind::Disconnect, _) => '1',
            (Kind::Event, 0) => '2',
            (Kind::Ack, 0) => '3',
            (Kind::ConnectError, _) => '4',
            (Kind::Event, _) => '5',
            (Kind::Ack, _) => '6',
        });
        if self.attachments > 0 {
            text.push_str(&self.attachments.to_string());
            text.push('-');
        }
        if self.namespace != DEFAULT_NAMESPACE {
            text.push_str(self.namespace);
            text.push(',');
        }
        text.push_str(self.ack);
        text.push_str(self.data.map_or("", Json::as_str));
        text
    }
}

fn split_attachments(text: &str) -> Result<(usize, &str), MessageError> {
    let (number, rest) = text
        .split_once('-')
        .ok_or(MessageError::IllegalAttachments)?;
    // As JavaScript's `Number`, save that hexadecimal and the like are refused.
    let number: f64 = number
        .trim_matches(is_blank)
        .parse()
        .map_err(|_not_a_number| MessageError::IllegalAttachments)?;
    if number.fract() != 0.0 || number < 1.0 {
        return Err(MessageError::IllegalAttachments);
    }
    (1_u8..)
        .zip(1..=MAX_ATTACHMENTS)
        .find(|(count, _)| f64::from(*count) == number)
        .map(|(_, count)| (count, rest))
        .ok_or(MessageError::TooManyAttachments)
}

fn split_namespace(text: &str) -> (&str, &str) {
    if !text.starts_with('/') {
        return (DEFAULT_NAMESPACE, text);
    }
    text.split_once(',').unwrap_or((text, ""))
}

fn payload(kind: Kind, text: &str) -> Result<Option<Json<'_>>, MessageError> {
    if text.is_empty() {
        return Ok(None);
    }
    let data = Json::parse(text).ok_or(MessageError::InvalidPayload)?;
    let is_valid = match kind {
        Kind::Connect => data.kind() == JsonKind::Object,
        Kind::Disconnect => false,
        Kind::Event => data.elements(1).first().is_some_and(|name| is_name(*name)),
        Kind::Ack => data.kind() == JsonKind::Array,
        Kind::ConnectError => matches!(data.kind(), JsonKind::Object | JsonKind::Text),
    };
    is_valid
        .then_some(Some(data))
        .ok_or(MessageError::InvalidPayload)
}

fn is_name(json: Json<'_>) -> bool {
    let is_free = |name: &[u8]| !RESERVED_EVENTS.contains(&name);
    json.kind() == JsonKind::Number || json.text().is_some_and(|name| is_free(&name))
}

const fn is_digit(char: char) -> bool {
    char.is_ascii_digit()
}

/// What JavaScript's `Number` takes for nothing (ECMA-262, `StrWhiteSpaceChar`).
fn is_blank(char: char) -> bool {
    char == '\u{FEFF}' || char.is_whitespace() && char != '\u{85}'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json(text: &str) -> Option<Json<'_>> {
        Json::parse(text)
    }

    #[test]
    fn reads_what_the_official_client_writes() {
        for (text, message) in [
            ("0", Message::new(Kind::Connect, None)),
            (
                "0{\"token\":1}",
                Message::new(Kind::Connect, json("{\"token\":1}")),
            ),
            ("1", Message::new(Kind::Disconnect, None)),
            ("2[\"a\"]", Message::new(Kind::Event, json("[\"a\"]"))),
            (
                "212[\"a\"]",
                Message {
                    ack: "12",
                    ..Message::new(Kind::Event, json("[\"a\"]"))
                },
            ),
            (
                "51-[\"a\"]",
                Message {
                    attachments: 1,
                    ..Message::new(Kind::Event, json("[\"a\"]"))
                },
            ),
            (
                "610-/x?y,3[]",
                Message {
                    kind: Kind::Ack,
                    attachments: 10,
                    namespace: "/x?y",
                    ack: "3",
                    data: json("[]"),
                },
            ),
        ] {
            assert_eq!(Message::decode(text), Ok(message), "{text}");
            assert_eq!(message.encode(), text);
        }
    }

    #[test]
    fn reads_oddities_as_node_does() {
        let decode = |text| Message::decode(text).unwrap();
        assert_eq!(decode(" "), Message::new(Kind::Connect, None));
        assert_eq!(decode("0/"), Message::new(Kind::Connect, None));
        assert_eq!(decode("0/x").namespace, "/x");
        assert_eq!(decode("2"), Message::new(Kind::Event, None));
        assert_eq!(decode("3"), Message::new(Kind::Ack, None));
        assert_eq!(decode("2 1\u{FEFF}[\"a\"]").ack, " 1\u{FEFF}");
        assert_eq!(decode("2[5]").data, json("[5]"));
        assert_eq!(decode("51.0-[5]").attachments, 1);
        assert_eq!(decode("5 01e0 -[5]").attachments, 1);
        assert_eq!(decode("4\"no\"").kind, Kind::ConnectError);
        assert_eq!(decode("2[\"joi\\u006e\"]").data, json("[\"joi\\u006e\"]"));
    }

    #[test]
    fn refuses_what_node_refuses() {
        use MessageError::{IllegalAttachments, InvalidPayload, TooManyAttachments, UnknownType};
        for (text, error) in [
            ("", UnknownType),
            ("7", UnknownType),
            ("x", UnknownType),
            ("\u{85}", UnknownType),
            ("5", IllegalAttachments),
            ("51", IllegalAttachments),
            ("5-[\"a\"]", IllegalAttachments),
            ("50-[\"a\"]", IllegalAttachments),
            ("51.5-[\"a\"]", IllegalAttachments),
            ("5x-[\"a\"]", IllegalAttachments),
            ("5NaN-[\"a\"]", IllegalAttachments),
            ("511-[\"a\"]", TooManyAttachments),
            ("5Infinity-[\"a\"]", IllegalAttachments),
            ("0[]", InvalidPayload),
            ("0null", InvalidPayload),
            ("1{}", InvalidPayload),
            ("2{}", InvalidPayload),
            ("2[]", InvalidPayload),
            ("2[null]", InvalidPayload),
            ("2[\"a\"", InvalidPayload),
            ("2[\"connect\"]", InvalidPayload),
            ("2[\"disconnectin\\u0067\"]", InvalidPayload),
            ("3{}", InvalidPayload),
            ("4[]", InvalidPayload),
            ("\u{0664}", UnknownType),
        ] {
            assert_eq!(Message::decode(text), Err(error), "{text:?}");
        }
    }

    fn kind() -> impl Strategy<Value = Kind> {
        prop::sample::select(vec![
            Kind::Connect,
            Kind::Disconnect,
            Kind::Event,
            Kind::Ack,
            Kind::ConnectError,
        ])
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(
            kind in kind(),
            attachments in 0..=MAX_ATTACHMENTS,
            namespace in "/[a-z?=/]{0,5}",
            ack in "[0-9]{0,3}",
            name in "[a-z]{1,5}",
            bare in any::<bool>(),
        ) {
            let data = match kind {
                Kind::Connect | Kind::ConnectError => format!("{{\"{name}\":1}}"),
                Kind::Event | Kind::Ack => format!("[\"{name}\"]"),
                Kind::Disconnect => String::new(),
            };
            let is_binary = matches!(kind, Kind::Event | Kind::Ack);
            let message = Message {
                kind,
                attachments: if is_binary { attachments } else { 0 },
                namespace: &namespace,
                ack: &ack,
                data: if bare { None } else { Json::parse(&data) },
            };
            let text = message.encode();
            prop_assert_eq!(Message::decode(&text), Ok(message));
        }

        #[test]
        fn anything_can_be_read(text in "[0-9 ]?[0-9-]{0,3}(/[a-z]?,)?[0-9]{0,2}.{0,20}") {
            if let Ok(message) = Message::decode(&text) {
                let again = message.encode();
                prop_assert_eq!(Message::decode(&again), Ok(message));
            }
        }
    }
}
