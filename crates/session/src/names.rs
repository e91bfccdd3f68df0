//! What people are called who have chosen no name.

use crate::Locale;
use crate::random::Random;
use protocol::UserName;

/// The number that tells one guest from another.
pub(crate) fn guest_number(random: &mut Random) -> u32 {
    u32::try_from(random.up_to(8_999)).map_or(1_000, |number| number + 1_000)
}

/// A guest as others see them.
pub(crate) fn guest(locale: Locale, number: u32) -> UserName {
    let word = match locale {
        Locale::En => "Guest",
        Locale::Ko => "손님",
    };
    UserName::guest(word, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_has_a_word_of_the_language_and_four_digits() {
        let mut random = Random::new(3);
        assert!((0..1_000).all(|_| (1_000..=9_999).contains(&guest_number(&mut random))));
        assert_eq!(guest(Locale::En, 4821).as_str(), "Guest 4821");
        assert_eq!(guest(Locale::Ko, 4821).as_str(), "손님 4821");
    }
}
