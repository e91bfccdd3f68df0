//! `docs/protocol.md` against the code: whoever writes a client reads nothing else.

use crate::examples;

use protocol::limits::*;
use protocol::time::{Duration, millis};
use protocol::{
    CloseCode, ErrorCode, Feature, LeaveReason, LinkCloseReason, LinkFailure, Resumed, Role,
    SUBPROTOCOL, VERSIONS, path,
};
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../../docs/protocol.md");

#[test]
fn every_block_is_an_example_of_the_tests() {
    let examples = examples();
    for block in blocks() {
        let shown = parse(block);
        assert!(examples.contains(&shown), "no snapshot has\n{block}");
    }
}

#[test]
fn every_example_of_the_tests_is_shown() {
    let shown: Vec<Value> = blocks().map(parse).collect();
    for example in examples() {
        assert!(shown.contains(&example), "not shown: {example}");
    }
}

#[test]
fn every_code_is_explained() {
    let words = [
        ErrorCode::WORDS,
        Feature::WORDS,
        LeaveReason::WORDS,
        LinkCloseReason::WORDS,
        LinkFailure::WORDS,
        Resumed::WORDS,
        Role::WORDS,
    ];
    for word in words.into_iter().flatten() {
        let row = format!("\n| `{word}` |");
        assert!(DOCUMENT.contains(&row), "no row explains `{word}`");
    }
    for number in (1000..5000).filter(|number| CloseCode::from_number(*number).is_some()) {
        let row = format!("\n| {number} |");
        assert!(DOCUMENT.contains(&row), "no row explains {number}");
    }
}

#[test]
fn every_limit_is_as_it_is_in_force() {
    let seconds = |span: Duration| format!("{} s", millis(span) / 1000);
    let bytes = |bytes: usize| match bytes {
        large if large % 1024 == 0 => format!("{} KiB", large / 1024),
        small => format!("{small} bytes"),
    };
    let characters = |count: usize| format!("{count} characters");
    for (what, limit) in [
        ("a message", bytes(MAX_MESSAGE_BYTES)),
        (
            "a message other than `offer` and `answer`",
            bytes(MAX_SMALL_MESSAGE_BYTES),
        ),
        ("a channel's name", characters(MAX_CHANNEL_NAME_CHARS)),
        ("a display name", characters(MAX_USER_NAME_CHARS)),
        ("a title", characters(MAX_TITLE_CHARS)),
        ("a host's key", bytes(MAX_HOST_KEY_BYTES)),
        ("candidates in one message", MAX_CANDIDATES.to_string()),
        ("one candidate", bytes(MAX_CANDIDATE_BYTES)),
        (
            "candidates of one end for one offer",
            MAX_LINK_CANDIDATES.to_string(),
        ),
        ("their JSON together", bytes(MAX_LINK_CANDIDATE_BYTES)),
        ("links in `keep`", MAX_KEPT_LINKS.to_string()),
        (
            "viewers in one page of `listViewers`",
            MAX_VIEWERS_PER_PAGE.to_string(),
        ),
        (
            "channels in the lobby's list",
            MAX_LOBBY_CHANNELS.to_string(),
        ),
        (
            "viewers who are told every name",
            LARGE_STREAM_VIEWERS.to_string(),
        ),
        ("viewers whom a host serves", MAX_DIRECT_VIEWERS.to_string()),
        (
            "a host's own loss before anybody may take over",
            seconds(HOST_LOSS),
        ),
        (
            "the right to a channel after its stream",
            seconds(RIGHTS_LAST),
        ),
        (
            "events kept for a replay",
            format!("{MAX_REPLAY_EVENTS}, {}", bytes(MAX_REPLAY_BYTES)),
        ),
        (
            "replies kept for a repeated request",
            MAX_KEPT_REPLIES.to_string(),
        ),
        ("from the handshake to `hello`", seconds(HELLO_TIMEOUT)),
        ("between two pings", seconds(PING_INTERVAL)),
        ("from a ping to a sign of life", seconds(PING_TIMEOUT)),
        ("the grace of a lost connection", seconds(GRACE)),
        ("between two counts or lists", seconds(COALESCE)),
    ] {
        let row = format!("\n| {what} | {limit} |");
        assert!(DOCUMENT.contains(&row), "missing: {row}");
    }
}

#[test]
fn the_address_and_the_version_are_the_ones_in_force() {
    assert!(DOCUMENT.contains(&format!("`{}`", path::SOCKET)));
    assert!(DOCUMENT.contains(&format!("`{SUBPROTOCOL}`")));
    assert_eq!(VERSIONS, [1], "the page speaks of version 1 only");
}

/// Every message as the snapshots have it.
fn examples() -> Vec<Value> {
    let lines = [
        examples::request_lines(),
        examples::reply_lines(),
        examples::event_lines(),
    ];
    lines.iter().flatten().map(|line| parse(line)).collect()
}

fn blocks() -> impl Iterator<Item = &'static str> {
    let after_fences = DOCUMENT.split("```json\n").skip(1);
    after_fences.map(|rest| rest.split("```").next().unwrap_or_default())
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}
