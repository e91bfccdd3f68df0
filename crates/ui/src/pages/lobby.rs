//! Who is live now.

use crate::components::{ChannelCard, Stopped};
use crate::format;
use crate::handle::Ui;
use crate::sentence;
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
    let is_quiet = Memo::new(move |_| connection.get() == Connection::Online);
    view! {
        <div class="lobby">
            <div class="lobby-head">
                <h1>{ui.text(|m| m.live_now())}</h1>
                <span class="count">{move || format::number(names.read().len())}</span>
                <p
                    class="lobby-status"
                    role="status"
                    data-quiet=move || is_quiet.get().then_some("")
                >
                    {status}
                </p>
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
    view! {
        <div class="blank">
            <svg class="blank-drawing" viewBox="0 0 120 80" aria-hidden="true">
                <path d="M28 72h64M60 72V58"/>
                <ellipse cx="60" cy="42" rx="22" ry="11" transform="rotate(45 60 42)"/>
                <path d="m78 24 10-10M83 36l13-3M66 19l3-13"/>
            </svg>
            <h2>{ui.text(|m| m.nobody_live())}</h2>
            <p>{ui.text(|m| m.list_fills())}</p>
            <a class="button" href=protocol::path::STUDIO rel="external">
                {ui.text(|m| m.start_stream())}
            </a>
        </div>
    }
    .into_any()
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
