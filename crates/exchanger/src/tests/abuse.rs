//! Peers that cannot have what they ask for, or ask for too much: what that costs the others.

use super::{Harness, NOTHING, candidate, failed, flowing, host, incompatible, offer};
use super::{seconds, watch};
use protocol::limits::{MAX_CANDIDATES, MAX_LINK_CANDIDATE_BYTES, MAX_LINK_CANDIDATES};
use protocol::{Candidate, Command, Generation, LinkId, PeerId, SendCandidates};

/// A host on seat 1 and viewers on the others, of whom one has a place.
fn one_place(viewers: impl IntoIterator<Item = u64>) -> Harness {
    let mut harness = Harness::with(|config| config.max_direct_viewers = 1);
    harness.arrive(1);
    harness.send(1, host("mina"));
    for seat in viewers {
        harness.arrive(seat);
        harness.send(seat, watch("mina"));
    }
    harness
}

/// The viewer's links fail, beginning with `k{from}`; the last lines say what came of the last.
fn fail_in_a_row(harness: &mut Harness, from: usize, times: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for number in from..from + times {
        let link = harness.link(&format!("k{number}"));
        lines = harness.send(1, failed(link));
        if number + 1 < from + times {
            harness.pass_alive(seconds(8), &[1, 2, 3]);
        }
    }
    lines
}

#[test]
fn a_viewer_whose_links_keep_failing_gives_way_to_those_who_wait() {
    let mut harness = one_place([2, 3]);
    let lines = fail_in_a_row(&mut harness, 1, 4);
    assert_eq!(
        texts(&lines),
        [
            "1 done",
            "1 linkClosed k4 failed",
            "2 linkClosed k4 failed",
            "1 linkOpened k5 to p3",
            "3 linkOpened k5 from p1",
            "2 streamFull 1",
        ]
    );
    assert_eq!(
        texts(&harness.send(3, Command::LeaveStream)),
        [
            "3 done",
            "1 userLeftStream p3 left",
            "2 userLeftStream p3 left",
            "1 linkClosed k5 left",
        ]
    );
    let lines = texts(&harness.pass_alive(seconds(8), &[1, 2, 3]));
    assert_eq!(
        lines,
        [
            "1 audience 1",
            "2 audience 1",
            "1 linkOpened k6 to p2",
            "2 linkOpened k6 from p1"
        ],
        "it has its place back when there is room, after the wait that was left"
    );
}

#[test]
fn a_viewer_that_gave_way_goes_behind_those_who_come_later_until_it_works() {
    for works in [false, true] {
        let mut harness = one_place([2]);
        fail_in_a_row(&mut harness, 1, 4);
        harness.pass_alive(seconds(8), &[1, 2]);
        let link = harness.link("k5");
        if works {
            harness.send(2, flowing(link));
        }
        harness.arrive(3);
        let lines = texts(&harness.send(3, watch("mina")));
        let is_full = |seat: u64| lines.contains(&format!("{seat} streamFull 1"));
        assert_eq!((is_full(2), is_full(3)), (!works, works), "{lines:?}");
    }
}

#[test]
fn browsers_without_a_common_codec_are_not_tried_again_and_hold_no_place() {
    let mut harness = one_place([2]);
    let link = harness.link("k1");
    assert_eq!(
        texts(&harness.send(2, incompatible(link))),
        ["2 done", "1 linkClosed k1 failed", "2 linkClosed k1 failed"]
    );
    assert_eq!(harness.pass_alive(seconds(60), &[1, 2]), NOTHING);
    harness.arrive(3);
    let lines = texts(&harness.send(3, watch("mina")));
    assert!(
        lines.contains(&"3 linkOpened k2 from p1".to_owned()),
        "{lines:?}"
    );
    assert!(lines.contains(&"2 streamFull 1".to_owned()), "{lines:?}");
}

#[test]
fn a_new_host_is_tried_with_everybody() {
    let mut harness = one_place([2, 3]);
    fail_in_a_row(&mut harness, 1, 4);
    harness.send(1, Command::LeaveStream);
    let lines = texts(&harness.send(1, host("mina")));
    assert!(
        lines.contains(&"2 linkOpened k6 from p1".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn joining_again_and_again_opens_links_no_faster_than_failing_does() {
    let mut harness = Harness::live();
    let mut opened = 0;
    for _ in 0..60 {
        let mut lines = harness.send(2, watch("mina"));
        lines.extend(harness.pass_alive(seconds(1), &[1, 2]));
        opened += lines
            .iter()
            .filter(|l| l.starts_with("1 ") && l.contains("linkOpened"))
            .count();
    }
    // After 0, 1, 2 and 4 seconds, and then every 8.
    assert!((8..=12).contains(&opened), "{opened}");
}

#[test]
fn each_end_sends_so_many_candidates_for_one_offer() {
    let mut harness = Harness::live();
    let (link, host, viewer) = (harness.link("k1"), harness.peer(1), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    for _ in 0..MAX_LINK_CANDIDATES / MAX_CANDIDATES {
        let lines = harness.send(2, candidates(host, link, 1, MAX_CANDIDATES, 2));
        assert_eq!(lines[0], "2 done");
    }
    let refused = ["2 refused too_fast"];
    assert_eq!(harness.send(2, candidate(host, link, 1)), refused);
    assert_eq!(harness.send(2, candidates(host, link, 1, 0, 0)), refused);
    assert_eq!(harness.send(1, candidate(viewer, link, 1))[0], "1 done");
    harness.send(1, offer(viewer, link, 2));
    assert_eq!(harness.send(2, candidate(host, link, 2))[0], "2 done");
}

#[test]
fn each_end_sends_so_many_bytes_of_candidates_for_one_offer() {
    let mut harness = Harness::live();
    let (link, host, viewer) = (harness.link("k1"), harness.peer(1), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    for _ in 0..MAX_LINK_CANDIDATE_BYTES / 4096 {
        let lines = harness.send(2, candidates(host, link, 1, 1, 4096));
        assert_eq!(lines[0], "2 done");
    }
    assert_eq!(
        harness.send(2, candidate(host, link, 1)),
        ["2 refused too_fast"]
    );
}

fn candidates(to: PeerId, link: LinkId, generation: u32, count: usize, bytes: usize) -> Command {
    let frame = r#"{"a":""}"#.len();
    let json = match bytes.checked_sub(frame) {
        Some(filling) => format!(r#"{{"a":"{}"}}"#, "a".repeat(filling)),
        None => "{}".to_owned(),
    };
    Command::Candidate(SendCandidates {
        to: to.into(),
        link,
        generation: Generation(generation),
        candidates: vec![Candidate::from_json(&json).unwrap(); count],
        end: false,
    })
}

/// Lines without their numbers, which count what came before.
fn texts(lines: &[String]) -> Vec<String> {
    let is_number = |word: &&str| word.starts_with('#');
    let text = |line: &String| {
        let words = line.split(' ').filter(|word| !is_number(word));
        words.collect::<Vec<_>>().join(" ")
    };
    lines.iter().map(text).collect()
}
