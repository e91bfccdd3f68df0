//! Which pages may open a connection. Browsers do not apply CORS to WebSockets, so the server asks
//! itself (RFC 6455, section 10.2).

use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// Which origins are let in.
#[derive(Clone, Debug, Default)]
pub(crate) struct OriginPolicy {
    /// Origins as browsers write them, besides the one that the request itself names as its host.
    pub(crate) allowed: Vec<String>,
}

impl OriginPolicy {
    /// Whether the page behind this request may connect. A request without an origin does not come
    /// from a browser's page, so nobody's cookies or network are abused by letting it in.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        self.allowed.iter().any(|allowed| allowed == origin) || is_same_host(origin, headers)
    }
}

/// Whether the origin names the host that the request was sent to. The scheme is not compared: a
/// proxy in front may speak TLS where this server does not. Its default port is left out by
/// browsers, and written by some proxies.
fn is_same_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse::<Authority>().ok());
    let origin = origin.parse::<Uri>().ok();
    let (Some(origin), Some(host)) = (origin, host) else {
        return false;
    };
    let default_port = match origin.scheme_str() {
        Some("http") => ":80",
        Some("https") => ":443",
        Some(_) | None => "",
    };
    let without_port = |authority: &Authority| {
        let text = authority.as_str();
        text.strip_suffix(default_port)
            .unwrap_or(text)
            .to_ascii_lowercase()
    };
    origin.authority().map(without_port) == Some(without_port(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(allowed: &[&str], origin: Option<&str>, host: &str) -> bool {
        let allowed = allowed.iter().map(|&origin| origin.to_owned()).collect();
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        OriginPolicy { allowed }.admits(&headers)
    }

    #[test]
    fn a_page_of_this_host_may_connect_through_any_scheme() {
        assert!(admits(&[], Some("http://localhost:3000"), "localhost:3000"));
        assert!(admits(&[], Some("https://Example.org"), "example.org"));
    }

    #[test]
    fn the_default_port_may_be_written_or_not() {
        for (origin, host) in [
            ("https://example.org", "example.org:443"),
            ("https://example.org:443", "example.org"),
            ("http://example.org", "example.org:80"),
            ("http://[::1]", "[::1]:80"),
        ] {
            assert!(admits(&[], Some(origin), host), "{origin} {host}");
        }
        for (origin, host) in [
            ("http://example.org", "example.org:443"),
            ("https://example.org", "example.org:80"),
            ("https://example.org:8443", "example.org"),
            ("http://[::1]", "[::1:80]"),
        ] {
            assert!(!admits(&[], Some(origin), host), "{origin} {host}");
        }
    }

    #[test]
    fn a_page_of_another_host_may_not() {
        for origin in [
            "http://localhost:3001",
            "http://localhost",
            "https://example.org",
            "http://localhost:3000.example.org",
            "null",
            "file://",
            "",
        ] {
            assert!(!admits(&[], Some(origin), "localhost:3000"), "{origin:?}");
        }
    }

    #[test]
    fn an_allowed_origin_may_connect_and_only_with_its_scheme() {
        let allowed = ["https://example.org"];
        assert!(admits(&allowed, Some("https://example.org"), "localhost"));
        assert!(!admits(&allowed, Some("http://example.org"), "localhost"));
    }

    #[test]
    fn what_is_no_browser_may_connect() {
        assert!(admits(&[], None, "localhost:3000"));
    }
}
