//! What the view decides outside the body: the language, the colours and the title of the document.

use crate::handle::Ui;
use crate::messages::Messages;
use leptos::prelude::*;
use session::{PageView, Theme, View};

/// Keeps the document's language, colours and title at what the view says. The server renders the
/// same three, so that nothing changes when the client takes over.
#[component]
pub(crate) fn Head() -> impl IntoView {
    let ui = Ui::expect();
    let title = ui.select(title);
    let theme = ui.select(|view| theme_name(view.theme));
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            // Setting an attribute of valid name on an element cannot fail.
            drop(root.set_attribute("lang", ui.messages().lang()));
            drop(root.set_attribute("data-theme", theme.get()));
        }
    });
    Effect::new(move |_| document().set_title(&title.get()));
}

/// The colours as `data-theme` names them.
pub(crate) const fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// The document's title.
pub(crate) fn title(view: &View) -> String {
    let messages = Messages(view.locale);
    let page = match &view.page {
        PageView::Other => return messages.app().to_owned(),
        PageView::Lobby(_) => messages.live_now().to_owned(),
        PageView::Watch(watch) => match &watch.title {
            Some(title) => format!("{title} · {}", watch.channel),
            None => watch.channel.clone(),
        },
        PageView::Studio(studio) if studio.channel.is_empty() => messages.studio().to_owned(),
        PageView::Studio(studio) => format!("{} · {}", messages.studio(), studio.channel),
    };
    format!("{page} · {}", messages.app())
}
