//! Requests. The expected answers are those of socket.io 4.8.4.

use super::*;
use crate::http::Refusal;
use crate::limits::CLOSE_TIMEOUT;

/// The poll that waits in these tests.
const POLL: Line = Line(2);

fn waiting() -> World {
    let mut world = World::seated_polling();
    assert_eq!(world.feed(Input::Poll(POLL)), []);
    world
}

fn unknown(line: Line) -> Output {
    respond(line, Response::Refused(Refusal::UnknownSession))
}

#[test]
fn a_poll_waits_for_the_first_packet() {
    let mut world = waiting();
    assert_eq!(
        world.tell("1"),
        [packets(POLL, r#"42["userLeftStream",1]"#)]
    );
    assert_eq!(world.tell("2"), []);
    assert_eq!(world.tell("3"), []);
    assert_eq!(
        world.feed(Input::Poll(Line(3))),
        [packets(
            Line(3),
            "42[\"userLeftStream\",2]\u{1E}42[\"userLeftStream\",3]"
        )]
    );
}

#[test]
fn a_post_may_carry_several_packets() {
    let mut world = World::seated_polling();
    let body = "42[\"offer\",{\"channelName\":\"a\",\"sessionDescriptor\":1}]\u{1E}6\u{1E}3\u{1E}\
                42[\"offer\",{\"channelName\":\"b\",\"sessionDescriptor\":2}]";
    assert_eq!(
        world.post(body),
        [offer("a", "1"), offer("b", "2"), taken()]
    );
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    let mut world = World::seated_polling();
    assert_eq!(world.begin_post(POST), []);
    let bytes = b"42[\"offer\",{\"channelName\":\"\xFF\",\"sessionDescriptor\":1}]";
    let body = world.feed(Input::Body { line: POST, bytes });
    assert_eq!(body, [offer("\u{FFFD}", "1"), taken()]);
}

#[test]
fn a_body_that_breaks_the_rules_is_taken_and_ends_the_session() {
    for (body, reason) in [
        ("", CloseReason::ParseError),
        ("x", CloseReason::ParseError),
        ("6\u{1E}\u{1E}40", CloseReason::ParseError),
        ("2", CloseReason::TransportError),
    ] {
        let mut world = waiting();
        assert_eq!(
            world.post(body),
            [
                packets(POLL, "1"),
                Output::Disconnect,
                closed(reason),
                taken(),
            ],
            "{body:?}"
        );
        assert_eq!(world.feed(Input::Poll(Line(3))), [unknown(Line(3))]);
    }
    for body in ["4", "47", "40", "40[]", "b", "42{}", "41/x,"] {
        let mut world = waiting();
        assert_eq!(
            world.post(body),
            [
                Output::Disconnect,
                packets(POLL, "1"),
                closed(CloseReason::Forced),
                taken(),
            ],
            "{body:?}"
        );
    }
}

#[test]
fn without_a_poll_the_next_one_is_told_that_it_is_over() {
    let mut world = World::polling();
    assert_eq!(world.post(r#"42["offer",{}]"#), [taken()]);
    assert!(!world.session.is_closed());
    assert_eq!(
        world.session.poll_timeout(),
        Some((world.now + PING_INTERVAL, Timer::Ping))
    );
    assert_eq!(world.post("40"), [taken()]);
    assert_eq!(
        world.feed(Input::Poll(POLL)),
        [packets(POLL, "6\u{1E}1"), closed(CloseReason::Forced)]
    );
    assert_eq!(world.feed(Input::Poll(Line(3))), [unknown(Line(3))]);
}

#[test]
fn what_waits_is_fetched_before_the_end() {
    let mut world = World::polling();
    assert_eq!(world.post("40/foo,\u{1E}42[\"offer\",{}]"), [taken()]);
    assert_eq!(
        world.feed(Input::Poll(POLL)),
        [packets(POLL, r#"44/foo,{"message":"Invalid namespace"}"#)]
    );
    assert_eq!(
        world.feed(Input::Poll(Line(3))),
        [packets(Line(3), "6\u{1E}1"), closed(CloseReason::Forced)]
    );
}

#[test]
fn nobody_waits_for_ever_for_the_poll_that_takes_the_news() {
    let mut world = World::seated_polling();
    assert_eq!(world.feed(Input::Close), [Output::Disconnect]);
    assert_eq!(
        world.pass(CLOSE_TIMEOUT),
        [(30_000, closed(CloseReason::Forced))]
    );
}

#[test]
fn a_client_that_closes_gets_its_requests_back() {
    let mut world = waiting();
    assert_eq!(
        world.post("1\u{1E}40"),
        [
            packets(POLL, "6"),
            Output::Disconnect,
            closed(CloseReason::TransportClose),
            taken(),
        ]
    );
}

#[test]
fn a_second_poll_ends_the_session() {
    let mut world = waiting();
    assert_eq!(
        world.feed(Input::Poll(Line(3))),
        [
            packets(POLL, "1"),
            Output::Disconnect,
            closed(CloseReason::TransportError),
            respond(Line(3), Response::Overlap),
        ]
    );
}

#[test]
fn a_second_post_ends_the_session_and_cuts_the_first_off() {
    let mut world = World::seated_polling();
    assert_eq!(world.begin_post(POST), []);
    assert_eq!(
        world.begin_post(Line(5)),
        [
            respond(POST, Response::Cut),
            Output::Disconnect,
            closed(CloseReason::TransportError),
            respond(Line(5), Response::Overlap),
        ]
    );
    let late = Input::Body {
        line: POST,
        bytes: b"40",
    };
    assert_eq!(world.feed(late), []);
}

#[test]
fn a_post_of_bytes_ends_the_session() {
    let mut world = World::seated_polling();
    let post = Input::Post {
        line: POST,
        is_binary: true,
    };
    assert_eq!(
        world.feed(post),
        [
            Output::Disconnect,
            closed(CloseReason::TransportError),
            respond(POST, Response::Overlap),
        ]
    );
}

#[test]
fn a_body_that_is_too_large_is_refused_and_the_session_goes_on() {
    let mut world = World::seated_polling();
    let body = "6".repeat(MAX_PAYLOAD + 1);
    assert_eq!(world.post(&body), [respond(POST, Response::TooLarge)]);
    assert_eq!(world.begin_post(Line(5)), []);
    assert_eq!(
        world.feed(Input::BodyTooLarge(Line(5))),
        [respond(Line(5), Response::TooLarge)]
    );
    let body = format!("6{}", "x".repeat(MAX_PAYLOAD - 1));
    assert_eq!(world.post(&body), [taken()]);
    // Each of these bytes is replaced by three.
    assert_eq!(world.begin_post(Line(6)), []);
    let body = Input::Body {
        line: Line(6),
        bytes: &vec![0xFF; MAX_PAYLOAD / 2],
    };
    assert_eq!(world.feed(body), [respond(Line(6), Response::TooLarge)]);
}

#[test]
fn a_request_that_breaks_ends_the_session() {
    let mut world = waiting();
    assert_eq!(world.begin_post(POST), []);
    assert_eq!(
        world.feed(Input::Gone(POLL)),
        [
            respond(POST, Response::Cut),
            Output::Disconnect,
            closed(CloseReason::TransportError),
        ]
    );
    let mut world = waiting();
    assert_eq!(world.begin_post(POST), []);
    assert_eq!(
        world.feed(Input::Gone(POST)),
        [
            packets(POLL, "1"),
            Output::Disconnect,
            closed(CloseReason::TransportError),
        ]
    );
}

#[test]
fn a_request_that_was_answered_may_break() {
    let mut world = waiting();
    assert_eq!(world.tell("1").len(), 1);
    assert_eq!(world.feed(Input::Gone(POLL)), []);
    assert_eq!(world.post("6"), [taken()]);
    assert_eq!(world.feed(Input::Gone(POST)), []);
}

#[test]
fn what_comes_in_one_body_is_judged_by_what_was_before_it() {
    let event = r#"42["offer",{"channelName":"ch"}]"#;
    // Asked for in the same body: not there yet.
    let mut world = World::polling();
    assert_eq!(
        world.post(&format!("40\u{1E}{event}")),
        [Output::Connect, Output::Disconnect, taken()]
    );
    assert_eq!(
        world.feed(Input::Poll(POLL)),
        [packets(POLL, "6\u{1E}1"), closed(CloseReason::Forced)]
    );
    // Left in the same body: still there, but nobody listens.
    let mut world = World::seated_polling();
    assert_eq!(
        world.post(&format!("41\u{1E}{event}\u{1E}41")),
        [Output::Disconnect, taken()]
    );
    assert_eq!(world.session.ignored(), 1);
    assert_eq!(world.post("40"), [Output::Connect, taken()]);
}

#[test]
fn a_ping_waits_for_a_poll_like_other_packets() {
    let mut world = World::seated_polling();
    assert_eq!(world.pass(PING_INTERVAL), []);
    assert_eq!(world.feed(Input::Poll(POLL)), [packets(POLL, "2")]);
    assert_eq!(world.pass(Duration::from_secs(19)), []);
    assert_eq!(world.post("3"), [taken()]);
    assert_eq!(world.pass(Duration::from_secs(24)), []);
}

#[test]
fn a_dead_client_gets_its_poll_back() {
    let mut world = World::seated_polling();
    assert_eq!(world.pass(PING_INTERVAL), []);
    assert_eq!(world.feed(Input::Poll(POLL)), [packets(POLL, "2")]);
    assert_eq!(world.feed(Input::Poll(Line(3))), []);
    assert_eq!(
        world.pass(PING_TIMEOUT),
        [
            (45_000, packets(Line(3), "1")),
            (45_000, Output::Disconnect),
            (45_000, closed(CloseReason::PingTimeout)),
        ]
    );
}
