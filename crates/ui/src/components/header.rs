//! The top of every page: where home is, going live, language and colours.

use super::IconButton;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::words::words;
use leptos::prelude::*;
use protocol::path;
use session::{Intent, PageView, StudioPhase, Theme, View};

/// The header. In the studio there is nothing to go to the studio for.
#[component]
pub(crate) fn Header(in_studio: Memo<bool>) -> AnyView {
    let ui = Ui::expect();
    let is_live = ui.select(is_live);
    view! {
        <header class="header">
            // Leaving the studio ends the stream, so a live host's way home opens beside it. From the
            // studio it loads a document: the browser asks before it takes a live studio away, also
            // when somebody goes back or forward in the history.
            <a
                class="logo"
                href=path::LOBBY
                rel=move || in_studio.get().then_some("external")
                target=move || is_live.get().then_some("_blank")
                aria-label=ui.text(|m| m.home())
            >
                <Mark/>
                <span inner_html=ui.words(|m| m.app())></span>
            </a>
            <nav class="header-end">
                <Show when=move || !in_studio.get()>
                    <a class="button" href=path::STUDIO rel="external">
                        <Draw icon=Icon::Radio/>
                        <span inner_html=ui.words(|m| m.go_live())></span>
                    </a>
                </Show>
                <Language/>
                <Colours/>
            </nav>
        </header>
    }
    .into_any()
}

/// A mirror that sends light.
#[component]
fn Mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <ellipse cx="12" cy="20" rx="9.5" ry="4.5" transform="rotate(45 12 20)"/>
            <path class="mark-light" d="m19.5 12.5 7-7M22.5 17.5l6-1.6M14.5 9.5l1.6-6"/>
        </svg>
    }
    .into_any()
}

#[component]
fn Language() -> AnyView {
    let ui = Ui::expect();
    let name = move || ui.messages().other().1;
    let lang = move || crate::messages::Messages(ui.messages().other().0).lang();
    let choose = move |_| ui.send(Intent::ChooseLocale(ui.messages().other().0));
    view! {
        <button
            class="button quiet"
            type="button"
            lang=lang
            disabled=ui.is_starting()
            on:click=choose
        >
            <Draw icon=Icon::Languages/>
            <span translate="no" inner_html=words(name)></span>
        </button>
    }
    .into_any()
}

#[component]
fn Colours() -> AnyView {
    let ui = Ui::expect();
    let theme = ui.select(|view| view.theme);
    let icon = Signal::derive(move || match theme.get() {
        Theme::System => Icon::System,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    });
    let label = Signal::derive(move || match theme.get() {
        Theme::System => ui.messages().theme_system(),
        Theme::Light => ui.messages().theme_light(),
        Theme::Dark => ui.messages().theme_dark(),
    });
    let choose = move |()| {
        ui.send(Intent::ChooseTheme(match theme.get() {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }));
    };
    view! { <IconButton icon label press=choose/> }.into_any()
}

fn is_live(view: &View) -> bool {
    match &view.page {
        PageView::Studio(studio) => studio.phase != StudioPhase::Ready,
        PageView::Other | PageView::Lobby(_) | PageView::Watch(_) => false,
    }
}
