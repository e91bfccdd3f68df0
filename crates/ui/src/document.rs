//! The whole document, as the server sends it.

use crate::app::App;
use crate::handle::{Handle, provide};
use crate::head::{theme_name, title};
use crate::icon::sprite;
use crate::messages::Messages;
use crate::words::escaped;
use crate::{ROOT_CLASS, ROOT_ELEMENT_ID, SEED_ELEMENT_ID};
use leptos::attr::custom::CustomAttribute;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use protocol::{ChannelName, path};
use session::{Page, Seed, View};
use std::sync::LazyLock;

/// What the server has to say to render a page: what it knows, and where the page's parts are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What the first view is made of, on the server and in the browser.
    pub seed: Seed,
    /// The URL of the module that `wasm-bindgen` made.
    pub script: String,
    /// The URL of the WebAssembly module.
    pub wasm: String,
    /// The URL of the style sheet.
    pub style: String,
}

/// The script that loads the client, as it stands in every page. A content security policy has to
/// name it by its hash, for the page has no other inline script.
#[must_use]
pub fn start_script() -> &'static str {
    static SCRIPT: LazyLock<String> = LazyLock::new(|| {
        let lines = include_str!("start.js").lines().map(str::trim);
        let code: Vec<&str> = lines.filter(|line| !line.starts_with("//")).collect();
        code.join("\n")
    });
    &SCRIPT
}

/// Renders a page to the text of an HTML document, all at once: nothing in it is awaited.
#[must_use]
pub fn render(options: &Document) -> String {
    render_view(options, View::initial(&options.seed))
}

/// The same with a view that the session has come to later, so that every state of a page can be
/// looked at without a browser that brings it about.
#[must_use]
pub fn render_view(options: &Document, view: View) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(RequestUrl::new(&address(&options.seed.page)));
        with_view(options, view).to_html()
    });
    owner.cleanup();
    html
}

/// The document as a view. It has no inline script but [`start_script`] and no inline style, so that
/// a content security policy of `script-src 'self' 'wasm-unsafe-eval' 'sha256-…'; style-src 'self'`
/// holds. The request's URL has to be in the context, as [`render`] puts it there.
#[must_use]
pub fn document(options: &Document) -> impl IntoView + use<> {
    with_view(options, View::initial(&options.seed))
}

fn with_view(options: &Document, view: View) -> impl IntoView + use<> {
    let messages = Messages(view.locale);
    let head = head(options, &view);
    let seed = escaped_json(&options.seed);
    let theme = theme_name(view.theme);
    provide(Handle {
        view: RwSignal::new(view).read_only(),
        send: Callback::new(|_| ()),
    });
    view! {
        <!DOCTYPE html>
        <html lang=messages.lang() data-theme=theme>
            <head>
                {head}
                <script type="application/json" id=SEED_ELEMENT_ID inner_html=seed></script>
            </head>
            <body>
                // The client puts what it renders in the place of this element, whatever others have
                // put into it or beside it.
                <div id=ROOT_ELEMENT_ID class=ROOT_CLASS><App/></div>
                {sprite()}
                {stuck(messages)}
                <noscript><p class="noscript">{messages.needs_script()}</p></noscript>
            </body>
        </html>
    }
}

fn head(options: &Document, view: &View) -> impl IntoView + use<> {
    let Document {
        script,
        wasm,
        style,
        ..
    } = options.clone();
    let m = Messages(view.locale);
    // Where the server takes the page to be; a proxy may show it elsewhere.
    let path = (options.seed.page != Page::Other).then(|| address(&options.seed.page));
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
        // Before the style sheet, for which scripts behind it would wait.
        <script
            nonce=use_nonce()
            data-script=script
            data-wasm=wasm
            data-path=path
            data-failed=m.not_started()
            data-broken=m.broken()
            data-frame=m.in_sandbox()
            data-prefix=m.below_path()
            data-reload=m.reload()
            data-open=m.open_page()
            inner_html=start_script()
        ></script>
        // Not as a child: the marker after children is text in a title.
        <title inner_html=escaped(&title(view))></title>
        <meta name="color-scheme" content="dark light"/>
        <link rel="stylesheet" href=style/>
        <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
        <link rel="icon" href="/favicon.ico" sizes="32x32"/>
        <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
        <link rel="manifest" href="/site.webmanifest"/>
        {link_preview(&options.seed, view)}
    }
}

/// What is told where not even the start script has run for a while; the style sheet waits so long,
/// and the client takes it away. The button needs no script.
fn stuck(messages: Messages) -> impl IntoView {
    view! {
        <aside id="stuck" class="stuck">
            <p>{messages.not_started()}</p>
            <form>
                <button class="button">{messages.reload()}</button>
            </form>
        </aside>
    }
}

/// What messengers and search engines show of the page.
fn link_preview(seed: &Seed, view: &View) -> impl IntoView + use<> {
    let messages = Messages(view.locale);
    let name = match &seed.page {
        Page::Watch(channel) | Page::Embed(channel) => Some(channel.clone()),
        Page::Lobby | Page::Studio(_) | Page::Other => None,
    };
    let description = match &name {
        Some(name) => messages.watch_description(&[name]),
        None => messages.description().to_owned(),
    };
    let title = preview_title(messages, seed, name.as_deref());
    let (kind, locale) = match messages.lang() {
        "ko" if name.is_some() => ("video.other", "ko_KR"),
        "ko" => ("website", "ko_KR"),
        _ if name.is_some() => ("video.other", "en_US"),
        _ => ("website", "en_US"),
    };
    let url = format!("{}{}", seed.origin, address(&seed.page));
    let image = format!("{}/og.png", seed.origin);
    let is_private = matches!(seed.page, Page::Embed(_) | Page::Studio(_) | Page::Other);
    view! {
        <meta name="description" content=description.clone()/>
        {is_private.then(|| view! { <meta name="robots" content="noindex"/> })}
        <link rel="canonical" href=url.clone()/>
        {open_graph("og:site_name", messages.app().to_owned())}
        {open_graph("og:type", kind.to_owned())}
        {open_graph("og:locale", locale.to_owned())}
        {open_graph("og:title", title)}
        {open_graph("og:description", description)}
        {open_graph("og:url", url)}
        {open_graph("og:image", image)}
        {open_graph("og:image:width", "1200".to_owned())}
        {open_graph("og:image:height", "630".to_owned())}
        <meta name="twitter:card" content="summary_large_image"/>
    }
}

fn open_graph(property: &'static str, content: String) -> impl IntoView + use<> {
    leptos::html::meta()
        .content(content)
        .attr("property", property)
}

fn preview_title(messages: Messages, seed: &Seed, channel: Option<&str>) -> String {
    let title = seed.live.as_ref().and_then(|live| live.title.as_ref());
    match (title, channel) {
        (Some(title), Some(channel)) => format!("{title} · {channel}"),
        (None, Some(channel)) => messages.names_channel(&[channel]),
        (_, None) => messages.app().to_owned(),
    }
}

/// The page's path, as [`path`] writes it.
fn address(page: &Page) -> String {
    let with = |path: fn(&ChannelName) -> String, prefix: &str, name: &str| {
        // A name that is none has no path of its own; the page only has to be the same one.
        ChannelName::parse(name).map_or_else(|_| format!("{prefix}-"), |name| path(&name))
    };
    match page {
        Page::Lobby => path::LOBBY.to_owned(),
        Page::Watch(name) => with(path::watch, path::WATCH, name),
        Page::Embed(name) => with(path::embed, path::EMBED, name),
        Page::Studio(None) => path::STUDIO.to_owned(),
        Page::Studio(Some(name)) => with(path::studio, "/studio/", name),
        Page::Other => "/404".to_owned(),
    }
}

/// JSON that cannot end the element it stands in, and in which nobody finds an e-mail address to
/// rewrite: `<` and `@` are written as their escapes.
fn escaped_json(seed: &Seed) -> String {
    // A seed has text keys only, and nothing in it refuses to be written.
    serde_json::to_string(seed)
        .unwrap_or_default()
        .replace('<', "\\u003c")
        .replace('@', "\\u0040")
}
