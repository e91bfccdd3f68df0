//! Below the picture: what it is, who makes it, who watches.

use super::CopyLink;
use super::your_name::YourName;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::prelude::*;
use session::{WatchPhase, WatchView};

/// Title, channel, count and link of the watched stream.
#[component]
pub(crate) fn AboutStream() -> AnyView {
    let ui = Ui::expect();
    let heading = ui.watch(|watch| watch.title.clone().unwrap_or_else(|| watch.channel.clone()));
    let channel = ui.watch(|watch| watch.title.as_ref().map(|_| watch.channel.clone()));
    let host = ui.watch(host);
    let host = move || host.get().map(|host| ui.messages().hosted_by(&[&host]));
    let viewers = ui.watch(|watch| watch.viewers);
    let is_channel = ui.watch(|watch| watch.phase != WatchPhase::InvalidName);
    view! {
        <div class="about">
            <div class="about-text">
                <h1>{heading}</h1>
                <p class="about-channel" hidden=move || !is_channel.get()>
                    {move || channel.get().map(|channel| view! { <b>{channel}</b> })}
                    {move || host().map(|host| view! { <span>{host}</span> })}
                    <span class="about-viewers" data-viewers=viewers>
                        <Draw icon=Icon::User/>
                        {move || ui.messages().watching(viewers.get())}
                    </span>
                </p>
            </div>
            <div class="about-actions" hidden=move || !is_channel.get()>
                <CopyLink/>
                <YourName/>
            </div>
        </div>
    }
    .into_any()
}

/// Who streams, where that is not the channel's own name.
fn host(watch: &WatchView) -> Option<String> {
    watch.host.clone().filter(|host| *host != watch.channel)
}
