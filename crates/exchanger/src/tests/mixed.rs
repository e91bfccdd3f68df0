//! Native peers and clients of the old system in one channel.

use super::rooms::{join, leave, one, signal, sorted};
use super::{Harness, NOTHING, answer, candidate, host, offer, watch};
use protocol::LinkId;
use protocol::room::{RoomName, Rooms, SignalKind};

const OFFER: &str = r#"{"type":"offer","sdp":"v=0\r\nm=audio 9 UDP 0\r\n"}"#;
const ANSWER: &str = r#"{"type":"answer","sdp":"v=0\r\nm=audio 9 UDP 0\r\n"}"#;
const CANDIDATE: &str = r#"{"candidate":"candidate:1"}"#;

/// A native host on seat 1, clients of the old system on seats 2 and 3, all in one channel.
fn with_native_host() -> Harness {
    let mut harness = Harness::with_peers([1]);
    harness.send(1, host("ch"));
    for seat in [2, 3] {
        harness.arrive_old(seat);
        harness.say(seat, join(one("ch"), &format!("Old{seat}")));
    }
    harness
}

/// A native viewer on seat 1 and a client of the old system on seat 2, with a link from this one.
fn with_old_host() -> (Harness, LinkId) {
    let mut harness = Harness::with_peers([1]);
    harness.send(1, watch("ch"));
    harness.arrive_old(2);
    harness.say(2, join(one("ch"), "Old2"));
    harness.say(2, signal(one("ch"), SignalKind::Offer, OFFER));
    let link = harness.link("k1");
    (harness, link)
}

#[test]
fn an_old_client_is_a_viewer_to_natives_and_they_are_users_to_it() {
    let mut harness = Harness::with_peers([1]);
    harness.send(1, host("ch"));
    harness.arrive_old(2);
    assert_eq!(
        harness.say(2, join(one("ch"), "Old2")),
        [
            "2 allStreamUsers [p1]",
            "1 #2 userJoinedStream p2",
            "1 #3 linkOpened k1 to p2"
        ]
    );
    harness.arrive(3);
    let lines = harness.send(3, watch("ch"));
    let told: Vec<_> = lines.iter().filter(|line| line.starts_with("2 ")).collect();
    assert_eq!(told, [r#"2 userJoinedStream {"name":"Somebody"}"#]);
}

#[test]
fn the_list_is_in_the_order_of_joining_whatever_protocol_one_speaks() {
    let mut harness = Harness::with_peers([1, 3]);
    harness.arrive_old(2);
    harness.arrive_old(4);
    harness.send(1, watch("ch"));
    harness.say(2, join(one("ch"), "Old2"));
    harness.send(3, watch("ch"));
    let lines = harness.say(4, join(one("ch"), "Old4"));
    assert!(lines.contains(&"4 allStreamUsers [p1 p2 p3]".to_owned()));
}

#[test]
fn what_a_native_says_to_one_reaches_that_one_alone() {
    let mut harness = with_native_host();
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    assert_eq!(
        harness.send(1, offer(viewer, link, 1)),
        ["1 done".to_owned(), format!("2 receiveOffer {OFFER}")]
    );
    assert_eq!(
        harness.send(1, candidate(viewer, link, 1)),
        ["1 done".to_owned(), "2 receiveCandidate {}".to_owned()]
    );
}

#[test]
fn what_an_old_client_says_reaches_everybody_else_with_its_id() {
    let mut harness = with_native_host();
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    harness.send(1, offer(viewer, link, 7));
    assert_eq!(
        harness.say(2, signal(one("ch"), SignalKind::Answer, ANSWER)),
        [
            format!("3 receiveAnswer {ANSWER}"),
            "1 #6 receiveAnswer k1/7 from p2".to_owned()
        ]
    );
    assert_eq!(
        harness.say(2, signal(one("ch"), SignalKind::Candidate, CANDIDATE)),
        [
            format!("3 receiveCandidate {CANDIDATE}"),
            "1 #7 receiveCandidate k1/7 from p2 x1".to_owned()
        ]
    );
    assert_eq!(
        harness.say(2, signal(one("ch"), SignalKind::Candidate, "null")),
        [
            "3 receiveCandidate null",
            "1 #8 receiveCandidate k1/7 from p2 x0 end"
        ]
    );
    assert_eq!(
        harness.say(2, signal(one("ch"), SignalKind::Offer, OFFER)),
        [
            format!("3 receiveOffer {OFFER}"),
            "1 #9 receiveOffer k1/7 from p2".to_owned()
        ]
    );
}

#[test]
fn a_native_is_addressed_by_its_id_like_an_old_client() {
    let mut harness = with_native_host();
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    let streamer = one(&harness.peer(1).to_string());
    assert_eq!(
        harness.say(2, signal(streamer, SignalKind::Answer, ANSWER)),
        ["1 #6 receiveAnswer k1/1 from p2"]
    );
}

#[test]
fn several_natives_are_addressed_by_their_ids_at_once() {
    let mut harness = Harness::with_peers([1, 2, 3]);
    for seat in 1..=3 {
        harness.send(seat, watch("ch"));
    }
    harness.arrive_old(4);
    harness.say(4, join(one("ch"), "Old4"));
    harness.say(4, signal(one("ch"), SignalKind::Offer, OFFER));
    let name = |seat| RoomName::text(harness.peer(seat).to_string());
    let two = Rooms::Many(vec![name(2), name(3)]);
    let lines = harness.say(4, signal(two, SignalKind::Candidate, CANDIDATE));
    let told: Vec<_> = sorted(lines)
        .into_iter()
        .map(|line| line.chars().next().unwrap())
        .collect();
    assert_eq!(told, ['2', '3']);
}

#[test]
fn an_offer_for_one_old_client_makes_nobody_the_host() {
    let mut harness = Harness::with_peers([1]);
    harness.send(1, watch("ch"));
    for seat in [2, 3] {
        harness.arrive_old(seat);
        harness.say(seat, join(one("ch"), "x"));
    }
    let other = one(&harness.peer(3).to_string());
    let lines = harness.say(2, signal(other, SignalKind::Offer, OFFER));
    assert_eq!(lines, [format!("3 receiveOffer {OFFER}")]);
}

#[test]
fn an_answer_to_an_offer_that_was_overtaken_is_not_passed_to_the_native() {
    let mut harness = with_native_host();
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    harness.send(1, offer(viewer, link, 2));
    let answer = || signal(one("ch"), SignalKind::Answer, ANSWER);
    let relayed = format!("3 receiveAnswer {ANSWER}");
    let first = harness.say(2, answer());
    assert_eq!(first, std::slice::from_ref(&relayed));
    assert_eq!(
        harness.say(2, answer()),
        [
            relayed.clone(),
            "1 #6 receiveAnswer k1/2 from p2".to_owned()
        ]
    );
    assert_eq!(harness.say(2, answer()), [relayed], "nothing was asked");
}

#[test]
fn what_is_no_signal_of_the_native_protocol_is_not_passed_to_natives() {
    let mut harness = with_native_host();
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    harness.send(1, offer(viewer, link, 1));
    for (kind, payload) in [
        (SignalKind::Answer, "\"text\""),
        (SignalKind::Answer, OFFER),
        (SignalKind::Candidate, "5"),
    ] {
        let lines = harness.say(2, signal(one("ch"), kind, payload));
        assert_eq!(lines, [format!("3 receive{kind:?} {payload}")]);
    }
}

#[test]
fn whoever_is_not_in_the_channel_is_not_heard_by_natives() {
    let mut harness = with_native_host();
    harness.arrive_old(4);
    let lines = harness.say(4, signal(one("ch"), SignalKind::Offer, OFFER));
    assert_eq!(
        sorted(lines),
        [
            format!("2 receiveOffer {OFFER}"),
            format!("3 receiveOffer {OFFER}")
        ]
    );
}

#[test]
fn a_departure_is_told_once_to_each_in_its_own_words() {
    let mut harness = with_native_host();
    assert_eq!(
        harness.say(2, leave(one("ch"), "Old2")),
        [
            "3 userLeftStream Old2",
            "1 #6 userLeftStream p2 left",
            "1 #7 linkClosed k1 left"
        ]
    );
    assert_eq!(
        harness.disconnect(3),
        ["1 #8 userLeftStream p3 lost", "1 #9 linkClosed k2 left"]
    );
}

#[test]
fn an_old_client_is_told_that_the_native_streamer_has_left() {
    let mut harness = with_native_host();
    let lines = harness.send(1, protocol::Command::LeaveStream);
    let left = r#"userLeftStream {"name":"Somebody"}"#;
    assert_eq!(
        lines,
        [
            "1 done".to_owned(),
            format!("2 {left}"),
            format!("3 {left}")
        ]
    );
}

#[test]
fn joining_again_does_not_cost_an_old_client_its_link() {
    let mut harness = with_native_host();
    assert_eq!(
        harness.say(2, join(one("ch"), "Anew")),
        [
            "3 userJoinedStream Anew",
            "2 allStreamUsers [p1 p2 p3]",
            "1 #6 userUpdated p2 Anew"
        ]
    );
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    assert_eq!(harness.send(1, offer(viewer, link, 1))[0], "1 done");
}

#[test]
fn an_old_client_that_offers_where_natives_wait_is_the_host() {
    let mut harness = Harness::with_peers([1]);
    harness.send(1, watch("ch"));
    harness.arrive_old(2);
    harness.say(2, join(one("ch"), "Old2"));
    let lines = harness.say(2, signal(one("ch"), SignalKind::Offer, OFFER));
    assert_eq!(
        lines,
        [
            "1 #3 userLeftStream p2 moved",
            "1 #4 userJoinedStream p2:host",
            "1 #5 streamStarted s1 of p2 \"-\" for 0 s",
            "1 #6 linkOpened k1 from p2",
            "1 #7 receiveOffer k1/1 from p2"
        ]
    );
}

#[test]
fn a_native_viewer_answers_an_old_host() {
    let (mut harness, link) = with_old_host();
    let streamer = harness.peer(2);
    assert_eq!(
        harness.send(1, answer(streamer, link, 1)),
        ["1 done".to_owned(), format!("2 receiveAnswer {ANSWER}")]
    );
    assert_eq!(
        harness.say(2, signal(one("ch"), SignalKind::Candidate, CANDIDATE)),
        ["1 #8 receiveCandidate k1/1 from p2 x1"]
    );
}

#[test]
fn an_old_hosts_offer_for_a_newcomer_leaves_the_others_their_picture() {
    let (mut harness, _link) = with_old_host();
    harness.arrive(3);
    harness.send(3, watch("ch"));
    let offer = || signal(one("ch"), SignalKind::Offer, OFFER);
    assert_eq!(harness.say(2, offer()), ["3 #3 receiveOffer k2/1 from p2"]);
    let lines = harness.say(2, offer());
    let all = [
        "1 #9 receiveOffer k1/2 from p2",
        "3 #4 receiveOffer k2/2 from p2",
    ];
    assert!(lines.iter().all(|line| all.contains(&line.as_str())) && lines.len() == 2);
}

#[test]
fn among_themselves_old_clients_make_no_stream() {
    let mut harness = Harness::new();
    for seat in [1, 2] {
        harness.arrive_old(seat);
        harness.say(seat, join(one("ch"), "x"));
    }
    let lines = harness.say(1, signal(one("ch"), SignalKind::Offer, OFFER));
    assert_eq!(lines, [format!("2 receiveOffer {OFFER}")]);
    assert!(harness.exchanger.lobby(harness.now).channels.is_empty());
}

#[test]
fn a_native_streamer_takes_over_from_an_old_host_that_watches_then() {
    let (mut harness, _link) = with_old_host();
    harness.arrive(3);
    let lines = harness.send(3, host("ch"));
    assert!(lines[0].starts_with("3 joined ch host"), "{lines:?}");
    assert!(lines.contains(&"1 #8 userLeftStream p2 replaced".to_owned()));
    let told: Vec<_> = lines.iter().filter(|line| line.starts_with("2 ")).collect();
    assert_eq!(told, [r#"2 userJoinedStream {"name":"Somebody"}"#]);
    assert!(lines.iter().all(|line| !line.contains("closed 4409")));
    let (viewer, link) = (harness.peer(2), harness.link("k3"));
    assert_eq!(
        harness.send(3, offer(viewer, link, 1)),
        ["3 done".to_owned(), format!("2 receiveOffer {OFFER}")]
    );
}

#[test]
fn an_old_client_may_not_speak_the_native_protocol_unseen() {
    let mut harness = with_native_host();
    harness.arrive(4);
    let say = harness.say(4, join(one("ch"), "x"));
    assert_eq!(say, NOTHING, "a native client has no rooms");
}
