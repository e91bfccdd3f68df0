//! Who may be the host, and what becomes of a stream whose host changes.

use super::{Harness, NOTHING, host, hosting, rename_stream, rename_user, seconds, title, watch};
use protocol::{Command, ListViewers, Media, UpdateStream};

fn host_with(name: &str, key: &str) -> Command {
    Command::JoinStream(hosting(name, key))
}

#[test]
fn a_channel_that_is_live_is_busy_for_others() {
    let mut harness = Harness::live();
    harness.arrive(3);
    assert_eq!(
        harness.send(3, host_with("mina", "other")),
        ["3 refused channel_busy"]
    );
    let mut without_key = hosting("mina", "key");
    without_key.key = None;
    assert_eq!(
        harness.send(3, Command::JoinStream(without_key)),
        ["3 refused channel_busy"]
    );
}

#[test]
fn a_viewer_that_is_refused_as_a_host_goes_on_watching() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.send(2, host_with("mina", "other")),
        ["2 refused channel_busy"]
    );
    assert_eq!(
        harness.send(1, rename_stream("Tea")),
        ["1 done", "2 #3 streamUpdated \"Tea\" audio true video true"]
    );
}

#[test]
fn the_same_key_takes_over_and_the_stream_goes_on() {
    let mut harness = Harness::live();
    harness.send(1, rename_stream("Tea"));
    harness.pass(seconds(5));
    harness.arrive(3);
    assert_eq!(
        harness.send(3, host("mina")),
        [
            "3 joined mina host, s1 of p3 \"Tea\" for 5 s, viewers 1",
            "2 #4 userLeftStream p1 replaced",
            "3 #1 allStreamUsers p2",
            "2 #5 userJoinedStream p3:host",
            "2 #6 streamStarted s1 of p3 \"Tea\" for 5 s",
            "2 #7 linkClosed k1 replaced",
            "3 #2 linkOpened k2 to p2",
            "2 #8 linkOpened k2 from p3",
            "1 closed 4409",
        ]
    );
    assert_eq!(harness.exchanger.seats(), 2);
    assert_eq!(harness.resume(11, 1), ["11 welcome p11 fresh epoch 0"]);
}

#[test]
fn a_host_that_is_away_yields_to_its_own_key() {
    let mut harness = Harness::live();
    harness.disconnect(1);
    harness.arrive(3);
    assert_eq!(
        harness.send(3, host("mina")),
        [
            "3 joined mina host, s1 of p3 \"-\" for 0 s, viewers 1",
            "2 #3 userLeftStream p1 replaced",
            "3 #1 allStreamUsers p2",
            "2 #4 userJoinedStream p3:host",
            "2 #5 streamStarted s1 of p3 \"-\" for 0 s",
            "2 #6 linkClosed k1 replaced",
            "3 #2 linkOpened k2 to p2",
            "2 #7 linkOpened k2 from p3",
        ]
    );
    assert_eq!(harness.exchanger.peers(), 2);
    assert_eq!(harness.pass_alive(seconds(60), &[2, 3]), NOTHING);
}

#[test]
fn a_viewer_with_the_key_may_take_over_its_own_channel() {
    let mut harness = Harness::live();
    harness.arrive(3);
    harness.send(3, watch("mina"));
    assert_eq!(
        harness.send(3, host("mina")),
        [
            "3 joined mina host, s1 of p3 \"-\" for 0 s, viewers 1",
            "1 #6 userLeftStream p3 moved",
            "2 #4 userLeftStream p3 moved",
            "1 #7 linkClosed k2 left",
            "2 #5 userLeftStream p1 replaced",
            "3 #3 allStreamUsers p2",
            "2 #6 userJoinedStream p3:host",
            "2 #7 streamStarted s1 of p3 \"-\" for 0 s",
            "2 #8 linkClosed k1 replaced",
            "3 #4 linkOpened k3 to p2",
            "2 #9 linkOpened k3 from p3",
            "1 closed 4409",
        ]
    );
}

#[test]
fn a_stream_says_what_it_is_about_and_only_what_is_new() {
    let mut harness = Harness::live();
    let mute = Command::UpdateStream(UpdateStream {
        title: None,
        media: Some(Media {
            audio: false,
            video: true,
        }),
    });
    assert_eq!(
        harness.send(1, rename_stream("Tea")),
        ["1 done", "2 #3 streamUpdated \"Tea\" audio true video true"]
    );
    assert_eq!(harness.send(1, rename_stream("Tea")), ["1 done"]);
    assert_eq!(
        harness.send(1, mute),
        [
            "1 done",
            "2 #4 streamUpdated \"Tea\" audio false video true"
        ]
    );
}

#[test]
fn joining_again_with_another_title_tells_it() {
    let mut harness = Harness::live();
    let mut join = hosting("mina", "key");
    join.keep = vec![harness.link("k1")];
    join.title = title("Tea");
    assert_eq!(
        harness.send(1, Command::JoinStream(join)),
        [
            "1 joined mina host, s1 of p1 \"Tea\" for 0 s, viewers 1",
            "2 #3 streamUpdated \"Tea\" audio true video true",
            "1 #4 allStreamUsers p2",
            "1 #5 linkOpened k1 to p2 kept",
        ]
    );
}

#[test]
fn only_the_host_runs_the_stream() {
    let mut harness = Harness::live();
    let list = || Command::ListViewers(ListViewers::default());
    assert_eq!(
        harness.send(2, rename_stream("Tea")),
        ["2 refused forbidden"]
    );
    assert_eq!(harness.send(2, list()), ["2 refused forbidden"]);
    assert_eq!(harness.send(1, list()), ["1 viewers p2 of 1"]);
}

#[test]
fn the_viewers_are_listed_page_by_page() {
    let mut harness = Harness::with_peers(1..=103);
    harness.send(1, host("mina"));
    for seat in 2..=103 {
        harness.send(seat, watch("mina"));
    }
    let after = Some(harness.peer(101));
    let page = ListViewers { after };
    assert_eq!(
        harness.send(1, Command::ListViewers(page)),
        ["1 viewers p102 p103 of 102"]
    );
    let first = harness.send(1, Command::ListViewers(ListViewers::default()));
    assert!(first[0].starts_with("1 viewers p2 p3 "));
    assert!(first[0].ends_with(" p101 of 102 more"));
    harness.send(101, Command::LeaveStream);
    assert_eq!(
        harness.send(1, Command::ListViewers(page)),
        ["1 refused no_such_peer"]
    );
}

#[test]
fn who_is_in_no_channel_has_nothing_to_say() {
    let mut harness = Harness::live();
    harness.arrive(3);
    let (link, host) = (harness.link("k1"), harness.peer(1));
    for command in [
        Command::LeaveStream,
        Command::ListViewers(ListViewers::default()),
        rename_stream("Tea"),
        rename_user("Jun"),
        super::offer(host, link, 1),
        super::answer(host, link, 1),
        super::candidate(host, link, 1),
        super::flowing(link),
        super::failed(link),
        super::restart_ice(link),
    ] {
        assert_eq!(harness.send(3, command), ["3 refused not_joined"]);
    }
}
