//! Camera, microphone and screen: on, off, muted, another one.

use super::device_picker::DevicePicker;
use super::preview::is_invitation;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::words::words;
use leptos::prelude::*;
use session::{DeviceKind, Intent, SourceView};

/// The sources, once one has been chosen; until then the preview asks for one.
#[component]
pub(crate) fn Sources() -> AnyView {
    let ui = Ui::expect();
    let is_invitation = ui.studio(is_invitation);
    let can_share = ui.studio(|studio| studio.can_share_screen);
    view! {
        <Show when=move || !is_invitation.get()>
            <div class="sources" role="group" aria-label=ui.text(|m| m.sources())>
                <Camera/>
                <Microphone/>
                <Show when=move || can_share.get()>
                    <Screen/>
                </Show>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Camera() -> AnyView {
    let ui = Ui::expect();
    let camera = ui.studio(|studio| studio.camera.clone());
    let is_on = Memo::new(move |_| camera.read().is_on());
    let icon = Signal::derive(move || {
        if is_on.get() {
            Icon::Camera
        } else {
            Icon::CameraOff
        }
    });
    let label = Signal::derive(move || {
        let m = ui.messages();
        if is_on.get() {
            m.turn_off_camera()
        } else {
            m.turn_on_camera()
        }
    });
    let press = move |()| {
        ui.send(if is_on.get() {
            Intent::StopCamera
        } else {
            Intent::UseCamera(None)
        })
    };
    view! {
        <div class="source">
            <Toggle icon label is_on=is_on is_busy=is_busy(camera) press/>
            <Show when=move || is_on.get()>
                <DevicePicker kind=DeviceKind::Camera source=camera/>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Microphone() -> AnyView {
    let ui = Ui::expect();
    let microphone = ui.studio(|studio| studio.microphone.clone());
    let is_muted = ui.studio(|studio| studio.microphone_muted);
    let is_on = Memo::new(move |_| microphone.read().is_on());
    let is_heard = Memo::new(move |_| is_on.get() && !is_muted.get());
    let icon = Signal::derive(move || {
        if is_heard.get() {
            Icon::Microphone
        } else {
            Icon::MicrophoneOff
        }
    });
    let label = Signal::derive(move || {
        let m = ui.messages();
        match (is_on.get(), is_muted.get()) {
            (false, _) => m.turn_on_microphone(),
            (true, false) => m.mute_microphone(),
            (true, true) => m.unmute_microphone(),
        }
    });
    let press = move |()| {
        ui.send(match (is_on.get(), is_muted.get()) {
            (false, _) => Intent::UseMicrophone(None),
            (true, false) => Intent::MuteMicrophone,
            (true, true) => Intent::UnmuteMicrophone,
        });
    };
    view! {
        <div class="source">
            <Toggle icon label is_on=is_heard is_busy=is_busy(microphone) press/>
            <Show when=move || is_on.get()>
                <DevicePicker kind=DeviceKind::Microphone source=microphone/>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Screen() -> AnyView {
    let ui = Ui::expect();
    let screen = ui.studio(|studio| studio.screen.clone());
    let has_sound = ui.studio(|studio| studio.screen_sound);
    let is_on = Memo::new(move |_| screen.read().is_on());
    let icon = Signal::derive(move || {
        if is_on.get() {
            Icon::ScreenOff
        } else {
            Icon::Screen
        }
    });
    let label = Signal::derive(move || {
        let m = ui.messages();
        if is_on.get() {
            m.stop_sharing()
        } else {
            m.share_screen()
        }
    });
    let press = move |()| {
        ui.send(if is_on.get() {
            Intent::StopScreen
        } else {
            Intent::ShareScreen
        })
    };
    view! {
        <div class="source">
            <Toggle icon label is_on=is_on is_busy=is_busy(screen) press/>
            <Show when=move || has_sound.get()>
                <p class="source-note" inner_html=ui.words(|m| m.screen_sound())></p>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Toggle(
    icon: Signal<Icon>,
    label: Signal<&'static str>,
    is_on: Memo<bool>,
    is_busy: Memo<bool>,
    #[prop(into)] press: Callback<()>,
) -> AnyView {
    view! {
        <button
            class="button source-toggle"
            type="button"
            data-on=move || is_on.get().then_some("")
            aria-busy=move || is_busy.get().then_some("true")
            disabled=is_busy
            on:click=move |_| press.run(())
        >
            <Draw icon/>
            <span inner_html=words(move || label.get())></span>
        </button>
    }
    .into_any()
}

fn is_busy(source: Memo<SourceView>) -> Memo<bool> {
    Memo::new(move |_| *source.read() == SourceView::Starting)
}
