#![doc = include_str!("../README.md")]
#![cfg(target_arch = "wasm32")]

use browser::Runtime;
use leptos::prelude::*;
use session::{Seed, View};
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let seed = seed();
    let (view, set_view) = signal(View::initial(&seed));
    let Some(runtime) = Runtime::new(seed, move |view| set_view.set(view)) else {
        return;
    };
    let session = StoredValue::new_local(runtime.clone());
    let send = Callback::new(move |intent| session.with_value(|session| session.send(intent)));
    hydrate_body(move || {
        ui::provide(ui::Handle { view, send });
        view! { <ui::App/> }
    });
    runtime.start();
}

/// What the server rendered the page from. A page without it is one that nobody was asked for.
fn seed() -> Seed {
    document()
        .get_element_by_id(ui::SEED_ELEMENT_ID)
        .and_then(|element| element.text_content())
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}
