//! The pages as a browser gets them before any script has run.

use crate::support::{Client, config, site, site_with, start};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use server::{Server, Site};
use tower::ServiceExt as _;

async fn answer(site: Site, request: Request<Body>) -> Response {
    Server::new(&config(), site)
        .unwrap()
        .router()
        .oneshot(request)
        .await
        .unwrap()
}

async fn get(path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::get(path).header("host", "example.org");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(site(), request.body(Body::empty()).unwrap()).await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn html(response: Response) -> String {
    assert_eq!(
        header(&response, "content-type"),
        "text/html; charset=utf-8"
    );
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn title(html: &str) -> &str {
    let start = html.find("<title>").expect("a title") + "<title>".len();
    &html[start..start + html[start..].find("</title>").unwrap()]
}

#[tokio::test]
async fn every_page_has_its_status() {
    for (path, status) in [
        ("/", 200),
        ("/c/mina", 200),
        ("/c/%ED%95%9C%EA%B5%AD%EC%96%B4%20%EC%B1%84%EB%84%90", 200),
        ("/embed/mina", 200),
        ("/studio", 200),
        ("/studio/mina", 200),
        ("/c/a%2Fb", 404),
        ("/c/..%2e", 404),
        ("/embed/a%3Ab", 404),
        ("/c/%FF", 404),
        ("/nowhere", 404),
        ("/c/a/b", 404),
    ] {
        let response = get(path, &[]).await;
        assert_eq!(response.status().as_u16(), status, "{path}");
        let html = html(response).await;
        assert!(html.starts_with("<!DOCTYPE html>"), "{path}");
        assert!(!title(&html).is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_page_names_its_channel_in_title_and_preview() {
    let html = html(get("/c/mina", &[]).await).await;
    assert!(title(&html).contains("mina"), "{}", title(&html));
    assert!(
        html.contains(r#"<meta content="http://example.org/c/mina" property="og:url">"#),
        "{html}"
    );
}

#[tokio::test]
async fn a_page_links_the_versions_that_the_server_has() {
    let html = html(get("/", &[]).await).await;
    for name in [
        "pkg/heliograph.js",
        "pkg/heliograph.wasm",
        "pkg/heliograph.css",
    ] {
        assert!(html.contains(&site().url(name).unwrap()), "{name}");
    }
}

#[tokio::test]
async fn only_the_studio_loads_what_a_studio_needs() {
    for (path, bundle) in [
        ("/", "heliograph"),
        ("/c/mina", "heliograph"),
        ("/embed/mina", "heliograph"),
        ("/nowhere", "heliograph"),
        ("/studio", "studio"),
        ("/studio/mina", "studio"),
    ] {
        assert_eq!(bundles(site(), path).await, [bundle], "{path}");
    }
}

#[tokio::test]
async fn a_front_end_of_one_bundle_serves_every_page() {
    for path in ["/", "/c/mina", "/studio"] {
        let site = site_with(&["heliograph"]);
        assert_eq!(bundles(site, path).await, ["heliograph"], "{path}");
    }
}

/// The bundles that a page names both files of.
async fn bundles(site: Site, path: &str) -> Vec<&'static str> {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let html = html(answer(site, request).await).await;
    let names = |bundle: &&str| {
        ["js", "wasm"].map(|ending| html.contains(&format!("\"/pkg/{bundle}.{ending}?v=")))
    };
    let mut bundles = vec!["heliograph", "studio"];
    bundles.retain(|bundle| names(bundle) == [true, true]);
    bundles
}

#[tokio::test]
async fn a_page_is_in_its_readers_language() {
    let lang = async |headers: &[(&str, &str)]| {
        let html = html(get("/", headers).await).await;
        if html.starts_with(r#"<!DOCTYPE html><html lang="ko""#) {
            "ko"
        } else {
            "en"
        }
    };
    assert_eq!(lang(&[]).await, "en");
    assert_eq!(
        lang(&[("accept-language", "ko-KR,ko;q=0.9,en;q=0.8")]).await,
        "ko"
    );
    assert_eq!(
        lang(&[("accept-language", "ko"), ("cookie", "locale=en")]).await,
        "en"
    );
    assert_eq!(lang(&[("cookie", "locale=ko; theme=dark")]).await, "ko");
}

#[tokio::test]
async fn a_page_has_the_chosen_colours_from_the_first_byte() {
    let html = html(get("/", &[("cookie", "theme=dark")]).await).await;
    assert!(html.contains(r#"data-theme="dark""#));
}

#[tokio::test]
async fn a_page_shows_what_is_on() {
    let server = start().await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    host.ask(
        "updateStream",
        serde_json::json!({"title": "Lighthouses & <mirrors>"}),
    )
    .await;
    let fetch = async |path: &str| fetch(server.address(), path).await;
    assert!(
        fetch("/")
            .await
            .contains("Lighthouses &amp; &lt;mirrors&gt;")
    );
    assert!(
        fetch("/c/mina")
            .await
            .contains("Lighthouses &amp; &lt;mirrors&gt;")
    );
    assert!(!fetch("/c/other").await.contains("Lighthouses"));
}

async fn fetch(address: std::net::SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_page() {
    let response = get("/studio/?a=b", &[]).await;
    assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(header(&response, "location"), "/studio?a=b");
    assert_eq!(get("//", &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_tell_the_browser_what_they_may_do() {
    for path in ["/", "/c/mina", "/nowhere", "/healthz", "/favicon.svg"] {
        let response = get(path, &[]).await;
        let policy = header(&response, "content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(policy.contains("connect-src 'self' ws://example.org wss://example.org;"));
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("script-src 'self' 'unsafe-inline'"),
            "{path}: {policy}"
        );
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(
            header(&response, "referrer-policy"),
            "strict-origin-when-cross-origin"
        );
        let permissions = header(&response, "permissions-policy");
        assert!(permissions.contains("camera=(self), microphone=(self), display-capture=(self)"));
    }
}

#[tokio::test]
async fn every_inline_script_has_the_nonce_of_the_policy() {
    let response = get("/", &[]).await;
    let policy = header(&response, "content-security-policy").to_owned();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let html = html(response).await;
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        let runs_inline = !tag.contains("src=") && !tag.contains("application/json");
        assert!(!runs_inline || tag.contains(nonce), "{tag}");
    }
    assert!(!html.contains("<style"), "{html}");
}

#[tokio::test]
async fn the_player_alone_may_be_framed_anywhere() {
    let response = get("/embed/mina", &[]).await;
    assert!(!header(&response, "content-security-policy").contains("frame-ancestors"));
    assert_eq!(header(&response, "x-frame-options"), "");
}

#[tokio::test]
async fn a_page_is_never_anybody_elses() {
    let response = get("/", &[]).await;
    assert_eq!(header(&response, "cache-control"), "private, no-cache");
    assert_eq!(header(&response, "vary"), "accept-language, cookie");
}

#[tokio::test]
async fn a_server_without_a_front_end_says_how_to_build_it() {
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = answer(Site::default(), request).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(
        std::str::from_utf8(&body)
            .unwrap()
            .contains("cargo make front")
    );
}

#[tokio::test]
async fn a_page_cannot_be_written_to() {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/")
        .body(Body::empty())
        .unwrap();
    let response = answer(site(), request).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(response.headers().contains_key(header::ALLOW));
}

#[tokio::test]
async fn probes_answer() {
    assert_eq!(get("/healthz", &[]).await.status(), StatusCode::OK);
    assert_eq!(get("/readyz", &[]).await.status(), StatusCode::OK);
}
