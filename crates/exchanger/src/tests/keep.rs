//! After a server restart: direct links that still flow are taken over, not negotiated anew.

use super::{Harness, hosting, seconds, watching};
use protocol::{Command, JoinStream, LinkId};

fn keeping(join: JoinStream, keep: impl IntoIterator<Item = u64>) -> Command {
    let keep = keep.into_iter().map(LinkId::from_bits).collect();
    Command::JoinStream(JoinStream { keep, ..join })
}

#[test]
fn a_link_that_both_ends_name_is_kept() {
    let mut harness = Harness::with_peers([1, 2]);
    let join = JoinStream {
        live_for_ms: 60_000,
        ..hosting("mina", "key")
    };
    assert_eq!(
        harness.send(1, keeping(join, [71, 72])),
        [
            "1 joined mina host, s1 of p1 \"-\" for 60 s, viewers 0",
            "1 #1 allStreamUsers",
        ]
    );
    assert_eq!(
        harness.send(2, keeping(watching("mina"), [72])),
        [
            "2 joined mina viewer, s1 of p1 \"-\" for 60 s, viewers 1",
            "2 #1 allStreamUsers p1:host",
            "1 #2 userJoinedStream p2",
            "1 #3 linkOpened k1 to p2 kept",
            "2 #2 linkOpened k1 from p1 kept",
        ]
    );
    assert_eq!(harness.link("k1"), LinkId::from_bits(72));
}

#[test]
fn a_viewer_that_is_back_first_keeps_its_link_too() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(2, keeping(watching("mina"), [72]));
    assert_eq!(
        harness.send(1, keeping(hosting("mina", "key"), [72]))[4..],
        [
            "1 #2 linkOpened k1 to p2 kept",
            "2 #4 linkOpened k1 from p1 kept",
        ]
    );
}

#[test]
fn a_link_that_one_end_names_is_opened_anew() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(1, keeping(hosting("mina", "key"), [71]));
    assert_eq!(
        harness.send(2, keeping(watching("mina"), [72]))[3..],
        ["1 #3 linkOpened k1 to p2", "2 #2 linkOpened k1 from p1"]
    );
}

#[test]
fn a_link_is_kept_by_one_viewer_only() {
    let mut harness = Harness::with_peers([1, 2, 3]);
    harness.send(1, keeping(hosting("mina", "key"), [71]));
    harness.send(2, keeping(watching("mina"), [71]));
    assert_eq!(
        harness.send(3, keeping(watching("mina"), [71]))[4..],
        ["1 #5 linkOpened k2 to p3", "3 #2 linkOpened k2 from p1"]
    );
}

#[test]
fn a_kept_link_that_fails_is_opened_anew_under_another_id() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(1, keeping(hosting("mina", "key"), [71]));
    harness.send(2, keeping(watching("mina"), [71]));
    let link = harness.link("k1");
    assert_eq!(
        harness.send(2, super::failed(link)),
        [
            "2 done",
            "1 #4 linkClosed k1 failed",
            "2 #3 linkClosed k1 failed",
            "1 #5 linkOpened k2 to p2",
            "2 #4 linkOpened k2 from p1",
        ]
    );
}

#[test]
fn a_link_that_nobody_adopted_in_time_is_not_kept() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(1, keeping(hosting("mina", "key"), [71]));
    harness.pass_alive(seconds(30), &[1, 2]);
    assert_eq!(
        harness.send(2, keeping(watching("mina"), [71]))[3..],
        ["1 #3 linkOpened k1 to p2", "2 #2 linkOpened k1 from p1"]
    );
}

#[test]
fn a_stream_cannot_have_been_on_for_more_than_a_week() {
    let mut harness = Harness::with_peers([1]);
    let join = JoinStream {
        live_for_ms: u64::MAX,
        ..hosting("mina", "key")
    };
    assert_eq!(
        harness.send(1, Command::JoinStream(join))[0],
        "1 joined mina host, s1 of p1 \"-\" for 604800 s, viewers 0"
    );
}

#[test]
fn in_a_full_stream_those_who_have_a_picture_keep_it() {
    let mut harness = Harness::with(|config| config.max_direct_viewers = 1);
    for seat in 1..=3 {
        harness.arrive(seat);
    }
    harness.send(3, keeping(watching("mina"), []));
    harness.send(2, keeping(watching("mina"), [72]));
    let lines = harness.send(1, keeping(hosting("mina", "key"), [72]));
    assert!(lines.contains(&"1 #2 linkOpened k1 to p2 kept".to_owned()));
    assert!(lines.iter().any(|line| line.ends_with(" streamFull 1")));
}

#[test]
fn who_waited_gives_way_to_one_who_comes_back_with_a_picture() {
    let mut harness = Harness::with(|config| config.max_direct_viewers = 1);
    for seat in 1..=3 {
        harness.arrive(seat);
    }
    harness.send(1, keeping(hosting("mina", "key"), [72]));
    harness.send(3, keeping(watching("mina"), []));
    assert_eq!(
        harness.send(2, keeping(watching("mina"), [72]))[4..],
        [
            "1 #5 linkClosed k1 left",
            "3 #4 linkClosed k1 left",
            "1 #6 linkOpened k2 to p2 kept",
            "2 #2 linkOpened k2 from p1 kept",
            "3 #5 streamFull 1",
        ]
    );
}
