//! Bytes from outside: whatever comes, decoding answers.

use crate::examples;

use proptest::prelude::*;
use protocol::wire::{self, DecodeError, Request, ServerMessage};
use protocol::{ChannelName, DescriptorKind, Joined, Lobby, SessionDescriptor, Viewers, Welcome};
use serde_json::Value;

/// All members of a message that are one word of a closed list, and the event's own name.
fn collect_words<'a>(value: &'a mut Value, words: &mut Vec<&'a mut Value>) {
    const MEMBERS: &[&str] = &[
        "code",
        "direction",
        "event",
        "kind",
        "reason",
        "resumed",
        "role",
        "type",
    ];
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let is_end = member.as_str() == Some("relay");
                if member.is_string() && (MEMBERS.contains(&name.as_str()) || is_end) {
                    words.push(member);
                } else {
                    collect_words(member, words);
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                collect_words(element, words);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,400}") {
        let _ = wire::decode_request(&text);
        let _ = wire::decode_server_message(&text);
    }

    /// A message with one byte replaced, removed or doubled is near enough to a real one to reach
    /// every branch.
    #[test]
    fn a_damaged_request_is_read_or_refused(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        damage in 0..3_u8,
        byte in 0x20..0x7f_u8,
    ) {
        let commands = examples::commands();
        let request = Request { id: None, command: which.get(&commands).clone() };
        let mut bytes = wire::encode_request(&request).unwrap().into_bytes();
        let place = place.index(bytes.len());
        match damage {
            0 => bytes[place] = byte,
            1 => { bytes.remove(place); }
            _ => bytes.insert(place, byte),
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return Ok(());
        };
        let result = wire::decode_request(&text);
        // What is written as browsers write it is read in another way than what has blanks.
        let with_blank = text.replacen('{', "{ ", 1);
        match (&result, wire::decode_request(&with_blank)) {
            (Err(DecodeError::Envelope(_)), Err(DecodeError::Envelope(_))) => {}
            (result, spaced) => prop_assert_eq!(result, &spaced),
        }
        if let Ok(request) = result {
            let text = wire::encode_request(&request).unwrap();
            prop_assert_eq!(wire::decode_request(&text).unwrap(), request);
        }
    }

    /// A server of a later version may use a word, an event or a member that this build does not
    /// know. The message is read all the same, and its number counts.
    #[test]
    fn words_of_a_later_version_are_read(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        word in "[a-z]{1,12}X",
    ) {
        let lines: Vec<String> =
            [examples::event_lines(), examples::reply_lines()].concat();
        let line = which.get(&lines);
        let mut message: Value = serde_json::from_str(line).unwrap();
        let mut words = Vec::new();
        collect_words(&mut message, &mut words);
        if let Some(index) = (!words.is_empty()).then(|| place.index(words.len())) {
            **words.get_mut(index).unwrap() = Value::String(word);
        }
        let read = wire::decode_server_message(&message.to_string());
        prop_assert!(read.is_ok(), "{message}: {read:?}");
        let number = message.get("seq").and_then(Value::as_u64);
        match read.unwrap() {
            ServerMessage::Event { seq, .. } => prop_assert_eq!(seq.map(|seq| seq.0), number),
            ServerMessage::Reply { result: Ok(data), .. } => {
                let is_read = data.parse::<Welcome>().is_ok()
                    || data.parse::<Joined>().is_ok()
                    || data.parse::<Viewers>().is_ok()
                    || data.parse::<Lobby>().is_ok()
                    || message.get("data") == Some(&serde_json::json!({}));
                prop_assert!(is_read, "{message}");
            }
            ServerMessage::Reply { result: Err(_), .. } => {}
        }
    }

    /// SDP is recognised without being unescaped; the answer is the same as if it were.
    #[test]
    fn a_descriptor_is_recognised_however_it_is_written(
        start in prop::sample::select(&["", "v=0", r"v=0\r\n"][..]),
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8),
    ) {
        let sdp = format!("\"{start}{}\"", pieces.concat());
        let is_sdp = serde_json::from_str::<String>(&sdp).is_ok_and(|sdp| {
            let mut lines = sdp.split('\n').map(|line| line.trim_end_matches('\r'));
            lines.next() == Some("v=0") && lines.any(|line| line.starts_with("m="))
        });
        for text in [
            format!(r#"{{"type":"answer","sdp":{sdp}}}"#),
            format!(r#"{{"type":"answer", "sdp":{sdp}}}"#),
            format!(r#"{{"sdp":{sdp},"type":"answer"}}"#),
            format!(r#"{{"type":"answer","sdp":{sdp},"more":"\nm="}}"#),
        ] {
            let read: Option<SessionDescriptor> = serde_json::from_str(&text).ok();
            prop_assert_eq!(read.is_some(), is_sdp, "{}", text);
            if let Some(read) = read {
                prop_assert_eq!((read.kind(), read.json()), (DescriptorKind::Answer, &*text));
            }
        }
    }

    #[test]
    fn a_channel_name_is_the_same_name_when_parsed_again(text in "\\PC{0,80}") {
        if let Ok(name) = ChannelName::parse(&text) {
            prop_assert_eq!(ChannelName::parse(name.as_str()), Ok(name.clone()));
            let path = protocol::path::watch(&name);
            prop_assert!(path.is_ascii() && !path["/c/".len()..].contains('/'));
        }
    }
}

/// Of these the JSON text of an SDP is put together: line ends in several spellings, what looks like
/// one behind a backslash of its own, halves of a surrogate pair, and what must not be there.
const PIECES: &[&str] = &[
    r"\r\n",
    r"\n",
    r"\r",
    r"\u000d\u000a",
    r"\\",
    r"\\n",
    "n",
    "\n",
    "m=",
    "m=",
    r"\u006d=",
    "v=0",
    r#"\""#,
    r"\ud83d",
    r"\ude00",
    r"\x",
    "é",
];
