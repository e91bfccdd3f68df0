//! What strangers did to a stream, and must not do again: the findings as they were reported.

use super::{Harness, hosting, millis, seconds, watch};
use protocol::Command;

fn host_with(name: &str, key: &str) -> Command {
    Command::JoinStream(hosting(name, key))
}

fn opened_at(lines: &[String], seat: u64) -> usize {
    let start = format!("{seat} ");
    let is = |line: &&String| line.starts_with(&start) && line.contains("linkOpened");
    lines.iter().filter(is).count()
}

#[test]
fn leaving_and_joining_opens_links_no_faster_than_failing_does() {
    let mut harness = Harness::live();
    let mut opened = 0;
    for _ in 0..600 {
        let mut lines = harness.send(2, Command::LeaveStream);
        lines.extend(harness.send(2, watch("mina")));
        lines.extend(harness.pass_alive(millis(100), &[1, 2]));
        opened += opened_at(&lines, 1);
    }
    assert!(opened <= 30, "{opened} links in a minute, for one viewer");
}

#[test]
fn strangers_who_come_once_each_do_not_make_a_host_open_links_without_limit() {
    let mut harness = Harness::live();
    let mut opened = 0;
    for seat in 3..600 {
        harness.arrive(seat);
        let mut lines = harness.send(seat, watch("mina"));
        lines.extend(harness.send(seat, Command::LeaveStream));
        lines.extend(harness.disconnect(seat));
        lines.extend(harness.pass_alive(millis(100), &[1, 2]));
        opened += opened_at(&lines, 1);
    }
    assert!(opened <= 180, "{opened} links in a minute");
}

#[test]
fn who_began_a_stream_is_not_locked_out_by_one_who_carried_it_on() {
    let mut harness = Harness::with_peers(1..=3);
    harness.send(1, host_with("mina", "first"));
    harness.send(2, watch("mina"));
    harness.disconnect(1);
    harness.send(3, host_with("mina", "stranger"));
    harness.send(3, Command::LeaveStream);
    harness.send(3, host_with("mina", "stranger"));
    harness.arrive(4);
    let lines = harness.send(4, host_with("mina", "first"));
    assert!(lines[0].starts_with("4 joined mina host"), "{lines:?}");
}

#[test]
fn a_host_is_told_of_a_crowd_at_a_bounded_rate() {
    let mut harness = Harness::with_peers(1..=200);
    harness.send(1, host_with("mina", "key"));
    for seat in 2..=199 {
        harness.send(seat, watch("mina"));
    }
    let mut told = 0;
    let mut lines = Vec::new();
    for _ in 0..160 {
        lines.extend(harness.send(200, watch("mina")));
        lines.extend(harness.send(200, Command::LeaveStream));
    }
    lines.extend(harness.pass(seconds(1)));
    told += lines.iter().filter(|line| line.starts_with("1 #")).count();
    assert!(
        told <= 32,
        "{told} events for the host in a second, from one viewer"
    );
}

#[test]
fn who_resumes_finds_a_seat_where_newcomers_find_none() {
    let mut harness = Harness::with(|config| config.max_seats = 2);
    harness.arrive(1);
    harness.send(1, host_with("mina", "key"));
    harness.arrive(2);
    harness.disconnect(1);
    harness.arrive(3);
    assert_eq!(harness.connect(4), super::NOTHING, "its host comes back");
}
