//! What is refused, and with which code.

use protocol::ErrorCode;
use protocol::limits::{MAX_CANDIDATES, MAX_KEPT_LINKS, MAX_SMALL_MESSAGE_BYTES};
use protocol::wire::{DecodeError, decode_request};

#[test]
fn what_is_no_envelope_ends_the_connection() {
    for text in [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        r#"{"id":1}"#,
        r#"{"id":"one","event":"pong"}"#,
        r#"{"id":-1,"event":"pong"}"#,
        r#"{"event":5}"#,
        r#"{"event":"pong""#,
        r#"{"event":"pong"} {"event":"pong"}"#,
        r#"{"event":"pong","event":"pong"}"#,
    ] {
        assert!(
            matches!(decode_request(text), Err(DecodeError::Envelope(_))),
            "{text}"
        );
    }
}

#[test]
fn an_unknown_event_is_unsupported() {
    assert_eq!(
        code(r#"{"id":1,"event":"raiseHand","data":{}}"#),
        ErrorCode::Unsupported
    );
}

#[test]
fn a_missing_or_mistyped_member_is_a_bad_request() {
    for text in [
        r#"{"id":1,"event":"joinStream"}"#,
        r#"{"id":1,"event":"joinStream","data":{"channelName":"a"}}"#,
        r#"{"id":1,"event":"joinStream","data":{"channelName":5,"user":{"name":"a"},"role":"host"}}"#,
        r#"{"id":1,"event":"joinStream","data":{"channelName":"a","user":{"name":"a"},"role":"owner"}}"#,
        r#"{"id":1,"event":"joinStream","data":{"channelName":"a","user":{"name":""},"role":"host"}}"#,
        r#"{"id":1,"event":"linkFlowing","data":{"link":"p_1"}}"#,
        r#"{"id":1,"event":"offer","data":[]}"#,
        r#"{"id":1,"event":"hello","data":{}}"#,
        r#"{"id":1,"event":"candidate","data":{"to":"p_1","link":"k_1","generation":-1}}"#,
        r#"{"id":1,"event":"candidate","data":{"to":"p_1","link":"k_1","generation":1,"candidates":[null]}}"#,
    ] {
        assert_eq!(code(text), ErrorCode::BadRequest, "{text}");
    }
}

#[test]
fn a_name_that_breaks_a_rule_is_told_which() {
    let text = r#"{"id":1,"event":"joinStream","data":{"channelName":"a/b","user":{"name":"x"},"role":"viewer"}}"#;
    let Err(DecodeError::Refused { id, error }) = decode_request(text) else {
        panic!("accepted")
    };
    assert_eq!(id.map(|id| id.0), Some(1));
    assert_eq!(error.code, ErrorCode::InvalidName);
    assert_eq!(error.message, "channelName must not contain U+002F");
}

#[test]
fn a_descriptor_that_is_not_sdp_is_told_so() {
    for descriptor in [
        r#"{"type":"offer","sdp":"x"}"#,
        r#"{"type":"pranswer","sdp":"v=0"}"#,
        "5",
    ] {
        let text = format!(
            r#"{{"id":1,"event":"offer","data":{{"to":"p_1","link":"k_1","generation":1,"sessionDescriptor":{descriptor}}}}}"#
        );
        assert_eq!(code(&text), ErrorCode::InvalidSdp, "{text}");
    }
}

#[test]
fn more_than_the_limit_is_too_many() {
    let candidates = vec!["{}"; MAX_CANDIDATES + 1].join(",");
    let text = format!(
        r#"{{"id":1,"event":"candidate","data":{{"to":"p_1","link":"k_1","generation":1,"candidates":[{candidates}]}}}}"#
    );
    assert_eq!(code(&text), ErrorCode::TooMany);

    let keep = vec![r#""k_1""#; MAX_KEPT_LINKS + 1].join(",");
    let text = format!(
        r#"{{"id":1,"event":"joinStream","data":{{"channelName":"a","user":{{"name":"x"}},"role":"viewer","keep":[{keep}]}}}}"#
    );
    assert_eq!(code(&text), ErrorCode::TooMany);

    let padding = " ".repeat(MAX_SMALL_MESSAGE_BYTES);
    assert_eq!(
        code(&format!(r#"{{"id":1,"event":"pong"{padding}}}"#)),
        ErrorCode::TooMany
    );
}

#[test]
fn a_deep_message_is_refused_without_harm() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = format!(r#"{{"id":1,"event":"pong","data":{deep}}}"#);
    assert!(decode_request(&text).is_err());
}

fn code(text: &str) -> ErrorCode {
    match decode_request(text) {
        Err(DecodeError::Refused { error, .. }) => error.code,
        other => panic!("{text} gave {other:?}"),
    }
}
