//! Clocks that do not run as clocks should: they stand still, they jump ahead for hours when a
//! machine wakes up, and a shell's mistake may even turn them back.

use super::{Harness, NOTHING, offer, rename_stream, seconds, watch};
use protocol::Command;
use protocol::time::Instant;

const HOURS: u64 = 5 * 3_600;

/// Lets the machine find out only now what time it is.
fn jump(harness: &mut Harness, to: Instant) -> Vec<String> {
    harness.now = to;
    harness.pass(seconds(0))
}

#[test]
fn a_whole_stream_passes_while_the_clock_stands_still() {
    let mut harness = Harness::live();
    let (link, viewer) = (harness.link("k1"), harness.peer(2));
    for generation in 1..100 {
        let lines = harness.send(1, offer(viewer, link, generation));
        assert_eq!(lines[0], "1 done");
        assert_eq!(harness.pass(seconds(0)), NOTHING);
    }
    harness.disconnect(2);
    assert_eq!(harness.pass(seconds(0)), NOTHING);
    assert_eq!(harness.resume(12, 2), ["12 welcome p2 replayed epoch 1"]);
    assert_eq!(harness.send(1, Command::LeaveStream)[0], "1 done");
}

#[test]
fn who_was_not_asked_before_a_jump_is_asked_and_not_sent_away() {
    let mut harness = Harness::live();
    let later = harness.now + seconds(HOURS);
    assert_eq!(jump(&mut harness, later), ["1 ping", "2 ping"]);
    harness.send_without_id(1, Command::Pong);
    harness.send_without_id(2, Command::Pong);
    assert_eq!(harness.pass_alive(seconds(60), &[1, 2]), NOTHING);
}

#[test]
fn who_was_asked_before_a_jump_loses_its_connection_and_not_its_place() {
    let mut harness = Harness::live();
    assert_eq!(harness.pass(seconds(20)), ["1 ping", "2 ping"]);
    let later = harness.now + seconds(HOURS);
    assert_eq!(
        jump(&mut harness, later),
        ["1 closed 4408", "2 closed 4408"]
    );
    assert_eq!(harness.resume(11, 1), ["11 welcome p1 replayed epoch 1"]);
    assert_eq!(harness.resume(12, 2), ["12 welcome p2 replayed epoch 1"]);
    assert_eq!(harness.pass_alive(seconds(60), &[11, 12]), NOTHING);
}

#[test]
fn a_grace_that_ended_in_a_jump_has_ended() {
    let mut harness = Harness::live();
    harness.disconnect(2);
    let later = harness.now + seconds(HOURS);
    assert_eq!(
        jump(&mut harness, later),
        [
            "1 ping",
            "1 #4 userLeftStream p2 lost",
            "1 #5 linkClosed k1 left"
        ]
    );
    assert_eq!(harness.resume(12, 2), ["12 welcome p12 fresh epoch 0"]);
}

#[test]
fn a_clock_that_is_turned_back_breaks_nothing() {
    let mut harness = Harness::live();
    let before = harness.now;
    harness.pass_alive(seconds(3_600), &[1, 2]);
    assert_eq!(jump(&mut harness, Instant::ORIGIN), NOTHING);
    assert_eq!(
        harness.send(1, rename_stream("earlier")),
        [
            "1 done",
            "2 #3 streamUpdated \"earlier\" audio true video true"
        ]
    );
    harness.arrive(3);
    assert_eq!(
        harness.send(3, watch("mina"))[0].split(' ').nth(1),
        Some("joined")
    );
    harness.disconnect(3);
    assert_eq!(harness.resume(13, 3), ["13 welcome p3 replayed epoch 1"]);

    // Once it is right again, nobody has been forgotten.
    assert_eq!(jump(&mut harness, before + seconds(2 * 3_600)), ["13 ping"]);
    assert_eq!(harness.pass_alive(seconds(60), &[1, 2, 13]), NOTHING);
}
