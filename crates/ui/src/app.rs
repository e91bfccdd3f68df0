//! The pages and their addresses.

use crate::components::Header;
use crate::handle::Ui;
use crate::head::Head;
use crate::pages::{Elsewhere, Embed, Lobby, NotFound, Studio, Watch};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;
use session::PageView;

/// All pages. Expects [`provide`](crate::provide) to have been called.
#[component]
pub fn App() -> AnyView {
    view! {
        <Router>
            <Head/>
            <FlatRoutes fallback=|| framed(NotFound)>
                <Route path=path!("/") view=|| framed(Lobby)/>
                <Route path=path!("/c/:channel") view=|| framed(Watch)/>
                <Route path=path!("/embed/:channel") view=Embed/>
                <Route path=path!("/studio/:channel?") view=studio/>
            </FlatRoutes>
        </Router>
    }
    .into_any()
}

/// The studio, in a bundle that has one.
fn studio() -> AnyView {
    if cfg!(feature = "studio") {
        framed(Studio)
    } else {
        framed(Elsewhere)
    }
}

/// A page with what surrounds every page but the embedded player.
fn framed(page: fn() -> AnyView) -> AnyView {
    let ui = Ui::expect();
    let in_studio = ui.select(|view| matches!(view.page, PageView::Studio(_)));
    view! {
        <a class="skip" href="#content" inner_html=ui.words(|m| m.skip())></a>
        <Header in_studio/>
        <main id="content" tabindex="-1">{page()}</main>
    }
    .into_any()
}
