//! Random operations of several people against a small reference model.
//!
//! Every client believes exactly what it was told and fails if it is told something twice or
//! something it cannot place. After every operation the model compares what clients believe with
//! what must be true. Sequences that failed once are in `proptest-regressions` and run first; how
//! many run is `PROPTEST_CASES`.

mod client;
mod command;
mod exchange;
mod operation;
mod rights;
mod rooms;
mod truth;
mod world;

use operation::{Operation, operations};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use world::World;

/// How a property is run: as often as it says, unless asked for more or less.
fn config(regressions: &str, cases: u32) -> ProptestConfig {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/");
    let file = format!("{file}{regressions}");
    let asked = std::env::var("PROPTEST_CASES").ok();
    let cases = asked.and_then(|asked| asked.parse().ok()).unwrap_or(cases);
    ProptestConfig {
        // A few hundred bytes for each run, of which there is one for each property.
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(file.leak()))),
        max_shrink_iters: 20_000,
        ..ProptestConfig::with_cases(cases)
    }
}

/// About twenty seconds for each property.
const CASES: u32 = 1_500;

fn run(large_stream_viewers: usize, operations: Vec<Operation>) {
    let mut world = World::new(large_stream_viewers);
    for operation in operations {
        world.carry_out(operation);
        world.check();
    }
    world.end();
}

proptest! {
    #![proptest_config(config("properties.txt", CASES))]

    #[test]
    fn everybody_believes_what_is_true(operations in operations()) {
        run(50, operations);
    }

    #[test]
    fn everybody_believes_the_right_count_in_a_large_stream(operations in operations()) {
        run(1, operations);
    }
}
