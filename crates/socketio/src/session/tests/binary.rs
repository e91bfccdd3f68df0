//! Messages with binary parts.

use super::*;
use crate::limits::MAX_ATTACHMENTS;

const OFFER: &str =
    r#"451-["offer",{"channelName":"ch","sessionDescriptor":{"_placeholder":true,"num":0}}]"#;

fn binary_offer(bytes: &[u8]) -> Output {
    let json = r#"{"_placeholder":true,"num":0}"#;
    Output::Command(RoomCommand::Signal {
        rooms: Rooms::One(RoomName::text("ch")),
        kind: SignalKind::Offer,
        payload: Payload::new(json, Arc::new([bytes.into()])),
    })
}

fn ended() -> [Output; 3] {
    [
        Output::Disconnect,
        Output::CloseSocket(FIRST),
        closed(CloseReason::Forced),
    ]
}

impl World {
    fn binary(&mut self, bytes: &[u8]) -> Vec<Output> {
        let line = FIRST;
        self.feed(Input::Binary { line, bytes })
    }
}

#[test]
fn the_parts_follow_in_frames_of_their_own() {
    let mut world = World::seated();
    assert_eq!(world.text(OFFER), []);
    // Signs of life may come between.
    assert_eq!(world.text("3"), []);
    assert_eq!(world.binary(&[0, 255, 16]), [binary_offer(&[0, 255, 16])]);
}

#[test]
fn polling_carries_them_in_base64() {
    let mut world = World::seated_polling();
    assert_eq!(
        world.post(&format!("{OFFER}\u{1E}bAP8Q")),
        [binary_offer(&[0, 255, 16]), taken()]
    );
    assert_eq!(world.post(OFFER), [taken()]);
    assert_eq!(world.post("b"), [binary_offer(&[]), taken()]);
}

#[test]
fn they_are_told_in_the_same_ways() {
    let json = r#"{"_placeholder":true,"num":0}"#;
    let payload = Payload::new(json, Arc::new([[1, 2, 3].into()]));
    let encoded = event::encode(&RoomEvent::Received(SignalKind::Answer, payload));
    let text = format!(r#"451-["receiveAnswer",{json}]"#);

    let mut world = World::seated();
    let frames = vec![
        Frame::Text(text.as_str().into()),
        Frame::Binary([1, 2, 3].into()),
    ];
    assert_eq!(
        world.feed(Input::Event(&encoded)),
        [Output::Write {
            line: FIRST,
            frames
        }]
    );

    let mut world = World::seated_polling();
    assert_eq!(world.feed(Input::Event(&encoded)), []);
    assert_eq!(
        world.feed(Input::Poll(Line(2))),
        [packets(Line(2), &format!("{text}\u{1E}bAQID"))]
    );
}

#[test]
fn nothing_may_come_between_a_message_and_its_parts() {
    for text in ["42[\"offer\",{}]", "41", OFFER] {
        let mut world = World::seated();
        assert_eq!(world.text(OFFER), []);
        assert_eq!(world.text(text), ended(), "{text}");
    }
}

#[test]
fn parts_of_nothing_end_the_session() {
    let mut world = World::seated();
    assert_eq!(world.binary(b"x"), ended());
}

#[test]
fn a_placeholder_for_a_part_that_does_not_come_ends_the_session() {
    let mut world = World::seated();
    assert_eq!(
        world.text(r#"451-["chat",{"_placeholder":true,"num":1}]"#),
        []
    );
    assert_eq!(world.binary(b"x"), ended());
}

#[test]
fn more_parts_than_may_be_end_the_session() {
    let mut world = World::seated();
    let text = |count| format!(r#"45{count}-["chat"]"#);
    assert_eq!(world.text(&text(MAX_ATTACHMENTS)), []);
    for _ in 0..MAX_ATTACHMENTS {
        assert_eq!(world.binary(b"x"), []);
    }
    assert_eq!(world.session.ignored(), 1);
    assert_eq!(world.text(&text(MAX_ATTACHMENTS + 1)), ended());
}

#[test]
fn parts_that_are_too_large_together_end_the_session() {
    let mut world = World::seated();
    assert_eq!(world.text(r#"452-["chat"]"#), []);
    assert_eq!(world.binary(&vec![0; MAX_PAYLOAD / 2]), []);
    assert_eq!(world.binary(&vec![0; MAX_PAYLOAD / 2]), ended());
}

#[test]
fn a_binary_acknowledgement_is_ignored_with_its_parts() {
    let mut world = World::seated();
    assert_eq!(world.text(r#"461-5[{"_placeholder":true,"num":0}]"#), []);
    assert_eq!(world.binary(b"x"), []);
    assert_eq!(world.session.ignored(), 1);
}

#[test]
fn before_the_namespace_is_asked_for_parts_are_out_of_turn() {
    let mut world = World::socket();
    assert_eq!(world.text(OFFER), []);
    assert_eq!(
        world.binary(b"x"),
        [Output::CloseSocket(FIRST), closed(CloseReason::Forced)]
    );
}
