//! Texts that people choose: parsed once at the edge, trusted afterwards.

use crate::invisible::{is_blank, is_ignorable, is_joiner, is_variation_selector, joins};
use crate::limits::{
    MAX_CHANNEL_NAME_CHARS, MAX_HOST_KEY_BYTES, MAX_TITLE_CHARS, MAX_USER_NAME_CHARS,
};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::borrow::Cow;
use std::sync::Arc;

/// Which rule a text breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing that can be seen is left once blanks are cut off.
    #[error("is empty")]
    Empty,
    /// It has more characters than the limit.
    #[error("is longer than {max} characters")]
    TooLong {
        /// The limit, in characters.
        max: usize,
    },
    /// It has a character that is not allowed there.
    #[error("must not contain U+{:04X}", u32::from(*.0))]
    Forbidden(char),
    /// A channel name of dots alone would not survive in a URL.
    #[error("must not consist of dots only")]
    OnlyDots,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Parses what somebody typed or sent.
            ///
            /// # Errors
            /// [`NameError`] names the rule that the text breaks.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let parse: fn(&str) -> Result<Cow<'_, str>, NameError> = $parse;
                parse(text).map(|text| Self(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'_, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(|error| {
                    de::Error::custom(format_args!("{} {error}", stringify!($name)))
                })
            }
        }
    };
}

text!(
    /// The name of a channel, in any script.
    ///
    /// 1 to 64 characters after blanks at both ends are cut off, at least one of which can be seen.
    /// Refused are: control and format characters (among them those that turn the direction of
    /// writing, and invisible ones), blanks other than single spaces, the characters
    /// `/ \ ? # % & < > " ' :` and a backtick, and names of dots only. Variation selectors are left
    /// out, and joiners where no script needs them, so that names which look alike are one name.
    /// Two names are one channel if they are equal character by character; the server brings what
    /// it receives into Unicode normal form C first, so a name typed on any keyboard is the same
    /// name.
    #[derive(Debug)]
    ChannelName, channel_name
);
text!(
    /// A display name: 1 to 40 characters, at least one of which can be seen, no control or format
    /// characters.
    #[derive(Debug)]
    UserName, |text| plain(text, MAX_USER_NAME_CHARS, Selectors::Keep)
);
text!(
    /// What a stream is about: 1 to 140 characters, at least one of which can be seen, no control or
    /// format characters.
    #[derive(Debug)]
    Title, |text| plain(text, MAX_TITLE_CHARS, Selectors::Keep)
);
text!(
    /// A secret that a host's browser keeps, which lets it take its own stream over from another
    /// tab: 1 to 128 visible ASCII characters.
    HostKey, host_key
);

impl HostKey {
    /// Compares without telling by the time it takes how much was right. The length is no secret.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.0.as_bytes(), other.0.as_bytes());
        let pairs = mine.iter().zip(theirs);
        let differences = pairs.fold(0, |bits, (a, b)| bits | (a ^ b));
        core::hint::black_box(differences) == 0 && mine.len() == theirs.len()
    }
}

impl UserName {
    /// The name of somebody who has chosen none: a word of the program's own and a number.
    #[must_use]
    pub fn guest(word: &'static str, number: u32) -> Self {
        let name = format!("{word} {number}");
        debug_assert!(plain(&name, MAX_USER_NAME_CHARS, Selectors::Keep).is_ok());
        Self(name.into())
    }
}

impl From<&ChannelName> for UserName {
    /// The name of a host who has chosen none: the channel's, as far as it fits. What a channel
    /// name may contain, a display name may contain as well.
    fn from(channel: &ChannelName) -> Self {
        let cut: String = channel.0.chars().take(MAX_USER_NAME_CHARS).collect();
        Self(cut.trim_end().into())
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostKey(…)")
    }
}

fn channel_name(text: &str) -> Result<Cow<'_, str>, NameError> {
    let text = plain(text, MAX_CHANNEL_NAME_CHARS, Selectors::LeaveOut)?;
    let mut previous = None;
    for char in text.chars() {
        let doubled_blank = char == ' ' && previous == Some(' ');
        let other_blank = is_blank(char) && char != ' ';
        let reserved = matches!(
            char,
            '/' | '\\' | '?' | '#' | '%' | '&' | '<' | '>' | '"' | '\'' | ':' | '`'
        );
        if doubled_blank || other_blank || reserved {
            return Err(NameError::Forbidden(char));
        }
        previous = Some(char);
    }
    if text.chars().all(|char| char == '.') {
        return Err(NameError::OnlyDots);
    }
    Ok(text)
}

/// What becomes of variation selectors, which choose between two shapes of one character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Selectors {
    /// Behind a character they stay: most emoji are typed with one.
    Keep,
    /// Two names that differ in them look alike.
    LeaveOut,
}

fn plain(text: &str, max: usize, selectors: Selectors) -> Result<Cow<'_, str>, NameError> {
    let is_edge = |char| is_blank(char) || is_left_out(char);
    let text = without_ignorable(text.trim_matches(is_edge), selectors);
    if !text.chars().any(|char| !is_edge(char)) {
        return Err(NameError::Empty);
    }
    if text.chars().nth(max).is_some() {
        return Err(NameError::TooLong { max });
    }
    let is_forbidden = |char: &char| {
        char.is_control() || is_format(*char) || is_ignorable(*char) && !is_left_out(*char)
    };
    match text.chars().find(is_forbidden) {
        Some(char) => Err(NameError::Forbidden(char)),
        None => Ok(text),
    }
}

/// Ignorable characters that people type without knowing it: they are left out where they do
/// nothing. All others are refused.
fn is_left_out(char: char) -> bool {
    is_joiner(char) || is_variation_selector(char)
}

/// The text without joiners that join nothing, and without variation selectors that select nothing
/// or are not wanted.
fn without_ignorable(text: &str, selectors: Selectors) -> Cow<'_, str> {
    if !text.chars().any(is_left_out) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        let mut before = kept.chars().rev();
        let does_nothing = if is_joiner(char) {
            let next = rest.clone().find(|next| !is_left_out(*next));
            let previous = before.find(|previous| !is_variation_selector(*previous));
            !previous.zip(next).is_some_and(|(a, b)| joins(a, b))
        } else {
            let is_first = before.next().is_none_or(is_left_out);
            is_variation_selector(char) && (is_first || selectors == Selectors::LeaveOut)
        };
        if !does_nothing {
            kept.push(char);
        }
    }
    Cow::Owned(kept)
}

fn host_key(text: &str) -> Result<Cow<'_, str>, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > MAX_HOST_KEY_BYTES {
        return Err(NameError::TooLong {
            max: MAX_HOST_KEY_BYTES,
        });
    }
    match text.chars().find(|char| !char.is_ascii_graphic()) {
        Some(char) => Err(NameError::Forbidden(char)),
        None => Ok(Cow::Borrowed(text)),
    }
}

/// Line and paragraph separators and characters that lay out others, as far as they are not
/// ignorable anyway.
const fn is_format(char: char) -> bool {
    matches!(
        char,
        '\u{2028}'..='\u{2029}' | '\u{FFF9}'..='\u{FFFB}' | '\u{13430}'..='\u{1343F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_in_any_script() {
        for name in ["mina", "한국어 채널", "Ünïcode-2_x.y", "قناة", "चैनल", "👩‍🚀"]
        {
            assert_eq!(
                ChannelName::parse(name).map(|n| n.to_string()),
                Ok(name.to_owned())
            );
        }
    }

    #[test]
    fn cuts_blanks_off_both_ends() {
        assert_eq!(
            ChannelName::parse("  mina ").map(|n| n.to_string()),
            Ok("mina".to_owned())
        );
    }

    #[test]
    fn names_the_rule_a_channel_name_breaks() {
        let refused = |text: &str| ChannelName::parse(text).unwrap_err();
        assert_eq!(refused(" \t "), NameError::Empty);
        assert_eq!(refused(".."), NameError::OnlyDots);
        assert_eq!(refused(&"a".repeat(65)), NameError::TooLong { max: 64 });
        assert_eq!(refused("a  b"), NameError::Forbidden(' '));
        assert_eq!(refused("a\u{00A0}b"), NameError::Forbidden('\u{00A0}'));
        for char in "/\\?#%&<>\"':`\n\0\u{202E}\u{200B}\u{FEFF}".chars() {
            assert_eq!(refused(&format!("a{char}b")), NameError::Forbidden(char));
        }
    }

    #[test]
    fn something_must_be_seen() {
        for invisible in [
            "\u{FE0F}",
            "\u{2800}",
            "\u{200D}",
            " \u{2800}\u{FE0F} ",
            "\u{1D159}",
        ] {
            assert_eq!(UserName::parse(invisible), Err(NameError::Empty));
            assert_eq!(Title::parse(invisible), Err(NameError::Empty));
            assert_eq!(ChannelName::parse(invisible), Err(NameError::Empty));
        }
        for char in [
            '\u{034F}',
            '\u{3164}',
            '\u{17B4}',
            '\u{1BCA0}',
            '\u{E0041}',
            '\u{FFF0}',
        ] {
            let name = char.to_string();
            assert_eq!(UserName::parse(&name), Err(NameError::Forbidden(char)));
        }
    }

    #[test]
    fn names_that_look_alike_are_one_channel() {
        let mina = ChannelName::parse("mina").unwrap();
        for same in [
            "mina\u{200D}",
            "\u{200C}mina",
            "mi\u{200D}na",
            "mina\u{FE0F}",
            "m\u{E0100}ina",
            "mina\u{2800}",
        ] {
            assert_eq!(ChannelName::parse(same).as_ref(), Ok(&mina), "{same:?}");
        }
        let heart = ChannelName::parse("\u{2764}").unwrap();
        assert_eq!(ChannelName::parse("\u{2764}\u{FE0F}"), Ok(heart));
        assert_eq!(
            ChannelName::parse("mi\u{2800}na"),
            Err(NameError::Forbidden('\u{2800}'))
        );
    }

    #[test]
    fn joiners_stay_where_a_script_needs_them() {
        for name in [
            "\u{0645}\u{06CC}\u{200C}\u{062E}\u{0648}\u{0627}\u{0647}\u{0645}",
            "\u{0915}\u{094D}\u{200D}\u{0937}",
            "\u{1F469}\u{200D}\u{1F680}",
        ] {
            assert_eq!(ChannelName::parse(name).unwrap().as_str(), name);
            assert_eq!(UserName::parse(name).unwrap().as_str(), name);
        }
        let couple = "\u{1F469}\u{200D}\u{2764}\u{FE0F}\u{200D}\u{1F468}";
        assert_eq!(UserName::parse(couple).unwrap().as_str(), couple);
        assert_eq!(
            Title::parse("I \u{2764}\u{FE0F} tea").unwrap().as_str(),
            "I \u{2764}\u{FE0F} tea"
        );
    }

    #[test]
    fn a_name_reads_as_it_was_written() {
        for text in [
            "a\u{200D}\u{FE0F}b",
            "\u{FE0F}\u{200D}x",
            "\u{0915}\u{200D}\u{200D}\u{0937}",
        ] {
            let name = ChannelName::parse(text).unwrap();
            assert_eq!(ChannelName::parse(name.as_str()), Ok(name));
            let name = UserName::parse(text).unwrap();
            assert_eq!(UserName::parse(name.as_str()), Ok(name));
        }
    }

    #[test]
    fn counts_characters_and_not_bytes() {
        assert!(ChannelName::parse(&"채".repeat(64)).is_ok());
        assert!(UserName::parse(&"채".repeat(41)).is_err());
    }

    #[test]
    fn a_channel_name_makes_a_user_name_that_would_be_accepted() {
        let long = ChannelName::parse(&format!("{} b", "a".repeat(39))).unwrap();
        let name = UserName::from(&long);
        assert_eq!(name.as_str(), "a".repeat(39));
        assert_eq!(UserName::parse(name.as_str()), Ok(name));
        assert_eq!(UserName::guest("손님", 4821).as_str(), "손님 4821");
    }

    #[test]
    fn a_host_key_matches_itself_only() {
        let key = HostKey::parse("s3cret").unwrap();
        for (other, expected) in [("s3cret", true), ("s3creT", false), ("s3cre", false)] {
            assert_eq!(key.matches(&HostKey::parse(other).unwrap()), expected);
        }
        assert!(!HostKey::parse("s3cre").unwrap().matches(&key));
    }

    #[test]
    fn a_host_key_never_shows_in_a_log() {
        let key = HostKey::parse("s3cret").unwrap();
        assert!(!format!("{key:?}").contains("s3cret"));
    }
}
