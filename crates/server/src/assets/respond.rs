//! How a file is answered: whole, compressed, in part, or not at all because the browser has it
//! (RFC 9110, sections 8.8, 12.5.3, 13.1.2 and 14).

use super::File;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use std::ops::RangeInclusive;

/// What the URL's version allows: the content behind it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Without a version the browser keeps its copy and asks whether it still holds.
const ASK_FIRST: &str = "no-cache";

/// How a file may be compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// RFC 7932; browsers accept it over HTTPS and from this machine only.
    Brotli,
    /// RFC 1952; browsers accept it always.
    Gzip,
}

impl Encoding {
    /// All of them, the one that compresses best first.
    pub(super) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// How the name of a compressed file ends.
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// Its content coding (RFC 9110, section 8.4.1).
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

pub(super) fn answer(file: &File, is_versioned: bool, headers: &HeaderMap) -> Response<Body> {
    let range = text(headers, header::RANGE);
    // A part of compressed bytes would be of no use.
    let encoded = file
        .encoded
        .iter()
        .find(|(encoding, _)| range.is_none() && accepts(headers, encoding.name()));
    // Another encoding is another content, so it has another tag.
    let etag = match encoded {
        Some((encoding, _)) => format!("\"{}-{}\"", file.version, encoding.name()),
        None => format!("\"{}\"", file.version),
    };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, file.media_type)
        .header(
            header::CACHE_CONTROL,
            if is_versioned { FOR_EVER } else { ASK_FIRST },
        )
        .header(header::VARY, "accept-encoding")
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, &etag);
    let built = if is_known(headers, &etag) {
        response
            .status(StatusCode::NOT_MODIFIED)
            .body(Body::empty())
    } else if let Some((encoding, bytes)) = encoded {
        response
            .header(header::CONTENT_ENCODING, encoding.name())
            .body(bytes.clone().into())
    } else {
        match range.map(|range| part(range, file.plain.len())) {
            None | Some(Part::Whole) => response.body(file.plain.clone().into()),
            Some(Part::Of(range)) => response
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, content_range(&range, &file.plain))
                .body(file.plain.slice(range).into()),
            Some(Part::Outside) => response
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(
                    header::CONTENT_RANGE,
                    format!("bytes */{}", file.plain.len()),
                )
                .body(Body::empty()),
        }
    };
    built.unwrap_or_else(|error| {
        tracing::error!(%error, "a file cannot be answered");
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The answer to a URL that names another content than there is now. Nobody may keep it: the page
/// that asks is of another build than the server.
pub(super) fn gone() -> Response<Body> {
    let mut response = Response::new(Body::from("this file is of another version\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    text(headers, header::ACCEPT_ENCODING).is_some_and(|accepted| {
        accepted.split(',').any(|coding| {
            let (name, parameter) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let refused = parameter.trim().strip_prefix("q=").is_some_and(is_zero);
            name.trim().eq_ignore_ascii_case(encoding) && !refused
        })
    })
}

fn is_zero(weight: &str) -> bool {
    weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0)
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    text(headers, header::IF_NONE_MATCH).is_some_and(|known| {
        known == "*"
            || known
                .split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == etag)
    })
}

fn content_range(range: &RangeInclusive<usize>, whole: &Bytes) -> String {
    format!("bytes {}-{}/{}", range.start(), range.end(), whole.len())
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Not a range this server knows: the whole is a right answer to any range.
    Whole,
    Of(RangeInclusive<usize>),
    /// Nothing of it exists.
    Outside,
}

/// Reads `bytes=first-last`, `bytes=first-` and `bytes=-length`; several ranges at once are
/// answered with the whole.
fn part(range: &str, length: usize) -> Part {
    let Some((first, last)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Part::Whole;
    };
    let end = length.saturating_sub(1);
    match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        (Ok(first), _) if first >= length => Part::Outside,
        (Ok(first), Ok(last)) if first <= last => Part::Of(first..=last.min(end)),
        (Ok(first), Err(_)) if last.trim().is_empty() => Part::Of(first..=end),
        (Err(_), Ok(0)) if first.trim().is_empty() => Part::Outside,
        (Err(_), Ok(_)) if first.trim().is_empty() && length == 0 => Part::Outside,
        (Err(_), Ok(last)) if first.trim().is_empty() => {
            Part::Of(length.saturating_sub(last)..=end)
        }
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_to_what_there_is() {
        for (range, expected) in [
            ("bytes=0-3", Part::Of(0..=3)),
            ("bytes=4-", Part::Of(4..=9)),
            ("bytes=-3", Part::Of(7..=9)),
            ("bytes=8-99", Part::Of(8..=9)),
            ("bytes=-99", Part::Of(0..=9)),
            ("bytes=10-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=1-2", Part::Whole),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
        assert_eq!(part("bytes=0-0", 0), Part::Outside);
        assert_eq!(part("bytes=-1", 0), Part::Outside);
    }

    #[test]
    fn an_encoding_is_sent_only_to_those_who_ask_for_it() {
        let accepts_brotli = |value: &'static str| {
            let value = value.parse().unwrap();
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]);
            accepts(&headers, "br")
        };
        assert!(accepts_brotli("gzip, deflate, br, zstd"));
        assert!(accepts_brotli("BR;q=0.5"));
        assert!(!accepts_brotli("br;q=0, gzip"));
        assert!(!accepts_brotli("gzip"));
        assert!(!accepts(&HeaderMap::new(), "br"));
    }
}
