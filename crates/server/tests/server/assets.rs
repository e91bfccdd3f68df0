//! The files of the front end.

use crate::support::{config, site};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use server::{Server, Site};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
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
}

/// Otherwise a script of one build could be kept for ever beside the wasm of another.
#[tokio::test]
async fn a_url_of_another_version_is_not_answered_with_this_one() {
    for query in ["v=0", "v=", "utm=1&v=0"] {
        let stale = get(&format!("{SCRIPT}?{query}"), &[]).await;
        assert_eq!(stale.status(), StatusCode::NOT_FOUND, "{query}");
        assert_eq!(header(&stale, header::CACHE_CONTROL), "no-store");
    }
    let unversioned = get(&format!("{SCRIPT}?utm=1"), &[]).await;
    assert_eq!(header(&unversioned, header::CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn a_browser_that_takes_brotli_gets_it() {
    let response = get(SCRIPT, &[(header::ACCEPT_ENCODING, "gzip, br")]).await;
    assert_eq!(header(&response, header::CONTENT_ENCODING), "br");
    assert_eq!(body(response).await, "compressed");
    let response = get("/favicon.svg", &[(header::ACCEPT_ENCODING, "br")]).await;
    assert_eq!(header(&response, header::CONTENT_ENCODING), "");
}

/// A front end in a folder: what the build wrote, and what another build left behind or wrote since.
fn built_and_left(built: &[(&str, &str)], left: &[(&str, &str)]) -> Router {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    let hash = |content: &str| -> String {
        let digest = Sha256::digest(content);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let manifest: BTreeMap<&str, String> = built
        .iter()
        .map(|(name, content)| (*name, hash(content)))
        .collect();
    write("manifest.json", &serde_json::to_vec(&manifest).unwrap());
    for (name, content) in built.iter().chain(left) {
        write(name, content.as_bytes());
    }
    let site = Site::from_folder(folder.path()).unwrap();
    Server::new(&config(), site).unwrap().router()
}

async fn get_from(router: &Router, path: &str, encodings: &'static str) -> Response {
    let request = Request::get(path)
        .header(header::ACCEPT_ENCODING, encodings)
        .body(Body::empty())
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn a_compressed_form_of_another_content_is_not_served() {
    let router = built_and_left(
        &[
            ("stale.js", "old"),
            ("stale.js.br", "compressed old"),
            ("fresh.js", "new"),
            ("fresh.js.br", "compressed new"),
            ("fresh.js.gz", "zipped new"),
        ],
        &[
            ("stale.js", "new"),
            ("fresh.css", "new"),
            ("fresh.css.gz", "zipped old"),
        ],
    );
    for (path, encodings, encoding, content) in [
        ("/stale.js", "br", "", "new"),
        ("/fresh.js", "gzip, br", "br", "compressed new"),
        ("/fresh.js", "gzip, deflate", "gzip", "zipped new"),
        ("/fresh.js", "deflate", "", "new"),
        ("/fresh.css", "gzip", "", "new"),
        ("/manifest.json", "", "", ""),
    ] {
        let response = get_from(&router, path, encodings).await;
        let is_found = response.status() == StatusCode::OK;
        assert_eq!(is_found, !content.is_empty(), "{path}");
        assert_eq!(header(&response, header::CONTENT_ENCODING), encoding);
        if is_found {
            assert_eq!(body(response).await, content);
        }
    }
}

#[tokio::test]
async fn a_studio_bundle_of_another_build_is_not_served() {
    let viewer = ("pkg/heliograph.wasm", "viewer");
    let studio = ("pkg/studio.wasm", "studio");
    let other = ("pkg/heliograph.wasm", "everything in one");
    for (built, left, is_served) in [
        (&[viewer, studio][..], &[][..], true),
        (&[viewer][..], &[studio][..], false),
        (&[viewer, studio][..], &[other][..], false),
    ] {
        let router = built_and_left(built, left);
        let status = get_from(&router, "/pkg/studio.wasm", "").await.status();
        assert_eq!(status == StatusCode::OK, is_served, "{built:?} {left:?}");
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
