//! The picture with everything that lies over it.

use super::controls::Controls;
use super::help::Help;
use super::player_status::PlayerStatus;
use super::shortcuts;
use super::sound_call::{SoundCall, is_blocked};
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::sentence;
use crate::words::words;
use leptos::html::Video;
use leptos::leptos_dom::helpers::{IntervalHandle, TimeoutHandle};
use leptos::prelude::*;
use leptos::web_sys::HtmlVideoElement;
use session::{Intent, Slot, WatchPhase, WatchView};
use std::cell::RefCell;
use std::time::Duration;

/// How long the controls stay without a pointer's or key's sign of life.
const CONTROLS_STAY: Duration = Duration::from_millis(2500);

/// How often a picture that comes back is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// How often at most, where the browser does not count pictures.
const LOOKS: u32 = 40;

/// The player of the watch page and of the embedded page, out of whose frame nothing leads.
#[component]
pub(crate) fn Player(#[prop(optional)] is_embedded: bool) -> AnyView {
    let ui = Ui::expect();
    let phase = ui.watch(|watch| watch.phase);
    let shape = ui.watch(shape);
    let is_paused = ui.watch(|watch| watch.phase == WatchPhase::Live && watch.paused);
    let idle = Idle::new();
    let help = NodeRef::new();
    let video = NodeRef::<Video>::new();
    let is_hidden = hidden(ui, video);
    let covers = Memo::new(move |_| phase.get() == WatchPhase::Live && is_hidden.get());
    super::mount(ui, Slot::PICTURE);
    shortcuts::listen(ui, help, move || idle.wake());
    let is_blocked = ui.watch(is_blocked);
    let tap = move |_| {
        if is_blocked.get_untracked() {
            ui.send(Intent::Unmute);
        }
    };
    view! {
        <section
            class="player"
            data-player=""
            data-phase=move || sentence::watch_phase(phase.get())
            data-idle=move || idle.is_idle.get().then_some("")
            style=("--shape", move || shape.get())
            aria-label=ui.text(|m| m.picture())
            on:pointermove=move |_| idle.wake()
            on:pointerdown=move |_| idle.wake()
            on:focusin=move |_| idle.wake()
        >
            <video
                node_ref=video
                class="picture"
                data-slot=Slot::PICTURE.0.to_string()
                data-hidden=move || is_hidden.get().then_some("")
                playsinline=true
                on:click=tap
            ></video>
            <Show when=move || covers.get()>
                <NoPicture/>
            </Show>
            <PlayerStatus is_embedded/>
            <SoundCall/>
            <Show when=move || is_paused.get()>
                <button class="resume" type="button" on:click=ui.on(Intent::Play)>
                    <Draw icon=Icon::Play/>
                    <span inner_html=ui.words(|m| m.back_to_live())></span>
                </button>
            </Show>
            <Controls help/>
            <Help dialog=help/>
        </section>
    }
    .into_any()
}

/// What stands in the picture's place while there is none.
#[component]
fn NoPicture() -> AnyView {
    let ui = Ui::expect();
    let channel = ui.watch(|watch| watch.channel.clone());
    let has_sound = ui.watch(|watch| watch.media.audio);
    let told = words(move || match has_sound.get() {
        true => ui.messages().camera_off(&[&channel.read()]),
        false => ui.messages().back_soon().to_owned(),
    });
    view! {
        <div class="no-picture">
            <Draw icon=Icon::CameraOff/>
            <p class="no-picture-channel" translate="no" inner_html=words(move || channel.get())></p>
            <p inner_html=told></p>
        </div>
    }
    .into_any()
}

/// The picture's shape, as CSS writes it.
fn shape(watch: &WatchView) -> String {
    let (width, height) = watch.size.unwrap_or((16, 9));
    format!("{width} / {height}")
}

/// Whether nothing of the element may be seen. A picture that comes back is hidden until there is a
/// new one: the element still holds the last one from before, and that is over.
fn hidden(ui: Ui, video: NodeRef<Video>) -> Memo<bool> {
    let has_picture = ui.watch(|watch| watch.picture);
    let is_held = RwSignal::new(false);
    let was_seen = StoredValue::new(false);
    let looking = StoredValue::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(Some(handle)) = looking.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(stop);
    Effect::new(move |_| {
        stop();
        is_held.set(false);
        if !has_picture.get() {
            return;
        }
        let is_first = !was_seen.get_value();
        was_seen.set_value(true);
        if is_first {
            return;
        }
        let Some(video) = video.get_untracked() else {
            return;
        };
        is_held.set(true);
        let looks = RefCell::new(Looks::of(&video));
        let look = move || {
            if looks.borrow_mut().is_new(&video) {
                stop();
                is_held.set(false);
            }
        };
        looking.set_value(set_interval_with_handle(look, LOOK).ok());
    });
    Memo::new(move |_| !has_picture.get() || is_held.get())
}

/// How often it was looked for a new picture, and how many there had been before.
struct Looks {
    before: Option<f64>,
    times: u32,
}

impl Looks {
    fn of(video: &HtmlVideoElement) -> Self {
        Self {
            before: crate::platform::frames(video),
            times: 0,
        }
    }

    fn is_new(&mut self, video: &HtmlVideoElement) -> bool {
        if video.paused() {
            return false;
        }
        self.times += 1;
        let now = crate::platform::frames(video);
        self.times > LOOKS
            || matches!((self.before, now), (Some(before), Some(now)) if now > before)
    }
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
