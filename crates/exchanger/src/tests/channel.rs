//! Joining, joining again, moving and leaving.

use super::{Harness, NOTHING, host, hosting, millis, rename_user, seconds, watch, watching};
use super::{channel, user};
use protocol::Command;

#[test]
fn a_viewer_may_wait_before_any_stream() {
    let mut harness = Harness::with_peers([1, 2]);
    assert_eq!(
        harness.send(1, watch("한국어 채널")),
        [
            "1 joined 한국어 채널 viewer, not live, viewers 1",
            "1 #1 allStreamUsers"
        ]
    );
    assert_eq!(
        harness.send(2, watch("한국어 채널")),
        [
            "2 joined 한국어 채널 viewer, not live, viewers 2",
            "2 #1 allStreamUsers p1",
            "1 #2 userJoinedStream p2",
        ]
    );
    let state = harness
        .exchanger
        .channel(&channel("한국어 채널"), harness.now);
    let state = state.unwrap();
    assert_eq!((state.viewers, state.waiting, state.live), (0, 2, None));
}

#[test]
fn everybody_else_is_told_when_a_host_goes_live() {
    let mut harness = Harness::with_peers([1, 2]);
    harness.send(2, watch("mina"));
    assert_eq!(
        harness.send(1, host("mina")),
        [
            "1 joined mina host, s1 of p1 \"-\" for 0 s, viewers 1",
            "1 #1 allStreamUsers p2",
            "2 #2 userJoinedStream p1:host",
            "2 #3 streamStarted s1 of p1 \"-\" for 0 s",
            "1 #2 linkOpened k1 to p2",
            "2 #4 linkOpened k1 from p1",
        ]
    );
}

#[test]
fn a_viewer_that_joins_a_live_stream_gets_a_link() {
    let mut harness = Harness::with_peers([1, 2]);
    assert_eq!(
        harness.send(1, host("mina")),
        [
            "1 joined mina host, s1 of p1 \"-\" for 0 s, viewers 0",
            "1 #1 allStreamUsers",
        ]
    );
    harness.pass(seconds(5));
    assert_eq!(
        harness.send(2, watch("mina")),
        [
            "2 joined mina viewer, s1 of p1 \"-\" for 5 s, viewers 1",
            "2 #1 allStreamUsers p1:host",
            "1 #2 userJoinedStream p2",
            "1 #3 linkOpened k1 to p2",
            "2 #2 linkOpened k1 from p1",
        ]
    );
}

#[test]
fn users_are_listed_in_join_order_without_the_caller() {
    let mut harness = Harness::with_peers([3, 1, 2, 4]);
    harness.send(3, watch("mina"));
    harness.send(1, host("mina"));
    harness.send(2, watch("mina"));
    assert_eq!(
        harness.send(4, watch("mina"))[..2],
        [
            "4 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 3",
            "4 #1 allStreamUsers p3 p1:host p2",
        ]
    );
}

#[test]
fn a_viewer_that_leaves_is_told_of_and_its_link_closed() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(2, Command::LeaveStream),
        [
            "2 done",
            "1 #4 userLeftStream p2 left",
            "1 #5 linkClosed k1 left",
        ]
    );
    assert_eq!(
        harness.send(2, Command::LeaveStream),
        ["2 refused not_joined"]
    );
}

#[test]
fn a_host_that_leaves_ends_the_stream_and_the_viewers_wait() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(1, Command::LeaveStream),
        [
            "1 done",
            "2 #3 userLeftStream p1 left",
            "2 #4 streamEnded left",
            "2 #5 linkClosed k1 left",
        ]
    );
    assert_eq!(
        harness.send(1, host("mina")),
        [
            "1 joined mina host, s2 of p1 \"-\" for 0 s, viewers 1",
            "1 #4 allStreamUsers p2",
            "2 #6 userJoinedStream p1:host",
            "2 #7 streamStarted s2 of p1 \"-\" for 0 s",
            "1 #5 linkOpened k2 to p2",
            "2 #8 linkOpened k2 from p1",
        ]
    );
}

#[test]
fn a_host_that_is_lost_ends_the_stream_after_its_grace() {
    let mut harness = Harness::live();
    assert_eq!(harness.disconnect(1), NOTHING);
    assert_eq!(
        harness.pass_alive(seconds(30) - millis(1), &[2]),
        ["2 #3 streamUpdated \"-\" audio true video true host away"]
    );
    assert_eq!(
        harness.pass_alive(millis(1), &[2]),
        [
            "2 #4 userLeftStream p1 lost",
            "2 #5 streamEnded lost",
            "2 #6 linkClosed k1 left",
        ]
    );
}

#[test]
fn joining_another_channel_is_leaving_this_one() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(2, watch("other")),
        [
            "2 joined other viewer, not live, viewers 1",
            "1 #4 userLeftStream p2 moved",
            "1 #5 linkClosed k1 left",
            "2 #3 allStreamUsers",
        ]
    );
}

#[test]
fn a_host_that_goes_live_elsewhere_ends_its_stream() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(1, host("other")),
        [
            "1 joined other host, s2 of p1 \"-\" for 0 s, viewers 0",
            "2 #3 userLeftStream p1 moved",
            "2 #4 streamEnded moved",
            "2 #5 linkClosed k1 left",
            "1 #4 allStreamUsers",
        ]
    );
}

#[test]
fn changing_the_role_is_leaving_and_joining() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(1, watch("mina")),
        [
            "1 joined mina viewer, not live, viewers 2",
            "2 #3 userLeftStream p1 moved",
            "2 #4 streamEnded moved",
            "2 #5 linkClosed k1 left",
            "1 #4 allStreamUsers p2",
            "2 #6 userJoinedStream p1",
        ]
    );
}

#[test]
fn joining_again_tells_the_state_anew_and_others_nothing() {
    let mut harness = Harness::live();
    let mut join = watching("mina");
    join.keep = vec![harness.link("k1")];
    assert_eq!(
        harness.send(2, Command::JoinStream(join)),
        [
            "2 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 1",
            "2 #3 allStreamUsers p1:host",
            "2 #4 linkOpened k1 from p1 kept",
        ]
    );
}

#[test]
fn joining_again_without_a_link_opens_it_anew() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(2, watch("mina")),
        [
            "2 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 1",
            "2 #3 allStreamUsers p1:host",
            "1 #4 linkClosed k1 replaced",
            "2 #4 linkClosed k1 replaced",
            "1 #5 linkOpened k2 to p2",
            "2 #5 linkOpened k2 from p1",
        ]
    );
}

#[test]
fn a_host_that_joins_again_keeps_the_links_it_names() {
    let mut harness = Harness::live();
    harness.arrive(3);
    harness.send(3, watch("mina"));
    let mut join = hosting("mina", "key");
    join.keep = vec![harness.link("k2")];
    assert_eq!(
        harness.send(1, Command::JoinStream(join)),
        [
            "1 joined mina host, s1 of p1 \"-\" for 0 s, viewers 2",
            "1 #6 allStreamUsers p2 p3",
            "1 #7 linkClosed k1 replaced",
            "2 #4 linkClosed k1 replaced",
            "1 #8 linkOpened k3 to p2",
            "2 #5 linkOpened k3 from p1",
            "1 #9 linkOpened k2 to p3 kept",
        ]
    );
}

#[test]
fn joining_again_under_another_name_tells_the_others_the_name() {
    let mut harness = Harness::live();
    let mut join = watching("mina");
    join.keep = vec![harness.link("k1")];
    join.user = user("Jun");
    assert_eq!(
        harness.send(2, Command::JoinStream(join)),
        [
            "2 joined mina viewer, s1 of p1 \"-\" for 0 s, viewers 1",
            "1 #4 userUpdated p2 Jun",
            "2 #3 allStreamUsers p1:host",
            "2 #4 linkOpened k1 from p1 kept",
        ]
    );
}

#[test]
fn a_new_name_is_told_once() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(2, rename_user("Jun")),
        ["2 done", "1 #4 userUpdated p2 Jun"]
    );
    assert_eq!(harness.send(2, rename_user("Jun")), ["2 done"]);
}

#[test]
fn a_channel_ends_with_its_last_peer() {
    let mut harness = Harness::live();
    harness.send(1, Command::LeaveStream);
    harness.send(2, Command::LeaveStream);
    let state = harness.exchanger.channel(&channel("mina"), harness.now);
    assert_eq!(state, None);
    harness.disconnect(1);
    harness.disconnect(2);
    assert_eq!(harness.pass(seconds(30)), NOTHING);
    assert_eq!(harness.exchanger.peers(), 0);
    assert_eq!(harness.exchanger.poll_timeout(), None);
}
