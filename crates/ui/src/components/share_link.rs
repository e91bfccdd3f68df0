//! The address to pass on.

use super::CopyLink;
use crate::handle::Ui;
use crate::words::words;
use leptos::prelude::*;

/// The viewer link, once the channel has a name.
#[component]
pub(crate) fn ShareLink() -> AnyView {
    let ui = Ui::expect();
    let link = ui.studio(|studio| studio.link.clone());
    let shown = words(move || readable(&link.read()).to_owned());
    view! {
        <section class="share" aria-labelledby="share-title">
            <h2 id="share-title" inner_html=ui.words(|m| m.viewer_link())></h2>
            <Show
                when=move || !link.read().is_empty()
                fallback=move || view! { <p class="hint" inner_html=ui.words(|m| m.link_needs_name())></p> }
            >
                <a
                    class="share-address"
                    href=link
                    target="_blank"
                    translate="no"
                    inner_html=shown
                ></a>
                <div class="share-actions"><CopyLink/></div>
            </Show>
        </section>
    }
    .into_any()
}

/// The address without its scheme, which says nothing to a person.
fn readable(link: &str) -> &str {
    link.split_once("://").map_or(link, |(_, address)| address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_scheme() {
        assert_eq!(readable("https://a.example/c/mina"), "a.example/c/mina");
        assert_eq!(readable("a.example"), "a.example");
    }
}
