//! Bytes from outside: whatever comes, decoding answers.

use crate::examples;

use proptest::prelude::*;
use protocol::ChannelName;
use protocol::wire::{self, Request};

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
        if let Ok(request) = String::from_utf8(bytes).map_err(drop).and_then(|text| {
            wire::decode_request(&text).map_err(drop)
        }) {
            let text = wire::encode_request(&request).unwrap();
            prop_assert_eq!(wire::decode_request(&text).unwrap(), request);
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
