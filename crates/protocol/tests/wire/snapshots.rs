//! Every message as it is written, kept as snapshots: a change here is a change of the protocol.

use crate::examples;

use protocol::RequestId;
use protocol::wire::{self, ServerMessage};

#[test]
fn requests_are_written_like_this() {
    insta::assert_snapshot!(examples::request_lines().join("\n"));
}

#[test]
fn replies_are_written_like_this() {
    insta::assert_snapshot!(examples::reply_lines().join("\n"));
}

#[test]
fn events_are_written_like_this() {
    insta::assert_snapshot!(examples::event_lines().join("\n"));
}

#[test]
fn every_request_reads_as_it_was_written() {
    for request in examples::requests() {
        let text = wire::encode_request(&request).unwrap();
        assert_eq!(wire::decode_request(&text), Ok(request), "{text}");
    }
}

#[test]
fn every_event_reads_as_it_was_written() {
    for event in examples::events() {
        let text = wire::encode_event(None, &event).unwrap();
        let message = wire::decode_server_message(&text).unwrap();
        assert_eq!(message, ServerMessage::Event { seq: None, event }, "{text}");
    }
}

#[test]
fn every_reply_reads_as_it_was_written() {
    for (re, reply) in examples::replies() {
        let re = RequestId(re);
        let text = wire::encode_reply(re, &reply).unwrap();
        let message = wire::decode_server_message(&text).unwrap();
        let result = reply.map(|reply| wire::ReplyData::of(&reply).unwrap());
        assert_eq!(message, ServerMessage::Reply { re, result }, "{text}");
    }
}

/// What the first release sent and received must be understood by every later one.
#[test]
fn messages_of_version_1_are_read_for_ever() {
    for line in include_str!("v1/requests.jsonl").lines() {
        assert!(wire::decode_request(line).is_ok(), "{line}");
    }
    for line in include_str!("v1/server.jsonl").lines() {
        assert!(wire::decode_server_message(line).is_ok(), "{line}");
    }
}

#[test]
fn members_that_nobody_knows_are_ignored() {
    let text = r#"{"id":1,"event":"leaveStream","data":{"since":9},"trace":"x"}"#;
    assert!(wire::decode_request(text).is_ok());
    let text = r#"{"seq":1,"event":"audience","data":{"count":3,"peak":5},"trace":"x"}"#;
    assert!(wire::decode_server_message(text).is_ok());
}
