//! The call for the tap without which the browser plays no sound.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::prelude::*;
use session::{Intent, WatchView};

/// Over the picture, as long as the browser blocks the sound.
#[component]
pub(crate) fn SoundCall() -> AnyView {
    let ui = Ui::expect();
    let is_blocked = ui.watch(is_blocked);
    view! {
        <Show when=move || is_blocked.get()>
            <div class="sound-call">
                <button
                    class="sound-button"
                    type="button"
                    aria-describedby="sound-call-why"
                    on:click=ui.on(Intent::Unmute)
                >
                    <Draw icon=Icon::VolumeOff/>
                    {ui.text(|m| m.unmute())}
                </button>
                <p id="sound-call-why">{ui.text(|m| m.tap_for_sound())}</p>
            </div>
        </Show>
    }
    .into_any()
}

/// Whether there is a call for sound; the controls then have no button of the same meaning.
pub(super) const fn is_blocked(watch: &WatchView) -> bool {
    watch.sound_blocked && watch.media.audio
}
