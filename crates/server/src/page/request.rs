//! What a request for a page says about the page and its reader.

use crate::{headers, names};
use axum::http::uri::Authority;
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

/// Scheme and authority as the browser sees them, for what other sites are told about the page.
/// Empty if the request names no host. What proxies say counts if they are trusted; the page itself
/// uses the address that it was loaded from.
pub(super) fn origin(headers: &HeaderMap, is_trusted: bool) -> String {
    let forwarded = is_trusted.then(|| forwarded(headers, "proto", "x-forwarded-proto"));
    let is_https = forwarded
        .flatten()
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let scheme = if is_https { "https" } else { "http" };
    authority(headers, is_trusted).map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

/// The host that the browser asked for, also where a trusted proxy asks for another one.
pub(super) fn authority(headers: &HeaderMap, is_trusted: bool) -> Option<Authority> {
    let forwarded = is_trusted.then(|| forwarded(headers, "host", "x-forwarded-host"));
    let forwarded = forwarded.flatten().and_then(|host| host.parse().ok());
    forwarded.or_else(|| headers::host(headers))
}

/// What the first proxy in a chain was asked for: every other one adds at the right. `Forwarded`
/// (RFC 7239) is the standard for what the other header says.
fn forwarded<'a>(headers: &'a HeaderMap, name: &str, other: &str) -> Option<&'a str> {
    let first = |header: &str| headers.get(header)?.to_str().ok()?.split(',').next();
    let is_name = |pair: &'a str| {
        let (key, value) = pair.split_once('=')?;
        let is_name = key.trim().eq_ignore_ascii_case(name);
        is_name.then(|| value.trim().trim_matches('"'))
    };
    let standard = first("forwarded").and_then(|element| element.split(';').find_map(is_name));
    standard.or_else(|| first(other).map(str::trim))
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
        assert_eq!(origin(&headers, false), "http://example.org");
        headers.insert("x-forwarded-proto", "https".parse().unwrap());
        assert_eq!(origin(&headers, true), "https://example.org");
        assert_eq!(origin(&headers, false), "http://example.org");
        headers.insert(header::HOST, "<script>".parse().unwrap());
        assert_eq!(origin(&headers, true), "");
    }

    #[test]
    fn of_a_chain_of_proxies_the_first_one_knows_the_origin() {
        let of = |lines: &[(&'static str, &'static str)]| {
            let mut headers = headers(header::HOST, "127.0.0.1:3000");
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            origin(&headers, true)
        };
        let host = ("x-forwarded-host", "live.example, inner.example");
        let proto = ("x-forwarded-proto", "https, http");
        assert_eq!(of(&[host, proto]), "https://live.example");
        assert_eq!(of(&[host]), "http://live.example");
        assert_eq!(of(&[proto]), "https://127.0.0.1:3000");
        assert_eq!(of(&[("x-forwarded-host", "<b>")]), "http://127.0.0.1:3000");
        let standard =
            "for=192.0.2.1;Proto=https;host=\"live.example:8443\", for=10.0.0.1;proto=http";
        assert_eq!(of(&[("forwarded", standard)]), "https://live.example:8443");
        let mixed = [("forwarded", "for=192.0.2.1"), host, proto];
        assert_eq!(of(&mixed), "https://live.example");
    }
}
