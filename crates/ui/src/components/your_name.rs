//! How the viewer appears to the streamer.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use protocol::limits::MAX_USER_NAME_CHARS;
use session::Intent;

/// The name, and on demand a form to change it.
#[component]
pub(crate) fn YourName() -> AnyView {
    let ui = Ui::expect();
    let name = ui.select(|view| view.user_name.clone());
    let is_editing = RwSignal::new(false);
    let summary = move || ui.messages().appear_as(&[&name.get()]);
    view! {
        <Show
            when=move || is_editing.get()
            fallback=move || {
                view! {
                    <button
                        class="button quiet"
                        type="button"
                        title=ui.text(|m| m.change_name())
                        disabled=move || name.read().is_empty()
                        on:click=move |_| is_editing.set(true)
                    >
                        <Draw icon=Icon::Pencil/>
                        <span class="name-summary">{summary}</span>
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
    view! {
        <form class="your-name" on:submit=save>
            <input
                node_ref=input
                type="text"
                aria-label=ui.text(|m| m.your_name())
                maxlength=MAX_USER_NAME_CHARS.to_string()
                autocomplete="nickname"
                autofocus=true
                value=name.get_untracked()
            />
            <button class="button" type="submit">{ui.text(|m| m.save())}</button>
            <button class="button quiet" type="button" on:click=move |_| is_editing.set(false)>
                {ui.text(|m| m.cancel())}
            </button>
        </form>
    }
    .into_any()
}
