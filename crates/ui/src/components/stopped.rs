//! The notice that this tab does nothing until somebody asks it to.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::prelude::*;
use session::{Connection, Intent};

/// Says that the page has stopped, and offers to go on here.
#[component]
pub(crate) fn Stopped() -> AnyView {
    let ui = Ui::expect();
    let is_stopped = ui.select(|view| view.connection == Connection::Stopped);
    view! {
        <Show when=move || is_stopped.get()>
            <div class="notice">
                <Draw icon=Icon::Alert/>
                <p>{ui.text(|m| m.stopped())}</p>
                <button class="button" type="button" on:click=ui.on(Intent::Reconnect)>
                    {ui.text(|m| m.connect_here())}
                </button>
            </div>
        </Show>
    }
    .into_any()
}
