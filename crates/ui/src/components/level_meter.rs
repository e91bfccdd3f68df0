//! How loud the outgoing sound is.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::prelude::*;
use session::StudioView;

/// The meter, while there is sound to be measured; or the reminder that it is muted.
#[component]
pub(crate) fn LevelMeter() -> AnyView {
    let ui = Ui::expect();
    let has_sound = ui.studio(has_sound);
    let is_muted = ui.studio(|studio| studio.microphone.is_on() && studio.microphone_muted);
    let level = ui.studio(|studio| studio.level);
    view! {
        <Show when=move || has_sound.get()>
            <div class="level">
                <Draw icon=Icon::VolumeHigh/>
                <meter
                    min="0"
                    max="100"
                    high="90"
                    aria-label=ui.text(|m| m.level())
                    value=level.get_untracked().to_string()
                    prop:value=move || f64::from(level.get())
                ></meter>
                <Show when=move || is_muted.get()>
                    <p class="level-note" inner_html=ui.words(|m| m.muted_notice())></p>
                </Show>
            </div>
        </Show>
    }
    .into_any()
}

const fn has_sound(studio: &StudioView) -> bool {
    studio.microphone.is_on() || studio.screen_sound
}
