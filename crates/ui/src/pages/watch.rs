//! A channel, to watch.

use crate::components::{AboutStream, Player};
use crate::handle::Ui;
use leptos::prelude::*;
use session::Page;

/// The picture, and below it what and who it is.
#[component]
pub(crate) fn Watch() -> AnyView {
    super::open_channel(Ui::expect(), |channel| {
        Page::Watch(channel.unwrap_or_default())
    });
    view! {
        <div class="watch">
            <Player/>
            <AboutStream/>
        </div>
    }
    .into_any()
}
