//! The clock: measuring is the one thing that needs a real one.

use std::time::Instant;

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark is where real time is measured"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
