use super::*;
use crate::limits::MAX_ATTACHMENTS;
use proptest::prelude::*;

fn said(data: &str) -> Option<RoomCommand> {
    let json = Json::parse(data);
    assert!(json.is_some(), "{data}");
    decode(json, &[]).unwrap_or_else(|error| panic!("{error}: {data}"))
}

fn payload(json: &str) -> Payload {
    Payload::new(json, Arc::new([]))
}

fn joined(rooms: Rooms, user: &str, name: Option<&str>) -> Option<RoomCommand> {
    Some(RoomCommand::Join {
        rooms,
        user: payload(user),
        name: name.map(|name| UserName::parse(name).unwrap()),
    })
}

fn rooms_of(channel: &str) -> Rooms {
    match said(&format!(r#"["leaveStream",{{"channelName":{channel}}}]"#)) {
        Some(RoomCommand::Leave { rooms, .. }) => rooms,
        other => panic!("{other:?}"),
    }
}

fn name_of(user: &str) -> Option<String> {
    match said(&format!(r#"["joinStream",{{"user":{user}}}]"#)) {
        Some(RoomCommand::Join { name, .. }) => name.map(|name| name.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_five_events_are_read() {
    let room = || Rooms::One(RoomName::text("ch"));
    assert_eq!(
        said(r#"["joinStream",{"channelName":"ch","user":{"nickname":"Mina","id":7}}]"#),
        joined(room(), r#"{"nickname":"Mina","id":7}"#, Some("Mina"))
    );
    assert_eq!(
        said(r#"["leaveStream",{"user":"u","channelName":"ch"}]"#),
        Some(RoomCommand::Leave {
            rooms: room(),
            user: payload("\"u\""),
        })
    );
    for (name, member, kind) in [
        ("offer", "sessionDescriptor", SignalKind::Offer),
        ("answer", "sessionDescriptor", SignalKind::Answer),
        ("candidate", "candidate", SignalKind::Candidate),
    ] {
        let data = format!(r#"["{name}",{{"channelName":"ch","{member}":{{ "b":1.0,"a":2 }}}}]"#);
        assert_eq!(
            said(&data),
            Some(RoomCommand::Signal {
                rooms: room(),
                kind,
                payload: payload(r#"{ "b":1.0,"a":2 }"#),
            })
        );
    }
}

#[test]
fn nobody_listens_to_anything_else() {
    assert_eq!(decode(None, &[]), Ok(None));
    for data in [
        r#"["chat",{"channelName":"ch"}]"#,
        r#"["userJoinedStream",{"channelName":"ch"}]"#,
        r#"["receiveOffer",{"channelName":"ch"}]"#,
        r#"["joinstream",{"channelName":"ch"}]"#,
        r#"[5,{"channelName":"ch"}]"#,
        r#"["\ud800",{}]"#,
    ] {
        assert_eq!(said(data), None, "{data}");
    }
}

#[test]
fn what_killed_the_old_server_is_ignored() {
    for name in ["joinStream", "leaveStream", "offer", "answer", "candidate"] {
        assert_eq!(said(&format!(r#"["{name}"]"#)), None);
        assert_eq!(said(&format!(r#"["{name}",null]"#)), None);
    }
}

#[test]
fn a_scalar_is_an_object_without_members() {
    for argument in [
        "\"text\"",
        "5",
        "true",
        "[]",
        "[{\"channelName\":\"a\"}]",
        "{}",
    ] {
        assert_eq!(
            said(&format!("[\"joinStream\",{argument},9]")),
            joined(Rooms::One(RoomName::Missing), "null", None),
            "{argument}"
        );
    }
}

#[test]
fn names_and_members_may_be_written_with_escapes() {
    assert_eq!(
        said(r#"["joi\u006eStream",{"ch\u0061nnelName":"x","channelName":"\u0063h"}]"#),
        joined(Rooms::One(RoomName::text("ch")), "null", None)
    );
}

#[test]
fn a_room_is_any_javascript_value() {
    assert_eq!(rooms_of("\"ch\""), Rooms::One(RoomName::text("ch")));
    assert_eq!(rooms_of("null"), Rooms::One(RoomName::Null));
    assert_eq!(rooms_of("false"), Rooms::One(RoomName::Bool(false)));
    assert_eq!(rooms_of("5.0"), Rooms::One(RoomName::number(5.0)));
    assert_eq!(
        rooms_of(r#""\udc00""#),
        Rooms::One(RoomName::text([0xED, 0xB0, 0x80]))
    );
    assert_eq!(rooms_of("{\"a\":1}"), Rooms::Many(vec![]));
    assert_eq!(
        rooms_of(r#"["a",1,["b"],{},null,true]"#),
        Rooms::Many(vec![
            RoomName::text("a"),
            RoomName::number(1.0),
            RoomName::Null,
            RoomName::Bool(true),
        ])
    );
}

#[test]
fn of_too_many_rooms_one_more_than_may_be_is_kept() {
    let list = |count| format!("[{}]", vec!["1"; count].join(","));
    assert!(!rooms_of(&list(MAX_ROOMS)).are_too_many());
    let rooms = rooms_of(&list(100_000));
    assert_eq!(rooms.names().len(), MAX_ROOMS + 1);
    assert!(rooms.are_too_many());
}

#[test]
fn a_user_is_known_by_the_first_name_that_can_be_shown() {
    for (user, name) in [
        (r#""Mina""#, Some("Mina")),
        (r#"{"name":"b","nickname":"a"}"#, Some("a")),
        (
            r#"{"nickname":" ","displayName":"d","username":"c"}"#,
            Some("c"),
        ),
        (r#"{"nickname":{"name":"x"},"displayName":"d"}"#, Some("d")),
        (r#"{"nickname":"\ud800"}"#, None),
        ("{}", None),
        ("7", None),
        ("[\"Mina\"]", None),
    ] {
        assert_eq!(name_of(user).as_deref(), name, "{user}");
    }
}

fn parts(count: u8) -> Vec<Arc<[u8]>> {
    (0..count).map(|number| [number].into()).collect()
}

fn with_parts(data: &str, count: u8) -> Result<Option<RoomCommand>, EventError> {
    decode(Some(Json::parse(data).unwrap()), &parts(count))
}

#[test]
fn a_value_carries_the_parts_it_refers_to_numbered_anew() {
    let data = r#"["joinStream",
        {"channelName":"ch","user":[ {"_placeholder":true,"num":2},{"num":0,"_placeholder":true} ]},
        {"_placeholder":true,"num":1}]"#;
    let json = r#"[ {"_placeholder":true,"num":0},{"_placeholder":true,"num":1} ]"#;
    assert_eq!(
        with_parts(data, 3),
        Ok(Some(RoomCommand::Join {
            rooms: Rooms::One(RoomName::text("ch")),
            user: Payload::new(json, Arc::new([[2].into(), [0].into()])),
            name: None,
        }))
    );
}

#[test]
fn a_binary_part_is_an_object_without_members() {
    let data = r#"["offer",{"_placeholder":true,"num":0,"channelName":"ch"}]"#;
    let command = |rooms| RoomCommand::Signal {
        rooms,
        kind: SignalKind::Offer,
        payload: Payload::null(),
    };
    let missing = Rooms::One(RoomName::Missing);
    assert_eq!(with_parts(data, 1), Ok(Some(command(missing))));
    let data = r#"["offer",{"channelName":{"_placeholder":true,"num":0}}]"#;
    assert_eq!(with_parts(data, 1), Ok(Some(command(Rooms::Many(vec![])))));
}

#[test]
fn in_an_event_without_parts_a_placeholder_is_an_object_like_others() {
    let json = r#"{"_placeholder":true,"num":7}"#;
    assert_eq!(
        said(&format!(r#"["candidate",{{"candidate":{json}}}]"#)),
        Some(RoomCommand::Signal {
            rooms: Rooms::One(RoomName::Missing),
            kind: SignalKind::Candidate,
            payload: payload(json),
        })
    );
}

#[test]
fn every_placeholder_must_be_filled_even_if_nobody_listens() {
    for data in [
        r#"["chat",{"_placeholder":true,"num":1}]"#,
        r#"["offer",{},{"_placeholder":true,"num":1}]"#,
        r#"["offer",{"x":{"_placeholder":true,"num":1}}]"#,
    ] {
        let error = EventError::Placeholder(PlaceholderError::Illegal);
        assert_eq!(with_parts(data, 1), Err(error), "{data}");
    }
}

#[test]
fn a_part_named_repeatedly_does_not_make_a_larger_event_than_may_be_sent() {
    let part: Arc<[u8]> = vec![0; MAX_PAYLOAD / 2].into();
    let user = [r#"{"_placeholder":true,"num":0}"#; 2].join(",");
    let data = format!(r#"["joinStream",{{"user":[{user}]}}]"#);
    assert_eq!(
        decode(Json::parse(&data), &[part]),
        Err(EventError::TooLarge)
    );
}

#[test]
fn what_clients_are_told_is_written_as_node_writes_it() {
    let text = |event: &RoomEvent| encode(event).text;
    let ids = [PeerId::from_bits(0x8f2), PeerId::from_bits(1)];
    assert_eq!(
        &*text(&RoomEvent::AllStreamUsers(ids.into())),
        r#"42["allStreamUsers",["p_8f2","p_1"]]"#
    );
    assert_eq!(
        &*text(&RoomEvent::AllStreamUsers(vec![])),
        r#"42["allStreamUsers",[]]"#
    );
    let user = || payload(r#"{"id":1}"#);
    assert_eq!(
        &*text(&RoomEvent::UserJoinedStream(user())),
        r#"42["userJoinedStream",{"id":1}]"#
    );
    assert_eq!(
        &*text(&RoomEvent::UserLeftStream(Payload::null())),
        r#"42["userLeftStream",null]"#
    );
    for (kind, name) in [
        (SignalKind::Offer, "receiveOffer"),
        (SignalKind::Answer, "receiveAnswer"),
        (SignalKind::Candidate, "receiveCandidate"),
    ] {
        assert_eq!(
            &*text(&RoomEvent::Received(kind, user())),
            format!(r#"42["{name}",{{"id":1}}]"#)
        );
    }
}

#[test]
fn binary_parts_follow_the_text() {
    let json = r#"{"_placeholder":true,"num":0}"#;
    let part: Arc<[u8]> = [9, 8].into();
    let event = RoomEvent::Received(
        SignalKind::Offer,
        Payload::new(json, Arc::new([part.clone()])),
    );
    let encoded = encode(&event);
    let text = format!(r#"451-["receiveOffer",{json}]"#);
    let frames: Vec<Frame> = encoded.frames().collect();
    assert_eq!(
        frames,
        [Frame::Text(text.as_str().into()), Frame::Binary(part)]
    );
    assert_eq!(encoded.weight(), text.len() + 2);
}

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(r#"{"_placeholder":true,"num":0}"#.to_owned()),
        Just(r#"{"_placeholder":true,"num":1}"#.to_owned()),
        Just(r#""\ud800""#.to_owned()),
        "[1-9][0-9]{0,2}",
        Just("null".to_owned()),
        "\"[a-z\\[{]{0,4}\"",
    ]
    .prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|v| format!("[{}]", v.join(","))),
            ("[a-z]{1,3}", inner).prop_map(|(key, value)| format!("{{\"{key}\":{value}}}")),
        ]
    })
}

proptest! {
    #[test]
    fn what_was_read_can_be_told(channel in fragment(), value in fragment(), count in 0_u8..3) {
        let data = format!(r#"["candidate",{{"channelName":{channel},"candidate":{value}}}]"#);
        match with_parts(&data, count) {
            Ok(Some(RoomCommand::Signal { kind, payload, .. })) => {
                let encoded = encode(&RoomEvent::Received(kind, payload.clone()));
                let parts: Vec<_> = encoded.attachments.to_vec();
                // Whoever is told reads the same value out of it.
                let message = crate::message::Message::decode(&encoded.text[1..]).unwrap();
                prop_assert_eq!(message.attachments, parts.len());
                prop_assert!(parts.len() <= MAX_ATTACHMENTS);
                let told = *message.data.unwrap().elements(2).last().unwrap();
                prop_assert_eq!(told.as_str(), payload.json());
                if !parts.is_empty() {
                    let found = placeholder::find(told, &parts).unwrap();
                    let found: Vec<_> = found.into_iter().map(|p| p.attachment).collect();
                    prop_assert_eq!(found, parts);
                }
            }
            Ok(other) => prop_assert!(false, "{:?}", other),
            Err(error) => {
                prop_assert!(data.contains("_placeholder"), "{}", error);
                prop_assert_ne!(error, EventError::TooLarge);
            }
        }
    }
}
