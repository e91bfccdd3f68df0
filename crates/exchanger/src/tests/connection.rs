//! Hello, signs of life, and connections that are lost.

use super::{Harness, NOTHING, hello, host, rename_user, seconds, watch};
use crate::{Reason, SeatKind};
use protocol::{Command, Hello};

/// What a transport without resume and pings is: WHIP, WHEP.
const PLAIN: SeatKind = SeatKind {
    resumable: false,
    probed: false,
    in_rooms: false,
};

#[test]
fn a_hello_is_welcomed_with_what_the_client_needs_to_know() {
    let mut harness = Harness::new();
    harness.arrive(1);
    let welcome = harness.welcome(1);
    assert_eq!(welcome.version, 1);
    assert_eq!(welcome.ping_interval_ms, 20_000);
    assert_eq!(welcome.ping_timeout_ms, 10_000);
    assert_eq!(welcome.grace_ms, 30_000);
    assert_eq!(welcome.max_message_bytes, 256 * 1024);
    assert_eq!(welcome.ice_expires_in_ms, None);
}

#[test]
fn whatever_comes_before_hello_ends_the_connection() {
    let mut harness = Harness::new();
    harness.connect(1);
    assert_eq!(
        harness.send(1, watch("mina")),
        ["1 refused bad_hello", "1 closed 4400"]
    );
    harness.connect(2);
    assert_eq!(harness.send_without_id(2, watch("mina")), ["2 closed 4400"]);
    assert_eq!(harness.exchanger.seats(), 0);
    assert_eq!(harness.exchanger.peers(), 0);
    assert_eq!(harness.exchanger.poll_timeout(), None);
}

#[test]
fn a_second_hello_is_refused_and_the_connection_stays() {
    let mut harness = Harness::with_peers([1]);
    assert_eq!(harness.send(1, hello()), ["1 refused bad_hello"]);
    assert_eq!(
        harness.send(1, watch("mina")),
        [
            "1 joined mina viewer, not live, viewers 1",
            "1 #1 allStreamUsers"
        ]
    );
}

#[test]
fn a_client_without_a_common_version_is_told_and_closed() {
    let mut harness = Harness::new();
    harness.connect(1);
    let hello = Hello {
        versions: vec![2, 3],
        ..Hello::default()
    };
    assert_eq!(
        harness.send(1, Command::Hello(hello)),
        ["1 refused unsupported_version", "1 closed 4400"]
    );
    assert_eq!(harness.exchanger.seats(), 0);
    assert_eq!(harness.exchanger.poll_timeout(), None);
}

#[test]
fn a_connection_that_never_says_hello_is_closed() {
    let mut harness = Harness::new();
    harness.connect(1);
    let (at, reason) = harness.exchanger.poll_timeout().unwrap();
    assert_eq!(
        (at.since(harness.now), reason),
        (seconds(10), Reason::Hello)
    );
    assert_eq!(harness.pass(seconds(9)), NOTHING);
    assert_eq!(harness.pass(seconds(1)), ["1 closed 4408"]);
    assert_eq!(harness.exchanger.seats(), 0);
    assert_eq!(harness.exchanger.poll_timeout(), None);
}

#[test]
fn a_silent_peer_is_pinged_and_then_given_up() {
    let mut harness = Harness::live();
    harness.pass_alive(seconds(19), &[1]);
    assert_eq!(harness.pass(seconds(1)), ["1 ping", "2 ping"]);
    assert_eq!(harness.send_without_id(1, Command::Pong), NOTHING);
    assert_eq!(harness.pass(seconds(9)), NOTHING);
    assert_eq!(harness.pass(seconds(1)), ["2 closed 4408"]);
    assert_eq!(harness.exchanger.peers(), 2);
    assert_eq!(
        harness.pass_alive(seconds(30), &[1]),
        ["1 #4 userLeftStream p2 lost", "1 #5 linkClosed k1 left"]
    );
    assert_eq!(harness.exchanger.peers(), 1);
}

#[test]
fn anything_a_peer_sends_is_a_sign_of_life() {
    let mut harness = Harness::with_peers([1]);
    assert_eq!(harness.pass(seconds(20)), ["1 ping"]);
    assert_eq!(harness.send(1, rename_user("A")), ["1 refused not_joined"]);
    assert_eq!(harness.pass(seconds(20)), ["1 ping"]);
}

#[test]
fn a_peer_whose_transport_watches_over_it_is_not_pinged() {
    let mut harness = Harness::new();
    harness.connect_as(1, PLAIN);
    harness.send(1, hello());
    assert_eq!(harness.pass(seconds(1_000)), NOTHING);
    assert_eq!(harness.exchanger.seats(), 1);
}

#[test]
fn a_peer_that_cannot_come_back_leaves_with_its_connection() {
    let mut harness = Harness::with_peers([1]);
    harness.send(1, host("mina"));
    harness.connect_as(2, PLAIN);
    harness.send(2, hello());
    harness.send(2, watch("mina"));
    assert_eq!(
        harness.disconnect(2),
        ["1 #4 userLeftStream p2 lost", "1 #5 linkClosed k1 left"]
    );
    assert_eq!(harness.exchanger.peers(), 1);
}

#[test]
fn input_for_a_seat_that_is_gone_is_ignored() {
    let mut harness = Harness::new();
    assert_eq!(harness.send(9, hello()), NOTHING);
    assert_eq!(harness.disconnect(9), NOTHING);
    assert_eq!(harness.exchanger.poll_timeout(), None);
}
