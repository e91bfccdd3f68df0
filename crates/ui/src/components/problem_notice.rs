//! What went wrong in the studio, and the one next step.

use super::fields::CHANNEL_ID;
use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use crate::problem::{Notice, Step, notice};
use crate::words::words;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use session::{Intent, Problem};

/// The notice. Its region is always there, so that screen readers hear what comes into it.
#[component]
pub(crate) fn ProblemNotice() -> AnyView {
    let ui = Ui::expect();
    let problem = ui.studio(|studio| studio.problem);
    view! {
        <div class="problem" role="alert">
            {move || problem.get().map(|problem| view! { <Told problem/> })}
        </div>
    }
    .into_any()
}

#[component]
fn Told(problem: Problem) -> AnyView {
    let ui = Ui::expect();
    let Notice {
        sentence,
        action,
        step,
    } = notice(ui.messages(), problem);
    let can_be_closed = step != Step::Send(Intent::DismissProblem);
    let carry_out = move |_| match &step {
        Step::Send(intent) => ui.send(intent.clone()),
        Step::Rename => focus_channel(),
        Step::Reload => super::reload(),
    };
    view! {
        <div class="notice">
            <Draw icon=Icon::Alert/>
            <p inner_html=words(move || sentence)></p>
            <button class="button" type="button" on:click=carry_out>
                <span inner_html=words(move || action)></span>
            </button>
            <Show when=move || can_be_closed>
                <super::IconButton
                    icon=Icon::Close
                    label=ui.text(|m| m.close())
                    press=move |()| ui.send(Intent::DismissProblem)
                />
            </Show>
        </div>
    }
    .into_any()
}

fn focus_channel() {
    let input = document().get_element_by_id(CHANNEL_ID);
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
        // Focusing an element that is in the document cannot fail.
        drop(input.focus());
    }
}
