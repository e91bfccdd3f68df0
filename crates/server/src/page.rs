//! The pages, rendered here first: a visitor sees frame, title and state before any script runs.

mod cache;
mod request;

use crate::admission::Admission;
use crate::admission::account::TooMany;
use crate::assets::Site;
use crate::entropy;
use crate::headers;
use crate::names;
use crate::seat::Gateway;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use cache::{Cache, Failure, Rendered};
use leptos::nonce::use_nonce;
use protocol::path;
use session::{Page, Seed};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;

/// The front end's entry points, as `cargo make front` names them.
const VIEWER: Bundle = Bundle {
    script: "pkg/heliograph.js",
    wasm: "pkg/heliograph.wasm",
};
const STUDIO: Bundle = Bundle {
    script: "pkg/studio.js",
    wasm: "pkg/studio.wasm",
};
const STYLE: &str = "pkg/heliograph.css";

/// One build of the client.
struct Bundle {
    script: &'static str,
    wasm: &'static str,
}

/// What rendering needs.
#[derive(Debug)]
pub(crate) struct Pages {
    admission: Arc<Admission>,
    site: Site,
    cache: Cache,
}

impl Pages {
    pub(crate) fn new(admission: Arc<Admission>, site: Site) -> Self {
        Self {
            admission,
            site,
            cache: Cache::default(),
        }
    }

    /// Counts a page for the address that asks for it.
    fn charge(&self, head: &Parts) -> Result<(), TooMany> {
        match head.extensions.get::<ConnectInfo<SocketAddr>>() {
            Some(ConnectInfo(peer)) => self.admission.open_page(*peer, &head.headers),
            // Only a test asks without a socket.
            None => Ok(()),
        }
    }

    /// Whether the machine that asks is one of the proxies that are believed.
    fn is_trusted(&self, head: &Parts) -> bool {
        let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
        peer.is_some_and(|ConnectInfo(peer)| self.admission.is_trusted(*peer))
    }
}

/// Prepares rendering; to be called before the first page. May be called again.
pub(crate) fn start_renderer() {
    // The renderer spawns tasks through a global of its own. An error says it was set before.
    if any_spawner::Executor::init_tokio().is_err() {
        tracing::debug!("the renderer has been started before");
    }
}

/// Answers everything that has no route of its own: a file of the front end, a page, or the page
/// that says that there is nothing.
pub(crate) async fn serve(State(pages): State<Arc<Pages>>, request: Request) -> Response {
    // A page has no use for a body.
    let (head, _) = request.into_parts();
    if let Some(file) = pages.site.answer(&head.uri, &head.headers) {
        return file;
    }
    if let Some(target) = without_slash(&head.uri) {
        return Redirect::permanent(&target).into_response();
    }
    let page = request::page(head.uri.path()).unwrap_or(Page::Other);
    let Some(links) = links(&pages.site, &page) else {
        let advice = "The front end is not built. Build it with: cargo make front\n";
        return (StatusCode::SERVICE_UNAVAILABLE, advice).into_response();
    };
    let status = if exists(&page) {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    if let Err(too_many) = pages.charge(&head) {
        return too_many_pages(too_many);
    }
    let is_embedded = matches!(page, Page::Embed(_));
    // All addresses that lead nowhere are one page, whatever a router reads into them.
    let address = match page {
        Page::Other => "/404",
        Page::Lobby | Page::Watch(_) | Page::Embed(_) | Page::Studio(_) => head.uri.path(),
    };
    let is_trusted = pages.is_trusted(&head);
    let origin = request::origin(&head.headers, is_trusted);
    let host = request::authority(&head.headers, is_trusted);
    let key = key(&page, &origin, &head.headers);
    let rendered = pages.cache.get(key, async |turn| {
        let seed = seed(&pages.admission.gateway, page, origin, &head.headers).await?;
        // Without the query, on which no page may depend: others are shown the same.
        render(links, seed, address.parse().ok()?, turn).await
    });
    match rendered.await {
        Ok(rendered) => answer(&rendered, status, is_embedded, host.as_ref()),
        Err(Failure::Busy) => {
            let retry = [(header::RETRY_AFTER, "2")];
            let advice = "The server is busy. Try again in a moment.\n";
            (StatusCode::SERVICE_UNAVAILABLE, retry, advice).into_response()
        }
        Err(Failure::Gone) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// All that a page depends on besides what is on: what is not in here must not be in a page.
fn key(page: &Page, origin: &str, headers: &HeaderMap) -> String {
    let (locale, theme) = (request::locale(headers), request::theme(headers));
    format!("{page:?} {locale:?} {theme:?} {origin:?}")
}

fn too_many_pages(too_many: TooMany) -> Response {
    let seconds = too_many.wait.as_secs().saturating_add(1);
    let header = [(header::RETRY_AFTER, seconds.to_string())];
    let advice = format!(
        "Too many pages were opened from your network at once. Try again in {seconds} s.\n"
    );
    (StatusCode::TOO_MANY_REQUESTS, header, advice).into_response()
}

/// Whether there is such a page: one whose channel name breaks a rule is shown, and says so.
fn exists(page: &Page) -> bool {
    match page {
        Page::Lobby | Page::Studio(None) => true,
        Page::Watch(name) | Page::Embed(name) | Page::Studio(Some(name)) => {
            names::channel(name).is_ok()
        }
        Page::Other => false,
    }
}

/// What the page shows before anything has been connected; `None` if the node is gone.
async fn seed(gateway: &Gateway, page: Page, origin: String, headers: &HeaderMap) -> Option<Seed> {
    let mut seed = Seed {
        locale: request::locale(headers),
        theme: request::theme(headers),
        origin,
        ..Seed::default()
    };
    match &page {
        Page::Lobby => seed.channels = gateway.lobby().await?.channels.to_vec(),
        Page::Watch(name) | Page::Embed(name) => {
            if let Ok(name) = names::channel(name) {
                let channel = gateway.channel(name).await.unwrap_or_default();
                (seed.live, seed.viewers) = (channel.live, channel.viewers);
            }
        }
        Page::Studio(_) | Page::Other => {}
    }
    Some(Seed { page, ..seed })
}

/// Where the browser finds the parts of the front end; `None` if one is missing.
struct Links {
    script: String,
    wasm: String,
    style: String,
}

fn links(site: &Site, page: &Page) -> Option<Links> {
    let (script, wasm) = client(site, page)?;
    Some(Links {
        script,
        wasm,
        style: site.url(STYLE)?,
    })
}

/// The client of a page. Where there is only one bundle, as `cargo leptos` builds it, that one has
/// the studio as well.
fn client(site: &Site, page: &Page) -> Option<(String, String)> {
    let urls = |bundle: Bundle| Some((site.url(bundle.script)?, site.url(bundle.wasm)?));
    match page {
        Page::Studio(_) => urls(STUDIO).or_else(|| urls(VIEWER)),
        Page::Lobby | Page::Watch(_) | Page::Embed(_) | Page::Other => urls(VIEWER),
    }
}

/// Renders on a thread of its own, for it takes milliseconds in which signals would wait.
async fn render(
    links: Links,
    seed: Seed,
    uri: Uri,
    turn: OwnedSemaphorePermit,
) -> Option<Rendered> {
    let document = ui::Document {
        seed,
        script: links.script,
        wasm: links.wasm,
        style: links.style,
    };
    let runtime = Handle::current();
    let rendering = spawn_blocking(move || {
        let rendered = runtime.block_on(rendered(document, uri));
        drop(turn);
        rendered
    });
    match rendering.await {
        Ok(rendered) => rendered,
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            None
        }
    }
}

async fn rendered(document: ui::Document, uri: Uri) -> Option<Rendered> {
    let document = Arc::new(document);
    let nonce = Arc::new(OnceLock::new());
    let found = Arc::clone(&nonce);
    let remember = move || {
        if let Some(nonce) = use_nonce() {
            found.get_or_init(|| nonce.to_string());
        }
    };
    let renderer =
        leptos_axum::render_app_async_with_context(remember, move || ui::document(&document));
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri;
    let body = renderer(request).await.into_body();
    let html = String::from_utf8(to_bytes(body, usize::MAX).await.ok()?.to_vec()).ok()?;
    let nonce = nonce.get().cloned();
    Some(Rendered { html, nonce })
}

/// The page as one reader gets it.
fn answer(
    rendered: &Rendered,
    status: StatusCode,
    is_embedded: bool,
    host: Option<&Authority>,
) -> Response {
    let Ok(nonce) = entropy::bytes::<16>() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let nonce = format!("{:032x}", u128::from_le_bytes(nonce));
    let policy = headers::content_policy(Some(&nonce), host, is_embedded);
    let mut response = (status, Html(rendered.with_nonce(&nonce))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // The state in the page is of this moment and this visitor.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept-language, cookie"),
    );
    response
}

/// The address that was meant, if only a slash too many keeps it from being a page.
fn without_slash(uri: &Uri) -> Option<String> {
    let trimmed = uri.path().strip_suffix('/')?;
    request::page(trimmed).filter(|_| trimmed != path::LOBBY)?;
    Some(match uri.query() {
        Some(query) => format!("{trimmed}?{query}"),
        None => trimmed.to_owned(),
    })
}
