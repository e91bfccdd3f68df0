//! The headers that tell a browser what a page of this server may do.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use protocol::path;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Camera, microphone and screen for our own pages, for no frame within them.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), \
                           geolocation=(), payment=(), usb=()";

/// The script that starts the client stands in the page, and is allowed by its hash.
static START: LazyLock<String> =
    LazyLock::new(|| STANDARD.encode(Sha256::digest(ui::start_script())));

/// Adds them to every answer. A page brings its own content policy, for it knows its nonce.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let is_embedded = request.uri().path().starts_with(path::EMBED);
    let host = host(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = content_policy(None, host.as_ref(), is_embedded);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (PERMISSIONS_POLICY, PERMISSIONS),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The host that the browser asked for, if it can be one.
pub(crate) fn host(headers: &HeaderMap) -> Option<Authority> {
    headers.get(header::HOST)?.to_str().ok()?.parse().ok()
}

/// What a page may load and do. The nonce is for the inline data that the renderer writes.
pub(crate) fn content_policy(
    nonce: Option<&str>,
    host: Option<&Authority>,
    is_embedded: bool,
) -> HeaderValue {
    let nonce = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{nonce}'"));
    // `'self'` means WebSockets too, but not yet to every browser. An IPv6 address cannot be written
    // here (CSP Level 3, section 2.3.1), and browsers that have none but that one are up to date.
    let host = host.filter(|host| is_writable(host));
    let sockets = host.map_or_else(String::new, |host| format!(" ws://{host} wss://{host}"));
    let ancestors = if is_embedded {
        ""
    } else {
        "; frame-ancestors 'none'"
    };
    let start = &*START;
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-{start}'{nonce}; style-src 'self'; \
         style-src-attr 'unsafe-inline'; connect-src 'self'{sockets}; img-src 'self' data: blob:; \
         media-src 'self' blob: mediastream:; object-src 'none'; base-uri 'none'; \
         form-action 'self'{ancestors}"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Whether a policy can name this host.
fn is_writable(host: &Authority) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    host.as_str().bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_embedded_player_may_be_framed() {
        let policy = |is_embedded| {
            let policy = content_policy(None, None, is_embedded);
            policy.to_str().unwrap().contains("frame-ancestors 'none'")
        };
        assert!(policy(false));
        assert!(!policy(true));
    }

    #[test]
    fn a_host_that_a_policy_cannot_name_is_left_to_self() {
        for host in ["[::1]:3000", "a;script-src", "a,b", "a'b"] {
            let host = host.parse().unwrap();
            let policy = content_policy(None, Some(&host), false);
            let policy = policy.to_str().unwrap();
            assert!(policy.contains("connect-src 'self'; "), "{policy}");
        }
    }

    #[test]
    fn a_page_reaches_its_own_server_and_no_other() {
        let host = "example.org:8443".parse().unwrap();
        let policy = content_policy(Some("abc"), Some(&host), false);
        let policy = policy.to_str().unwrap();
        assert!(
            policy.contains("connect-src 'self' ws://example.org:8443 wss://example.org:8443; ")
        );
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-"));
        assert!(policy.contains("=' 'nonce-abc'; "));
    }
}
