//! To whom a channel belongs, and when its host may be another one.

use super::{Harness, NOTHING, host, hosting, millis, seconds, watch, watching};
use protocol::{Command, JoinStream, LinkId};

fn host_with(name: &str, key: &str) -> Command {
    Command::JoinStream(hosting(name, key))
}

fn keeping(join: JoinStream, keep: impl IntoIterator<Item = u64>) -> Command {
    let keep = keep.into_iter().map(LinkId::from_bits).collect();
    Command::JoinStream(JoinStream { keep, ..join })
}

fn is_host(lines: &[String]) -> bool {
    lines[0].contains("joined mina host")
}

#[test]
fn a_host_that_is_lost_yields_to_anybody_after_ten_seconds() {
    let mut harness = Harness::live();
    harness.disconnect(1);
    harness.arrive(3);
    assert_eq!(
        harness.retry_after(3, host_with("mina", "other")),
        Some(10_000)
    );
    harness.pass_alive(seconds(10) - millis(1), &[2, 3]);
    assert_eq!(harness.retry_after(3, host_with("mina", "other")), Some(1));
    harness.pass_alive(millis(1), &[2, 3]);
    assert_eq!(
        harness.send(3, host_with("mina", "other"))[0],
        "3 joined mina host, s1 of p3 \"-\" for 10 s, viewers 1"
    );
    harness.arrive(4);
    assert_eq!(harness.retry_after(4, host_with("mina", "third")), None);
    assert_eq!(
        harness.send(4, host("mina"))[0],
        "4 joined mina host, s1 of p4 \"-\" for 10 s, viewers 1",
        "who began the stream may have it back"
    );
}

#[test]
fn a_host_that_came_back_is_lost_anew() {
    let mut harness = Harness::live();
    harness.disconnect(1);
    harness.pass_alive(seconds(9), &[2]);
    harness.resume(11, 1);
    harness.disconnect(11);
    harness.arrive(3);
    harness.pass_alive(seconds(9), &[2, 3]);
    assert_eq!(
        harness.retry_after(3, host_with("mina", "other")),
        Some(1_000)
    );
}

#[test]
fn a_host_whose_silence_has_lasted_yields_as_well() {
    let mut harness = Harness::live();
    harness.arrive(3);
    harness.pass_alive(seconds(30), &[2, 3]);
    assert_eq!(
        harness.retry_after(3, host_with("mina", "other")),
        Some(10_000)
    );
    harness.pass_alive(seconds(10), &[2, 3]);
    assert!(is_host(&harness.send(3, host_with("mina", "other"))));
}

#[test]
fn nobody_takes_over_a_host_that_the_server_closed() {
    let mut harness = Harness::live();
    harness.shut_out(1);
    harness.arrive(3);
    harness.pass_alive(seconds(29), &[2, 3]);
    assert_eq!(harness.retry_after(3, host_with("mina", "other")), None);
    harness.arrive(4);
    assert!(is_host(&harness.send(4, host("mina"))), "but its key does");
}

#[test]
fn a_stranger_on_a_free_name_gives_it_back_to_the_one_who_had_it() {
    let mut harness = Harness::live();
    harness.send(1, Command::LeaveStream);
    harness.arrive(3);
    harness.pass_alive(seconds(599), &[1, 2, 3]);
    assert!(is_host(&harness.send(3, host_with("mina", "stranger"))));
    harness.pass_alive(seconds(3_600), &[1, 2, 3]);
    harness.arrive(4);
    assert_eq!(
        harness.send(4, host_with("mina", "another")),
        ["4 refused channel_busy"]
    );
    assert!(is_host(&harness.send(1, host("mina"))));
    assert_eq!(harness.send(3, Command::Pong), NOTHING, "it was dismissed");
}

#[test]
fn a_right_lapses_ten_minutes_after_the_stream_also_when_the_channel_is_gone() {
    for (wait, is_kept) in [(599, true), (600, false)] {
        let mut harness = Harness::with_peers([1, 3, 4]);
        harness.send(1, host("mina"));
        harness.send(1, Command::LeaveStream);
        harness.pass_alive(seconds(wait), &[1, 3, 4]);
        assert!(is_host(&harness.send(3, host_with("mina", "new"))));
        assert_eq!(is_host(&harness.send(1, host("mina"))), is_kept);
    }
}

#[test]
fn a_host_without_a_key_has_no_right_and_its_successors_none() {
    let mut harness = Harness::with_peers(1..=4);
    let mut keyless = hosting("mina", "key");
    keyless.key = None;
    harness.send(1, Command::JoinStream(keyless));
    harness.send(1, host("mina"));
    harness.disconnect(1);
    harness.pass_alive(seconds(10), &[2, 3, 4]);
    assert!(is_host(&harness.send(3, host_with("mina", "third"))));
    harness.arrive(5);
    for (seat, key) in [(4, "third"), (5, "key")] {
        let lines = harness.send(seat, host_with("mina", key));
        assert_eq!(lines, [format!("{seat} refused channel_busy")]);
    }
}

#[test]
fn after_a_restart_the_host_whose_links_viewers_hold_has_its_stream_back() {
    let mut harness = Harness::with_peers(1..=5);
    harness.send(9, Command::Pong);
    harness.send(3, host_with("mina", "stranger"));
    let back = || keeping(hosting("mina", "mine"), [71, 72]);
    assert_eq!(harness.retry_after(1, back()), Some(1_000));
    harness.send(2, keeping(watching("mina"), [72]));
    let lines = harness.send(1, back());
    assert!(is_host(&lines), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with("to p2 kept")));
    harness.arrive(6);
    assert_eq!(
        harness.send(6, host_with("mina", "stranger")),
        ["6 refused channel_busy"],
        "the channel is not the stranger's"
    );
    assert!(is_host(&harness.send(5, host_with("mina", "mine"))));
}

#[test]
fn viewers_of_one_address_do_not_outvote_the_viewers_of_several() {
    let mut harness = Harness::with_peers(1..=3);
    harness.send(1, keeping(hosting("mina", "mine"), [71, 72]));
    harness.send(2, keeping(watching("mina"), [71]));
    harness.send(3, keeping(watching("mina"), [72]));
    for seat in 20..30 {
        harness.arrive_from(99, seat);
        harness.send(seat, keeping(watching("mina"), [666]));
    }
    harness.arrive_from(99, 30);
    let claim = keeping(hosting("mina", "stranger"), [666]);
    assert_eq!(harness.send(30, claim), ["30 refused channel_busy"]);
}

#[test]
fn long_after_a_start_nobody_shows_links_of_before() {
    let mut harness = Harness::live();
    harness.arrive(3);
    harness.arrive(4);
    harness.pass_alive(seconds(30), &[1, 2, 3, 4]);
    for seat in [2, 3] {
        harness.send(seat, keeping(watching("mina"), [666]));
    }
    let claim = keeping(hosting("mina", "stranger"), [666]);
    assert_eq!(harness.retry_after(4, claim), None);
}

#[test]
fn a_peer_joins_eight_times_at_once_and_then_once_a_second() {
    let mut harness = Harness::with_peers([1]);
    for _ in 0..8 {
        harness.send(1, watch("mina"));
    }
    let refused = ["1 refused too_fast"];
    assert_eq!(harness.send_as(1, 700, watch("mina")), refused);
    harness.pass(seconds(1));
    let lines = harness.send_as(1, 700, watch("mina"));
    assert!(lines[0].contains("joined"), "the same request: {lines:?}");
    assert_eq!(harness.retry_after(1, watch("mina")), Some(1_001));
}

#[test]
fn who_was_live_for_a_moment_after_a_restart_has_no_right_afterwards() {
    let mut harness = Harness::with_peers(1..=3);
    harness.send(3, host_with("mina", "stranger"));
    harness.send(3, Command::LeaveStream);
    assert!(is_host(&harness.send(1, host_with("mina", "mine"))));
    assert_eq!(
        harness.send(3, host_with("mina", "stranger")),
        ["3 refused channel_busy"]
    );
    assert!(is_host(&harness.send(2, host_with("mina", "mine"))));
}
