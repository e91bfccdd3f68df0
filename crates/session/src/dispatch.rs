//! Which machine an intent concerns. An intent of a page that is not open any more concerns nobody.

use crate::Intent;
use crate::context::Context;
use crate::page::OpenPage;
use crate::shell::Shell;
use crate::studio::Studio;
use crate::watch::Watch;
use crate::{PlayEffect, Slot};

/// Passes an intent on.
pub(crate) fn intent(intent: Intent, page: &mut OpenPage, shell: &Shell, cx: &mut Context) {
    match intent {
        Intent::OpenPage(to) => page.turn(to, cx),
        Intent::MountSlot(slot) => page.mount(slot, cx),
        Intent::UnmountSlot(slot) => page.unmount(slot),
        Intent::ChooseLocale(locale) => {
            if cx.settings.choose_locale(locale, &mut cx.effects) {
                page.renamed(cx);
            }
        }
        Intent::ChooseTheme(theme) => {
            let settings = &mut cx.settings;
            settings.choose(&mut cx.effects, |chosen| chosen.theme = theme);
        }
        Intent::NameUser(text) => {
            if cx.settings.rename(&text, &mut cx.effects) {
                page.renamed(cx);
            }
        }
        Intent::Reconnect => {
            cx.connection.reconnect(cx.now, &mut cx.effects);
            on_watch(page, |watch| watch.hurry(cx));
        }
        Intent::CopyLink => shell.copy(page.link(&cx.origin), cx),

        Intent::NameChannel(text) => on_studio(page, |studio| studio.name_channel(text)),
        Intent::NameStream(text) => on_studio(page, |studio| studio.name_stream(text, cx.now)),
        Intent::UseCameraAndMicrophone => on_studio(page, |studio| studio.use_both(cx)),
        Intent::UseCamera(device) => on_studio(page, |studio| studio.use_camera(device, cx)),
        Intent::StopCamera => on_studio(page, Studio::stop_camera),
        Intent::UseMicrophone(device) => {
            on_studio(page, |studio| studio.use_microphone(device, cx));
        }
        Intent::StopMicrophone => on_studio(page, Studio::stop_microphone),
        Intent::ShareScreen => on_studio(page, |studio| studio.share_screen(cx)),
        Intent::StopScreen => on_studio(page, Studio::stop_screen),
        Intent::MuteMicrophone => on_studio(page, Studio::mute),
        Intent::UnmuteMicrophone => on_studio(page, Studio::unmute),
        Intent::GoLive => on_studio(page, |studio| studio.go_live(cx)),
        Intent::TakeBack => on_studio(page, |studio| studio.take_back(cx)),
        Intent::EndStream => on_studio(page, |studio| studio.end_stream(cx)),
        Intent::DismissProblem => on_studio(page, Studio::dismiss_problem),

        Intent::Mute => on_watch(page, |watch| watch.player().mute(cx)),
        Intent::Unmute => on_watch(page, |watch| watch.player().unmute(cx)),
        Intent::SetVolume(volume) => on_watch(page, |watch| watch.player().set_volume(volume, cx)),
        Intent::Play => on_watch(page, |watch| watch.resume(cx)),
        Intent::Pause => on_watch(page, |watch| watch.player().pause(cx)),
        Intent::ToggleFullscreen => on_watch(page, |watch| {
            let effect = PlayEffect::ToggleFullscreen(Slot::PICTURE);
            watch.player().toggle(effect, cx);
        }),
        Intent::TogglePictureInPicture => on_watch(page, |watch| {
            let effect = PlayEffect::TogglePictureInPicture(Slot::PICTURE);
            watch.player().toggle(effect, cx);
        }),
    }
}

fn on_studio(page: &mut OpenPage, act: impl FnOnce(&mut Studio)) {
    if let Some(studio) = page.studio() {
        act(studio);
    }
}

fn on_watch(page: &mut OpenPage, act: impl FnOnce(&mut Watch)) {
    if let Some(watch) = page.watch() {
        act(watch);
    }
}
