//! One file per page.

mod elsewhere;
mod embed;
mod lobby;
mod not_found;
mod studio;
mod watch;

pub(crate) use elsewhere::Elsewhere;
pub(crate) use embed::Embed;
pub(crate) use lobby::Lobby;
pub(crate) use not_found::NotFound;
pub(crate) use studio::Studio;
pub(crate) use watch::Watch;

use crate::handle::Ui;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use session::{Intent, Page};

/// Tells the session which page is open.
fn open(ui: Ui, page: Page) {
    Effect::new(move |_| ui.send(Intent::OpenPage(page.clone())));
}

/// Tells the session which page is open, now and whenever the channel in the address changes.
fn open_channel(ui: Ui, page: fn(Option<String>) -> Page) {
    let params = use_params_map();
    let channel = Memo::new(move |_| params.read().get("channel"));
    Effect::new(move |_| ui.send(Intent::OpenPage(page(channel.get()))));
}
