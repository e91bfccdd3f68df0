//! What passes over a link's two ends, and links that fail.

use super::{Harness, NOTHING, answer, candidate, failed, flowing, host, offer, restart_ice};
use super::{descriptor, millis, seconds, watch};
use protocol::time::Duration;
use protocol::{Command, DescriptorKind, End, LinkId};

/// Lets the viewer of [`Harness::live`] report that its newest link has failed, and says how long
/// it takes until the next one opens.
fn fail_and_reopen(harness: &mut Harness, number: usize) -> Duration {
    let link = harness.link(&format!("k{number}"));
    let mut lines = harness.send(2, failed(link));
    let failed_at = harness.now;
    let opened = format!(" linkOpened k{} from p1", number + 1);
    for _ in 0..200 {
        if lines.iter().any(|line| line.ends_with(&opened)) {
            return harness.now.since(failed_at);
        }
        lines = harness.pass_alive(millis(100), &[1, 2]);
    }
    panic!("link {} never opened", number + 1);
}

#[test]
fn an_offer_its_answer_and_candidates_reach_the_other_end() {
    let mut harness = Harness::live();
    let (link, host, viewer) = (harness.link("k1"), harness.peer(1), harness.peer(2));
    assert_eq!(
        harness.send(1, offer(viewer, link, 1)),
        ["1 done", "2 #3 receiveOffer k1/1 from p1"]
    );
    assert_eq!(
        harness.send(1, candidate(viewer, link, 1)),
        ["1 done", "2 #4 receiveCandidate k1/1 from p1 x1 end"]
    );
    assert_eq!(
        harness.send(2, answer(host, link, 1)),
        ["2 done", "1 #4 receiveAnswer k1/1 from p2"]
    );
    assert_eq!(
        harness.send(2, candidate(host, link, 1)),
        ["2 done", "1 #5 receiveCandidate k1/1 from p2 x1 end"]
    );
}

#[test]
fn each_end_keeps_to_its_part() {
    let mut harness = Harness::live();
    let (link, host, viewer) = (harness.link("k1"), harness.peer(1), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    let forbidden = |seat: u64| [format!("{seat} refused forbidden")];
    assert_eq!(harness.send(2, offer(host, link, 2)), forbidden(2));
    assert_eq!(harness.send(1, answer(viewer, link, 1)), forbidden(1));
    assert_eq!(harness.send(1, restart_ice(link)), forbidden(1));
    assert_eq!(
        harness.send(2, restart_ice(link)),
        ["2 done", "1 #4 receiveRestartIce k1 from p2"]
    );
}

#[test]
fn a_descriptor_is_what_the_event_says() {
    let mut harness = Harness::live();
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    let wrong = descriptor(DescriptorKind::Answer, viewer, link, 1);
    assert_eq!(
        harness.send(1, Command::Offer(wrong)),
        ["1 refused invalid_sdp"]
    );
    assert_eq!(
        harness.send(1, offer(viewer, link, 1)),
        ["1 done", "2 #3 receiveOffer k1/1 from p1"]
    );
}

#[test]
fn a_message_must_name_the_links_other_end() {
    let mut harness = Harness::live();
    let (link, host) = (harness.link("k1"), harness.peer(1));
    let no_such_peer = ["1 refused no_such_peer"];
    assert_eq!(harness.send(1, offer(host, link, 1)), no_such_peer);
    let mut to_relay = descriptor(DescriptorKind::Offer, host, link, 1);
    to_relay.to = End::Relay;
    assert_eq!(harness.send(1, Command::Offer(to_relay)), no_such_peer);
}

#[test]
fn a_link_that_is_unknown_or_anothers_is_stale() {
    let mut harness = Harness::live();
    harness.arrive(3);
    harness.send(3, watch("mina"));
    let (link, host) = (harness.link("k1"), harness.peer(1));
    let unknown = LinkId::from_bits(1);
    let stale = ["3 refused stale_link"];
    for link in [link, unknown] {
        assert_eq!(harness.send(3, answer(host, link, 1)), stale);
        assert_eq!(harness.send(3, candidate(host, link, 1)), stale);
        assert_eq!(harness.send(3, restart_ice(link)), stale);
        assert_eq!(harness.send(3, flowing(link)), stale);
        assert_eq!(harness.send(3, failed(link)), stale);
    }
}

#[test]
fn only_the_newest_negotiation_counts() {
    let mut harness = Harness::live();
    let (link, host, viewer) = (harness.link("k1"), harness.peer(1), harness.peer(2));
    let stale = |seat: u64| [format!("{seat} refused stale_generation")];
    assert_eq!(harness.send(2, candidate(host, link, 1)), stale(2));
    harness.send(1, offer(viewer, link, 2));
    assert_eq!(harness.send(1, offer(viewer, link, 2)), stale(1));
    assert_eq!(harness.send(1, offer(viewer, link, 1)), stale(1));
    assert_eq!(harness.send(2, answer(host, link, 1)), stale(2));
    assert_eq!(harness.send(2, answer(host, link, 3)), stale(2));
    assert_eq!(harness.send(1, candidate(viewer, link, 1)), stale(1));
    assert_eq!(harness.send(2, candidate(host, link, 1)), stale(2));
    assert_eq!(
        harness.send(2, answer(host, link, 2)),
        ["2 done", "1 #4 receiveAnswer k1/2 from p2"]
    );
}

#[test]
fn a_link_that_failed_is_closed_at_both_ends_and_opened_anew() {
    let mut harness = Harness::live();
    let link = harness.link("k1");
    assert_eq!(
        harness.send(1, failed(link)),
        [
            "1 done",
            "1 #4 linkClosed k1 failed",
            "2 #3 linkClosed k1 failed",
            "1 #5 linkOpened k2 to p2",
            "2 #4 linkOpened k2 from p1",
        ]
    );
    assert_eq!(harness.send(2, failed(link)), ["2 refused stale_link"]);
}

#[test]
fn a_link_that_keeps_failing_waits_longer_and_longer() {
    let mut harness = Harness::live();
    let waits: Vec<u64> = (1..=7)
        .map(|number| fail_and_reopen(&mut harness, number).as_secs())
        .collect();
    assert_eq!(waits, [0, 1, 2, 4, 8, 8, 8]);
}

#[test]
fn a_link_that_has_worked_is_tried_at_once_again() {
    let mut harness = Harness::live();
    fail_and_reopen(&mut harness, 1);
    fail_and_reopen(&mut harness, 2);
    let link = harness.link("k3");
    assert_eq!(harness.send(2, flowing(link)), ["2 done"]);
    harness.pass_alive(seconds(10), &[1, 2]);
    assert_eq!(fail_and_reopen(&mut harness, 3), Duration::ZERO);
    assert_eq!(fail_and_reopen(&mut harness, 4), seconds(1));
}

#[test]
fn a_link_that_worked_for_a_moment_has_not_proven_itself() {
    let mut harness = Harness::live();
    fail_and_reopen(&mut harness, 1);
    let link = harness.link("k2");
    harness.send(2, flowing(link));
    harness.pass_alive(seconds(9), &[1, 2]);
    assert_eq!(fail_and_reopen(&mut harness, 2), seconds(1));
}

#[test]
fn a_viewer_that_leaves_is_not_tried_again() {
    let mut harness = Harness::live();
    fail_and_reopen(&mut harness, 1);
    let link = harness.link("k2");
    harness.send(2, failed(link));
    assert_eq!(
        harness.send(2, Command::LeaveStream),
        ["2 done", "1 #7 userLeftStream p2 left"]
    );
    assert_eq!(harness.pass_alive(seconds(20), &[1, 2]), NOTHING);
}

#[test]
fn a_stream_that_is_full_says_so_once_and_goes_on_when_a_place_is_free() {
    let mut harness = Harness::with(|config| config.max_direct_viewers = 1);
    for seat in 1..=4 {
        harness.arrive(seat);
    }
    harness.send(1, host("mina"));
    harness.send(2, watch("mina"));
    assert_eq!(
        harness.send(3, watch("mina")),
        [
            "3 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 2",
            "3 #1 allStreamUsers p1:host p2",
            "1 #4 userJoinedStream p3",
            "2 #3 userJoinedStream p3",
            "3 #2 streamFull 1",
        ]
    );
    assert_eq!(
        harness.send(4, watch("mina")),
        [
            "4 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 3",
            "4 #1 allStreamUsers p1:host p2 p3",
            "1 #5 userJoinedStream p4",
            "2 #4 userJoinedStream p4",
            "3 #3 userJoinedStream p4",
            "4 #2 streamFull 1",
        ]
    );
    assert_eq!(
        harness.send(2, Command::LeaveStream),
        [
            "2 done",
            "1 #6 userLeftStream p2 left",
            "3 #4 userLeftStream p2 left",
            "4 #3 userLeftStream p2 left",
            "1 #7 linkClosed k1 left",
            "1 #8 linkOpened k2 to p3",
            "3 #5 linkOpened k2 from p1",
        ]
    );
}

#[test]
fn a_new_stream_tells_those_who_wait_that_it_is_full() {
    let mut harness = Harness::with(|config| config.max_direct_viewers = 0);
    harness.arrive(1);
    harness.arrive(2);
    harness.send(2, watch("mina"));
    assert_eq!(
        harness.send(1, host("mina"))[2..],
        [
            "2 #2 userJoinedStream p1:host",
            "2 #3 streamStarted s1 of p1 \"-\" for 0 s",
            "2 #4 streamFull 0",
        ]
    );
    harness.arrive(3);
    let lines = harness.send(3, host("mina"));
    assert!(
        !lines.iter().any(|line| line.contains("streamFull")),
        "{lines:?}"
    );
}
