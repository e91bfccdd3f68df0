//! A channel's player alone, to be put into a frame of another page.

use crate::components::Player;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::words::words;
use leptos::prelude::*;
use protocol::{ChannelName, path};
use session::Page;

/// The player, with a way to the whole page.
#[component]
pub(crate) fn Embed() -> AnyView {
    let ui = Ui::expect();
    super::open_channel(ui, |channel| Page::Embed(channel.unwrap_or_default()));
    let channel = ui.watch(|watch| watch.channel.clone());
    let viewers = ui.watch(|watch| watch.viewers);
    let address = move || {
        ChannelName::parse(&channel.read())
            .map_or_else(|_| path::LOBBY.to_owned(), |name| path::watch(&name))
    };
    view! {
        <main class="embed" data-viewers=viewers>
            <h1 class="unseen" translate="no" inner_html=words(move || channel.get())></h1>
            <Player is_embedded=true/>
            <a
                class="embed-link"
                href=address
                target="_blank"
                rel="noopener"
                title=ui.text(|m| m.open_page())
            >
                <span translate="no" inner_html=words(move || channel.get())></span>
                <Draw icon=Icon::External/>
            </a>
        </main>
    }
    .into_any()
}
