//! Hundreds of tabs and a server, in calm and in storm, beside a small reference that knows who
//! must see whom and who must be told what. That nobody is told twice is watched on the wire, in
//! every test; see the crate's `witness`.
//!
//! Each test walks until it has made its share of a million steps; `STEPS=10000000` walks for
//! longer. A walk that fails prints its seed, what happened, and how to walk it again. A seed that
//! found something goes into its crowd's `found`, with the fix. It means the same walk only until
//! the simulation changes, so what it found also becomes a test of its own.

mod acts;
mod check;
mod faults;
mod model;
mod walk;

use sim::Steps;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use walk::{Crowd, Walk};

/// How many steps each of the two crowds makes.
const STEPS: u64 = 500_000;

const LARGE: Crowd = Crowd {
    name: "few_large_channels",
    channels: &[5, 3, 2],
    tabs: 180,
    found: &[1013],
};

const MANY: Crowd = Crowd {
    name: "many_channels",
    channels: &[20, 6, 6, 4, 4, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1],
    tabs: 160,
    found: &[1000, 1022],
};

#[test]
fn a_crowd_in_a_few_large_channels_sees_and_is_told_what_it_should() {
    walk_on(&LARGE);
}

#[test]
fn a_crowd_in_many_channels_sees_and_is_told_what_it_should() {
    walk_on(&MANY);
}

fn walk_on(crowd: &'static Crowd) {
    if let Some(seed) = number("SEED") {
        walk(crowd, seed);
        return;
    }
    let budget = number("STEPS").map_or(STEPS, |steps| steps / 2);
    let mut made = Steps::default();
    for seed in crowd.found.iter().copied().chain(0..) {
        if made.total() >= budget {
            break;
        }
        made += walk(crowd, seed);
    }
    tell(&format!("{}: {} steps, {made:?}", crowd.name, made.total()));
}

fn walk(crowd: &'static Crowd, seed: u64) -> Steps {
    let mut walk = Walk::new(crowd, seed);
    let outcome = catch_unwind(AssertUnwindSafe(|| walk.run()));
    let again = format!("SEED={seed} cargo test -p sim --test crowd {}", crowd.name);
    match outcome {
        Ok(Ok(steps)) => steps,
        Ok(Err(difference)) => panic!("{:#?}\n{difference}\n{again}", walk.trail),
        Err(panic) => {
            tell(&format!("{:#?}\n{again}", walk.trail));
            resume_unwind(panic)
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[expect(clippy::print_stderr, reason = "a test's report")]
fn tell(what: &str) {
    eprintln!("{what}");
}
