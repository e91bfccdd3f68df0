//! Who watches.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::sentence;
use crate::words::words;
use leptos::prelude::*;

/// The count, and the names as far as they are known.
#[component]
pub(crate) fn Viewers() -> AnyView {
    let ui = Ui::expect();
    let count = ui.studio(|studio| studio.viewer_count);
    let viewers = ui.studio(|studio| studio.viewers.clone());
    let waiting = ui.studio(|studio| studio.waiting);
    let crowd = words(move || {
        let viewers = count.get().saturating_sub(waiting.get());
        sentence::crowd(ui.messages(), viewers, waiting.get())
    });
    let nobody = words(move || {
        let m = ui.messages();
        format!("{} {}", m.no_viewers(), m.invite())
    });
    let more = Memo::new(move |_| count.get().saturating_sub(viewers.read().len()));
    let unnamed = words(move || match more.get() {
        0 => String::new(),
        more => ui.messages().more_viewers(more),
    });
    view! {
        <section class="viewers" aria-labelledby="viewers-title">
            <div class="viewers-head">
                <h2 id="viewers-title" inner_html=ui.words(|m| m.viewers())></h2>
                <p class="viewers-count" data-viewers=count aria-live="polite">
                    <Draw icon=Icon::User/>
                    <span inner_html=crowd></span>
                </p>
            </div>
            <Show
                when=move || { count.get() > 0 }
                fallback=move || {
                    view! {
                        <p class="hint" inner_html=nobody></p>
                    }
                }
            >
                <ul class="names">
                    <For
                        each=move || viewers.get()
                        key=|viewer| (viewer.peer, viewer.user.name.clone())
                        let(viewer)
                    >
                        <li translate="no">{viewer.user.name.to_string()}</li>
                    </For>
                </ul>
                <p class="hint" inner_html=unnamed></p>
            </Show>
        </section>
    }
    .into_any()
}
