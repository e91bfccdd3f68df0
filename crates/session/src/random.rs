//! Chance that repeats: SplitMix64, good enough for jitter and guest numbers, and a few bytes long.

/// A generator whose numbers follow from its seed.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from zero up to and including `max`.
    pub(crate) const fn up_to(&mut self, max: u64) -> u64 {
        match max.checked_add(1) {
            Some(bound) => self.next() % bound,
            None => self.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (mut a, mut b) = (Random::new(7), Random::new(7));
        let first: Vec<u64> = (0..4).map(|_| a.next()).collect();
        let second: Vec<u64> = (0..4).map(|_| b.next()).collect();
        assert_eq!(first, second);
        assert_ne!(first.first(), first.last());
    }

    #[test]
    fn stays_within_its_bound() {
        let mut random = Random::new(1);
        assert!((0..1_000).all(|_| random.up_to(9) <= 9));
        assert_eq!(random.up_to(0), 0);
    }
}
