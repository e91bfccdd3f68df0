//! Where a stream starts: source, name, go.

use crate::components::{
    Fields, GoLive, LevelMeter, Preview, ProblemNotice, ShareLink, Sources, Stopped, StudioHealth,
    StudioStatus, Viewers,
};
use crate::handle::Ui;
use crate::sentence;
use leptos::prelude::*;
use session::Page;

/// Left what is sent and under which name, right what becomes of it.
#[component]
pub(crate) fn Studio() -> AnyView {
    let ui = Ui::expect();
    super::open_channel(ui, Page::Studio);
    let phase = ui.studio(|studio| studio.phase);
    let is_starting = ui.is_starting();
    view! {
        <div class="studio" data-phase=move || sentence::studio_phase(phase.get())>
            <h1 class="unseen" inner_html=ui.words(|m| m.studio())></h1>
            // One attribute disables everything below until the client has taken over.
            <fieldset class="studio-send" disabled=is_starting>
                <Stopped/>
                <Preview/>
                <ProblemNotice/>
                <div class="studio-inputs">
                    <Sources/>
                    <LevelMeter/>
                </div>
                <div class="studio-name">
                    <Fields/>
                    <GoLive/>
                </div>
            </fieldset>
            <aside class="studio-side" aria-label=ui.text(|m| m.health())>
                <StudioStatus/>
                <StudioHealth/>
                <ShareLink/>
                <Viewers/>
            </aside>
        </div>
    }
    .into_any()
}
