//! The player's keys.

use crate::handle::Ui;
use leptos::ev::{KeyboardEvent, keydown};
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use session::{Intent, WatchView};

/// How much one press of an arrow changes the volume, in percent.
const VOLUME_STEP: u8 = 5;

/// Listens for the player's keys wherever the focus is, unless it is where keys have a meaning of
/// their own. Every other key wakes the controls too.
pub(super) fn listen(ui: Ui, help: NodeRef<Dialog>, wake: impl Fn() + Copy + 'static) {
    let sound = ui.watch(Sound::of);
    Effect::new(move |_| {
        let handle = window_event_listener(keydown, move |event| {
            wake();
            if has_modifier(&event) || is_taken(&event) {
                return;
            }
            let key = key(&event.key(), &event.code(), event.shift_key());
            let does = match key.as_str() {
                "?" => Does::Help,
                key => match intent(key, sound.get_untracked()) {
                    Some(intent) => Does::Send(intent),
                    None => return,
                },
            };
            event.prevent_default();
            // A key that is held goes on changing the volume, and nothing else.
            match does {
                Does::Send(intent @ Intent::SetVolume(_)) => ui.send(intent),
                Does::Send(_) | Does::Help if event.repeat() => {}
                Does::Send(intent) => ui.send(intent),
                Does::Help => super::help::show(help),
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// What a key does.
enum Does {
    Send(Intent),
    Help,
}

/// The key by its letter; by its place on the keyboard where what it writes is not Latin, or is not
/// known because a script is being composed.
fn key(key: &str, code: &str, shift: bool) -> String {
    let is_latin = key.is_ascii() && !matches!(key, "Process" | "Unidentified" | "Dead");
    match (is_latin, code.strip_prefix("Key"), code, shift) {
        (true, ..) => key.to_ascii_lowercase(),
        (false, Some(letter), ..) => letter.to_ascii_lowercase(),
        (false, None, "Slash", true) => "?".to_owned(),
        (false, None, "Space", _) => " ".to_owned(),
        (false, None, ..) => key.to_owned(),
    }
}

/// What the meaning of a key depends on.
#[derive(Clone, Copy, PartialEq)]
struct Sound {
    muted: bool,
    paused: bool,
    volume: u8,
}

impl Sound {
    const fn of(watch: &WatchView) -> Self {
        Self {
            muted: watch.muted,
            paused: watch.paused,
            volume: watch.volume,
        }
    }
}

fn intent(key: &str, sound: Sound) -> Option<Intent> {
    let volume = if sound.muted { 0 } else { sound.volume };
    Some(match key {
        " " | "k" if sound.paused => Intent::Play,
        " " | "k" => Intent::Pause,
        "m" if sound.muted => Intent::Unmute,
        "m" => Intent::Mute,
        "f" => Intent::ToggleFullscreen,
        "p" => Intent::TogglePictureInPicture,
        "arrowup" | "arrowright" => Intent::SetVolume(volume.saturating_add(VOLUME_STEP).min(100)),
        "arrowdown" | "arrowleft" => Intent::SetVolume(volume.saturating_sub(VOLUME_STEP)),
        _ => return None,
    })
}

fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

/// Whether the key belongs to what has the focus: typing into a text, pressing a button with the
/// space bar, moving a slider, reading a dialog.
fn is_taken(event: &KeyboardEvent) -> bool {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return false;
    };
    let within = |selector| matches!(target.closest(selector), Ok(Some(_)));
    within("input, textarea, select, dialog") || event.key() == " " && within("button, a")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAYING: Sound = Sound {
        muted: false,
        paused: false,
        volume: 98,
    };

    #[test]
    fn keys_turn_into_what_they_toggle() {
        assert_eq!(intent(" ", PLAYING), Some(Intent::Pause));
        assert_eq!(
            intent(
                " ",
                Sound {
                    paused: true,
                    ..PLAYING
                }
            ),
            Some(Intent::Play)
        );
        assert_eq!(intent("m", PLAYING), Some(Intent::Mute));
        assert_eq!(
            intent(
                "m",
                Sound {
                    muted: true,
                    ..PLAYING
                }
            ),
            Some(Intent::Unmute)
        );
        assert_eq!(intent("f", PLAYING), Some(Intent::ToggleFullscreen));
        assert_eq!(intent("p", PLAYING), Some(Intent::TogglePictureInPicture));
        assert_eq!(intent("x", PLAYING), None);
    }

    #[test]
    fn a_key_is_known_by_its_place_where_its_letter_is_not_latin() {
        for (letter, code, shift, known) in [
            ("m", "KeyM", false, "m"),
            ("M", "KeyM", true, "m"),
            ("ㅡ", "KeyM", false, "m"),
            ("Process", "KeyF", false, "f"),
            ("ь", "KeyM", false, "m"),
            // On another Latin keyboard the letter counts, wherever it is.
            ("m", "Semicolon", false, "m"),
            ("?", "Slash", true, "?"),
            (",", "Slash", true, ","),
            ("Process", "Slash", true, "?"),
            ("Process", "Space", false, " "),
            ("ArrowUp", "ArrowUp", false, "arrowup"),
            (" ", "Space", false, " "),
        ] {
            assert_eq!(key(letter, code, shift), known, "{letter} {code}");
        }
    }

    #[test]
    fn arrows_change_the_volume_within_its_bounds() {
        assert_eq!(intent("arrowup", PLAYING), Some(Intent::SetVolume(100)));
        assert_eq!(intent("arrowdown", PLAYING), Some(Intent::SetVolume(93)));
        let muted = Sound {
            muted: true,
            ..PLAYING
        };
        assert_eq!(intent("arrowup", muted), Some(Intent::SetVolume(5)));
        assert_eq!(intent("arrowdown", muted), Some(Intent::SetVolume(0)));
    }
}
