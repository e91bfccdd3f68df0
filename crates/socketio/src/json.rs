//! JSON as it was written: depth, order of members, spelling of numbers and half surrogate pairs
//! are kept, because values are passed on as text and only looked into where that is needed.

use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A text that is one JSON value, without blanks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `[…]`.
    Array,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// A number.
    Number,
    /// `{…}`.
    Object,
    /// A text.
    Text,
}

impl<'a> Json<'a> {
    /// Takes a text if it is one JSON value, however deep.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let raw: &RawValue = serde_json::from_str(text).ok()?;
        Some(Self(raw.get()))
    }

    /// The text.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// What kind of value it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.0.bytes().next() {
            Some(b'[') => Kind::Array,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'{') => Kind::Object,
            Some(b'"') => Kind::Text,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    /// What a text says, in WTF-8; nothing for other kinds.
    #[must_use]
    pub fn text(self) -> Option<Cow<'a, [u8]>> {
        if self.kind() != Kind::Text {
            return None;
        }
        let mut deserializer = serde_json::Deserializer::from_str(self.0);
        Wtf8.deserialize(&mut deserializer).ok()
    }

    /// The number, as JavaScript rounds it; nothing for other kinds.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        if self.kind() != Kind::Number {
            return None;
        }
        self.0.parse().ok()
    }

    /// The first elements of an array, at most `max` of them; none for other kinds.
    #[must_use]
    pub fn elements(self, max: usize) -> Vec<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(self.0);
        deserializer
            .deserialize_seq(Elements { max })
            .unwrap_or_default()
    }

    /// The members of an object with these names, the last of each name; none for other kinds.
    #[must_use]
    pub fn members<const N: usize>(self, names: [&str; N]) -> [Option<Self>; N] {
        let mut deserializer = serde_json::Deserializer::from_str(self.0);
        deserializer
            .deserialize_map(Members { names })
            .unwrap_or([None; N])
    }
}

struct Wtf8;

impl<'de> DeserializeSeed<'de> for Wtf8 {
    type Value = Cow<'de, [u8]>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl<'de> Visitor<'de> for Wtf8 {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(bytes))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(bytes.to_owned()))
    }
}

struct Elements {
    max: usize,
}

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<Json<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while elements.len() < self.max {
            let Some(raw) = seq.next_element::<&RawValue>()? else {
                return Ok(elements);
            };
            elements.push(Json(raw.get()));
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(elements)
    }
}

struct Members<'n, const N: usize> {
    names: [&'n str; N],
}

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Option<Json<'de>>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(key) = map.next_key_seed(Wtf8)? {
            let value: &RawValue = map.next_value()?;
            let slots = self.names.iter().zip(&mut found);
            for (_, slot) in slots.filter(|(name, _)| name.as_bytes() == &*key) {
                *slot = Some(Json(value.get()));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json<'_> {
        Json::parse(text).unwrap()
    }

    #[test]
    fn blanks_around_a_value_are_not_part_of_it() {
        assert_eq!(json(" \t\r\n{ } ").as_str(), "{ }");
    }

    #[test]
    fn what_javascript_does_not_parse_is_refused() {
        for text in [
            "",
            "[",
            "[1,]",
            "{\"a\":}",
            "'a'",
            "01",
            "1 2",
            "NaN",
            "\u{FEFF}1",
            "\"a\nb\"",
            "\"\\x41\"",
            "\"\\u12\"",
        ] {
            assert_eq!(Json::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn any_depth_is_taken() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(json(&deep).as_str(), deep);
        assert_eq!(json(&deep).elements(1).len(), 1);
    }

    #[test]
    fn the_first_character_tells_the_kind() {
        for (text, kind) in [
            ("[]", Kind::Array),
            ("true", Kind::Bool),
            ("false", Kind::Bool),
            ("null", Kind::Null),
            ("-1", Kind::Number),
            ("1e400", Kind::Number),
            ("{}", Kind::Object),
            ("\"\"", Kind::Text),
        ] {
            assert_eq!(json(text).kind(), kind, "{text}");
        }
    }

    #[test]
    fn a_text_may_hold_half_a_surrogate_pair() {
        let text = json(r#""a\ud800b""#).text().unwrap();
        assert_eq!(*text, [b'a', 0xED, 0xA0, 0x80, b'b']);
        let whole = json(r#""\ud83d\ude00""#).text().unwrap();
        assert_eq!(*whole, *"\u{1F600}".as_bytes());
        assert_eq!(json("1").text(), None);
        assert_eq!(json("[65]").text(), None);
    }

    #[test]
    fn of_members_with_one_name_the_last_counts() {
        let value = json(r#"{"a":1,"\u0061":2,"b":[3],"\ud800":4}"#);
        assert_eq!(
            value.members(["a", "b", "c"]),
            [Some(json("2")), Some(json("[3]")), None]
        );
        assert_eq!(json("[1]").members(["0"]), [None]);
    }

    #[test]
    fn only_so_many_elements_are_kept() {
        assert_eq!(json("[1,2,3]").elements(2), [json("1"), json("2")]);
        assert_eq!(json("[1]").elements(2), [json("1")]);
        assert_eq!(json("{\"a\":1}").elements(2), []);
    }

    #[test]
    fn numbers_are_rounded_as_javascript_rounds_them() {
        assert_eq!(json("1.0").number(), Some(1.0));
        assert_eq!(json("1e400").number(), Some(f64::INFINITY));
        assert_eq!(json("\"1\"").number(), None);
    }
}
