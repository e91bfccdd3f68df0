//! The list of the player's keys.

use crate::handle::Ui;
use leptos::html::Dialog;
use leptos::prelude::*;

/// A dialog with every key and what it does.
#[component]
pub(crate) fn Help(dialog: NodeRef<Dialog>) -> AnyView {
    let ui = Ui::expect();
    view! {
        <dialog class="dialog help" node_ref=dialog aria-labelledby="help-title">
            <h2 id="help-title" inner_html=ui.words(|m| m.shortcuts())></h2>
            <dl class="keys">
                <dt><kbd inner_html=ui.words(|m| m.key_space())></kbd></dt>
                <dd inner_html=ui.words(|m| m.play_or_pause())></dd>
                <dt><kbd>"M"</kbd></dt>
                <dd inner_html=ui.words(|m| m.sound_on_off())></dd>
                <dt><kbd>"↑"</kbd>" "<kbd>"↓"</kbd></dt>
                <dd inner_html=ui.words(|m| m.volume_up_down())></dd>
                <dt><kbd>"F"</kbd></dt>
                <dd inner_html=ui.words(|m| m.fullscreen())></dd>
                <dt><kbd>"P"</kbd></dt>
                <dd inner_html=ui.words(|m| m.float_picture())></dd>
                <dt><kbd>"?"</kbd></dt>
                <dd inner_html=ui.words(|m| m.this_help())></dd>
            </dl>
            <form method="dialog" class="dialog-actions">
                <button class="button" type="submit" inner_html=ui.words(|m| m.close())></button>
            </form>
        </dialog>
    }
    .into_any()
}

/// Shows the dialog in front of everything, unless it is shown already.
pub(super) fn show(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked()
        && !dialog.open()
    {
        // Refused only for a dialog that is not in the document; then there is nothing to show.
        drop(dialog.show_modal());
    }
}
