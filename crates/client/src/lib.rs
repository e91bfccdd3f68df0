#![doc = include_str!("../README.md")]
#![cfg(target_arch = "wasm32")]

mod place;

use browser::Runtime;
use leptos::mount::mount_to;
use leptos::prelude::*;
use session::{Locale, Seed, Theme, View};
use std::panic;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Tells the start script that this instance is dead: what a panic leaves behind cannot go on.
    #[wasm_bindgen(js_name = heliographDied)]
    fn died();
}

/// Renders the page and puts it in the place of what the server rendered.
#[wasm_bindgen]
pub fn start() {
    panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        died();
    }));
    let seed = seed();
    let (view, set_view) = signal(View::initial(&seed));
    let Some(runtime) = Runtime::new(seed, move |view| set_view.set(view)) else {
        return;
    };
    let session = StoredValue::new_local(runtime.clone());
    let send = Callback::new(move |intent| session.with_value(|session| session.send(intent)));
    // Nothing is seen of this element before it is whole.
    let Some(root) = place::root() else {
        return;
    };
    let app = mount_to(root.clone(), move || {
        ui::provide(ui::Handle { view, send });
        view! { <ui::App/> }
    });
    app.forget();
    place::take(&root);
    runtime.start();
}

/// What the server rendered the page from, in the page's own address. Where somebody has made it
/// unreadable, the session learns from the server what the page is about.
fn seed() -> Seed {
    let seed = document()
        .get_element_by_id(ui::SEED_ELEMENT_ID)
        .and_then(|element| element.text_content())
        .and_then(|json| serde_json::from_str(&json).ok());
    Seed {
        // The server may be known under another name behind a proxy.
        origin: location().origin().unwrap_or_default(),
        ..seed.unwrap_or_else(unreadable)
    }
}

/// What the document still tells by its root element.
fn unreadable() -> Seed {
    let root = document().document_element();
    let says = |name, value| {
        let attribute = root.as_ref().and_then(|root| root.get_attribute(name));
        attribute.as_deref() == Some(value)
    };
    Seed {
        page: session::Page::Other,
        locale: match says("lang", "ko") {
            true => Locale::Ko,
            false => Locale::En,
        },
        theme: match (says("data-theme", "light"), says("data-theme", "dark")) {
            (true, _) => Theme::Light,
            (_, true) => Theme::Dark,
            _ => Theme::System,
        },
        ..Seed::default()
    }
}
