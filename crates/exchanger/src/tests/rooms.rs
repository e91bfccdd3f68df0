//! Clients of the old system among themselves. The recorded scenarios of the old server run against
//! the whole product; here is what the exchanger decides by itself.

use super::{Harness, NOTHING};
use protocol::limits::{MAX_ROOM_NAME_BYTES, MAX_ROOM_USER_BYTES, MAX_ROOMS};
use protocol::room::{Payload, RoomCommand, RoomName, Rooms, SignalKind};
use protocol::{ChannelName, UserName};
use std::sync::Arc;

pub(super) fn json(text: &str) -> Payload {
    Payload::new(text, Arc::new([]))
}

pub(super) fn one(name: &str) -> Rooms {
    Rooms::One(RoomName::text(name))
}

pub(super) fn join(rooms: Rooms, user: &str) -> RoomCommand {
    RoomCommand::Join {
        rooms,
        user: json(user),
        name: UserName::parse(user).ok(),
    }
}

pub(super) fn leave(rooms: Rooms, user: &str) -> RoomCommand {
    let user = json(user);
    RoomCommand::Leave { rooms, user }
}

pub(super) fn signal(rooms: Rooms, kind: SignalKind, payload: &str) -> RoomCommand {
    RoomCommand::Signal {
        rooms,
        kind,
        payload: json(payload),
    }
}

fn offer(rooms: Rooms) -> RoomCommand {
    signal(rooms, SignalKind::Offer, "sdp")
}

fn with_clients(strict: bool, seats: impl IntoIterator<Item = u64>) -> Harness {
    let mut harness = Harness::with(|config| config.strict_rooms = strict);
    for seat in seats {
        harness.arrive_old(seat);
    }
    harness
}

/// Those in a room are told in no particular order.
pub(super) fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// Whether the message had no effect and was counted.
fn is_ignored(harness: &mut Harness, seat: u64, command: RoomCommand) -> bool {
    let before = harness.exchanger.ignored();
    harness.say(seat, command) == NOTHING && harness.exchanger.ignored() == before + 1
}

#[test]
fn others_are_told_of_a_join_before_the_joiner_is_told_who_is_there() {
    let mut harness = with_clients(true, 1..=2);
    assert_eq!(
        harness.say(1, join(one("ch"), "Ann")),
        ["1 allStreamUsers []"]
    );
    assert_eq!(
        harness.say(2, join(one("ch"), "Bob")),
        ["1 userJoinedStream Bob", "2 allStreamUsers [p1]"]
    );
}

#[test]
fn what_one_says_reaches_everybody_else_in_the_room() {
    let mut harness = with_clients(true, 1..=3);
    for seat in 1..=3 {
        harness.say(seat, join(one("ch"), "x"));
    }
    for (kind, heard) in [
        (SignalKind::Offer, "receiveOffer"),
        (SignalKind::Answer, "receiveAnswer"),
        (SignalKind::Candidate, "receiveCandidate"),
    ] {
        assert_eq!(
            sorted(harness.say(2, signal(one("ch"), kind, "{}"))),
            [format!("1 {heard} {{}}"), format!("3 {heard} {{}}")]
        );
    }
}

#[test]
fn a_client_of_two_rooms_hears_both_and_leaves_the_last() {
    let mut harness = with_clients(true, 1..=3);
    harness.say(1, join(one("a"), "Ann"));
    harness.say(3, join(one("b"), "Cem"));
    harness.say(2, join(one("a"), "Bob"));
    assert_eq!(
        harness.say(2, join(one("b"), "Bob")),
        ["3 userJoinedStream Bob", "2 allStreamUsers [p3]"]
    );
    assert_eq!(harness.say(1, offer(one("a"))), ["2 receiveOffer sdp"]);
    assert_eq!(harness.say(3, offer(one("b"))), ["2 receiveOffer sdp"]);
    let relisted = ["2 userJoinedStream Ann", "1 allStreamUsers [p1]"];
    assert_eq!(harness.say(1, join(one("a"), "Ann")), relisted);
    assert_eq!(harness.disconnect(2), ["3 userLeftStream Bob"]);
    assert_eq!(harness.say(1, offer(one("a"))), NOTHING);
}

#[test]
fn the_order_of_the_list_is_that_of_the_first_join_since_the_last_leave() {
    let mut harness = with_clients(true, 1..=4);
    for seat in 1..=3 {
        harness.say(seat, join(one("ch"), "x"));
    }
    harness.say(1, join(one("ch"), "x"));
    let list = |harness: &mut Harness| {
        let lines = harness.say(4, join(one("ch"), "x"));
        harness.say(4, leave(one("ch"), "x"));
        lines.last().cloned().unwrap()
    };
    assert_eq!(list(&mut harness), "4 allStreamUsers [p1 p2 p3]");
    harness.say(1, leave(one("ch"), "x"));
    harness.say(1, join(one("ch"), "x"));
    assert_eq!(list(&mut harness), "4 allStreamUsers [p2 p3 p1]");
}

#[test]
fn leaving_the_wrong_room_only_ends_the_listing() {
    let mut harness = with_clients(true, 1..=3);
    harness.say(1, join(one("ch"), "Ann"));
    harness.say(2, join(one("ch"), "Bob"));
    assert_eq!(harness.say(2, leave(one("other"), "Bob")), NOTHING);
    assert_eq!(harness.say(1, offer(one("ch"))), ["2 receiveOffer sdp"]);
    let lines = harness.say(3, join(one("ch"), "Cem"));
    assert_eq!(lines.last().unwrap(), "3 allStreamUsers [p1]");
    assert_eq!(harness.disconnect(2), NOTHING);
}

#[test]
fn a_clients_own_room_delivers_to_it_alone_until_it_leaves_that() {
    let mut harness = with_clients(true, 1..=3);
    let own = one(&harness.peer(1).to_string());
    assert_eq!(harness.say(2, offer(own.clone())), ["1 receiveOffer sdp"]);
    assert_eq!(harness.say(1, offer(own.clone())), NOTHING);
    harness.say(1, leave(own.clone(), "Ann"));
    assert_eq!(harness.say(2, offer(own.clone())), NOTHING);
    harness.say(1, join(own.clone(), "Ann"));
    assert_eq!(harness.say(2, offer(own)), ["1 receiveOffer sdp"]);
}

#[test]
fn who_has_left_its_own_room_hears_itself() {
    let mut harness = with_clients(true, 1..=2);
    harness.say(1, join(one("ch"), "Ann"));
    harness.say(2, join(one("ch"), "Bob"));
    let own = one(&harness.peer(1).to_string());
    harness.say(1, leave(own, "Ann"));
    assert_eq!(
        sorted(harness.say(1, offer(one("ch")))),
        ["1 receiveOffer sdp", "2 receiveOffer sdp"]
    );
}

#[test]
fn who_is_in_somebodys_own_room_does_not_hear_that_one_elsewhere() {
    let mut harness = with_clients(false, 1..=3);
    for seat in 1..=3 {
        harness.say(seat, join(one("ch"), "x"));
    }
    let own = one(&harness.peer(1).to_string());
    harness.say(3, join(own, "Eve"));
    assert_eq!(harness.say(1, offer(one("ch"))), ["2 receiveOffer sdp"]);
}

#[test]
fn several_rooms_at_once_are_heard_once_and_listed_nowhere() {
    let mut harness = with_clients(true, 1..=4);
    let both = || Rooms::Many(vec![RoomName::text("a"), RoomName::text("b")]);
    harness.say(1, join(one("a"), "Ann"));
    harness.say(2, join(one("b"), "Bob"));
    assert_eq!(
        sorted(harness.say(3, join(both(), "Cem"))),
        [
            "1 userJoinedStream Cem",
            "2 userJoinedStream Cem",
            "3 allStreamUsers []"
        ]
    );
    let heard = |seat: u64| format!("{seat} receiveOffer sdp");
    assert_eq!(
        sorted(harness.say(4, offer(both()))),
        [heard(1), heard(2), heard(3)]
    );
    assert_eq!(
        sorted(harness.disconnect(3)),
        ["1 userLeftStream Cem", "2 userLeftStream Cem"]
    );
}

#[test]
fn strangers_do_not_meet_in_a_room_without_a_name() {
    let nameless = || [RoomName::Missing, RoomName::Null, RoomName::text("")];
    let mut harness = with_clients(true, 1..=2);
    for name in nameless() {
        let rooms = Rooms::One(name);
        assert!(is_ignored(&mut harness, 1, join(rooms.clone(), "Ann")));
        assert!(is_ignored(&mut harness, 1, offer(rooms.clone())));
        assert!(is_ignored(&mut harness, 1, leave(rooms, "Ann")));
    }

    let mut harness = with_clients(false, 1..=3);
    for name in nameless() {
        let rooms = Rooms::One(name);
        harness.say(1, join(rooms.clone(), "Ann"));
        assert_eq!(harness.say(2, offer(rooms)), ["1 receiveOffer sdp"]);
    }
    assert_eq!(harness.disconnect(3), ["1 userLeftStream null"]);
}

#[test]
fn nobody_joins_the_room_that_is_somebody_elses_own() {
    let mut harness = with_clients(true, 1..=2);
    harness.arrive(3);
    for victim in [1, 3] {
        let own = one(&harness.peer(victim).to_string());
        assert!(is_ignored(&mut harness, 2, join(own, "Eve")));
    }
    let mut harness = with_clients(false, 1..=2);
    let own = one(&harness.peer(1).to_string());
    assert_eq!(
        harness.say(2, join(own, "Eve")),
        ["1 userJoinedStream Eve", "2 allStreamUsers []"]
    );
}

#[test]
fn what_is_too_much_is_ignored() {
    let mut harness = with_clients(true, 1..=1);
    let long = "x".repeat(MAX_ROOM_NAME_BYTES + 1);
    assert!(is_ignored(&mut harness, 1, join(one(&long), "Ann")));
    let name = |number: usize| RoomName::text(number.to_string());
    let many = |count: usize| Rooms::Many((0..count).map(name).collect());
    assert!(is_ignored(
        &mut harness,
        1,
        join(many(MAX_ROOMS + 1), "Ann")
    ));
    harness.say(1, join(many(MAX_ROOMS), "Ann"));
    assert!(is_ignored(&mut harness, 1, join(one("one more"), "Ann")));
    assert_eq!(
        harness.say(1, join(one("0"), "Ann")),
        ["1 allStreamUsers []"]
    );
}

#[test]
fn a_large_user_is_passed_on_and_not_remembered() {
    let mut harness = with_clients(true, 1..=2);
    let large = format!("\"{}\"", "x".repeat(MAX_ROOM_USER_BYTES));
    harness.say(1, join(one("ch"), "Ann"));
    let lines = harness.say(2, join(one("ch"), &large));
    assert_eq!(lines[0], format!("1 userJoinedStream {large}"));
    assert_eq!(harness.disconnect(2), ["1 userLeftStream null"]);
}

#[test]
fn a_client_without_a_grace_leaves_nothing_behind() {
    let mut harness = with_clients(false, 1..=2);
    for rooms in [one("a"), one("b"), Rooms::One(RoomName::Missing)] {
        harness.say(1, join(rooms.clone(), "Ann"));
        harness.say(2, join(rooms, "Bob"));
    }
    harness.say(1, leave(one("c"), "Ann"));
    harness.disconnect(1);
    harness.disconnect(2);
    assert_eq!(harness.exchanger.peers(), 0);
    assert!(harness.exchanger.rooms.is_empty());
    let channel = ChannelName::parse("b").unwrap();
    assert_eq!(harness.exchanger.channel(&channel, harness.now), None);
    assert_eq!(harness.exchanger.poll_timeout(), None);
}
