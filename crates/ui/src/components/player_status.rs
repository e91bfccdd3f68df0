//! What the player says: one sentence, and the way out where there is one.
//!
//! While the stream plays it is a small mark in a corner; otherwise it takes the picture's place.

use crate::handle::Ui;
use crate::sentence;
use leptos::prelude::*;
use protocol::path;
use session::{Connection, Intent, View, WatchPhase};

/// The status region and what belongs to it.
#[component]
pub(crate) fn PlayerStatus() -> AnyView {
    let ui = Ui::expect();
    let phase = ui.watch(|watch| watch.phase);
    let connection = ui.select(stable_connection);
    let trouble = ui.watch(|watch| watch.trouble);
    let channel = ui.watch(|watch| watch.channel.clone());
    let status =
        move || sentence::watch_status(ui.messages(), phase.get(), connection.get(), trouble.get());
    let is_calm = move || phase.get() == WatchPhase::Live && connection.get() != Connection::Online;
    view! {
        <div class="player-status" data-lost=move || is_calm().then_some("")>
            <p class="player-channel" aria-hidden="true">{channel}</p>
            <p class="status" role="status">{status}</p>
            <Show when=move || phase.get() == WatchPhase::Ended>
                <p class="player-detail">{ui.text(|m| m.ended_detail())}</p>
            </Show>
            <WayOut phase connection/>
        </div>
    }
    .into_any()
}

#[component]
fn WayOut(phase: Memo<WatchPhase>, connection: Memo<Connection>) -> AnyView {
    let ui = Ui::expect();
    let retry = move || match (connection.get(), phase.get()) {
        (Connection::Stopped(_), _) => Some(ui.messages().connect_here()),
        (_, WatchPhase::Unreachable | WatchPhase::Refused) => Some(ui.messages().try_now()),
        _ => None,
    };
    let leads_away = move || match phase.get() {
        WatchPhase::Waiting
        | WatchPhase::Full
        | WatchPhase::Ended
        | WatchPhase::NotPlayable
        | WatchPhase::InvalidName => !matches!(connection.get(), Connection::Stopped(_)),
        WatchPhase::Connecting
        | WatchPhase::Starting
        | WatchPhase::Live
        | WatchPhase::Interrupted
        | WatchPhase::Unreachable
        | WatchPhase::Refused => false,
    };
    view! {
        {move || {
            retry()
                .map(|label| {
                    view! {
                        <button class="button" type="button" on:click=ui.on(Intent::Reconnect)>
                            {label}
                        </button>
                    }
                })
        }}
        <Show when=leads_away>
            <a class="button" href=path::LOBBY>{ui.text(|m| m.see_live())}</a>
        </Show>
    }
    .into_any()
}

/// The connection without its countdown, which the player does not show.
fn stable_connection(view: &View) -> Connection {
    match view.connection {
        Connection::Reconnecting { .. } => Connection::Reconnecting {
            retry_in_seconds: 0,
        },
        Connection::Connecting
        | Connection::Online
        | Connection::Unreachable
        | Connection::Stopped(_) => view.connection,
    }
}
