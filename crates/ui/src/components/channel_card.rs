//! One live channel in the lobby.

use super::Duration;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::words::words;
use leptos::prelude::*;
use protocol::{ChannelName, LiveChannel, path};
use session::PageView;

/// The channel under this name; it follows the view as long as the channel is in it.
#[component]
pub(crate) fn ChannelCard(name: ChannelName) -> AnyView {
    let ui = Ui::expect();
    let address = path::watch(&name);
    let initial = crate::platform::first_grapheme(name.as_str()).to_uppercase();
    let label = name.to_string();
    let live = live(ui, name);
    let title = move || {
        live.read()
            .as_ref()
            .and_then(|live| live.title.as_ref().map(ToString::to_string))
    };
    let heading = {
        let label = label.clone();
        move || title().unwrap_or_else(|| label.clone())
    };
    let byline = move || title().map_or_else(String::new, |_| label.clone());
    let viewers = Memo::new(move |_| live.read().as_ref().map_or(0, |live| live.viewers));
    let watching = move || ui.messages().watching(viewers.get());
    let seconds = Signal::derive(move || {
        live.read()
            .as_ref()
            .map_or(0, |live| live.live_for_ms / 1000)
    });
    let has_picture = Memo::new(move |_| live.read().as_ref().is_none_or(|live| live.media.video));
    view! {
        <a class="card" href=address>
            <span class="card-poster">
                <span class="card-initial" aria-hidden="true" translate="no">{initial}</span>
                <span class="badge" inner_html=ui.words(|m| m.live())></span>
                <Show when=move || !has_picture.get()>
                    <span class="card-sound">
                        <Draw icon=Icon::Microphone/>
                        <span inner_html=ui.words(|m| m.sound_only())></span>
                    </span>
                </Show>
                <span class="card-time"><Duration seconds/></span>
            </span>
            <h2 class="card-title" translate="no" inner_html=words(heading)></h2>
            <p class="card-facts">
                <span class="card-channel" translate="no" inner_html=words(byline)></span>
                <span data-viewers=viewers inner_html=words(watching)></span>
            </p>
        </a>
    }
    .into_any()
}

fn live(ui: Ui, name: ChannelName) -> Memo<Option<LiveChannel>> {
    ui.select_with(move |view| match &view.page {
        PageView::Lobby(lobby) => lobby
            .channels
            .iter()
            .find(|live| live.channel_name == name)
            .cloned(),
        PageView::Other | PageView::Watch(_) | PageView::Studio(_) => None,
    })
}
