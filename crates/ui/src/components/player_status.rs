//! What the player says: one sentence, and the way out where there is one.
//!
//! While the stream plays it is a small mark in a corner; otherwise it takes the picture's place.

use super::stopped::{Again, cause};
use crate::handle::Ui;
use crate::sentence::{self, Watching};
use crate::words::words;
use leptos::prelude::*;
use protocol::{ChannelName, path};
use session::{Connection, Intent, PageView, View, WatchPhase};

/// The status region and what belongs to it.
#[component]
pub(crate) fn PlayerStatus(is_embedded: bool) -> AnyView {
    let ui = Ui::expect();
    let watching = ui.select(watching);
    let channel = ui.watch(|watch| watch.channel.clone());
    let status = words(move || sentence::watch_status(ui.messages(), watching.get()));
    let beside = words(move || sentence::beside(ui.messages(), watching.get()));
    let is_still = move || {
        let Watching {
            phase,
            connection,
            paused,
            ..
        } = watching.get();
        phase == WatchPhase::Live && (paused || matches!(connection, Connection::Stopped(_)))
    };
    let detail = words(move || {
        let phase = watching.read().phase;
        let broken = ChannelName::parse(&channel.read()).err();
        match broken.filter(|_| phase == WatchPhase::InvalidName) {
            Some(error) => sentence::broken_rule(ui.messages(), error),
            None if phase == WatchPhase::Ended => ui.messages().ended_detail().to_owned(),
            None => String::new(),
        }
    });
    view! {
        <div class="player-status" data-still=move || is_still().then_some("")>
            <p
                class="player-channel"
                aria-hidden="true"
                translate="no"
                inner_html=words(move || channel.get())
            ></p>
            <p class="status" role="status" inner_html=status></p>
            <p class="player-beside" aria-live="polite" inner_html=beside></p>
            <p class="player-detail" inner_html=detail></p>
            <WayOut watching is_embedded/>
        </div>
    }
    .into_any()
}

#[component]
fn WayOut(watching: Memo<Watching>, is_embedded: bool) -> AnyView {
    let ui = Ui::expect();
    let cause = ui.select(cause);
    let helps = Memo::new(move |_| {
        let phase = watching.read().phase;
        let is_final = matches!(phase, WatchPhase::InvalidName | WatchPhase::NotPlayable);
        cause.get().filter(|_| !is_final)
    });
    let may_try = move || {
        let phase = watching.read().phase;
        let is_refused = matches!(phase, WatchPhase::Unreachable | WatchPhase::Refused);
        is_refused && helps.get().is_none()
    };
    let leads_away = move || {
        !is_embedded
            && match watching.read().phase {
                WatchPhase::InvalidName | WatchPhase::NotPlayable => true,
                WatchPhase::Waiting | WatchPhase::Full | WatchPhase::Ended => helps.get().is_none(),
                WatchPhase::Connecting
                | WatchPhase::Starting
                | WatchPhase::Live
                | WatchPhase::Interrupted
                | WatchPhase::Unreachable
                | WatchPhase::Refused => false,
            }
    };
    view! {
        <Show when=move || helps.get().is_some()>
            <Again cause=move || helps.get()/>
        </Show>
        <Show when=may_try>
            <button class="button" type="button" on:click=ui.on(Intent::Reconnect)>
                <span inner_html=ui.words(|m| m.try_now())></span>
            </button>
        </Show>
        <Show when=leads_away>
            <a class="button" href=path::LOBBY inner_html=ui.words(|m| m.see_live())></a>
        </Show>
    }
    .into_any()
}

/// What the status depends on; without the countdown to the next attempt, which it does not show.
fn watching(view: &View) -> Watching {
    let connection = match view.connection {
        Connection::Reconnecting { .. } => Connection::Reconnecting {
            retry_in_seconds: 0,
        },
        Connection::Connecting
        | Connection::Online
        | Connection::Unreachable
        | Connection::Stopped(_) => view.connection,
    };
    let (phase, trouble, paused) = match &view.page {
        PageView::Watch(watch) => (watch.phase, watch.trouble, watch.paused),
        PageView::Other | PageView::Lobby(_) | PageView::Studio(_) => {
            (WatchPhase::Connecting, None, false)
        }
    };
    Watching {
        phase,
        connection,
        trouble,
        paused,
    }
}
