//! The page for addresses that lead nowhere.

use crate::handle::Ui;
use leptos::prelude::*;
use session::Page;

/// Says so, and leads back.
#[component]
pub(crate) fn NotFound() -> AnyView {
    let ui = Ui::expect();
    super::open(ui, Page::Other);
    view! {
        <div class="blank">
            <p class="blank-mark" aria-hidden="true">"404"</p>
            <h1 inner_html=ui.words(|m| m.not_found())></h1>
            <p inner_html=ui.words(|m| m.not_found_detail())></p>
            <a class="button primary" href=protocol::path::LOBBY inner_html=ui.words(|m| m.see_live())></a>
        </div>
    }
    .into_any()
}
