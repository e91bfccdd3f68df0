//! What the streamer sends, as the streamer sees it; and before that, the invitation to choose.

use crate::handle::Ui;
use crate::icon::{Draw, Icon};
use leptos::prelude::*;
use session::{Intent, Slot, SourceView, StudioPhase, StudioView};

/// The preview. The `<video>` is always there, so that the picture never waits for the page.
#[component]
pub(crate) fn Preview() -> AnyView {
    let ui = Ui::expect();
    let shows = ui.studio(Shows::of);
    let is_camera = ui.studio(|studio| studio.camera.is_on() && !studio.screen.is_on());
    let is_live =
        ui.studio(|studio| matches!(studio.phase, StudioPhase::Live | StudioPhase::Recovering));
    super::mount(ui, Slot::PREVIEW);
    view! {
        <section class="preview" aria-label=ui.text(|m| m.preview())>
            <video
                class="picture"
                data-slot=Slot::PREVIEW.0.to_string()
                data-mirrored=move || is_camera.get().then_some("")
                playsinline=true
                autoplay=true
                prop:muted=true
            ></video>
            <Show when=move || is_live.get()>
                <span class="badge" inner_html=ui.words(|m| m.live())></span>
            </Show>
            {move || match shows.get() {
                Shows::Picture => None,
                Shows::Invitation => Some(view! { <Invitation/> }.into_any()),
                Shows::Question => Some(view! { <Question/> }.into_any()),
                Shows::SoundOnly => Some(view! { <SoundOnly/> }.into_any()),
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Invitation() -> AnyView {
    let ui = Ui::expect();
    let can_share = ui.studio(|studio| studio.can_share_screen);
    view! {
        <div class="preview-over">
            <h2 inner_html=ui.words(|m| m.choose_source())></h2>
            <p inner_html=ui.words(|m| m.preview_empty())></p>
            <div class="preview-choices">
                <button
                    class="button primary"
                    type="button"
                    on:click=ui.on(Intent::UseCameraAndMicrophone)
                >
                    <Draw icon=Icon::Camera/>
                    <span inner_html=ui.words(|m| m.use_both())></span>
                </button>
                <button class="button" type="button" on:click=ui.on(Intent::UseMicrophone(None))>
                    <Draw icon=Icon::Microphone/>
                    <span inner_html=ui.words(|m| m.use_microphone_only())></span>
                </button>
                <Show when=move || can_share.get()>
                    <button class="button" type="button" on:click=ui.on(Intent::ShareScreen)>
                        <Draw icon=Icon::Screen/>
                        <span inner_html=ui.words(|m| m.share_screen())></span>
                    </button>
                </Show>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Question() -> AnyView {
    let ui = Ui::expect();
    view! {
        <div class="preview-over">
            <Draw icon=Icon::Loader/>
            <p inner_html=ui.words(|m| m.asking())></p>
        </div>
    }
    .into_any()
}

#[component]
fn SoundOnly() -> AnyView {
    let ui = Ui::expect();
    view! {
        <div class="preview-over">
            <Draw icon=Icon::Microphone/>
            <p inner_html=ui.words(|m| m.sound_only())></p>
        </div>
    }
    .into_any()
}

/// What lies in the preview's frame.
#[derive(Clone, Copy, PartialEq)]
enum Shows {
    Picture,
    SoundOnly,
    Question,
    Invitation,
}

impl Shows {
    fn of(studio: &StudioView) -> Self {
        let sources = [&studio.camera, &studio.screen, &studio.microphone];
        if studio.camera.is_on() || studio.screen.is_on() {
            Self::Picture
        } else if sources.contains(&&SourceView::Starting) {
            Self::Question
        } else if studio.microphone.is_on() {
            Self::SoundOnly
        } else {
            Self::Invitation
        }
    }
}

/// Whether nothing has been chosen, so that the preview's invitation stands for the sources.
pub(super) fn is_invitation(studio: &StudioView) -> bool {
    Shows::of(studio) == Shows::Invitation
}
