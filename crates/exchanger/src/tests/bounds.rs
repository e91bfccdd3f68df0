//! What grows, and how far; what joining costs.

use super::{Harness, NOTHING, hello, host, millis, seconds, watch};
use crate::{Config, Exchanger, Input, Seat, SeatKind, Source};
use protocol::time::Instant;

#[test]
fn one_connection_too_many_is_closed() {
    let mut harness = Harness::with(|config| config.max_seats = 2);
    harness.arrive(1);
    harness.arrive(2);
    harness.connect(3);
    assert_eq!(harness.send(3, hello()), ["3 closed 4429"]);
    assert_eq!(harness.exchanger.seats(), 2);
    assert_eq!(harness.exchanger.peers(), 2);
    harness.disconnect(1);
    harness.arrive(4);
}

#[test]
fn who_comes_back_has_a_seat_of_the_reserve_and_gives_its_old_one_up() {
    let mut harness = Harness::with(|config| config.max_seats = 2);
    harness.arrive(1);
    harness.arrive(2);
    assert_eq!(
        harness.resume(11, 1),
        ["11 welcome p1 replayed epoch 1", "1 closed 4409"]
    );
    harness.disconnect(11);
    harness.arrive(3);
    assert_eq!(harness.resume(21, 1), ["21 welcome p1 replayed epoch 2"]);
    assert_eq!(harness.exchanger.seats(), 3);
    harness.connect(4);
    assert_eq!(harness.send(4, hello()), ["4 closed 4429"]);
}

#[test]
fn silent_connections_hold_the_reserve_for_a_second_only() {
    let mut harness = Harness::with(|config| config.max_seats = 2);
    harness.arrive(1);
    harness.arrive(2);
    for seat in 3..=10 {
        assert_eq!(harness.connect(seat), NOTHING);
    }
    assert_eq!(harness.connect(11), ["11 closed 4429"]);
    assert_eq!(harness.pass(seconds(1)), NOTHING);
    assert_eq!(harness.connect(12), ["3 closed 4429"]);
    assert_eq!(harness.exchanger.seats(), 10);
    harness.pass(seconds(10));
    assert_eq!(harness.exchanger.seats(), 2);
}

#[test]
fn sessions_without_a_connection_do_not_pile_up() {
    let mut harness = Harness::with(|config| config.max_seats = 3);
    for seat in 1..=10 {
        harness.arrive(seat);
        harness.disconnect(seat);
        harness.pass(millis(1));
    }
    assert_eq!(harness.exchanger.peers(), 3);
    assert_eq!(harness.resume(17, 7), ["17 welcome p17 fresh epoch 0"]);
    assert_eq!(harness.resume(18, 8), ["18 welcome p8 replayed epoch 1"]);
    harness.disconnect(17);
    harness.disconnect(18);
    harness.pass(seconds(60));
    assert_eq!(harness.exchanger.peers(), 0);
    assert_eq!(harness.exchanger.poll_timeout(), None);
}

#[test]
fn late_and_spurious_timeouts_are_harmless() {
    let mut harness = Harness::live();
    assert_eq!(harness.pass(millis(1)), NOTHING);
    harness.exchanger.handle_timeout(harness.now);
    assert_eq!(harness.exchanger.poll_output(), None);
    harness.exchanger.handle_timeout(Instant::ORIGIN);
    assert_eq!(harness.exchanger.poll_output(), None);
}

#[test]
fn the_same_seed_and_inputs_give_the_same_outputs() {
    let run = || {
        let mut exchanger = Exchanger::new(Config::new([3; 32]));
        let kind = SeatKind::NATIVE;
        let mut outputs = Vec::new();
        for (seat, join) in [(Seat(1), host("mina")), (Seat(2), watch("mina"))] {
            let mut feed = |input| {
                exchanger.handle_input(Instant::ORIGIN, input);
                outputs.extend(std::iter::from_fn(|| exchanger.poll_output()));
            };
            feed(Input::Connect {
                seat,
                kind,
                source: Source(seat.0),
            });
            for command in [hello(), join] {
                let id = Some(protocol::RequestId(1));
                feed(Input::Command { seat, id, command });
            }
        }
        outputs
    };
    assert_eq!(run(), run());
}

/// How many outputs one more join causes with `viewers` watching already, what is told later
/// included.
fn outputs_of_a_join(viewers: u64) -> (usize, usize) {
    let mut harness = Harness::with_peers(1..=viewers + 2);
    harness.send(1, host("mina"));
    for seat in 2..viewers + 2 {
        harness.send(seat, watch("mina"));
    }
    harness.pass(seconds(1));
    let joined = harness.send(viewers + 2, watch("mina")).len();
    let left = harness.disconnect(viewers + 2).len();
    (joined, left)
}

#[test]
fn a_join_touches_as_many_peers_among_ten_thousand_as_among_a_hundred() {
    // Joined, its users, and that the stream is full.
    assert_eq!(outputs_of_a_join(100), (3, 0));
    assert_eq!(outputs_of_a_join(10_000), (3, 0));
}
