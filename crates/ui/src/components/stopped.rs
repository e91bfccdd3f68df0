//! The notice that this tab does nothing until somebody asks it to.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::sentence;
use leptos::prelude::*;
use session::{Connection, Intent, Stop};

/// Says that the page has stopped, and offers to go on here.
#[component]
pub(crate) fn Stopped() -> AnyView {
    let ui = Ui::expect();
    let stop = ui.select(|view| match view.connection {
        Connection::Stopped(stop) => Some(stop),
        _ => None,
    });
    let sentence = move || {
        let stop = stop.get().unwrap_or(Stop::Elsewhere);
        sentence::stopped(ui.messages(), stop)
    };
    view! {
        <Show when=move || stop.get().is_some()>
            <div class="notice">
                <Draw icon=Icon::Alert/>
                <p>{sentence}</p>
                <button class="button" type="button" on:click=ui.on(Intent::Reconnect)>
                    {ui.text(|m| m.connect_here())}
                </button>
            </div>
        </Show>
    }
    .into_any()
}
