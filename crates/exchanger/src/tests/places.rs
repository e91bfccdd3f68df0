//! Who has a place, for how long, and how fast links are opened.

use super::{
    Harness, NOTHING, answer, candidate, failed, host, hosting, millis, offer, restart_ice,
};
use super::{flowing, seconds, watch, watching};
use protocol::{Command, JoinStream, LinkFailed, LinkFailure, LinkId};

fn opened(lines: &[String], seat: u64) -> usize {
    let start = format!("{seat} #");
    let is = |line: &&String| line.starts_with(&start) && line.contains("linkOpened");
    lines.iter().filter(is).count()
}

/// A host on seat 1 with so many places.
fn places(count: usize) -> Harness {
    let mut harness = Harness::with(|config| config.max_direct_viewers = count);
    harness.arrive(1);
    harness.send(1, host("mina"));
    harness
}

fn no_resources(link: LinkId) -> Command {
    Command::LinkFailed(LinkFailed {
        link,
        reason: LinkFailure::Resources,
    })
}

#[test]
fn links_are_opened_eight_at_once_and_then_two_a_second() {
    let mut harness = Harness::with_peers(1..=60);
    harness.send(1, host("mina"));
    let mut at_once = 0;
    for seat in 2..60 {
        at_once += opened(&harness.send(seat, watch("mina")), 1);
        at_once += opened(&harness.send(seat, Command::LeaveStream), 1);
    }
    assert_eq!(at_once, 8);
    harness.send(60, watch("mina"));
    let mut first = None;
    for step in 1..20 {
        let lines = harness.pass(millis(100));
        if opened(&lines, 1) > 0 {
            first.get_or_insert(step);
        }
    }
    assert_eq!(first, Some(5), "half a second");
}

#[test]
fn a_source_holds_two_places_while_others_wait_and_all_while_nobody_does() {
    let mut harness = places(4);
    for seat in 2..=5 {
        harness.arrive_from(99, seat);
        assert_eq!(opened(&harness.send(seat, watch("mina")), 1), 1);
    }
    for (seat, full) in [(6, 5), (7, 4)] {
        harness.arrive(seat);
        let lines = harness.send(seat, watch("mina"));
        assert_eq!(opened(&lines, seat), 1, "{lines:?}");
        let full = format!("{full} #");
        let is_full = |line: &String| line.starts_with(&full) && line.ends_with("streamFull 4");
        assert!(lines.iter().any(is_full), "{lines:?}");
    }
    harness.arrive(8);
    let lines = harness.send(8, watch("mina"));
    assert_eq!(opened(&lines, 8), 0, "{lines:?}");
}

#[test]
fn who_does_not_answer_gives_way_to_one_who_waits_within_five_seconds() {
    let mut harness = places(1);
    for seat in 2..=4 {
        harness.arrive(seat);
        harness.send(seat, watch("mina"));
    }
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    harness.pass_alive(seconds(20), &[1, 2, 3, 4]);
    harness.send(1, offer(viewer, link, 1));
    assert_eq!(harness.pass_alive(millis(4_999), &[1, 2, 3, 4]), NOTHING);
    let lines = harness.pass_alive(millis(1), &[1, 2, 3, 4]);
    assert_eq!(opened(&lines, 3), 1, "{lines:?}");
    let (link, viewer) = (harness.link("k2"), harness.peer(3));
    harness.send(1, offer(viewer, link, 1));
    harness.send(3, answer(harness.peer(1), link, 1));
    assert_eq!(
        opened(&harness.pass_alive(seconds(30), &[1, 2, 3, 4]), 4),
        0
    );
}

#[test]
fn to_say_that_media_flow_is_no_answer() {
    let mut harness = places(1);
    for seat in 2..=3 {
        harness.arrive(seat);
        harness.send(seat, watch("mina"));
    }
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    assert_eq!(harness.send(2, flowing(link)), ["2 done"]);
    let lines = harness.pass_alive(seconds(5), &[1, 2, 3]);
    assert_eq!(opened(&lines, 3), 1, "{lines:?}");
}

#[test]
fn who_does_not_answer_keeps_its_place_while_nobody_waits() {
    let mut harness = places(2);
    harness.arrive(2);
    harness.send(2, watch("mina"));
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    assert_eq!(harness.pass_alive(seconds(60), &[1, 2]), NOTHING);
}

#[test]
fn a_host_that_cannot_make_a_connection_is_asked_for_none_for_some_seconds() {
    let mut harness = Harness::live();
    harness.arrive(3);
    let link = harness.link("k1");
    assert_eq!(
        harness.send(1, no_resources(link)),
        [
            "1 done",
            "1 #4 linkClosed k1 failed",
            "2 #3 linkClosed k1 failed"
        ]
    );
    assert_eq!(opened(&harness.send(3, watch("mina")), 1), 0);
    assert_eq!(opened(&harness.pass_alive(millis(9_999), &[1, 2, 3]), 1), 0);
    assert_eq!(opened(&harness.pass_alive(millis(1), &[1, 2, 3]), 1), 2);
    let link = harness.link("k2");
    harness.send(2, failed(link));
    let lines = harness.pass_alive(millis(1), &[1, 2, 3]);
    assert_eq!(
        lines, NOTHING,
        "it was opened at once: the viewer was not blamed"
    );
}

#[test]
fn a_viewer_that_cannot_make_a_connection_holds_up_nobody_else() {
    let mut harness = Harness::live();
    harness.arrive(3);
    let link = harness.link("k1");
    assert_eq!(opened(&harness.send(2, no_resources(link)), 2), 0);
    assert_eq!(opened(&harness.send(3, watch("mina")), 3), 1);
    assert_eq!(opened(&harness.pass_alive(millis(7_999), &[1, 2, 3]), 2), 0);
    assert_eq!(opened(&harness.pass_alive(millis(1), &[1, 2, 3]), 2), 1);
}

#[test]
fn a_link_that_is_claimed_and_not_taken_over_yet_is_never_stale() {
    let mut harness = Harness::with_peers([1, 2]);
    let keep = |join| JoinStream {
        keep: vec![LinkId::from_bits(71)],
        ..join
    };
    harness.send(1, Command::JoinStream(keep(hosting("mina", "key"))));
    let (link, other) = (LinkId::from_bits(71), harness.peer(2));
    assert_eq!(harness.send(1, candidate(other, link, 4)), ["1 done"]);
    assert_eq!(harness.send(1, flowing(link)), ["1 done"]);
    assert_eq!(harness.retry_after(1, offer(other, link, 5)), Some(1_000));
    assert_eq!(harness.retry_after(1, restart_ice(link)), Some(1_000));
    harness.send(2, Command::JoinStream(keep(watching("mina"))));
    let lines = harness.send(1, offer(other, link, 5));
    assert_eq!(lines[1], "2 #3 receiveOffer k1/5 from p1");
}

#[test]
fn a_link_that_is_claimed_is_stale_after_the_grace_and_when_it_is_given_up() {
    for gives_up in [false, true] {
        let mut harness = Harness::with_peers([1, 2]);
        let join = JoinStream {
            keep: vec![LinkId::from_bits(71)],
            ..hosting("mina", "key")
        };
        harness.send(1, Command::JoinStream(join));
        let (link, other) = (LinkId::from_bits(71), harness.peer(2));
        if gives_up {
            assert_eq!(harness.send(1, failed(link)), ["1 done"]);
        } else {
            harness.pass_alive(seconds(30), &[1, 2]);
        }
        assert_eq!(
            harness.send(1, candidate(other, link, 1)),
            ["1 refused stale_link"]
        );
    }
}
