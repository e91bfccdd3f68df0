//! Who is live now, for those who follow it.

use super::{Harness, NOTHING, host, hosting, millis, rename_stream, seconds, title, watch};
use protocol::limits::MAX_LOBBY_CHANNELS;
use protocol::{Command, Feature, Hello, JoinStream};
use std::sync::Arc;

#[test]
fn a_follower_is_told_at_once_and_then_of_changes() {
    let mut harness = Harness::with_peers([1, 2, 3]);
    assert_eq!(harness.send(3, Command::FollowLobby), ["3 lobby"]);
    harness.send(1, host("mina"));
    harness.send(2, watch("mina"));
    assert_eq!(harness.pass(seconds(1)), ["3 lobby [mina 1]"]);
    assert_eq!(harness.pass(seconds(5)), NOTHING);
    harness.send(1, rename_stream("Tea"));
    assert_eq!(harness.pass(seconds(1)), ["3 lobby [mina 1 \"Tea\"]"]);
    harness.send(1, Command::LeaveStream);
    assert_eq!(harness.pass(seconds(1)), ["3 lobby"]);
}

#[test]
fn what_changed_back_is_not_told() {
    let mut harness = Harness::with_peers([1, 2, 3]);
    harness.send(1, host("mina"));
    assert_eq!(harness.send(3, Command::FollowLobby), ["3 lobby [mina 0]"]);
    harness.send(2, watch("mina"));
    harness.send(2, Command::LeaveStream);
    assert_eq!(harness.pass(seconds(2)), NOTHING);
}

#[test]
fn nobody_is_left_with_a_list_of_a_moment() {
    let mut harness = Harness::with_peers([1, 2, 3, 4]);
    harness.send(1, host("mina"));
    harness.send(3, Command::FollowLobby);
    harness.send(2, watch("mina"));
    assert_eq!(harness.send(4, Command::FollowLobby), ["4 lobby [mina 1]"]);
    harness.send(2, Command::LeaveStream);
    assert_eq!(
        harness.pass(seconds(2)),
        ["4 lobby [mina 0]"],
        "the other has never heard anything else"
    );
}

#[test]
fn the_most_watched_come_first_and_then_names() {
    let mut harness = Harness::with_peers(1..=5);
    harness.send(1, host("b"));
    harness.send(2, host("a"));
    harness.send(3, host("c"));
    harness.send(4, watch("c"));
    harness.send(5, watch("nobody is live here"));
    assert_eq!(
        harness.send(5, Command::FollowLobby),
        ["5 lobby [c 1] [a 0] [b 0]"]
    );
}

#[test]
fn a_follower_that_resumes_is_told_at_once() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(2, Command::FollowLobby);
    harness.disconnect(2);
    harness.send(1, host("mina"));
    assert_eq!(harness.pass(seconds(2)), NOTHING);
    assert_eq!(
        harness.resume(12, 2),
        ["12 welcome p2 replayed epoch 1", "12 lobby [mina 0]"]
    );
    harness.send(1, Command::LeaveStream);
    assert_eq!(harness.pass(seconds(1)), ["12 lobby"]);
}

#[test]
fn who_unfollows_or_leaves_is_told_nothing() {
    let mut harness = Harness::with_peers([1, 2, 3]);
    harness.send(2, Command::FollowLobby);
    harness.send(3, Command::FollowLobby);
    assert_eq!(harness.send(2, Command::UnfollowLobby), ["2 done"]);
    harness.disconnect(3);
    harness.send(1, host("mina"));
    assert_eq!(harness.pass(seconds(2)), NOTHING);
}

#[test]
fn the_list_is_made_once_and_anew_when_it_has_changed_or_is_old() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(1, host("mina"));
    let list = |harness: &Harness| harness.exchanger.lobby(harness.now).channels;
    let first = list(&harness);
    harness.pass(millis(999));
    assert!(Arc::ptr_eq(&first, &list(&harness)));
    harness.pass(millis(1));
    let second = list(&harness);
    assert_eq!(second[0].live_for_ms, 1_000);
    harness.send(2, watch("mina"));
    let third = list(&harness);
    assert_eq!((second[0].viewers, third[0].viewers), (0, 1));
    harness.send(1, rename_stream("Tea"));
    assert_eq!(list(&harness)[0].title, title("Tea"));
}

#[test]
fn the_list_is_cut_off_at_its_limit() {
    let seats = 1..=u64::try_from(MAX_LOBBY_CHANNELS).unwrap() + 1;
    let mut harness = Harness::with_peers(seats.clone());
    for seat in seats {
        let join = JoinStream {
            title: title("Tea"),
            ..hosting(&format!("channel {seat:03}"), "key")
        };
        harness.send(seat, Command::JoinStream(join));
    }
    let lobby = harness.exchanger.lobby(harness.now);
    assert_eq!(lobby.channels.len(), MAX_LOBBY_CHANNELS);
    let last = lobby.channels.last().unwrap();
    assert_eq!(last.channel_name.as_str(), "channel 100");
}

/// A client on this seat that reads changes of the lobby.
fn arrive_reading_changes(harness: &mut Harness, seat: u64) {
    harness.connect(seat);
    let hello = Hello {
        versions: vec![1],
        features: vec![Feature::LobbyChanges],
        ..Hello::default()
    };
    harness.send(seat, Command::Hello(hello));
}

#[test]
fn who_reads_changes_is_told_what_is_new_and_what_is_gone() {
    let mut harness = Harness::with_peers([1, 2, 3]);
    arrive_reading_changes(&mut harness, 9);
    harness.send(1, host("mina"));
    harness.send(2, host("jun"));
    assert_eq!(
        harness.send(9, Command::FollowLobby),
        ["9 lobby [jun 0] [mina 0]"]
    );
    harness.send(3, watch("mina"));
    assert_eq!(
        harness.pass(seconds(1)),
        ["9 lobbyChanged [mina 1] gone []"]
    );
    harness.send(2, Command::LeaveStream);
    harness.send(1, rename_stream("Tea"));
    assert_eq!(
        harness.pass(seconds(1)),
        ["9 lobbyChanged [mina 1 \"Tea\"] gone [\"jun\"]"]
    );
    assert_eq!(harness.pass(seconds(5)), NOTHING);
}

#[test]
fn who_knows_another_list_is_told_the_whole_before_its_changes() {
    let mut harness = Harness::with_peers([1, 2]);
    for seat in [8, 9] {
        arrive_reading_changes(&mut harness, seat);
    }
    harness.send(1, host("mina"));
    harness.send(8, Command::FollowLobby);
    harness.send(2, watch("mina"));
    harness.send(9, Command::FollowLobby);
    assert_eq!(
        harness.pass(seconds(1)),
        ["8 lobbyChanged [mina 1] gone []", "9 lobby [mina 1]"]
    );
    harness.send(2, Command::LeaveStream);
    let mut lines = harness.pass(seconds(1));
    lines.sort();
    assert_eq!(
        lines,
        [
            "8 lobbyChanged [mina 0] gone []",
            "9 lobbyChanged [mina 0] gone []"
        ]
    );
}

#[test]
fn a_long_list_is_told_less_often_as_a_whole() {
    let mut harness = Harness::with_peers(1..=62);
    arrive_reading_changes(&mut harness, 99);
    for seat in 1..=60 {
        harness.send(seat, host(&format!("channel {seat:03}")));
    }
    for seat in [62, 99] {
        harness.send(seat, Command::FollowLobby);
    }
    let mut told = [0, 0];
    for number in 0..12 {
        harness.send(1, rename_stream(&format!("title {number}")));
        let lines = harness.pass(seconds(1));
        told[0] += lines
            .iter()
            .filter(|line| line.starts_with("62 lobby "))
            .count();
        told[1] += lines
            .iter()
            .filter(|line| line.starts_with("99 lobbyC"))
            .count();
    }
    // 60 channels: every twelve seconds.
    assert_eq!(told, [1, 12]);
}
