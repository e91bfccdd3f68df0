//! Who watches.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::prelude::*;

/// The count, and the names as far as they are known.
#[component]
pub(crate) fn Viewers() -> AnyView {
    let ui = Ui::expect();
    let count = ui.studio(|studio| studio.viewer_count);
    let viewers = ui.studio(|studio| studio.viewers.clone());
    let more = Memo::new(move |_| count.get().saturating_sub(viewers.read().len()));
    view! {
        <section class="viewers" aria-labelledby="viewers-title">
            <div class="viewers-head">
                <h2 id="viewers-title">{ui.text(|m| m.viewers())}</h2>
                <p class="viewers-count" data-viewers=count aria-live="polite">
                    <Draw icon=Icon::User/>
                    {move || ui.messages().watching(count.get())}
                </p>
            </div>
            <Show
                when=move || { count.get() > 0 }
                fallback=move || {
                    view! {
                        <p class="hint">
                            {ui.text(|m| m.no_viewers())} " " {ui.text(|m| m.invite())}
                        </p>
                    }
                }
            >
                <ul class="names">
                    <For
                        each=move || viewers.get()
                        key=|viewer| (viewer.peer, viewer.user.name.clone())
                        let(viewer)
                    >
                        <li>{viewer.user.name.to_string()}</li>
                    </For>
                </ul>
                <p class="hint">
                    {move || (more.get() > 0).then(|| ui.messages().more_viewers(more.get()))}
                </p>
            </Show>
        </section>
    }
    .into_any()
}
