//! Numbers and spans of time as people read them.

/// A whole number with its digits in groups of three, as both English and Korean write it.
pub(crate) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Hours, minutes and seconds, as a clock shows them: `0:14:03`.
pub(crate) fn duration(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours}:{minutes:02}:{seconds:02}")
}

/// The same span for machines, as the `datetime` of a `<time>` (ISO 8601).
pub(crate) fn machine_duration(seconds: u64) -> String {
    format!("PT{seconds}S")
}

/// Bits per second as megabits with one decimal, without floating point.
pub(crate) fn megabits(bits_per_second: u64) -> String {
    let tenths = bits_per_second.saturating_add(50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A character as a sentence can name it: itself if it can be seen, else its code point.
pub(crate) fn character(char: char) -> String {
    let visible = !char.is_whitespace() && !char.is_control() && char.is_alphanumeric()
        || char.is_ascii_punctuation();
    if visible {
        format!("“{char}”")
    } else if char == ' ' {
        "“  ”".into()
    } else {
        format!("U+{:04X}", u32::from(char))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits_by_three() {
        let shown = [0, 7, 999, 1_000, 12_345, 1_234_567].map(number);
        assert_eq!(shown, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn shows_time_like_a_clock() {
        let shown = [0, 59, 843, 3_600, 360_000].map(duration);
        assert_eq!(
            shown,
            ["0:00:00", "0:00:59", "0:14:03", "1:00:00", "100:00:00"]
        );
        assert_eq!(machine_duration(843), "PT843S");
    }

    #[test]
    fn rounds_megabits_to_one_decimal() {
        let shown = [0, 49_999, 50_000, 2_449_999, 2_450_000, u64::MAX].map(megabits);
        assert_eq!(shown[..5], ["0.0", "0.0", "0.1", "2.4", "2.5"]);
        assert!(shown[5].starts_with("18446744073709"));
    }

    #[test]
    fn names_characters_that_cannot_be_seen_by_their_code_point() {
        assert_eq!(character('/'), "“/”");
        assert_eq!(character('가'), "“가”");
        assert_eq!(character(' '), "“  ”");
        assert_eq!(character('\u{202E}'), "U+202E");
        assert_eq!(character('\n'), "U+000A");
    }
}
