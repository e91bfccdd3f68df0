//! The call for the tap without which the browser plays no sound.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::prelude::*;
use session::{Intent, WatchPhase, WatchView};

/// Over the picture, as long as the browser blocks a sound that there is. It is called what the
/// device has: a finger or a pointer.
#[component]
pub(crate) fn SoundCall() -> AnyView {
    let ui = Ui::expect();
    let is_blocked = ui.watch(is_blocked);
    view! {
        <Show when=move || is_blocked.get()>
            <button class="sound-call" type="button" on:click=ui.on(Intent::Unmute)>
                <Draw icon=Icon::VolumeOff/>
                <span class="for-finger" inner_html=ui.words(|m| m.tap_for_sound())></span>
                <span class="for-pointer" inner_html=ui.words(|m| m.turn_on_sound())></span>
            </button>
        </Show>
    }
    .into_any()
}

/// Whether there is a call for sound; the controls then have no button of the same meaning.
pub(super) fn is_blocked(watch: &WatchView) -> bool {
    watch.phase == WatchPhase::Live && watch.sound_blocked && watch.media.audio && !watch.paused
}
