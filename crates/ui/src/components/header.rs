//! The top of every page: where home is, going live, language and colours.

use super::IconButton;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
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
            // Leaving the studio ends the stream, so a live host's way home opens beside it.
            <a
                class="logo"
                href=path::LOBBY
                target=move || is_live.get().then_some("_blank")
                aria-label=ui.text(|m| m.home())
            >
                <Mark/>
                <span>{ui.text(|m| m.app())}</span>
            </a>
            <nav class="header-end">
                <Show when=move || !in_studio.get()>
                    <a class="button" href=path::STUDIO>
                        <Draw icon=Icon::Radio/>
                        {ui.text(|m| m.go_live())}
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
            <circle cx="13" cy="19" r="8"/>
            <path d="m7.5 24.5 11-11"/>
            <path class="mark-light" d="m22 10 5-5M23.5 15.5l5.5-1M16.5 8.5l1-5.5"/>
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
        <button class="button quiet" type="button" lang=lang disabled=ui.is_starting() on:click=choose>
            <Draw icon=Icon::Languages/>
            {name}
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
