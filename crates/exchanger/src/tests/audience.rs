//! Who is told who is there when there are many. The limit is two viewers here.

use super::{Harness, NOTHING, channel, host, millis, rename_user, seconds, watch};
use protocol::Command;

/// A host on seat 1 and viewers on the seats from 2 on, all told what there was to tell.
fn with_viewers(count: u64) -> Harness {
    let mut harness = Harness::with(|config| {
        config.large_stream_viewers = 2;
        config.max_direct_viewers = 0;
    });
    for seat in 1..=9 {
        harness.arrive(seat);
    }
    harness.send(1, host("mina"));
    for seat in 2..2 + count {
        harness.send(seat, watch("mina"));
    }
    harness.pass(seconds(1));
    harness
}

#[test]
fn everybody_in_a_large_stream_is_told_a_count() {
    let mut harness = with_viewers(2);
    assert_eq!(
        harness.send(4, watch("mina")),
        [
            "4 joined mina viewer, s1 of p1 \"-\" for 1 s, viewers 3",
            "4 #1 allStreamUsers p1:host",
            "4 #2 streamFull 0",
        ]
    );
    assert_eq!(harness.pass(millis(999)), NOTHING);
    assert_eq!(
        harness.pass(millis(1)),
        [
            "1 #5 audience 3 waiting 3",
            "2 #5 audience 3 waiting 3",
            "3 #4 audience 3 waiting 3",
            "4 #3 audience 3 waiting 3",
        ]
    );
    assert_eq!(harness.pass(seconds(2)), NOTHING);
}

#[test]
fn many_joins_are_one_count() {
    let mut harness = with_viewers(3);
    harness.send(5, watch("mina"));
    harness.pass(millis(500));
    harness.send(6, watch("mina"));
    assert_eq!(
        harness.pass(millis(500)),
        [
            "1 #5 audience 5 waiting 5",
            "2 #5 audience 5 waiting 5",
            "3 #4 audience 5 waiting 5",
            "4 #4 audience 5 waiting 5",
            "5 #3 audience 5 waiting 5",
            "6 #3 audience 5 waiting 5",
        ]
    );
}

#[test]
fn a_count_that_is_back_is_not_told() {
    let mut harness = with_viewers(4);
    assert_eq!(harness.send(4, Command::LeaveStream), ["4 done"]);
    harness.send(4, watch("mina"));
    assert_eq!(harness.pass(seconds(2)), NOTHING);
}

#[test]
fn nobody_is_left_with_a_count_of_a_moment() {
    let mut harness = with_viewers(3);
    harness.send(5, watch("mina"));
    harness.send(2, Command::LeaveStream);
    assert_eq!(
        harness.pass(seconds(1)),
        [
            "1 #5 audience 3 waiting 3",
            "3 #4 audience 3 waiting 3",
            "4 #4 audience 3 waiting 3",
            "5 #3 audience 3 waiting 3",
        ],
        "the newcomer was told 4 when it joined"
    );
}

#[test]
fn names_are_told_anew_when_few_are_left() {
    let mut harness = with_viewers(3);
    assert_eq!(harness.send(4, Command::LeaveStream), ["4 done"]);
    assert_eq!(
        harness.pass(seconds(1)),
        [
            "1 #5 allStreamUsers p2 p3",
            "2 #5 allStreamUsers p1:host p3",
            "3 #4 allStreamUsers p1:host p2",
            "1 #6 audience 2 waiting 2",
            "2 #6 audience 2 waiting 2",
            "3 #5 audience 2 waiting 2",
        ]
    );
    assert_eq!(
        harness.send(3, Command::LeaveStream),
        [
            "3 done",
            "1 #7 userLeftStream p3 left",
            "2 #7 userLeftStream p3 left",
        ]
    );
}

#[test]
fn a_viewers_name_is_told_to_nobody_and_the_hosts_to_all() {
    let mut harness = with_viewers(3);
    assert_eq!(harness.send(2, rename_user("Jun")), ["2 done"]);
    assert_eq!(
        harness.send(1, rename_user("Mina")),
        [
            "1 done",
            "2 #5 userUpdated p1:host Mina",
            "3 #4 userUpdated p1:host Mina",
            "4 #4 userUpdated p1:host Mina",
        ]
    );
}

#[test]
fn everybody_is_told_that_the_host_has_gone() {
    let mut harness = with_viewers(3);
    assert_eq!(
        harness.send(1, Command::LeaveStream),
        [
            "1 done",
            "2 #5 userLeftStream p1 left",
            "3 #4 userLeftStream p1 left",
            "4 #4 userLeftStream p1 left",
            "2 #6 streamEnded left",
            "3 #5 streamEnded left",
            "4 #5 streamEnded left",
        ]
    );
}

#[test]
fn a_host_that_finds_a_crowd_is_told_one_page_of_it() {
    let mut harness = Harness::with(|config| config.max_direct_viewers = 0);
    for seat in 1..=120 {
        harness.arrive(seat);
    }
    for seat in 2..=120 {
        harness.send(seat, watch("mina"));
    }
    let lines = harness.send(1, host("mina"));
    assert!(lines[0].ends_with("viewers 119"), "{}", lines[0]);
    assert!(lines[1].starts_with("1 #1 allStreamUsers p2 p3 "));
    assert!(lines[1].ends_with(" p101"));
}

#[test]
fn a_small_stream_tells_how_many_wait_when_that_changes() {
    let mut harness = Harness::with(|config| config.max_direct_viewers = 1);
    for seat in 1..=3 {
        harness.arrive(seat);
    }
    harness.send(1, host("mina"));
    harness.send(2, watch("mina"));
    assert_eq!(harness.pass(seconds(2)), NOTHING, "nobody waits");
    harness.send(3, watch("mina"));
    assert_eq!(
        harness.pass(seconds(1)),
        [
            "1 #5 audience 2 waiting 1",
            "2 #4 audience 2 waiting 1",
            "3 #3 audience 2 waiting 1",
        ]
    );
    harness.send(3, Command::LeaveStream);
    harness.send(3, watch("mina"));
    assert_eq!(harness.pass(seconds(2)), NOTHING, "as before");
    harness.send(2, Command::LeaveStream);
    let lines = harness.pass(seconds(1));
    assert!(
        lines.iter().any(|line| line.ends_with("audience 1")),
        "{lines:?}"
    );
    let state = harness.exchanger.channel(&channel("mina"), harness.now);
    let state = state.unwrap();
    assert_eq!((state.viewers, state.waiting), (1, 0));
}

#[test]
fn who_waits_is_not_listed_as_watching() {
    let mut harness = with_viewers(2);
    assert_eq!(harness.send(9, Command::FollowLobby), ["9 lobby [mina 0]"]);
    let state = harness.exchanger.channel(&channel("mina"), harness.now);
    let state = state.unwrap();
    assert_eq!((state.viewers, state.waiting), (0, 2));
}

#[test]
fn going_back_to_names_again_and_again_is_slowed() {
    let mut harness = with_viewers(2);
    let mut lists = 0;
    for _ in 0..30 {
        harness.send(4, watch("mina"));
        harness.pass_alive(millis(1_000), &[1, 2, 3, 4]);
        harness.send(4, Command::LeaveStream);
        let lines = harness.pass_alive(millis(1_000), &[1, 2, 3, 4]);
        let told = lines.iter().filter(|line| line.starts_with("1 #"));
        lists += told.filter(|line| line.contains("allStreamUsers")).count();
    }
    assert!((2..=4).contains(&lists), "{lists} lists in a minute");
}

#[test]
fn counts_are_told_each_second_while_names_have_to_wait() {
    let mut harness = with_viewers(2);
    for _ in 0..3 {
        harness.send(4, watch("mina"));
        harness.pass(seconds(1));
        harness.send(4, Command::LeaveStream);
        harness.pass(seconds(1));
    }
    harness.send(5, watch("mina"));
    let lines = harness.pass(seconds(1));
    let told = |line: &String| line.starts_with("2 ") && line.contains("audience 3");
    assert!(lines.iter().any(told), "{lines:?}");
    harness.send(5, Command::LeaveStream);
    let lines = harness.pass_alive(seconds(60), &[1, 2, 3]);
    let listed = |line: &String| line.ends_with("allStreamUsers p1:host p3");
    assert!(lines.iter().any(listed), "{lines:?}");
}
