//! Sessions that go on at another seat, and requests that are sent twice.

use super::{Harness, NOTHING, host, offer, seconds, watch};
use protocol::limits::MAX_REPLAY_EVENTS;
use protocol::{Command, Secret, Seq, SessionId};

#[test]
fn a_lost_socket_keeps_its_place_and_nobody_is_told() {
    let mut harness = Harness::live();
    assert_eq!(harness.disconnect(2), NOTHING);
    assert_eq!(harness.pass_alive(seconds(29), &[1]), NOTHING);
    assert_eq!(harness.resume(12, 2), ["12 welcome p2 replayed epoch 1"]);
    assert_eq!(harness.pass_alive(seconds(60), &[1, 12]), NOTHING);
}

#[test]
fn a_resume_replays_in_order_what_was_missed() {
    let mut harness = Harness::live();
    harness.disconnect(2);
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    assert_eq!(harness.send(1, offer(viewer, link, 1)), ["1 done"]);
    assert_eq!(harness.send(1, offer(viewer, link, 2)), ["1 done"]);
    assert_eq!(
        harness.resume(12, 2),
        [
            "12 welcome p2 replayed epoch 1",
            "12 #3 receiveOffer k1/1 from p1",
            "12 #4 receiveOffer k1/2 from p1",
        ]
    );
}

#[test]
fn a_resume_replays_from_the_number_the_client_names() {
    let mut harness = Harness::live();
    let mut resume = harness.resumption(2);
    resume.last_seq = Seq(0);
    assert_eq!(
        harness.resume_with(12, resume),
        [
            "12 welcome p2 replayed epoch 1",
            "2 closed 4409",
            "12 #1 allStreamUsers p1:host",
            "12 #2 linkOpened k1 from p1",
        ]
    );
}

#[test]
fn an_overflown_ring_gives_a_snapshot_and_joining_again_tells_the_state() {
    let mut harness = Harness::live();
    let link = harness.link("k1");
    harness.disconnect(2);
    let viewer = harness.peer(2);
    for generation in (1..).take(MAX_REPLAY_EVENTS + 1) {
        harness.send(1, offer(viewer, link, generation));
    }
    assert_eq!(harness.resume(12, 2), ["12 welcome p2 snapshot epoch 1"]);
    let mut join = super::watching("mina");
    join.keep = vec![link];
    assert_eq!(
        harness.send(12, Command::JoinStream(join)),
        [
            "12 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 1",
            "12 #260 allStreamUsers p1:host",
            "12 #261 linkOpened k1 from p1 kept",
        ]
    );
}

#[test]
fn a_number_that_was_never_sent_gives_a_snapshot() {
    let mut harness = Harness::live();
    let mut resume = harness.resumption(2);
    resume.last_seq = Seq(99);
    assert_eq!(
        harness.resume_with(12, resume),
        ["12 welcome p2 snapshot epoch 1", "2 closed 4409"]
    );
}

#[test]
fn a_wrong_secret_begins_a_new_session_and_leaves_the_real_one_alone() {
    let mut harness = Harness::live();
    let mut resume = harness.resumption(2);
    resume.secret = Secret::from_bytes([0; 16]);
    assert_eq!(
        harness.resume_with(12, resume),
        ["12 welcome p12 fresh epoch 0"]
    );
    assert_eq!(harness.send(2, Command::Pong), ["2 done"]);
    assert_eq!(
        harness.resume(22, 2),
        ["22 welcome p2 replayed epoch 1", "2 closed 4409"]
    );
}

#[test]
fn an_unknown_session_looks_like_a_wrong_secret() {
    let mut harness = Harness::live();
    let mut resume = harness.resumption(2);
    resume.session = SessionId::from_bits(1);
    assert_eq!(
        harness.resume_with(12, resume),
        ["12 welcome p12 fresh epoch 0"]
    );
}

#[test]
fn a_session_ends_with_its_grace() {
    let mut harness = Harness::live();
    harness.disconnect(2);
    assert_eq!(
        harness.pass_alive(seconds(30), &[1]),
        ["1 #4 userLeftStream p2 lost", "1 #5 linkClosed k1 left"]
    );
    assert_eq!(harness.resume(12, 2), ["12 welcome p12 fresh epoch 0"]);
    assert_eq!(harness.exchanger.peers(), 2);
}

#[test]
fn of_two_resumes_that_race_the_later_one_wins() {
    let mut harness = Harness::live();
    harness.disconnect(2);
    let resume = harness.resumption(2);
    assert_eq!(
        harness.resume_with(12, resume.clone()),
        ["12 welcome p2 replayed epoch 1"]
    );
    assert_eq!(
        harness.resume_with(22, resume),
        ["22 welcome p2 replayed epoch 2", "12 closed 4409"]
    );
    assert_eq!(harness.send(12, Command::Pong), NOTHING);
    assert_eq!(harness.disconnect(12), NOTHING);
    assert_eq!(harness.send(22, Command::Pong), ["22 done"]);
    assert_eq!(harness.exchanger.seats(), 2);
    assert_eq!(harness.pass_alive(seconds(60), &[1, 22]), NOTHING);
}

#[test]
fn grace_counts_from_the_last_loss() {
    let mut harness = Harness::live();
    harness.disconnect(2);
    harness.pass_alive(seconds(20), &[1]);
    harness.resume(12, 2);
    harness.disconnect(12);
    assert_eq!(harness.pass_alive(seconds(29), &[1]), NOTHING);
    assert_eq!(
        harness.pass_alive(seconds(1), &[1]),
        ["1 #4 userLeftStream p2 lost", "1 #5 linkClosed k1 left"]
    );
}

#[test]
fn a_repeated_request_is_answered_again_and_not_carried_out_again() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(1, host("mina"));
    let reply = "2 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 1";
    assert_eq!(
        harness.send_as(2, 500, watch("mina")),
        [
            reply,
            "2 #1 allStreamUsers p1:host",
            "1 #2 userJoinedStream p2",
            "1 #3 linkOpened k1 to p2",
            "2 #2 linkOpened k1 from p1",
        ]
    );
    assert_eq!(harness.send_as(2, 500, watch("mina")), [reply]);
    assert_eq!(harness.send_as(2, 500, Command::LeaveStream), [reply]);
}

#[test]
fn a_request_repeated_after_a_resume_is_not_carried_out_again() {
    let mut harness = Harness::live();
    harness.send_as(2, 500, Command::LeaveStream);
    harness.disconnect(2);
    harness.resume(12, 2);
    assert_eq!(harness.send_as(12, 500, Command::LeaveStream), ["12 done"]);
    assert_eq!(
        harness.send_as(12, 501, Command::LeaveStream),
        ["12 refused not_joined"]
    );
}

#[test]
fn what_changes_nothing_is_carried_out_again_and_its_reply_not_kept() {
    let mut harness = Harness::with_peers([1, 2]);
    assert_eq!(harness.send_as(2, 500, Command::FollowLobby), ["2 lobby"]);
    harness.send(1, host("mina"));
    let lines = harness.send_as(2, 500, Command::FollowLobby);
    assert_eq!(lines, ["2 lobby [mina 0]"]);
    harness.send_as(2, 501, Command::Pong);
    let lines = harness.send_as(2, 501, watch("mina"));
    assert!(lines[0].contains("joined"), "{lines:?}");
}
