//! What the viewer can do to the player.

use super::sound_call::is_blocked;
use super::{Duration, IconButton};
use crate::handle::Ui;
use crate::icon::Icon;
use leptos::html::Dialog;
use leptos::prelude::*;
use session::{Intent, WatchPhase, WatchView};

/// The row at the foot of the picture. It is there while there is something to control.
#[component]
pub(crate) fn Controls(help: NodeRef<Dialog>) -> AnyView {
    let ui = Ui::expect();
    let has_picture = ui.watch(has_picture);
    let live_for = ui.watch(|watch| watch.live_for_seconds);
    view! {
        <Show when=move || has_picture.get()>
            <div class="controls" role="group" aria-label=ui.text(|m| m.controls())>
                <PlayButton/>
                <Sound/>
                <span class="controls-time">
                    {move || live_for.get().map(|seconds| view! { <Duration seconds/> })}
                </span>
                <Help help/>
                <Show when=crate::platform::can_float>
                    <FloatButton/>
                </Show>
                <Show when=crate::platform::can_fill_screen>
                    <FullscreenButton/>
                </Show>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn PlayButton() -> AnyView {
    let ui = Ui::expect();
    let is_paused = ui.watch(|watch| watch.paused);
    let icon = Signal::derive(move || {
        if is_paused.get() {
            Icon::Play
        } else {
            Icon::Pause
        }
    });
    let label = Signal::derive(move || {
        if is_paused.get() {
            ui.messages().play()
        } else {
            ui.messages().pause()
        }
    });
    let press = move |()| {
        ui.send(if is_paused.get() {
            Intent::Play
        } else {
            Intent::Pause
        })
    };
    view! { <IconButton icon label press/> }.into_any()
}

#[component]
fn Sound() -> AnyView {
    let ui = Ui::expect();
    let is_blocked = ui.watch(is_blocked);
    let is_muted = ui.watch(|watch| watch.muted);
    let volume = ui.watch(|watch| if watch.muted { 0 } else { watch.volume });
    let icon = Signal::derive(move || {
        if is_muted.get() {
            Icon::VolumeOff
        } else {
            Icon::VolumeHigh
        }
    });
    let label = Signal::derive(move || {
        if is_muted.get() {
            ui.messages().unmute()
        } else {
            ui.messages().mute()
        }
    });
    let press = move |()| {
        ui.send(if is_muted.get() {
            Intent::Unmute
        } else {
            Intent::Mute
        })
    };
    let set_volume = move |event| {
        if let Ok(volume) = event_target_value(&event).parse() {
            ui.send(Intent::SetVolume(volume));
        }
    };
    view! {
        <Show when=move || !is_blocked.get()>
            <IconButton icon label press/>
            <input
                class="volume"
                type="range"
                min="0"
                max="100"
                step="5"
                aria-label=ui.text(|m| m.volume())
                value=volume.get_untracked().to_string()
                prop:value=move || volume.get().to_string()
                on:input=set_volume
            />
        </Show>
    }
    .into_any()
}

#[component]
fn Help(help: NodeRef<Dialog>) -> AnyView {
    let label = Ui::expect().text(|m| m.shortcuts());
    let press = move |()| super::help::show(help);
    view! {
        <span class="controls-help">
            <IconButton icon=Icon::Help label press/>
        </span>
    }
    .into_any()
}

#[component]
fn FloatButton() -> AnyView {
    let ui = Ui::expect();
    let is_floating = ui.watch(|watch| watch.picture_in_picture);
    let label = Signal::derive(move || {
        let m = ui.messages();
        if is_floating.get() {
            m.return_picture()
        } else {
            m.float_picture()
        }
    });
    let press = move |()| ui.send(Intent::TogglePictureInPicture);
    view! { <IconButton icon=Icon::Float label press/> }.into_any()
}

#[component]
fn FullscreenButton() -> AnyView {
    let ui = Ui::expect();
    let is_full = ui.watch(|watch| watch.fullscreen);
    let icon = Signal::derive(move || {
        if is_full.get() {
            Icon::LeaveFullscreen
        } else {
            Icon::Fullscreen
        }
    });
    let label = Signal::derive(move || {
        let m = ui.messages();
        if is_full.get() {
            m.leave_fullscreen()
        } else {
            m.fullscreen()
        }
    });
    view! { <IconButton icon label press=move |()| ui.send(Intent::ToggleFullscreen)/> }.into_any()
}

const fn has_picture(watch: &WatchView) -> bool {
    matches!(watch.phase, WatchPhase::Live | WatchPhase::Interrupted)
}
