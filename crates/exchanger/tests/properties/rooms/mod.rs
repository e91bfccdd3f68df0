//! Random messages of clients of the old system, against the old system as it was written.
//!
//! Among themselves every client hears exactly what [`old_server`] lets it hear. Together with native
//! peers, which the old system did not know, nobody is told anything twice or anything that is not
//! true.

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
use world::World;

/// About five seconds for each property.
const CASES: u32 = 1_200;

proptest! {
    #![proptest_config(crate::config("rooms.txt", CASES))]

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
