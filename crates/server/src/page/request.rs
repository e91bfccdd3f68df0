//! What a request for a page says about the page and its reader.

use crate::{headers, names};
use axum::http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use protocol::{ChannelName, path};
use session::{Locale, Page, Theme};

/// The page at a path; `None` if there is none.
pub(super) fn page(path: &str) -> Option<Page> {
    if path == path::LOBBY {
        return Some(Page::Lobby);
    }
    if let Some(name) = path.strip_prefix(path::WATCH) {
        return segment(name).map(Page::Watch);
    }
    if let Some(name) = path.strip_prefix(path::EMBED) {
        return segment(name).map(Page::Embed);
    }
    match path.strip_prefix(path::STUDIO)? {
        "" => Some(Page::Studio(None)),
        rest => segment(rest.strip_prefix('/')?).map(|name| Page::Studio(Some(name))),
    }
}

/// The name in a path's last segment, in its normal form if it is one.
fn segment(encoded: &str) -> Option<String> {
    if encoded.is_empty() || encoded.contains('/') {
        return None;
    }
    let text = percent_decode_str(encoded).decode_utf8().ok()?;
    let name = names::channel(&text);
    Some(name.as_ref().map_or(&*text, ChannelName::as_str).to_owned())
}

/// The reader's language: chosen, else the one their browser likes best.
pub(super) fn locale(headers: &HeaderMap) -> Locale {
    match cookie(headers, "locale") {
        Some("en") => Locale::En,
        Some("ko") => Locale::Ko,
        _ => accepted_locale(headers).unwrap_or_default(),
    }
}

fn accepted_locale(headers: &HeaderMap) -> Option<Locale> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let ranges = accepted.split(',').filter_map(|range| {
        let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
        let locale = match tag.trim().split('-').next()?.to_ascii_lowercase().as_str() {
            "en" => Locale::En,
            "ko" => Locale::Ko,
            _ => return None,
        };
        let weight: f32 = weight.trim().parse().ok()?;
        (weight > 0.0).then_some((locale, weight))
    });
    // Of equals, the first: browsers list what they like best in front.
    ranges
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(locale, _)| locale)
}

/// The reader's colours: chosen, else the system's.
pub(super) fn theme(headers: &HeaderMap) -> Theme {
    match cookie(headers, "theme") {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Scheme and authority as the browser sees them, for links to be copied. Empty if the request
/// names no host; the browser knows better then. What a proxy in front says about the scheme is
/// believed: whoever lies about it gets a wrong link, and nobody else does.
pub(super) fn origin(headers: &HeaderMap) -> String {
    let forwarded = headers
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok());
    let scheme = if forwarded == Some("https") {
        "https"
    } else {
        "http"
    };
    headers::host(headers).map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn every_page_has_its_path() {
        let name = || "mina".to_owned();
        for (path, expected) in [
            ("/", Some(Page::Lobby)),
            ("/c/mina", Some(Page::Watch(name()))),
            ("/embed/mina", Some(Page::Embed(name()))),
            ("/studio", Some(Page::Studio(None))),
            ("/studio/mina", Some(Page::Studio(Some(name())))),
            ("/c/%ED%95%9C%201", Some(Page::Watch("한 1".to_owned()))),
            (
                "/c/%E1%84%92%E1%85%A1%E1%86%AB",
                Some(Page::Watch("한".to_owned())),
            ),
            ("/c/a%2Fb", Some(Page::Watch("a/b".to_owned()))),
            ("/c/%FF", None),
            ("/c/", None),
            ("/c/a/b", None),
            ("/studio/", None),
            ("/studios", None),
            ("/c", None),
            ("/other", None),
        ] {
            assert_eq!(page(path), expected, "{path}");
        }
    }

    #[test]
    fn a_chosen_language_wins_over_the_browsers() {
        let mut both = headers(header::ACCEPT_LANGUAGE, "ko");
        both.insert(header::COOKIE, "a=b; locale=en".parse().unwrap());
        assert_eq!(locale(&both), Locale::En);
        assert_eq!(locale(&headers(header::COOKIE, "locale=ko")), Locale::Ko);
        assert_eq!(locale(&headers(header::COOKIE, "locale=fr")), Locale::En);
    }

    #[test]
    fn the_browsers_language_is_the_one_it_likes_best() {
        for (accepted, expected) in [
            ("ko-KR,ko;q=0.9,en-US;q=0.8", Locale::Ko),
            ("fr, ko;q=0.3, en;q=0.2", Locale::Ko),
            ("en;q=0.5, ko;q=0.6", Locale::Ko),
            ("en-GB,ko", Locale::En),
            ("ko;q=0, en;q=0.1", Locale::En),
            ("fr", Locale::En),
            ("ko;q=x", Locale::En),
            ("", Locale::En),
        ] {
            let headers = headers(header::ACCEPT_LANGUAGE, accepted);
            assert_eq!(locale(&headers), expected, "{accepted}");
        }
    }

    #[test]
    fn colours_are_the_systems_until_chosen() {
        assert_eq!(theme(&HeaderMap::new()), Theme::System);
        assert_eq!(theme(&headers(header::COOKIE, "theme=dark")), Theme::Dark);
        assert_eq!(
            theme(&headers(header::COOKIE, "x=1;theme=light")),
            Theme::Light
        );
        assert_eq!(theme(&headers(header::COOKIE, "theme=pink")), Theme::System);
    }

    #[test]
    fn the_origin_is_the_one_the_browser_asked_for() {
        let mut headers = headers(header::HOST, "example.org");
        assert_eq!(origin(&headers), "http://example.org");
        headers.insert("x-forwarded-proto", "https".parse().unwrap());
        assert_eq!(origin(&headers), "https://example.org");
        headers.insert(header::HOST, "<script>".parse().unwrap());
        assert_eq!(origin(&headers), "");
    }
}
