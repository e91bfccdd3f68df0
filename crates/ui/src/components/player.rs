//! The picture with everything that lies over it.

use super::controls::Controls;
use super::help::Help;
use super::player_status::PlayerStatus;
use super::shortcuts;
use super::sound_call::SoundCall;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::sentence;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use session::{Slot, WatchPhase};
use std::time::Duration;

/// How long the controls stay without a pointer's or key's sign of life.
const CONTROLS_STAY: Duration = Duration::from_millis(2500);

/// The player of the watch page and of the embedded page.
#[component]
pub(crate) fn Player() -> AnyView {
    let ui = Ui::expect();
    let phase = ui.watch(|watch| watch.phase);
    let has_no_picture = ui.watch(|watch| watch.phase == WatchPhase::Live && !watch.media.video);
    let idle = Idle::new();
    let help = NodeRef::new();
    super::mount(ui, Slot::PICTURE);
    shortcuts::listen(ui, help, move || idle.wake());
    view! {
        <section
            class="player"
            data-player=""
            data-phase=move || sentence::watch_phase(phase.get())
            data-idle=move || idle.is_idle.get().then_some("")
            aria-label=ui.text(|m| m.picture())
            on:pointermove=move |_| idle.wake()
            on:pointerdown=move |_| idle.wake()
            on:focusin=move |_| idle.wake()
        >
            <video class="picture" data-slot=Slot::PICTURE.0.to_string() playsinline=true></video>
            <Show when=move || has_no_picture.get()>
                <p class="no-picture"><Draw icon=Icon::Microphone/>{ui.text(|m| m.sound_only())}</p>
            </Show>
            <PlayerStatus/>
            <SoundCall/>
            <Controls help/>
            <Help dialog=help/>
        </section>
    }
    .into_any()
}

/// Whether nobody has moved or pressed anything for a while. Presentation only.
#[derive(Clone, Copy)]
struct Idle {
    is_idle: RwSignal<bool>,
    timeout: StoredValue<Option<TimeoutHandle>>,
}

impl Idle {
    fn new() -> Self {
        let idle = Self {
            is_idle: RwSignal::new(false),
            timeout: StoredValue::new(None),
        };
        on_cleanup(move || idle.stop());
        idle
    }

    fn wake(self) {
        if self.is_idle.get_untracked() {
            self.is_idle.set(false);
        }
        self.stop();
        let sleep = move || self.is_idle.set(true);
        self.timeout
            .set_value(set_timeout_with_handle(sleep, CONTROLS_STAY).ok());
    }

    fn stop(self) {
        if let Some(Some(timeout)) = self.timeout.try_update_value(Option::take) {
            timeout.clear();
        }
    }
}
