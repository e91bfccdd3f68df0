//! Gives memory back to the system when a crowd has gone.
//!
//! What is freed between two things that stay is kept by the allocator of the GNU C library, for
//! good: a server that once held ten thousand connections would look as if it still did. Other
//! allocators give back by themselves, so elsewhere there is nothing to do.

use crate::node_task::Census;
use std::time::Duration;

/// How often somebody looks who is there.
const ROUND: Duration = Duration::from_millis(500);

/// How many rounds lie between two times at least.
const REST: u32 = 10;

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
    /// A round ago.
    last: usize,
    /// Rounds until memory may be given back again.
    rest: u32,
}

impl Tide {
    /// Whether more than half have gone since it last was so, and the rest stays for now.
    fn has_ebbed(&mut self, level: usize) -> bool {
        self.rest = self.rest.saturating_sub(1);
        self.peak = self.peak.max(level);
        let is_falling = level < self.last - self.last / 8;
        self.last = level;
        let is_low = self.peak >= CROWD && level < self.peak / 2;
        let has_ebbed = is_low && !is_falling && self.rest == 0;
        if has_ebbed {
            self.peak = level;
            self.rest = REST;
        }
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
    use std::iter::repeat_n;

    /// In which rounds memory is given back.
    fn rounds(levels: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut tide = Tide::default();
        let rounds = levels.into_iter().enumerate();
        let rounds = rounds.filter(|(_, level)| tide.has_ebbed(*level));
        rounds.map(|(round, _)| round).collect()
    }

    #[test]
    fn memory_is_given_back_once_when_more_than_half_of_a_crowd_has_gone() {
        assert!(rounds([1_000, 500, 500]).is_empty());
        assert_eq!(rounds([1_000, 499, 499, 499]), [2]);
    }

    #[test]
    fn who_is_just_leaving_is_waited_for() {
        assert_eq!(rounds([1_000, 450, 300, 200, 0, 0, 0]), [5]);
        assert_eq!(rounds([1_000, 450, 440]), [2]);
    }

    #[test]
    fn memory_is_given_back_after_each_crowd_but_not_all_the_time() {
        let crowd = |rounds| [10_000, 0].into_iter().chain(repeat_n(0, rounds));
        assert_eq!(rounds(crowd(20).chain(crowd(20))), [2, 24]);
        assert_eq!(rounds(crowd(1).chain(crowd(20))), [2, 12]);
    }

    #[test]
    fn a_few_who_go_are_no_reason() {
        assert!(rounds([CROWD - 1, 0, 0]).is_empty());
    }
}
