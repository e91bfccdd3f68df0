//! Every message as it is written, kept as snapshots: a change here is a change of the protocol.

use crate::examples;

use protocol::wire::{self, Request, ServerMessage};
use protocol::{RequestId, Seq};

#[test]
fn requests_are_written_like_this() {
    let lines = numbered_requests().map(|request| wire::encode_request(&request).unwrap());
    insta::assert_snapshot!(join(lines));
}

#[test]
fn replies_are_written_like_this() {
    let lines = (1..)
        .zip(examples::replies())
        .map(|(re, reply)| wire::encode_reply(RequestId(re), &reply).unwrap());
    insta::assert_snapshot!(join(lines));
}

#[test]
fn events_are_written_like_this() {
    let lines = (1..)
        .zip(examples::events())
        .map(|(seq, event)| wire::encode_event(Some(Seq(seq)), &event).unwrap());
    insta::assert_snapshot!(join(lines));
}

#[test]
fn every_request_reads_as_it_was_written() {
    for request in numbered_requests() {
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
    for reply in examples::replies() {
        let text = wire::encode_reply(RequestId(7), &reply).unwrap();
        let message = wire::decode_server_message(&text).unwrap();
        let result = reply.map(|reply| wire::ReplyData::of(&reply).unwrap());
        assert_eq!(
            message,
            ServerMessage::Reply {
                re: RequestId(7),
                result
            },
            "{text}"
        );
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

fn numbered_requests() -> impl Iterator<Item = Request> {
    (1..)
        .zip(examples::commands())
        .map(|(id, command)| Request {
            id: Some(RequestId(id)),
            command,
        })
}

fn join(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}
