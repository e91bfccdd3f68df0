//! One file per component. A component reads the view and sends intents; what it keeps for itself
//! is presentation only (controls that fade, a form that is open).

mod about_stream;
mod channel_card;
mod controls;
mod device_picker;
mod fields;
mod go_live;
mod header;
mod help;
mod level_meter;
mod player;
mod player_status;
mod preview;
mod problem_notice;
mod share_link;
mod shortcuts;
mod sound_call;
mod sources;
mod stopped;
mod studio_health;
mod studio_status;
mod viewers;
mod your_name;

pub(crate) use about_stream::AboutStream;
pub(crate) use channel_card::ChannelCard;
pub(crate) use fields::Fields;
pub(crate) use go_live::GoLive;
pub(crate) use header::Header;
pub(crate) use level_meter::LevelMeter;
pub(crate) use player::Player;
pub(crate) use preview::Preview;
pub(crate) use problem_notice::ProblemNotice;
pub(crate) use share_link::ShareLink;
pub(crate) use sources::Sources;
pub(crate) use stopped::{Cause, Stopped};
pub(crate) use studio_health::StudioHealth;
pub(crate) use studio_status::StudioStatus;
pub(crate) use viewers::Viewers;

use crate::format;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::words::words;
use leptos::leptos_dom::helpers::location;
use leptos::prelude::*;
use session::{Intent, Slot};

/// A button that is an icon; the label is its name and its tooltip.
#[component]
fn IconButton(
    #[prop(into)] icon: Signal<Icon>,
    label: Signal<&'static str>,
    #[prop(into)] press: Callback<()>,
) -> AnyView {
    view! {
        <button
            class="icon-button"
            type="button"
            aria-label=label
            title=label
            on:click=move |_| press.run(())
        >
            <Draw icon/>
        </button>
    }
    .into_any()
}

/// How long something has been on.
#[component]
fn Duration(#[prop(into)] seconds: Signal<u64>) -> AnyView {
    view! {
        <time
            class="duration"
            translate="no"
            datetime=move || format::machine_duration(seconds.get())
            inner_html=words(move || format::duration(seconds.get()))
        ></time>
    }
    .into_any()
}

/// Copies the channel's address; says so for as long as the view does.
#[component]
fn CopyLink() -> AnyView {
    let ui = Ui::expect();
    let is_copied = ui.select(|view| view.copied);
    let icon = Signal::derive(move || {
        if is_copied.get() {
            Icon::Check
        } else {
            Icon::Copy
        }
    });
    let said = words(move || {
        if is_copied.get() {
            ui.messages().copied()
        } else {
            ""
        }
    });
    view! {
        <button class="button copy" type="button" on:click=ui.on(Intent::CopyLink)>
            <Draw icon/>
            <span inner_html=ui.words(|m| m.copy_link())></span>
        </button>
        <span class="copied" aria-live="polite" inner_html=said></span>
    }
    .into_any()
}

/// Loads the page anew, and with it whatever the server has now.
fn reload() {
    // Nothing can be done in a tab that refuses to load its own address.
    drop(location().reload());
}

/// Tells the session that a `<video>` is in the page, and when it has gone.
fn mount(ui: Ui, slot: Slot) {
    Effect::new(move |_| ui.send(Intent::MountSlot(slot)));
    on_cleanup(move || ui.send(Intent::UnmountSlot(slot)));
}
