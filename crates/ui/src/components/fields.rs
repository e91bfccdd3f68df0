//! What the channel and the stream are called.

use crate::handle::Ui;
use crate::sentence;
use crate::words::words;
use leptos::prelude::*;
use protocol::limits::{MAX_CHANNEL_NAME_CHARS, MAX_TITLE_CHARS};
use session::{Intent, StudioPhase};

/// The id of the channel's text box, for what wants to put the cursor there.
pub(super) const CHANNEL_ID: &str = "channel";

/// The two text boxes. The channel stays what it is while the stream is on.
#[component]
pub(crate) fn Fields() -> AnyView {
    let ui = Ui::expect();
    let channel = ui.studio(|studio| studio.channel.clone());
    let title = ui.studio(|studio| studio.title.clone());
    let lock = ui.studio(|studio| studio.lock);
    let is_fixed = ui.studio(|studio| studio.phase != StudioPhase::Ready);
    let channel_error = Signal::derive(move || sentence::name_error(ui.messages(), lock.get()));
    let title_error = Signal::derive(move || sentence::title_error(ui.messages(), lock.get()));
    view! {
        <div class="fields" role="group" aria-label=ui.text(|m| m.about_stream())>
            <div class="field">
                <label for=CHANNEL_ID inner_html=ui.words(|m| m.channel())></label>
                <input
                    id=CHANNEL_ID
                    type="text"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    enterkeyhint="next"
                    maxlength=slack(MAX_CHANNEL_NAME_CHARS)
                    aria-describedby="channel-hint"
                    aria-invalid=move || channel_error.read().is_some().then_some("true")
                    readonly=is_fixed
                    value=channel.get_untracked()
                    prop:value=channel
                    on:input=move |event| ui.send(Intent::NameChannel(event_target_value(&event)))
                />
                <Hint id="channel-hint" error=channel_error hint=ui.text(|m| m.channel_hint())/>
            </div>
            <div class="field">
                <label for="title" inner_html=ui.words(|m| m.title())></label>
                <input
                    id="title"
                    type="text"
                    autocomplete="off"
                    enterkeyhint="done"
                    maxlength=slack(MAX_TITLE_CHARS)
                    aria-describedby="title-hint"
                    aria-invalid=move || title_error.read().is_some().then_some("true")
                    value=title.get_untracked()
                    prop:value=title
                    on:input=move |event| ui.send(Intent::NameStream(event_target_value(&event)))
                />
                <Hint id="title-hint" error=title_error hint=ui.text(|m| m.title_hint())/>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Hint(id: &'static str, error: Signal<Option<String>>, hint: Signal<&'static str>) -> AnyView {
    let text = words(move || error.get().unwrap_or_else(|| hint.get().to_owned()));
    view! {
        <p
            class="hint"
            id=id
            data-error=move || error.read().is_some().then_some("")
            inner_html=text
        ></p>
    }
    .into_any()
}

/// A little more than the limit, so that a text that is too long is explained instead of cut off.
fn slack(max: usize) -> String {
    (max * 2).to_string()
}
