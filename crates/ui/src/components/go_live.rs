//! The studio's one big button: go live, then end the stream.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::sentence;
use crate::words::words;
use leptos::html::Dialog;
use leptos::prelude::*;
use session::{Intent, StudioPhase};

/// One button for both, so that the keyboard's focus stays where it was.
#[component]
pub(crate) fn GoLive() -> AnyView {
    let ui = Ui::expect();
    let phase = ui.studio(|studio| studio.phase);
    let lock = ui.studio(|studio| studio.lock);
    let is_ready = Memo::new(move |_| phase.get() == StudioPhase::Ready);
    let is_locked = Memo::new(move |_| is_ready.get() && lock.read().is_some());
    let reason = words(move || {
        let lock = is_ready.get().then(|| lock.get()).flatten();
        let reason = lock.and_then(|lock| sentence::lock(ui.messages(), lock));
        reason.unwrap_or_default()
    });
    let label = words(move || match phase.get() {
        StudioPhase::Ready => ui.messages().go_live(),
        StudioPhase::GoingLive => ui.messages().going_live(),
        StudioPhase::Live | StudioPhase::Recovering => ui.messages().end_stream(),
    });
    let dialog = NodeRef::<Dialog>::new();
    let press = move |_| match phase.get() {
        StudioPhase::Ready => ui.send(Intent::GoLive),
        StudioPhase::GoingLive => {}
        StudioPhase::Live | StudioPhase::Recovering => super::help::show(dialog),
    };
    view! {
        <div class="go" data-phase=move || sentence::studio_phase(phase.get())>
            <p class="go-reason" id="go-reason" inner_html=reason></p>
            <button
                class="button go-button"
                type="button"
                disabled=is_locked
                aria-disabled=move || (phase.get() == StudioPhase::GoingLive).then_some("true")
                aria-describedby="go-reason"
                on:click=press
            >
                <Show when=move || is_ready.get()>
                    <Draw icon=Icon::Radio/>
                </Show>
                <span inner_html=label></span>
            </button>
            <ConfirmEnd dialog/>
        </div>
    }
    .into_any()
}

#[component]
fn ConfirmEnd(dialog: NodeRef<Dialog>) -> AnyView {
    let ui = Ui::expect();
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby="end-title"
            aria-describedby="end-detail"
        >
            <h2 id="end-title" inner_html=ui.words(|m| m.end_question())></h2>
            <p id="end-detail" inner_html=ui.words(|m| m.end_detail())></p>
            // The form closes the dialog by itself, whichever of its buttons is pressed.
            <form method="dialog" class="dialog-actions">
                <button class="button" type="submit" autofocus=true>
                    <span inner_html=ui.words(|m| m.keep_streaming())></span>
                </button>
                <button class="button live" type="submit" on:click=ui.on(Intent::EndStream)>
                    <span inner_html=ui.words(|m| m.end_stream())></span>
                </button>
            </form>
        </dialog>
    }
    .into_any()
}
