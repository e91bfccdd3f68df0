//! Text that stays true in a page that others rewrite.
//!
//! A browser's translation puts elements of its own in the place of text nodes. A text node that is
//! remembered is then not the one that is shown, and what is written into it is not seen. So text that
//! can change is always the whole content of an element, and set through the element.

use leptos::prelude::*;

/// A text as the content of an element: `inner_html=words(move || …)`.
pub(crate) fn words<T: AsRef<str>>(text: impl Fn() -> T + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(move || escaped(text().as_ref()))
}

/// Text as HTML writes it between tags.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_begin_an_element() {
        assert_eq!(escaped("a <b> & c"), "a &lt;b&gt; &amp; c");
    }
}
