//! Am I live?

use crate::handle::Ui;
use crate::sentence;
use leptos::prelude::*;

/// The status region of the studio.
#[component]
pub(crate) fn StudioStatus() -> AnyView {
    let ui = Ui::expect();
    let phase = ui.studio(|studio| studio.phase);
    let connection = ui.select(|view| view.connection);
    let status = move || sentence::studio_status(ui.messages(), phase.get(), connection.get());
    view! {
        <p
            class="studio-status"
            role="status"
            data-phase=move || sentence::studio_phase(phase.get())
        >
            {status}
        </p>
    }
    .into_any()
}
