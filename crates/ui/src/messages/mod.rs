//! What the pages say. Each message exists once, in [`table`], in every language side by side.

mod table;

use session::Locale;
pub(crate) use table::Messages;

/// Declares the messages: plain texts, texts with `{}` for inserts, and texts that count.
macro_rules! messages {
    (
        texts { $($text:ident: $text_en:literal, $text_ko:literal;)* }
        inserts { $($insert:ident: $insert_en:literal, $insert_ko:literal;)* }
        counts { $($count:ident: $one_en:literal | $many_en:literal, $count_ko:literal;)* }
    ) => {
        /// All messages, in one language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct Messages(pub(crate) session::Locale);

        #[cfg_attr(
            not(feature = "ssr"),
            expect(dead_code, reason = "some are in the document, which the server alone renders")
        )]
        impl Messages {
            $(pub(crate) const fn $text(self) -> &'static str {
                match self.0 {
                    session::Locale::En => $text_en,
                    session::Locale::Ko => $text_ko,
                }
            })*

            $(pub(crate) fn $insert(self, inserts: &[&str]) -> String {
                $crate::messages::fill(
                    match self.0 {
                        session::Locale::En => $insert_en,
                        session::Locale::Ko => $insert_ko,
                    },
                    inserts,
                )
            })*

            $(pub(crate) fn $count(self, count: usize) -> String {
                let template = match self.0 {
                    session::Locale::En if count == 1 => $one_en,
                    session::Locale::En => $many_en,
                    session::Locale::Ko => $count_ko,
                };
                $crate::messages::fill(template, &[&$crate::format::number(count)])
            })*
        }

        /// Name, English forms, Korean form of every message.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &[&str], &str)] = &[
            $((stringify!($text), &[$text_en], $text_ko),)*
            $((stringify!($insert), &[$insert_en], $insert_ko),)*
            $((stringify!($count), &[$one_en, $many_en], $count_ko),)*
        ];
    };
}
use messages;

impl Messages {
    /// The language as HTML names it (BCP 47).
    pub(crate) const fn lang(self) -> &'static str {
        match self.0 {
            Locale::En => "en",
            Locale::Ko => "ko",
        }
    }

    /// The language to switch to, and its name in itself.
    pub(crate) const fn other(self) -> (Locale, &'static str) {
        match self.0 {
            Locale::En => (Locale::Ko, "한국어"),
            Locale::Ko => (Locale::En, "English"),
        }
    }
}

/// Puts each insert in the place of one `{}`.
fn fill(template: &str, inserts: &[&str]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut inserts = inserts.iter();
    let mut parts = template.split("{}");
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        filled.push_str(inserts.next().copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::{table::ALL, *};
    use std::collections::BTreeSet;

    fn is_hangul(char: char) -> bool {
        ('\u{AC00}'..='\u{D7A3}').contains(&char)
    }

    #[test]
    fn every_message_exists_in_both_languages() {
        for (name, english, korean) in ALL {
            for english in *english {
                assert!(!english.trim().is_empty(), "{name} has no English");
                assert!(!english.contains(is_hangul), "{name} mixes languages");
            }
            let is_brand = english == &["Heliograph"];
            assert!(
                is_brand || korean.contains(is_hangul),
                "{name} has no Korean"
            );
        }
    }

    #[test]
    fn both_languages_have_room_for_the_same_inserts() {
        let places = |text: &str| text.matches("{}").count();
        for (name, english, korean) in ALL {
            for english in *english {
                assert_eq!(places(english), places(korean), "{name}");
            }
        }
    }

    #[test]
    fn no_message_exists_twice_under_one_name_or_shouts() {
        let names: BTreeSet<_> = ALL.iter().map(|(name, ..)| name).collect();
        assert_eq!(names.len(), ALL.len());
        for (name, english, korean) in ALL {
            assert!(
                !english.concat().contains('!') && !korean.contains('!'),
                "{name} shouts"
            );
        }
    }

    #[test]
    fn counts_follow_the_language() {
        assert_eq!(Messages(Locale::En).watching(1), "1 watching");
        assert_eq!(Messages(Locale::En).more_viewers(1), "and 1 more viewer");
        assert_eq!(
            Messages(Locale::En).more_viewers(1200),
            "and 1,200 more viewers"
        );
        assert_eq!(Messages(Locale::Ko).watching(1200), "1,200명 시청 중");
    }

    #[test]
    fn inserts_fill_their_places_in_order() {
        assert_eq!(fill("{} of {} see it", &["2", "3"]), "2 of 3 see it");
        assert_eq!(fill("nothing", &["2"]), "nothing");
        assert_eq!(fill("{}", &["{}"]), "{}");
    }
}
