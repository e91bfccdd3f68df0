//! Am I live?

use crate::handle::Ui;
use crate::sentence;
use crate::words::words;
use leptos::prelude::*;

/// The status region of the studio.
#[component]
pub(crate) fn StudioStatus() -> AnyView {
    let ui = Ui::expect();
    let phase = ui.studio(|studio| studio.phase);
    let connection = ui.select(|view| view.connection);
    let studio = ui.studio(Clone::clone);
    let status =
        words(move || sentence::studio_status(ui.messages(), &studio.read(), connection.get()));
    view! {
        <p
            class="studio-status"
            role="status"
            data-phase=move || sentence::studio_phase(phase.get())
            inner_html=status
        ></p>
    }
    .into_any()
}
