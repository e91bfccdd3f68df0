//! Session descriptors and candidates: what the product passes on without reading it.

use crate::limits::MAX_CANDIDATE_BYTES;
use crate::word::words;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;
use std::borrow::Cow;

words! {
    /// Whether a session descriptor offers or answers (RFC 3264).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    DescriptorKind {
        /// The proposal of the end that sends media.
        Offer = "offer",
        /// What the other end accepts of it.
        Answer = "answer",
    }
}

/// An SDP session description (RFC 8866) with its type, as `RTCSessionDescription` has it:
/// `{"type":"offer","sdp":"v=0\r\n…"}`.
///
/// It is kept as the JSON text that came in and is passed on unchanged. Decoding checks only what
/// tells SDP from something else: a known type, a first line `v=0`, and an `m=` line.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct SessionDescriptor {
    json: Box<RawValue>,
    #[serde(skip)]
    kind: DescriptorKind,
}

impl SessionDescriptor {
    /// A descriptor made from an SDP text.
    ///
    /// # Errors
    /// If the text is not SDP.
    pub fn new(kind: DescriptorKind, sdp: &str) -> Result<Self, serde_json::Error> {
        let sdp = Cow::Borrowed(sdp);
        check(lines(&sdp)).map_err(de::Error::custom)?;
        let json = serde_json::value::to_raw_value(&Members { kind, sdp })?;
        Ok(Self { json, kind })
    }

    /// The descriptor that a client sent. A type that this build does not know is refused: the other
    /// end could do nothing with it.
    pub(crate) fn from_raw(json: &RawValue) -> Result<Self, serde_json::Error> {
        let kind = kind_of(json)?;
        if kind == DescriptorKind::Unknown {
            return Err(de::Error::custom("type must be `offer` or `answer`"));
        }
        let json = json.to_owned();
        Ok(Self { json, kind })
    }

    /// Whether it offers or answers.
    #[must_use]
    pub const fn kind(&self) -> DescriptorKind {
        self.kind
    }

    /// The SDP text.
    #[must_use]
    pub fn sdp(&self) -> String {
        serde_json::from_str::<Members<'_>>(self.json.get())
            .map(|members| members.sdp.into_owned())
            .unwrap_or_default()
    }

    /// The JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        self.json.get()
    }

    /// The size of its JSON text, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.json().len()
    }
}

impl PartialEq for SessionDescriptor {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl<'de> Deserialize<'de> for SessionDescriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let kind = kind_of(&json).map_err(de::Error::custom)?;
        Ok(Self { json, kind })
    }
}

#[derive(Serialize, Deserialize)]
struct Members<'a> {
    #[serde(rename = "type")]
    kind: DescriptorKind,
    #[serde(borrow)]
    sdp: Cow<'a, str>,
}

/// Whether a JSON text offers or answers. An error if it is no descriptor.
fn kind_of(json: &RawValue) -> Result<DescriptorKind, serde_json::Error> {
    let (kind, checked) = if let Some((kind, sdp)) = plain(json) {
        (kind, check(plain_lines(sdp)))
    } else {
        let Members { kind, sdp } = serde_json::from_str(json.get())?;
        (kind, check(lines(&sdp)))
    };
    checked.map_err(de::Error::custom)?;
    Ok(kind)
}

/// The kind and the SDP, still escaped, of a descriptor that is written as browsers write it. What
/// is written otherwise, or has escapes that may stand for anything, has to be read in full.
fn plain(json: &RawValue) -> Option<(DescriptorKind, &str)> {
    let typed = |kind: &str| json.get().strip_prefix(r#"{"type":""#)?.strip_prefix(kind);
    let (kind, rest) = match typed("offer") {
        Some(rest) => (DescriptorKind::Offer, rest),
        None => (DescriptorKind::Answer, typed("answer")?),
    };
    let sdp = rest.strip_prefix(r#"","sdp":""#)?.strip_suffix(r#""}"#)?;
    let needs_reading = [r#"""#, r"\\", r"\u"].iter().any(|one| sdp.contains(one));
    (!needs_reading).then_some((kind, sdp))
}

/// The lines of an SDP in which every `\n` is the escape of a line's end.
fn plain_lines(sdp: &str) -> impl Iterator<Item = &str> {
    sdp.split(r"\n").map(|line| line.trim_end_matches(r"\r"))
}

fn lines(sdp: &str) -> impl Iterator<Item = &str> {
    sdp.split('\n').map(|line| line.trim_end_matches('\r'))
}

fn check<'a>(mut lines: impl Iterator<Item = &'a str>) -> Result<(), &'static str> {
    if lines.next() != Some("v=0") {
        return Err("sdp must begin with a line `v=0`");
    }
    if !lines.any(|line| line.starts_with("m=")) {
        return Err("sdp must describe at least one medium (`m=`)");
    }
    Ok(())
}

/// One ICE candidate (RFC 8839, section 5.1), as `RTCIceCandidate.toJSON()` writes it. Passed on
/// unread; only its size is checked.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Candidate(Box<RawValue>);

impl Candidate {
    /// A candidate from its JSON text.
    ///
    /// # Errors
    /// If the text is not a JSON object, or too long.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl<'de> Deserialize<'de> for Candidate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        if !json.get().starts_with('{') {
            return Err(de::Error::custom("a candidate is a JSON object"));
        }
        if json.get().len() > MAX_CANDIDATE_BYTES {
            return Err(de::Error::custom(format_args!(
                "a candidate has at most {MAX_CANDIDATE_BYTES} bytes"
            )));
        }
        Ok(Self(json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDP: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP 0\r\n";

    #[test]
    fn keeps_the_text_as_it_came() {
        let json = r#"{ "sdp":"v=0\r\nm=audio 9 UDP 0\r\n", "type":"offer", "more":[1] }"#;
        let descriptor: SessionDescriptor = serde_json::from_str(json).unwrap();
        assert_eq!(descriptor.kind(), DescriptorKind::Offer);
        assert_eq!(serde_json::to_string(&descriptor).unwrap(), json);
    }

    #[test]
    fn gives_back_the_sdp_it_was_made_from() {
        let descriptor = SessionDescriptor::new(DescriptorKind::Answer, SDP).unwrap();
        assert_eq!(descriptor.sdp(), SDP);
    }

    #[test]
    fn only_a_client_reads_a_type_that_it_does_not_know() {
        let json = r#"{"type":"rollback","sdp":"v=0\r\nm=audio 9 UDP 0\r\n"}"#;
        let read: SessionDescriptor = serde_json::from_str(json).unwrap();
        assert_eq!(read.kind(), DescriptorKind::Unknown);
        assert!(
            SessionDescriptor::from_raw(&RawValue::from_string(json.to_owned()).unwrap()).is_err()
        );
    }

    #[test]
    fn tells_sdp_from_something_else() {
        for json in [
            r#"{"type":"offer"}"#,
            r#"{"type":"offer","sdp":"hello"}"#,
            r#"{"type":"offer","sdp":"v=0\r\ns=-\r\n"}"#,
            r#""v=0""#,
            "null",
        ] {
            assert!(
                serde_json::from_str::<SessionDescriptor>(json).is_err(),
                "{json}"
            );
        }
    }

    #[test]
    fn a_line_ends_however_its_end_is_escaped() {
        for sdp in [
            r"v=0\r\nm=audio 9 UDP 0\r\n",
            r"v=0\nm=audio 9 UDP 0",
            r"v=0\u000d\u000am=audio 9 UDP 0",
        ] {
            let json = format!(r#"{{"type":"offer","sdp":"{sdp}"}}"#);
            assert!(
                serde_json::from_str::<SessionDescriptor>(&json).is_ok(),
                "{sdp}"
            );
        }
        let no_end = r#"{"type":"offer","sdp":"v=0\ns=\\nm=audio 9 UDP 0"}"#;
        assert!(serde_json::from_str::<SessionDescriptor>(no_end).is_err());
    }

    #[test]
    fn a_candidate_is_a_small_object() {
        assert!(Candidate::from_json(r#"{"candidate":"","sdpMid":"0"}"#).is_ok());
        assert!(Candidate::from_json("null").is_err());
        let long = format!(r#"{{"candidate":"{}"}}"#, "a".repeat(MAX_CANDIDATE_BYTES));
        assert!(Candidate::from_json(&long).is_err());
    }
}
