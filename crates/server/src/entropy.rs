//! Where randomness enters: the machines are given a seed and draw everything else from it.

use std::time::Duration;

/// Random bytes from the operating system.
///
/// # Errors
/// If the operating system has no random source.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A random part of `most`, so that what all connections do does not happen at one moment. Without
/// a random source all of them take the whole of it, which is late but not wrong.
#[must_use]
pub(crate) fn part_of(most: Duration) -> Duration {
    bytes::<4>().map_or(most, |bytes| {
        let share = f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX);
        most.mul_f64(share)
    })
}
