//! Below the picture: what it is, who makes it, who watches.

use super::CopyLink;
use super::your_name::YourName;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::sentence;
use crate::words::words;
use leptos::prelude::*;
use session::{WatchPhase, WatchView};

/// Title, channel, count and link of the watched stream.
#[component]
pub(crate) fn AboutStream() -> AnyView {
    let ui = Ui::expect();
    let heading = ui.watch(|watch| watch.title.clone().unwrap_or_else(|| watch.channel.clone()));
    let channel = ui.watch(|watch| watch.title.as_ref().map(|_| watch.channel.clone()));
    let host = ui.watch(host);
    let host = words(move || match host.get() {
        Some(host) => ui.messages().hosted_by(&[&host]),
        None => String::new(),
    });
    let viewers = ui.watch(|watch| watch.viewers);
    let audience = ui.watch(|watch| {
        let is_told = !watch.as_of_loading;
        (watch.phase, watch.viewers, watch.waiting, is_told)
    });
    let audience = move || {
        let (phase, viewers, waiting, is_told) = audience.get();
        sentence::audience(ui.messages(), phase, viewers, waiting, is_told)
    };
    let is_channel = ui.watch(|watch| watch.phase != WatchPhase::InvalidName);
    view! {
        <div class="about">
            <div class="about-text">
                <h1 translate="no" inner_html=words(move || heading.get())></h1>
                <p class="about-channel" hidden=move || !is_channel.get()>
                    <b translate="no" inner_html=words(move || channel.get().unwrap_or_default())></b>
                    <span class="about-host" inner_html=host></span>
                    <span class="about-viewers" data-viewers=viewers>
                        <Draw icon=Icon::User/>
                        <span inner_html=words(audience)></span>
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
