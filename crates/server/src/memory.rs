//! Gives memory back to the system when a crowd has gone.
//!
//! What is freed between two things that stay is kept by the allocator of the GNU C library, for
//! good: a server that once held ten thousand connections would look as if it still did. Other
//! allocators give back by themselves, so elsewhere there is nothing to do.

use crate::node_task::Census;
use std::time::Duration;

/// How often somebody looks who is there.
const ROUND: Duration = Duration::from_secs(5);

/// A smaller crowd than this leaves nothing behind that is worth the work.
const CROWD: usize = 64;

/// Looks after the process's memory, for ever. `census` says who is there.
pub async fn look_after(census: impl AsyncFn() -> Census) {
    let mut tide = Tide::default();
    loop {
        tokio::time::sleep(ROUND).await;
        let Census { seats, peers } = census().await;
        if tide.has_ebbed(seats + peers) {
            // It takes milliseconds, in which no worker should stand still.
            if let Err(error) = tokio::task::spawn_blocking(give_back).await {
                tracing::error!(%error, "memory was not given back");
            }
        }
    }
}

/// How many there were, and how many of them are left.
#[derive(Debug, Default)]
struct Tide {
    /// Since memory was last given back.
    peak: usize,
}

impl Tide {
    /// Whether more than half have gone since it last was so.
    fn has_ebbed(&mut self, level: usize) -> bool {
        let has_ebbed = self.peak >= CROWD && level < self.peak / 2;
        self.peak = if has_ebbed {
            level
        } else {
            self.peak.max(level)
        };
        has_ebbed
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "the C library's function, which no safe crate wraps; it may be called by any thread \
              at any time (malloc_trim(3)), and touches nothing that is in use"
)]
fn give_back() {
    let keep = 0;
    // SAFETY: see the reason above.
    let has_given = unsafe { libc::malloc_trim(keep) } == 1;
    tracing::debug!(has_given, "memory was given back");
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_given_back_once_when_more_than_half_of_a_crowd_has_gone() {
        let mut tide = Tide::default();
        assert!(!tide.has_ebbed(1_000));
        assert!(!tide.has_ebbed(500));
        assert!(tide.has_ebbed(499));
        assert!(!tide.has_ebbed(499));
        assert!(!tide.has_ebbed(300));
        assert!(tide.has_ebbed(200));
    }

    #[test]
    fn it_is_given_back_again_after_the_next_crowd() {
        let mut tide = Tide::default();
        for _ in 0..3 {
            assert!(!tide.has_ebbed(10_000));
            assert!(tide.has_ebbed(0));
            assert!(!tide.has_ebbed(0));
        }
    }

    #[test]
    fn a_few_who_go_are_no_reason() {
        let mut tide = Tide::default();
        assert!(!tide.has_ebbed(CROWD - 1));
        assert!(!tide.has_ebbed(0));
    }
}
