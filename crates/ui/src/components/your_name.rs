//! How the viewer appears to the streamer.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::words::words;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::{Button, Input};
use leptos::prelude::*;
use protocol::limits::MAX_USER_NAME_CHARS;
use session::Intent;

/// The name, and on demand a form to change it.
#[component]
pub(crate) fn YourName() -> AnyView {
    let ui = Ui::expect();
    let name = ui.select(|view| view.user_name.clone());
    let is_editing = RwSignal::new(false);
    let button = NodeRef::<Button>::new();
    let summary = words(move || ui.messages().appear_as(&[&name.get()]));
    // Whoever leaves the form is where they were before it.
    Effect::new(move |was_editing: Option<bool>| {
        let is_editing = is_editing.get();
        if was_editing == Some(true) && !is_editing {
            request_animation_frame(move || {
                if let Some(button) = button.get_untracked() {
                    // Focusing an element that is in the document cannot fail.
                    drop(button.focus());
                }
            });
        }
        is_editing
    });
    view! {
        <Show
            when=move || is_editing.get()
            fallback=move || {
                view! {
                    <button
                        node_ref=button
                        class="button quiet"
                        type="button"
                        title=ui.text(|m| m.change_name())
                        disabled=move || name.read().is_empty()
                        on:click=move |_| is_editing.set(true)
                    >
                        <Draw icon=Icon::Pencil/>
                        <span class="name-summary" translate="no" inner_html=summary></span>
                    </button>
                }
            }
        >
            <Form name is_editing/>
        </Show>
    }
    .into_any()
}

#[component]
fn Form(name: Memo<String>, is_editing: RwSignal<bool>) -> AnyView {
    let ui = Ui::expect();
    let input = NodeRef::<Input>::new();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get() {
            ui.send(Intent::NameUser(input.value()));
        }
        is_editing.set(false);
    };
    let leave = move |event: KeyboardEvent| {
        // While a script is being composed, Escape belongs to that.
        if event.key() == "Escape" && !event.is_composing() {
            is_editing.set(false);
        }
    };
    view! {
        <form class="your-name" on:submit=save on:keydown=leave>
            <input
                node_ref=input
                type="text"
                aria-label=ui.text(|m| m.your_name())
                maxlength=MAX_USER_NAME_CHARS.to_string()
                autocomplete="nickname"
                autofocus=true
                value=name.get_untracked()
            />
            <button class="button" type="submit" inner_html=ui.words(|m| m.save())></button>
            <button class="button quiet" type="button" on:click=move |_| is_editing.set(false)>
                <span inner_html=ui.words(|m| m.cancel())></span>
            </button>
        </form>
    }
    .into_any()
}
