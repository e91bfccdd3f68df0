//! Texts that people choose: parsed once at the edge, trusted afterwards.

use crate::limits::{
    MAX_CHANNEL_NAME_CHARS, MAX_HOST_KEY_BYTES, MAX_TITLE_CHARS, MAX_USER_NAME_CHARS,
};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::sync::Arc;

/// Which rule a text breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left once blanks are cut off.
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
                let parse: fn(&str) -> Result<&str, NameError> = $parse;
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
                let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
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
    /// 1 to 64 characters after blanks at both ends are cut off. Refused are: control and format
    /// characters (among them those that turn the direction of writing, and invisible ones),
    /// blanks other than single spaces, the characters `/ \ ? # % & < > " ' :` and a backtick, and
    /// names of dots only. Two names are one channel if they are equal character by character; the
    /// server brings what it receives into Unicode normal form C first, so a name typed on any
    /// keyboard is the same name.
    #[derive(Debug)]
    ChannelName, channel_name
);
text!(
    /// A display name: 1 to 40 characters, no control or format characters.
    #[derive(Debug)]
    UserName, |text| plain(text, MAX_USER_NAME_CHARS)
);
text!(
    /// What a stream is about: 1 to 140 characters, no control or format characters.
    #[derive(Debug)]
    Title, |text| plain(text, MAX_TITLE_CHARS)
);
text!(
    /// A secret that a host's browser keeps, which lets it take its own stream over from another
    /// tab: 1 to 128 visible ASCII characters.
    HostKey, host_key
);

impl UserName {
    /// The name of somebody who has chosen none: a word of the program's own and a number.
    #[must_use]
    pub fn guest(word: &'static str, number: u32) -> Self {
        let name = format!("{word} {number}");
        debug_assert!(plain(&name, MAX_USER_NAME_CHARS).is_ok());
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

fn channel_name(text: &str) -> Result<&str, NameError> {
    let text = plain(text, MAX_CHANNEL_NAME_CHARS)?;
    let mut previous = None;
    for char in text.chars() {
        let doubled_blank = char == ' ' && previous == Some(' ');
        let other_blank = char.is_whitespace() && char != ' ';
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

fn plain(text: &str, max: usize) -> Result<&str, NameError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().nth(max).is_some() {
        return Err(NameError::TooLong { max });
    }
    match text
        .chars()
        .find(|char| char.is_control() || is_format(*char))
    {
        Some(char) => Err(NameError::Forbidden(char)),
        None => Ok(text),
    }
}

fn host_key(text: &str) -> Result<&str, NameError> {
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
        None => Ok(text),
    }
}

/// Characters that change how others are shown without being seen: directional marks, zero-width
/// blanks, tags. The joiners U+200C and U+200D stay allowed, for Persian, Indic scripts and emoji
/// need them.
const fn is_format(char: char) -> bool {
    matches!(
        char,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{180E}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
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
    fn a_host_key_never_shows_in_a_log() {
        let key = HostKey::parse("s3cret").unwrap();
        assert!(!format!("{key:?}").contains("s3cret"));
    }
}
