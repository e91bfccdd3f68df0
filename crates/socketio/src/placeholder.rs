//! Placeholders: where in a JSON text its binary parts belong.
//!
//! An object with a member `"_placeholder": true` stands for the binary part with the number in
//! its member `num`. Values are passed on as text, so placeholders are found in the text, by one
//! walk over it without recursion.

use crate::json::{Json, Kind};
use crate::limits::{MAX_ATTACHMENTS, MAX_BINARY_DEPTH};
use core::ops::Range;
use std::sync::Arc;

/// Why a message and its binary parts do not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceholderError {
    /// A placeholder names a part that there is not.
    #[error("a placeholder names no attachment")]
    Illegal,
    /// The message is nested deeper than the limit.
    #[error("a message with attachments is nested deeper than {MAX_BINARY_DEPTH} levels")]
    TooDeep,
    /// A part is named more often than every part could be.
    #[error("there are more than {MAX_ATTACHMENTS} placeholders")]
    TooMany,
}

/// One placeholder in a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placeholder {
    /// Where it is written.
    pub(crate) range: Range<usize>,
    /// The part that it stands for.
    pub(crate) attachment: Arc<[u8]>,
}

/// Whether the value as a whole stands for a binary part.
pub(crate) fn is_placeholder(json: Json<'_>) -> bool {
    let [mark] = json.members(["_placeholder"]);
    mark.is_some_and(|mark| mark.as_str() == "true")
}

/// Finds all placeholders of a text, in the order in which they are written.
pub(crate) fn find(
    json: Json<'_>,
    attachments: &[Arc<[u8]>],
) -> Result<Vec<Placeholder>, PlaceholderError> {
    let mut walk = Walk {
        text: json.as_str(),
        at: 0,
        open: Vec::new(),
        found: Vec::new(),
    };
    while walk.step()? {}
    let resolve = |(range, number): (Range<usize>, Option<f64>)| {
        let attachment = number.and_then(|number| nth(attachments, number));
        let attachment = attachment.cloned().ok_or(PlaceholderError::Illegal)?;
        Ok(Placeholder { range, attachment })
    };
    walk.found.into_iter().map(resolve).collect()
}

fn nth(attachments: &[Arc<[u8]>], number: f64) -> Option<&Arc<[u8]>> {
    (0_u32..)
        .zip(attachments)
        .find(|(index, _)| f64::from(*index) == number)
        .map(|(_, attachment)| attachment)
}

/// A value that is being walked through.
enum Open {
    Array,
    Object(Object),
}

struct Object {
    start: usize,
    /// The member whose value comes next; `None` if a name comes next.
    member: Option<Member>,
    is_placeholder: bool,
    number: Option<f64>,
}

#[derive(Clone, Copy)]
enum Member {
    Mark,
    Number,
    Other,
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Open>,
    found: Vec<(Range<usize>, Option<f64>)>,
}

impl<'a> Walk<'a> {
    /// Takes one step; false at the end.
    fn step(&mut self) -> Result<bool, PlaceholderError> {
        let start = self.at;
        let Some(byte) = self.text.as_bytes().get(start) else {
            return Ok(false);
        };
        self.at = start.saturating_add(1);
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => {}
            b'[' => self.enter(Open::Array)?,
            b'{' => self.enter(Open::Object(Object {
                start,
                member: None,
                is_placeholder: false,
                number: None,
            }))?,
            b']' | b'}' => self.leave()?,
            b'"' => {
                let text = self.text(start);
                if !self.name(text) {
                    self.value(text);
                }
            }
            _ => {
                let word = self.word(start);
                self.value(word);
            }
        }
        Ok(true)
    }

    fn enter(&mut self, open: Open) -> Result<(), PlaceholderError> {
        if self.open.len() >= MAX_BINARY_DEPTH {
            return Err(PlaceholderError::TooDeep);
        }
        self.open.push(open);
        Ok(())
    }

    fn leave(&mut self) -> Result<(), PlaceholderError> {
        if let Some(Open::Object(object)) = self.open.pop()
            && object.is_placeholder
        {
            // What is inside a placeholder is replaced together with it.
            self.found.retain(|(range, _)| range.start < object.start);
            if self.found.len() >= MAX_ATTACHMENTS {
                return Err(PlaceholderError::TooMany);
            }
            self.found.push((object.start..self.at, object.number));
        }
        self.value("");
        Ok(())
    }

    /// Walks to the end of a text; gives it with its quotes.
    fn text(&mut self, start: usize) -> &'a str {
        let mut is_escaped = false;
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| {
            let is_end = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            is_end
        });
        let length = length.map_or(rest.len(), |length| length.saturating_add(1));
        self.take(start, length)
    }

    /// Walks to the end of a number or a word.
    fn word(&mut self, start: usize) -> &'a str {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        self.take(start, length)
    }

    fn take(&mut self, start: usize, length: usize) -> &'a str {
        self.at = self.at.saturating_add(length);
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Takes a text as the name of a member, if one comes next.
    fn name(&mut self, text: &str) -> bool {
        let Some(Open::Object(object)) = self.open.last_mut() else {
            return false;
        };
        if object.member.is_some() {
            return false;
        }
        let name = Json::parse(text).and_then(Json::text);
        object.member = Some(match name.as_deref() {
            Some(b"_placeholder") => Member::Mark,
            Some(b"num") => Member::Number,
            Some(_) | None => Member::Other,
        });
        true
    }

    /// Ends a value; what it says counts only for words and numbers.
    fn value(&mut self, text: &str) {
        let Some(Open::Object(object)) = self.open.last_mut() else {
            return;
        };
        match object.member.take() {
            Some(Member::Mark) => object.is_placeholder = text == "true",
            Some(Member::Number) => {
                let number = Json::parse(text).filter(|json| json.kind() == Kind::Number);
                object.number = number.and_then(Json::number);
            }
            Some(Member::Other) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(count: u8) -> Vec<Arc<[u8]>> {
        (0..count).map(|number| [number].into()).collect()
    }

    fn found(text: &str, count: u8) -> Result<Vec<(&str, u8)>, PlaceholderError> {
        let found = find(Json::parse(text).unwrap(), &parts(count))?;
        let show = |p: Placeholder| (&text[p.range], *p.attachment.first().unwrap());
        Ok(found.into_iter().map(show).collect())
    }

    #[test]
    fn finds_placeholders_wherever_they_are() {
        let first = r#"{"_placeholder":true,"num":0}"#;
        let second = r#"{ "num" : 1.0 , "x":[{}], "\u005fplaceholder" : true }"#;
        let text = format!(r#"["a\"{{",{first},{{"b":[{second}],"c":{first}}}]"#);
        assert_eq!(
            found(&text, 2),
            Ok(vec![(first, 0), (second, 1), (first, 0)])
        );
        assert_eq!(found(first, 1), Ok(vec![(first, 0)]));
    }

    #[test]
    fn what_is_inside_a_placeholder_does_not_count() {
        let text = r#"{"a":{"_placeholder":true,"num":9},"_placeholder":true,"num":0}"#;
        assert_eq!(found(text, 1), Ok(vec![(text, 0)]));
    }

    #[test]
    fn what_only_looks_like_a_placeholder_is_none() {
        for text in [
            r#"{"_placeholder":"true","num":0}"#,
            r#"{"_placeholder":true,"_placeholder":1,"num":0}"#,
            r#"{"_placeholder":[true],"num":0}"#,
            r#"["_placeholder",true,"num",0]"#,
            r#"{"num":0}"#,
        ] {
            assert_eq!(found(text, 1), Ok(vec![]), "{text}");
            assert!(!is_placeholder(Json::parse(text).unwrap()), "{text}");
        }
        assert!(is_placeholder(
            Json::parse(r#"{"num":0,"_placeholder":true}"#).unwrap()
        ));
    }

    #[test]
    fn a_placeholder_must_name_a_part_that_is_there() {
        for number in ["1", "-1", "0.5", "\"0\"", "null", "1e400", "{}"] {
            let text = format!(r#"{{"_placeholder":true,"num":{number}}}"#);
            assert_eq!(found(&text, 1), Err(PlaceholderError::Illegal), "{text}");
        }
        let text = r#"{"_placeholder":true}"#;
        assert_eq!(found(text, 1), Err(PlaceholderError::Illegal));
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(found(&deep(MAX_BINARY_DEPTH), 1), Ok(vec![]));
        assert_eq!(
            found(&deep(MAX_BINARY_DEPTH + 1), 1),
            Err(PlaceholderError::TooDeep)
        );
        let many = |count| format!("[{}0]", r#"{"_placeholder":true,"num":0},"#.repeat(count));
        assert_eq!(found(&many(MAX_ATTACHMENTS), 1).unwrap().len(), 10);
        assert_eq!(
            found(&many(MAX_ATTACHMENTS + 1), 1),
            Err(PlaceholderError::TooMany)
        );
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::json!({"_placeholder": true, "num": 0})),
            any::<String>().prop_map(serde_json::Value::from),
            any::<i32>().prop_map(serde_json::Value::from),
            any::<bool>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                prop::collection::hash_map(".{0,3}", inner, 0..4)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    fn count(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Array(elements) => elements.iter().map(count).sum(),
            serde_json::Value::Object(map) if map.contains_key("_placeholder") => 1,
            serde_json::Value::Object(map) => map.values().map(count).sum(),
            serde_json::Value::Null
            | serde_json::Value::Bool(_)
            | serde_json::Value::Number(_)
            | serde_json::Value::String(_) => 0,
        }
    }

    proptest! {
        #[test]
        fn finds_as_many_as_a_reader_of_trees(value in value(), pretty in any::<bool>()) {
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            match found(&text, 1) {
                Ok(found) => {
                    prop_assert_eq!(found.len(), count(&value));
                    for (text, _) in found {
                        prop_assert!(is_placeholder(Json::parse(text).unwrap()));
                    }
                }
                Err(error) => {
                    prop_assert_eq!(error, PlaceholderError::TooMany);
                    prop_assert!(count(&value) > MAX_ATTACHMENTS);
                }
            }
        }
    }
}
