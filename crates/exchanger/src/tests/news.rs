//! What comes too fast is told as the difference that is left.

use super::{Harness, NOTHING, host, millis, rename_stream, rename_user, seconds, watch};
use protocol::Command;

fn told(lines: &[String], seat: u64) -> usize {
    let start = format!("{seat} #");
    lines.iter().filter(|line| line.starts_with(&start)).count()
}

/// A host and two viewers who have renamed themselves so often that nothing is told at once.
fn busy() -> Harness {
    let mut harness = Harness::with_peers(1..=5);
    harness.send(1, host("mina"));
    for seat in [2, 3] {
        harness.send(seat, watch("mina"));
    }
    harness.pass(seconds(10));
    for number in 0..16 {
        harness.send(2, rename_user(&format!("Jun {number}")));
    }
    harness
}

#[test]
fn nobody_is_told_more_than_some_news_a_second_of_one_viewer() {
    let mut harness = Harness::with_peers(1..=4);
    harness.send(1, host("mina"));
    for seat in [2, 3] {
        harness.send(seat, watch("mina"));
    }
    harness.pass(seconds(10));
    for second in 0..10 {
        let mut lines = Vec::new();
        for number in 0..50 {
            lines.extend(harness.send(4, watch("mina")));
            lines.extend(harness.send(4, rename_user(&format!("Ann {second} {number}"))));
            lines.extend(harness.send(4, Command::LeaveStream));
            lines.extend(harness.pass_alive(millis(20), &[1, 2, 3, 4]));
        }
        for seat in 1..=3 {
            let told = told(&lines, seat);
            assert!(told <= 32, "{told} events for {seat} in a second");
        }
    }
}

#[test]
fn who_came_and_went_meanwhile_is_not_mentioned() {
    let mut harness = busy();
    assert_eq!(
        harness.send(4, watch("mina"))[2..],
        ["1 #22 linkOpened k3 to p4", "4 #2 linkOpened k3 from p1"]
    );
    harness.send(4, Command::LeaveStream);
    let lines = harness.send(2, Command::LeaveStream);
    assert!(
        lines.iter().all(|line| !line.contains("userLeft")),
        "{lines:?}"
    );
    harness.send(2, watch("mina"));
    let mut lines = harness.pass(seconds(2));
    lines.retain(|line| line.starts_with("3 "));
    let renamed = ["3 #19 userUpdated p2 Somebody"];
    assert_eq!(lines, renamed, "it came back under another name");
}

#[test]
fn several_renamings_are_told_as_one() {
    let mut harness = busy();
    for name in ["A", "B", "C"] {
        assert_eq!(harness.send(3, rename_user(name)), ["3 done"]);
    }
    assert_eq!(
        harness.pass(seconds(1)),
        ["1 #22 userUpdated p3 C", "2 #4 userUpdated p3 C"]
    );
}

#[test]
fn a_newcomer_is_told_what_the_others_were_told_and_then_the_difference() {
    let mut harness = busy();
    harness.send(3, Command::LeaveStream);
    harness.send(4, watch("mina"));
    let lines = harness.send(5, watch("mina"));
    assert_eq!(
        lines[..2],
        [
            "5 joined mina viewer, s1 of p1 \"-\" for 10 s, viewers 3",
            "5 #1 allStreamUsers p1:host p2 p3",
        ]
    );
    let mut lines = harness.pass(seconds(1));
    lines.retain(|line| line.starts_with("5 "));
    let mut told: Vec<&str> = lines.iter().map(|line| &line[5..]).collect();
    told.sort_unstable();
    assert_eq!(told, ["userJoinedStream p4", "userLeftStream p3 left"]);
}

#[test]
fn a_viewer_that_becomes_the_host_is_told_at_once_and_once() {
    let mut harness = Harness::with_peers(1..=3);
    for seat in [1, 2] {
        harness.send(seat, watch("mina"));
    }
    harness.pass(seconds(10));
    for number in 0..16 {
        harness.send(1, rename_user(&format!("Mina {number}")));
    }
    let lines = harness.send(1, host("mina"));
    let told: Vec<_> = lines.iter().filter(|line| line.starts_with("2 ")).collect();
    assert_eq!(
        told[..3],
        [
            "2 #18 userLeftStream p1 moved",
            "2 #19 userJoinedStream p1:host",
            "2 #20 streamStarted s1 of p1 \"-\" for 0 s",
        ]
    );
    let lines = harness.pass(seconds(2));
    assert_eq!(lines, NOTHING);
}

#[test]
fn a_stream_that_changes_all_the_time_is_told_as_it_is_in_the_end() {
    let mut harness = Harness::live();
    let mut lines = Vec::new();
    for number in 0..300 {
        lines.extend(harness.send(1, rename_stream(&format!("title {number}"))));
    }
    assert_eq!(told(&lines, 2), 8);
    assert_eq!(
        harness.pass(seconds(1)),
        ["2 #11 streamUpdated \"title 299\" audio true video true"]
    );
}

#[test]
fn viewers_are_told_that_their_host_is_away_and_back_but_not_of_a_blink() {
    let mut harness = Harness::live();
    harness.disconnect(1);
    harness.pass(millis(900));
    harness.resume(11, 1);
    assert_eq!(harness.pass(seconds(2)), NOTHING);
    harness.shut_out(11);
    assert_eq!(
        harness.pass(seconds(2)),
        ["2 #3 streamUpdated \"-\" audio true video true host away"]
    );
    harness.arrive(3);
    harness.send(3, watch("mina"));
    harness.resume(12, 1);
    let lines = harness.pass(seconds(1));
    let back = "streamUpdated \"-\" audio true video true";
    assert_eq!(lines, [format!("2 #5 {back}"), format!("3 #3 {back}")]);
}
