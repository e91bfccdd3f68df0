//! Who is live now.

use crate::components::{ChannelCard, Stopped};
use crate::format;
use crate::handle::Ui;
use crate::sentence;
use crate::words::words;
use leptos::prelude::*;
use protocol::ChannelName;
use session::{Connection, Page, PageView, View};

/// The list of live channels, or the sentence that there are none.
#[component]
pub(crate) fn Lobby() -> AnyView {
    let ui = Ui::expect();
    super::open(ui, Page::Lobby);
    let names = ui.select(names);
    let connection = ui.select(|view| view.connection);
    let status = move || sentence::lobby_status(ui.messages(), connection.get());
    let count = move || format::number(names.read().len());
    // A notice has the sentence then, and the step that helps.
    let is_quiet = Memo::new(move |_| {
        !matches!(
            connection.get(),
            Connection::Connecting | Connection::Reconnecting { .. }
        )
    });
    view! {
        <div class="lobby">
            <div class="lobby-head">
                <h1 inner_html=ui.words(|m| m.live_now())></h1>
                <span class="count" translate="no" inner_html=words(count)></span>
                <p
                    class="lobby-status"
                    role="status"
                    data-quiet=move || is_quiet.get().then_some("")
                    inner_html=words(status)
                ></p>
            </div>
            <Stopped/>
            <Show when=move || !names.read().is_empty() fallback=Nobody>
                <ul class="cards">
                    <For each=move || names.get() key=Clone::clone let(name)>
                        <li><ChannelCard name/></li>
                    </For>
                </ul>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Nobody() -> AnyView {
    let ui = Ui::expect();
    // Without a word of the server's, nobody knows who is live.
    let is_known = ui.select(is_known);
    let heading = words(move || match is_known.get() {
        true => ui.messages().nobody_live(),
        false => ui.messages().nobody_known(),
    });
    let detail = words(move || match is_known.get() {
        true => ui.messages().list_fills(),
        false => ui.messages().list_waits(),
    });
    view! {
        <div class="blank">
            <svg class="blank-drawing" viewBox="0 0 120 80" aria-hidden="true">
                <path d="M28 72h64M60 72V58"/>
                <ellipse cx="60" cy="42" rx="22" ry="11" transform="rotate(45 60 42)"/>
                <path d="m78 24 10-10M83 36l13-3M66 19l3-13"/>
            </svg>
            <h2 inner_html=heading></h2>
            <p inner_html=detail></p>
            <a class="button" href=protocol::path::STUDIO rel="external">
                <span inner_html=ui.words(|m| m.start_stream())></span>
            </a>
        </div>
    }
    .into_any()
}

/// Whether the list is what the server says, or at least said a moment ago.
fn is_known(view: &View) -> bool {
    let as_of_loading = match &view.page {
        PageView::Lobby(lobby) => lobby.as_of_loading,
        PageView::Other | PageView::Watch(_) | PageView::Studio(_) => true,
    };
    let is_cut_off = matches!(
        view.connection,
        Connection::Unreachable | Connection::Stopped(_)
    );
    !(as_of_loading && is_cut_off)
}

fn names(view: &View) -> Vec<ChannelName> {
    match &view.page {
        PageView::Lobby(lobby) => lobby
            .channels
            .iter()
            .map(|live| live.channel_name.clone())
            .collect(),
        PageView::Other | PageView::Watch(_) | PageView::Studio(_) => Vec::new(),
    }
}
