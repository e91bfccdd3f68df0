//! The whole document, as the server sends it.

use crate::SEED_ELEMENT_ID;
use crate::app::App;
use crate::handle::{Handle, provide};
use crate::head::{theme_name, title};
use crate::icon::sprite;
use crate::messages::Messages;
use leptos::attr::custom::CustomAttribute;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use protocol::{ChannelName, path};
use session::{Page, Seed, View};

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
    /// The URL of `start.js`, which loads the other two and starts them.
    pub start: String,
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

/// The document as a view. It has no inline script and no inline style, so that a content security
/// policy of `script-src 'self' 'wasm-unsafe-eval'; style-src 'self'` holds. The request's URL has
/// to be in the context, as [`render`] puts it there.
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
            // Nothing may come before the app: the browser takes the body over from its first node.
            <body>
                <App/>
                {sprite()}
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
        start,
        ..
    } = options.clone();
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
        // Not as a child: the marker after children is text in a title.
        <title inner_html=escaped_text(&title(view))></title>
        <meta name="color-scheme" content="dark light"/>
        <link rel="stylesheet" href=style/>
        <link rel="modulepreload" href=script.clone()/>
        <link
            rel="preload"
            href=wasm.clone()
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
        />
        <script type="module" id="start" src=start data-script=script data-wasm=wasm></script>
        <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
        <link rel="icon" href="/favicon.ico" sizes="32x32"/>
        <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
        <link rel="manifest" href="/site.webmanifest"/>
        {link_preview(&options.seed, view)}
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

/// Text as HTML writes it.
fn escaped_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// JSON that cannot end the element it stands in: `<` is written as its escape.
fn escaped_json(seed: &Seed) -> String {
    // A seed has text keys only, and nothing in it refuses to be written.
    serde_json::to_string(seed)
        .unwrap_or_default()
        .replace('<', "\\u003c")
}
