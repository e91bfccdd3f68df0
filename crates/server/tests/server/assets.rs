//! The files of the front end.

use crate::support::{config, site};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use server::{Server, Site};
use std::io::Write as _;
use std::time::{Duration, SystemTime};
use tower::ServiceExt as _;

const SCRIPT: &str = "/pkg/heliograph.js";
const CONTENT: &str = "export default 0;";

async fn get(path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    let server = Server::new(&config(), site()).unwrap();
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    server
        .router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

fn header(response: &Response, name: header::HeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_file_has_its_type_and_its_tag() {
    let response = get(SCRIPT, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        header(&response, header::CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(header(&response, header::CACHE_CONTROL), "no-cache");
    assert_eq!(header(&response, header::VARY), "accept-encoding");
    assert_eq!(body(response).await, CONTENT);
    let wasm = get("/pkg/heliograph.wasm", &[]).await;
    assert_eq!(header(&wasm, header::CONTENT_TYPE), "application/wasm");
}

#[tokio::test]
async fn a_versioned_url_may_be_kept_for_ever() {
    let url = site().url("pkg/heliograph.js").unwrap();
    let response = get(&url, &[]).await;
    assert_eq!(
        header(&response, header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let stale = get(&format!("{SCRIPT}?v=0"), &[]).await;
    assert_eq!(header(&stale, header::CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn a_browser_that_takes_brotli_gets_it() {
    let response = get(SCRIPT, &[(header::ACCEPT_ENCODING, "gzip, br")]).await;
    assert_eq!(header(&response, header::CONTENT_ENCODING), "br");
    assert_eq!(body(response).await, "compressed");
    let response = get("/favicon.svg", &[(header::ACCEPT_ENCODING, "br")]).await;
    assert_eq!(header(&response, header::CONTENT_ENCODING), "");
}

#[tokio::test]
async fn a_compressed_form_that_is_older_than_its_original_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str, modified: SystemTime| {
        let mut file = std::fs::File::create(folder.path().join(name)).unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file.set_modified(modified).unwrap();
    };
    let built = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let earlier = built - Duration::from_secs(60);
    write("stale.js", "new", built);
    write("stale.js.br", "compressed old", earlier);
    write("fresh.js", "new", built);
    write("fresh.js.br", "compressed new", built);
    let router = Server::new(&config(), Site::from_folder(folder.path()).unwrap())
        .unwrap()
        .router();
    for (path, encoding, content) in [
        ("/stale.js", "", "new"),
        ("/fresh.js", "br", "compressed new"),
    ] {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, "br")
            .body(Body::empty())
            .unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(header(&response, header::CONTENT_ENCODING), encoding);
        assert_eq!(body(response).await, content);
    }
}

#[tokio::test]
async fn a_studio_bundle_of_another_build_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pkg")).unwrap();
    let built = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let later = built + Duration::from_secs(60);
    for (studio, is_served) in [(later, true), (built, false)] {
        for (name, modified) in [("heliograph.wasm", later), ("studio.wasm", studio)] {
            let file = std::fs::File::create(folder.path().join("pkg").join(name)).unwrap();
            file.set_modified(modified).unwrap();
        }
        let router = Server::new(&config(), Site::from_folder(folder.path()).unwrap())
            .unwrap()
            .router();
        let request = Request::get("/pkg/studio.wasm")
            .body(Body::empty())
            .unwrap();
        let status = router.oneshot(request).await.unwrap().status();
        assert_eq!(status == StatusCode::OK, is_served, "{status}");
    }
}

#[tokio::test]
async fn a_known_file_is_not_sent_again() {
    for encoding in ["br", "identity"] {
        let accepted = (header::ACCEPT_ENCODING, encoding);
        let etag = header(
            &get(SCRIPT, std::slice::from_ref(&accepted)).await,
            header::ETAG,
        )
        .to_owned();
        let response = get(SCRIPT, &[accepted, (header::IF_NONE_MATCH, &etag)]).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(body(response).await, "");
    }
    let response = get(SCRIPT, &[(header::IF_NONE_MATCH, "\"other\"")]).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    let range = (header::RANGE, "bytes=7-13");
    let response = get(SCRIPT, &[range, (header::ACCEPT_ENCODING, "br")]).await;
    assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(header(&response, header::CONTENT_RANGE), "bytes 7-13/17");
    assert_eq!(body(response).await, "default");
    let response = get(SCRIPT, &[(header::RANGE, "bytes=17-")]).await;
    assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(header(&response, header::CONTENT_RANGE), "bytes */17");
}

#[tokio::test]
async fn compressed_forms_have_no_url_of_their_own() {
    assert_eq!(
        get("/pkg/heliograph.js.br", &[]).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        get("/../Cargo.toml", &[]).await.status(),
        StatusCode::NOT_FOUND
    );
}
