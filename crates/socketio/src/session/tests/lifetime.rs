//! Opening, signs of life, and the end.

use super::*;
use crate::limits::{CONNECT_TIMEOUT, MAX_QUEUED_BYTES, MAX_QUEUED_PACKETS};

#[test]
fn a_polling_session_opens_with_what_it_can_change_to() {
    let (mut world, outputs) = World::opened(Opening::Polling(FIRST));
    let open = format!(
        r#"0{{"sid":"{SID}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}}"#
    );
    assert_eq!(outputs, [packets(FIRST, &open)]);
    assert_eq!(
        world.session.poll_timeout(),
        Some((world.now + PING_INTERVAL, Timer::Ping))
    );
    assert_eq!(world.drain(), []);
}

#[test]
fn a_websocket_session_opens_with_nothing_to_change_to() {
    let (_, outputs) = World::opened(Opening::Socket(FIRST));
    let open = format!(
        r#"0{{"sid":"{SID}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}}"#
    );
    assert_eq!(outputs, [write(FIRST, &[&open])]);
}

#[test]
fn a_silent_client_is_pinged_and_dropped() {
    let mut world = World::seated();
    let outputs = world.pass(Duration::from_secs(60));
    assert_eq!(
        outputs,
        [
            (25_000, write(FIRST, &["2"])),
            (45_000, Output::CloseSocket(FIRST)),
            (45_000, Output::Disconnect),
            (45_000, closed(CloseReason::PingTimeout)),
        ]
    );
    assert_eq!(world.session.poll_timeout(), None);
    assert!(world.session.is_closed());
}

#[test]
fn a_client_that_answers_lives_on() {
    let mut world = World::seated();
    for round in 1..=10 {
        let outputs = world.pass(PING_INTERVAL);
        assert_eq!(outputs, [(round * 25_000, write(FIRST, &["2"]))]);
        assert_eq!(world.feed(Input::Written(FIRST)), []);
        assert_eq!(world.text("3"), []);
    }
}

#[test]
fn a_client_that_never_asks_for_the_namespace_is_closed() {
    let mut world = World::socket();
    let outputs = world.pass(PING_INTERVAL);
    assert_eq!(outputs, [(25_000, write(FIRST, &["2"]))]);
    assert_eq!(world.feed(Input::Written(FIRST)), []);
    assert_eq!(world.text("3"), []);
    let outputs = world.pass(CONNECT_TIMEOUT);
    assert_eq!(
        outputs,
        [
            (45_000, Output::CloseSocket(FIRST)),
            (45_000, closed(CloseReason::Forced)),
        ]
    );
}

#[test]
fn spurious_calls_are_harmless() {
    let mut world = World::seated();
    for _ in 0..3 {
        world.session.handle_timeout(world.now);
        assert_eq!(world.drain(), []);
    }
}

#[test]
fn a_client_that_asks_for_a_sign_of_life_breaks_the_rules() {
    let mut world = World::seated();
    assert_eq!(
        world.text("2"),
        [
            Output::CloseSocket(FIRST),
            Output::Disconnect,
            closed(CloseReason::TransportError),
        ]
    );
}

#[test]
fn packets_that_only_a_server_sends_are_ignored() {
    let mut world = World::seated();
    for text in ["0", "0{}", "1", "5", "6", "3probe"] {
        assert_eq!(world.text(text), [], "{text}");
    }
    assert_eq!(world.session.ignored(), 0);
}

#[test]
fn what_cannot_be_read_ends_the_session() {
    for text in ["", "7", "x", "\u{1E}"] {
        let mut world = World::seated();
        assert_eq!(
            world.text(text),
            [
                Output::CloseSocket(FIRST),
                Output::Disconnect,
                closed(CloseReason::ParseError),
            ],
            "{text:?}"
        );
    }
}

#[test]
fn a_lost_websocket_ends_the_session() {
    let mut world = World::seated();
    assert_eq!(
        world.feed(Input::Gone(FIRST)),
        [Output::Disconnect, closed(CloseReason::TransportClose)]
    );
    assert_eq!(world.feed(Input::Gone(FIRST)), []);
}

#[test]
fn what_waits_is_written_before_the_end() {
    let mut world = World::seated();
    assert_eq!(
        world.tell("1"),
        [write(FIRST, &[r#"42["userLeftStream",1]"#])]
    );
    assert_eq!(world.tell("2"), []);
    assert_eq!(world.tell("3"), []);
    assert_eq!(world.feed(Input::Close), [Output::Disconnect]);
    // Nothing is taken in any more.
    assert_eq!(world.tell("4"), []);
    assert_eq!(world.text(r#"42["offer",{}]"#), []);
    assert_eq!(
        world.feed(Input::Written(FIRST)),
        [
            write(
                FIRST,
                &[r#"42["userLeftStream",2]"#, r#"42["userLeftStream",3]"#]
            ),
            Output::CloseSocket(FIRST),
            closed(CloseReason::Forced),
        ]
    );
}

#[test]
fn a_client_that_does_not_read_its_last_packets_is_dropped() {
    let mut world = World::seated();
    assert_eq!(world.tell("1").len(), 1);
    assert_eq!(world.tell("2"), []);
    assert_eq!(world.feed(Input::Close), [Output::Disconnect]);
    assert_eq!(
        world.pass(Duration::from_secs(60)),
        [
            (45_000, Output::CloseSocket(FIRST)),
            (45_000, closed(CloseReason::PingTimeout)),
        ]
    );
}

#[test]
fn too_many_waiting_packets_end_the_session() {
    let mut world = World::seated();
    assert_eq!(world.tell("0").len(), 1);
    for _ in 1..MAX_QUEUED_PACKETS {
        assert_eq!(world.tell("0"), []);
    }
    assert_eq!(world.session.queued_packets(), MAX_QUEUED_PACKETS);
    assert_eq!(
        world.tell("0"),
        [
            Output::CloseSocket(FIRST),
            Output::Disconnect,
            closed(CloseReason::Overflow),
        ]
    );
    assert_eq!(world.session.queued_packets(), 0);
}

#[test]
fn too_many_waiting_bytes_end_the_session() {
    let mut world = World::seated_polling();
    let user = format!("\"{}\"", "x".repeat(MAX_QUEUED_BYTES));
    // One message of any size fits, and no more after it.
    assert_eq!(world.tell(&user), []);
    assert!(world.session.queued_bytes() > MAX_QUEUED_BYTES);
    assert_eq!(
        world.tell("0"),
        [Output::Disconnect, closed(CloseReason::Overflow)]
    );
    assert_eq!(world.session.queued_bytes(), 0);
}

#[test]
fn what_is_being_written_counts_until_it_is_written() {
    let mut world = World::seated();
    assert_eq!(world.tell("0").len(), 1);
    assert_eq!(world.session.queued_packets(), 1);
    assert_eq!(world.session.queued_bytes(), 22);
    assert_eq!(world.feed(Input::Written(FIRST)), []);
    assert_eq!(world.session.queued_packets(), 0);
    assert_eq!(world.session.queued_bytes(), 0);
}
