//! Do they see and hear me?

use super::Duration;
use crate::format;
use crate::handle::Ui;
use crate::words::words;
use leptos::prelude::*;
use session::StudioPhase;

/// How long the stream has been on, what goes out, and how many it reaches.
#[component]
pub(crate) fn StudioHealth() -> AnyView {
    let ui = Ui::expect();
    let is_on =
        ui.studio(|studio| matches!(studio.phase, StudioPhase::Live | StudioPhase::Recovering));
    let seconds = ui.studio(|studio| studio.live_for_seconds);
    let rate = ui.studio(|studio| format::megabits(studio.bits_per_second));
    let reached = ui.studio(|studio| (studio.links_connected, studio.viewer_count));
    let reached = move || {
        let (connected, viewers) = reached.get();
        ui.messages()
            .reached(&[&format::number(connected), &format::number(viewers)])
    };
    view! {
        <Show when=move || is_on.get()>
            <dl class="health">
                <div>
                    <dt inner_html=ui.words(|m| m.on_air())></dt>
                    <dd><Duration seconds/></dd>
                </div>
                <div>
                    <dt inner_html=ui.words(|m| m.sending())></dt>
                    <dd inner_html=words(move || ui.messages().bit_rate(&[&rate.read()]))></dd>
                </div>
                <div>
                    <dt inner_html=ui.words(|m| m.reaching())></dt>
                    <dd inner_html=words(reached)></dd>
                </div>
            </dl>
        </Show>
    }
    .into_any()
}
