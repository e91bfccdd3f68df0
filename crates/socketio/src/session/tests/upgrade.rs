//! The change from polling to a WebSocket.

use super::*;
use crate::http::Refusal;
use crate::limits::UPGRADE_TIMEOUT;

const POLL: Line = Line(2);
const SOCKET: Line = Line(3);

impl World {
    fn probe(&mut self, text: &str) -> Vec<Output> {
        let line = SOCKET;
        self.feed(Input::Text { line, text })
    }
}

/// A poll waits, and a WebSocket has been opened.
fn upgrading() -> World {
    let mut world = World::seated_polling();
    assert_eq!(world.feed(Input::Poll(POLL)), []);
    assert_eq!(world.feed(Input::Socket(SOCKET)), []);
    world
}

fn upgraded() -> World {
    let mut world = upgrading();
    assert_eq!(world.probe("2probe"), [write(SOCKET, &["3probe"])]);
    assert_eq!(world.feed(Input::Written(SOCKET)), []);
    assert_eq!(world.probe("5"), [packets(POLL, "1")]);
    world
}

#[test]
fn a_client_changes_over_and_loses_nothing() {
    let mut world = upgrading();
    assert_eq!(world.probe("2probe"), [write(SOCKET, &["3probe"])]);
    assert_eq!(world.feed(Input::Written(SOCKET)), []);
    assert_eq!(
        world.pass(Duration::from_millis(150)),
        [(100, packets(POLL, "6"))]
    );
    assert_eq!(world.tell("1"), []);
    assert_eq!(
        world.probe("5"),
        [write(SOCKET, &[r#"42["userLeftStream",1]"#])]
    );
    assert_eq!(world.feed(Input::Written(SOCKET)), []);
    let text = r#"42["offer",{"channelName":"ch","sessionDescriptor":1}]"#;
    assert_eq!(world.probe(text), [offer("ch", "1")]);
    assert_eq!(
        world.session.poll_timeout(),
        Some((Instant::from_micros(7) + PING_INTERVAL, Timer::Ping))
    );
}

#[test]
fn every_poll_is_ended_while_the_client_changes_over() {
    let mut world = upgrading();
    assert_eq!(world.probe("2probe").len(), 1);
    assert_eq!(
        world.pass(Duration::from_millis(210)),
        [(100, packets(POLL, "6"))]
    );
    assert_eq!(world.feed(Input::Poll(Line(4))), []);
    assert_eq!(
        world.pass(Duration::from_millis(100)),
        [(300, packets(Line(4), "6"))]
    );
}

#[test]
fn a_change_without_a_probe_is_taken_too() {
    let mut world = upgrading();
    assert_eq!(world.probe("5"), [packets(POLL, "1")]);
    assert_eq!(
        world.tell("1"),
        [write(SOCKET, &[r#"42["userLeftStream",1]"#])]
    );
}

#[test]
fn the_session_goes_on_by_polling_until_the_change_is_complete() {
    let mut world = upgrading();
    assert_eq!(world.probe("2probe").len(), 1);
    assert_eq!(
        world.tell("1"),
        [packets(POLL, r#"42["userLeftStream",1]"#)]
    );
    let body = r#"42["offer",{"channelName":"ch","sessionDescriptor":1}]"#;
    assert_eq!(world.post(body), [offer("ch", "1"), taken()]);
}

#[test]
fn anything_else_on_the_new_websocket_ends_only_that() {
    for text in ["2", "2prob", "40", "", "x", "3probe", "1", "6"] {
        let mut world = upgrading();
        assert_eq!(world.probe(text), [Output::CloseSocket(SOCKET)], "{text}");
        assert_eq!(world.feed(Input::Socket(Line(9))), []);
    }
    let mut world = upgrading();
    let binary = Input::Binary {
        line: SOCKET,
        bytes: b"x",
    };
    assert_eq!(world.feed(binary), [Output::CloseSocket(SOCKET)]);
}

#[test]
fn a_new_websocket_that_breaks_is_forgotten() {
    let mut world = upgrading();
    assert_eq!(world.feed(Input::Gone(SOCKET)), []);
    assert_eq!(world.probe("5"), []);
    assert_eq!(world.feed(Input::Socket(Line(9))), []);
}

#[test]
fn a_change_must_not_take_too_long() {
    let mut world = upgrading();
    assert_eq!(
        world.pass(UPGRADE_TIMEOUT),
        [(10_000, Output::CloseSocket(SOCKET))]
    );
    assert_eq!(world.probe("5"), []);
}

#[test]
fn only_one_websocket_is_tried_at_a_time() {
    let mut world = upgrading();
    assert_eq!(
        world.feed(Input::Socket(Line(9))),
        [Output::CloseSocket(Line(9))]
    );
    let mut world = upgraded();
    assert_eq!(
        world.feed(Input::Socket(Line(9))),
        [Output::CloseSocket(Line(9))]
    );
}

#[test]
fn after_the_change_requests_are_refused() {
    let mut world = upgraded();
    let refused = |line| respond(line, Response::Refused(Refusal::BadRequest));
    assert_eq!(world.feed(Input::Poll(Line(9))), [refused(Line(9))]);
    assert_eq!(world.begin_post(POST), [refused(POST)]);
}

#[test]
fn a_post_that_is_on_its_way_is_cut_off_by_the_change() {
    let mut world = upgrading();
    assert_eq!(world.begin_post(POST), []);
    assert_eq!(
        world.probe("5"),
        [respond(POST, Response::Cut), packets(POLL, "1")]
    );
}

#[test]
fn a_session_that_ends_takes_the_new_websocket_with_it() {
    let mut world = upgrading();
    assert_eq!(
        world.feed(Input::Close),
        [
            Output::Disconnect,
            packets(POLL, "1"),
            Output::CloseSocket(SOCKET),
            closed(CloseReason::Forced),
        ]
    );
}

#[test]
fn a_session_that_was_to_end_ends_with_the_change() {
    let mut world = World::seated_polling();
    assert_eq!(world.feed(Input::Socket(SOCKET)), []);
    assert_eq!(world.tell("1"), []);
    assert_eq!(world.feed(Input::Close), [Output::Disconnect]);
    assert_eq!(
        world.probe("5"),
        [
            write(SOCKET, &[r#"42["userLeftStream",1]"#]),
            Output::CloseSocket(SOCKET),
            closed(CloseReason::Forced),
        ]
    );
}

#[test]
fn a_ping_on_its_way_must_be_answered_after_the_change_too() {
    let mut world = World::seated_polling();
    assert_eq!(world.feed(Input::Poll(POLL)), []);
    assert_eq!(
        world.pass(Duration::from_secs(30)),
        [(25_000, packets(POLL, "2"))]
    );
    assert_eq!(world.feed(Input::Socket(SOCKET)), []);
    assert_eq!(world.probe("5"), []);
    assert_eq!(
        world.pass(Duration::from_secs(60)),
        [
            (45_000, Output::CloseSocket(SOCKET)),
            (45_000, Output::Disconnect),
            (45_000, closed(CloseReason::PingTimeout)),
        ]
    );
}

#[test]
fn whoever_asks_faster_than_it_reads_is_not_answered_every_time() {
    let mut world = upgrading();
    assert_eq!(world.probe("2probe"), [write(SOCKET, &["3probe"])]);
    assert_eq!(world.probe("2probe"), []);
    assert_eq!(world.probe("5"), [packets(POLL, "1")]);
    assert_eq!(world.tell("1"), []);
    assert_eq!(
        world.feed(Input::Written(SOCKET)),
        [write(SOCKET, &[r#"42["userLeftStream",1]"#])]
    );
}
