//! Which pages may open a connection. Browsers do not apply CORS to WebSockets, so the server asks
//! itself (RFC 6455, section 10.2).

use super::host::LoggedOnce;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header, uri::Authority};

const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Which origins are let in.
#[derive(Debug, Default)]
pub(crate) struct OriginPolicy {
    /// Origins as browsers write them, besides the one that the request itself names as its host.
    allowed: Vec<String>,
    logged: LoggedOnce,
}

impl OriginPolicy {
    pub(crate) fn new(allowed: Vec<String>) -> Self {
        Self {
            allowed,
            logged: LoggedOnce::default(),
        }
    }

    /// Whether the page behind this request may connect. A request without an origin does not come
    /// from a browser's page, so nobody's cookies or network are abused by letting it in. A proxy
    /// that is trusted may name the host that its client asked for.
    pub(crate) fn admits(&self, headers: &HeaderMap, is_proxy_trusted: bool) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        let origin = origin.to_str().unwrap_or_default();
        let names = [header::HOST, X_FORWARDED_HOST];
        let believed = if is_proxy_trusted { 2 } else { 1 };
        let hosts = names
            .iter()
            .take(believed)
            .flat_map(|name| hosts(headers, name));
        if self.is_allowed(origin) || hosts.into_iter().any(|host| is_same_host(origin, &host)) {
            return true;
        }
        if self.logged.is_new(origin) {
            let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
            tracing::warn!(
                origin,
                host = %String::from_utf8_lossy(host.unwrap_or_default()),
                "a connection was refused: its Origin header is neither the host of its Host \
                 header nor in http.allow_origins; if a proxy is in front, let it pass the Host \
                 header on (or X-Forwarded-Host, if it is in http.trusted_proxies); if the page \
                 is one of another host, start the server with --allow-origin {origin}"
            );
        }
        false
    }

    /// The origin behind a request, if a page of another host may read what it is answered.
    pub(crate) fn shared_with(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        self.is_allowed(origin.to_str().ok()?)
            .then(|| origin.clone())
    }

    fn is_allowed(&self, origin: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == origin)
    }
}

/// The hosts in a header, of which there may be several where proxies stand in a row.
fn hosts(headers: &HeaderMap, name: &HeaderName) -> Vec<Authority> {
    let lines = headers.get_all(name).into_iter();
    lines
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .filter_map(|host| host.trim().parse().ok())
        .collect()
}

/// Whether the origin names this host. The scheme is not compared: a proxy in front may speak TLS
/// where this server does not. Its default port is left out by browsers, and written by some
/// proxies; others leave out every port.
fn is_same_host(origin: &str, host: &Authority) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else {
        return false;
    };
    let default_port = match uri.scheme_str() {
        Some("http") => 80,
        Some("https") => 443,
        Some(_) | None => return false,
    };
    let Some(page) = uri.authority() else {
        return false;
    };
    let is_plain = |authority: &Authority| !authority.as_str().contains('@');
    let port = page.port_u16().unwrap_or(default_port);
    is_plain(page)
        && is_plain(host)
        && page.host().eq_ignore_ascii_case(host.host())
        && host.port().is_none_or(|own| own.as_u16() == port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(allowed: &[&str], origin: Option<&str>, host: &str) -> bool {
        admits_through(allowed, origin, &[(header::HOST, host)], false)
    }

    fn admits_through(
        allowed: &[&str],
        origin: Option<&str>,
        hosts: &[(HeaderName, &str)],
        is_trusted: bool,
    ) -> bool {
        let allowed = allowed.iter().map(|&origin| origin.to_owned()).collect();
        let mut headers = HeaderMap::new();
        for (name, host) in hosts {
            headers.append(name, host.parse().unwrap());
        }
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        OriginPolicy::new(allowed).admits(&headers, is_trusted)
    }

    #[test]
    fn a_page_of_this_host_may_connect_through_any_scheme() {
        assert!(admits(&[], Some("http://localhost:3000"), "localhost:3000"));
        assert!(admits(&[], Some("https://Example.org"), "example.org"));
    }

    #[test]
    fn the_default_port_may_be_written_or_not_and_any_port_may_be_left_out() {
        for (origin, host) in [
            ("https://example.org", "example.org:443"),
            ("https://example.org:443", "example.org"),
            ("http://example.org", "example.org:80"),
            ("http://[::1]", "[::1]:80"),
            ("https://example.org:8443", "example.org"),
            ("http://[::1]:3000", "[::1]"),
        ] {
            assert!(admits(&[], Some(origin), host), "{origin} {host}");
        }
        for (origin, host) in [
            ("http://example.org", "example.org:443"),
            ("https://example.org", "example.org:80"),
            ("https://example.org:8443", "example.org:443"),
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
            "capacitor://localhost:3000",
            "http://localhost:3000@evil.example",
            "http://evil@localhost:3000",
            "null",
            "file://",
            "",
        ] {
            assert!(!admits(&[], Some(origin), "localhost:3000"), "{origin:?}");
        }
    }

    #[test]
    fn an_allowed_origin_may_connect_and_only_with_its_scheme() {
        let allowed = ["https://example.org", "capacitor://localhost"];
        assert!(admits(&allowed, Some("https://example.org"), "localhost"));
        assert!(admits(&allowed, Some("capacitor://localhost"), "a.example"));
        assert!(!admits(&allowed, Some("http://example.org"), "localhost"));
    }

    #[test]
    fn a_trusted_proxy_may_name_the_host_that_was_asked_for() {
        let origin = Some("https://example.org");
        let hosts = |forwarded| {
            [
                (header::HOST, "127.0.0.1:3000"),
                (X_FORWARDED_HOST, forwarded),
            ]
        };
        for forwarded in [
            "example.org",
            "example.org, inner.example",
            "example.org:443",
        ] {
            assert!(admits_through(&[], origin, &hosts(forwarded), true));
            assert!(!admits_through(&[], origin, &hosts(forwarded), false));
        }
        assert!(!admits_through(&[], origin, &hosts("evil.example"), true));
    }

    #[test]
    fn what_is_no_browser_may_connect() {
        assert!(admits(&[], None, "localhost:3000"));
    }

    #[test]
    fn only_what_the_operator_names_is_shared_with_other_pages() {
        let policy = OriginPolicy::new(vec!["https://example.org".to_owned()]);
        let shared = |origin: &'static str| {
            let origin = HeaderValue::from_static(origin);
            policy.shared_with(&HeaderMap::from_iter([(header::ORIGIN, origin)]))
        };
        assert_eq!(
            shared("https://example.org").unwrap(),
            "https://example.org"
        );
        assert_eq!(shared("https://evil.example"), None);
        assert_eq!(policy.shared_with(&HeaderMap::new()), None);
    }
}
