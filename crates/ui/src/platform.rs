//! What only a browser knows. The server has stand-ins, for it renders the same components.

#[cfg(feature = "ssr")]
pub(crate) use server::*;

#[cfg(not(feature = "ssr"))]
pub(crate) use browser::*;

#[cfg(feature = "ssr")]
mod server {
    use leptos::web_sys::HtmlVideoElement;
    use unicode_segmentation::UnicodeSegmentation as _;

    /// The first character as people count them.
    pub(crate) fn first_grapheme(text: &str) -> String {
        text.graphemes(true).next().unwrap_or_default().to_owned()
    }

    /// Whether a part of the page may fill the screen.
    pub(crate) const fn can_fill_screen() -> bool {
        true
    }

    /// Whether a picture may float above other windows.
    pub(crate) const fn can_float() -> bool {
        true
    }

    /// How many pictures the element has been given; `None` if it does not say.
    pub(crate) const fn frames(_video: &HtmlVideoElement) -> Option<f64> {
        None
    }
}

#[cfg(not(feature = "ssr"))]
mod browser {
    use leptos::prelude::{document, window};
    use leptos::wasm_bindgen::{JsCast, JsValue};
    use leptos::web_sys::HtmlVideoElement;
    use leptos::web_sys::js_sys::{Array, Function, Reflect};

    /// The first character as people count them.
    pub(crate) fn first_grapheme(text: &str) -> String {
        segment(text).unwrap_or_else(|| text.chars().take(1).collect())
    }

    /// Whether a part of the page may fill the screen: not in another site's frame that does not
    /// allow it; on iPhones the picture alone.
    pub(crate) fn can_fill_screen() -> bool {
        let document = document();
        is_true(&document, "fullscreenEnabled")
            || is_true(&document, "webkitFullscreenEnabled")
            || is_of_every_video("webkitEnterFullscreen")
    }

    /// Whether a picture may float above other windows.
    pub(crate) fn can_float() -> bool {
        is_true(&document(), "pictureInPictureEnabled")
            || is_of_every_video("webkitSetPresentationMode")
    }

    /// How many pictures the element has been given; `None` if it does not say.
    pub(crate) fn frames(video: &HtmlVideoElement) -> Option<f64> {
        let quality = call(video, "getVideoPlaybackQuality", &[])?;
        get(&quality, "totalVideoFrames")?.as_f64()
    }

    fn segment(text: &str) -> Option<String> {
        let segmenter: Function = get(&get(&window(), "Intl")?, "Segmenter")?
            .dyn_into()
            .ok()?;
        let segmenter = Reflect::construct(&segmenter, &Array::new()).ok()?;
        let segments = call(&segmenter, "segment", &[text.into()])?;
        let first = call(&segments, "containing", &[0.into()])?;
        get(&first, "segment")?.as_string()
    }

    fn is_of_every_video(name: &str) -> bool {
        let class = get(&window(), "HTMLVideoElement");
        let prototype = class.and_then(|class| get(&class, "prototype"));
        prototype.is_some_and(|it| Reflect::has(&it, &name.into()).unwrap_or_default())
    }

    fn is_true(target: &JsValue, name: &str) -> bool {
        get(target, name).is_some_and(|value| value.is_truthy())
    }

    fn get(target: &JsValue, name: &str) -> Option<JsValue> {
        Reflect::get(target, &name.into()).ok()
    }

    fn call(target: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
        let method: Function = get(target, name)?.dyn_into().ok()?;
        method
            .apply(target, &arguments.iter().collect::<Array>())
            .ok()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::first_grapheme;

    #[test]
    fn a_first_letter_is_what_people_take_for_one() {
        for (text, first) in [
            ("mina", "m"),
            ("한국", "한"),
            ("\u{1112}\u{1161}\u{11ab}국", "\u{1112}\u{1161}\u{11ab}"),
            ("e\u{301}cole", "e\u{301}"),
            ("🇰🇷 news", "🇰🇷"),
            ("👨‍👩‍👧‍👦 home", "👨‍👩‍👧‍👦"),
            ("👍🏽 good", "👍🏽"),
            ("", ""),
        ] {
            assert_eq!(first_grapheme(text), first);
        }
    }
}
