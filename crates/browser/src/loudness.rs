//! How loud samples are, as a level meter shows it. No browser in here.

/// What the meter shows as silence, in decibels below full scale.
const FLOOR_DB: f32 = -60.0;

/// The root mean square of the samples on a scale of decibels, 0 to 100.
pub(crate) fn level(samples: &[f32]) -> u8 {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
    let mean = energy / samples.len().max(1) as f32;
    // Half of the logarithm is the root.
    let decibels = 10.0 * mean.log10();
    ((1.0 - decibels / FLOOR_DB).clamp(0.0, 1.0) * 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_0_and_full_scale_is_100() {
        assert_eq!(level(&[0.0; 64]), 0);
        assert_eq!(level(&[1.0, -1.0, 1.0, -1.0]), 100);
        assert_eq!(level(&[]), 0);
    }

    #[test]
    fn a_tenth_of_full_scale_is_twenty_decibels_less() {
        assert_eq!(level(&[0.1, -0.1]), 67);
    }

    #[test]
    fn what_is_below_the_floor_is_silence() {
        assert_eq!(level(&[0.0005, -0.0005]), 0);
    }
}
