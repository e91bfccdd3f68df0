//! The notice that this tab does nothing until somebody asks it to, or cannot reach the server.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::sentence;
use leptos::prelude::*;
use session::{Connection, Intent, Stop, View};

/// Says why nothing happens, and offers what helps.
#[component]
pub(crate) fn Stopped() -> AnyView {
    let ui = Ui::expect();
    let cause = ui.select(cause);
    let told = crate::words::words(move || match cause.get() {
        Some(cause) => sentence::cause(ui.messages(), cause),
        None => "",
    });
    view! {
        <Show when=move || cause.get().is_some()>
            <div class="notice">
                <Draw icon=Icon::Alert/>
                <p inner_html=told></p>
                <Again cause=move || cause.get()/>
            </div>
        </Show>
    }
    .into_any()
}

/// The button that helps against the cause.
#[component]
pub(super) fn Again(#[prop(into)] cause: Signal<Option<Cause>>) -> AnyView {
    let ui = Ui::expect();
    let label = crate::words::words(move || {
        let cause = cause.get().unwrap_or(Cause::Unreached);
        sentence::remedy(ui.messages(), cause)
    });
    let press = move |_| {
        if cause.get_untracked() == Some(Cause::Stopped(Stop::Misunderstood)) {
            super::reload();
        } else {
            ui.send(Intent::Reconnect);
        }
    };
    view! {
        <button class="button" type="button" on:click=press>
            <span inner_html=label></span>
        </button>
    }
    .into_any()
}

/// What keeps the page from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The tab has stopped.
    Stopped(Stop),
    /// The server has never been reached.
    Unreached,
}

/// What keeps the page from the server, if anything does.
pub(super) fn cause(view: &View) -> Option<Cause> {
    match view.connection {
        Connection::Stopped(stop) => Some(Cause::Stopped(stop)),
        Connection::Unreachable => Some(Cause::Unreached),
        Connection::Connecting | Connection::Online | Connection::Reconnecting { .. } => None,
    }
}
