//! The exchanger as its shell sees it: inputs and time in, *all* outputs out.
//!
//! Every verb of the [`Harness`] returns everything that came out, one line per output; a line
//! begins with the seat it goes to. Ids are random, so lines name them: `p2` is the peer that said
//! hello on seat 2, links are `k1`, `k2` and streams `s1`, `s2` in the order in which they were
//! first seen.

#![expect(
    clippy::indexing_slicing,
    reason = "a test that looks for what is not there has failed"
)]

mod abuse;
mod audience;
mod bounds;
mod channel;
mod clock;
mod commands;
mod connection;
mod findings;
mod harness;
mod host;
mod keep;
mod link;
mod lobby;
mod mixed;
mod news;
mod places;
mod render;
mod resume;
mod rights;
mod rooms;

use commands::*;
use harness::Harness;
use protocol::time::Duration;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Nothing came out.
const NOTHING: [&str; 0] = [];
