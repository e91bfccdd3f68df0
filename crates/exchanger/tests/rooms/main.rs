//! Random messages of clients of the old system, against the old system as it was written.
//!
//! Among themselves every client hears exactly what [`old_server`] lets it hear. Together with native
//! peers, which the old system did not know, nobody is told anything twice or anything that is not
//! true. How many sequences run is `PROPTEST_CASES`; those that failed once are in
//! `proptest-regressions` and run first.

mod mixed;
mod native;
mod old_client;
mod old_server;
mod operation;
mod truth;
mod world;

use mixed::Mixed;
use operation::{mixed_operations, operations};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use world::World;

fn config() -> ProptestConfig {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/proptest-regressions/rooms.txt"
    );
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(file))),
        max_shrink_iters: 20_000,
        ..ProptestConfig::with_cases(cases())
    }
}

/// About five seconds for each property, unless asked for more.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(1_200)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn everybody_hears_what_the_old_server_would_have_said(operations in operations()) {
        World::run(false, operations);
    }

    #[test]
    fn strict_rooms_differ_only_in_what_they_ignore(operations in operations()) {
        World::run(true, operations);
    }

    #[test]
    fn with_natives_nobody_is_told_twice_or_what_is_not_true(operations in mixed_operations()) {
        Mixed::run(operations);
    }
}
