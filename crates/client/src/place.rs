//! The one element of the document that is ours, among whatever others have put there: browser
//! extensions, translators, and proxies that rewrite pages.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

/// An element for the pages, not in the document yet.
pub(crate) fn root() -> Option<HtmlElement> {
    let root = document().create_element("div").ok()?;
    root.set_id(ui::ROOT_ELEMENT_ID);
    root.set_class_name(ui::ROOT_CLASS);
    root.dyn_into().ok()
}

/// Takes the place of what the server rendered, in one step: nobody sees the document without
/// either. The keyboard's focus stays where it was.
pub(crate) fn take(root: &HtmlElement) {
    let Some(old) = rendered() else {
        // Somebody has taken it away.
        if let Some(body) = document().body() {
            // The body takes every element.
            drop(body.prepend_with_node_1(root));
        }
        return;
    };
    let focus = document()
        .active_element()
        .and_then(|focused| path(&old, focused));
    // What has a parent can be replaced, and this was found in the document.
    drop(old.replace_with_with_node_1(root));
    if let Some(element) = focus.and_then(|path| follow(root, &path)) {
        // What cannot have the focus does not get it.
        drop(element.focus());
    }
}

/// The element that the server rendered; by its class, should its id be another one by now.
fn rendered() -> Option<Element> {
    let by_class = || document().query_selector(&format!(".{}", ui::ROOT_CLASS));
    let by_id = document().get_element_by_id(ui::ROOT_ELEMENT_ID);
    by_id.or_else(|| by_class().ok().flatten())
}

/// The way from one element down to another: which child, by its place and kind.
fn path(from: &Element, to: Element) -> Option<Vec<(u32, String)>> {
    let mut steps = Vec::new();
    let mut at = to;
    while at != *from {
        let parent = at.parent_element()?;
        let children = parent.children();
        let index =
            (0..children.length()).find(|index| children.item(*index).as_ref() == Some(&at))?;
        steps.push((index, at.tag_name()));
        at = parent;
    }
    steps.reverse();
    Some(steps)
}

fn follow(root: &HtmlElement, path: &[(u32, String)]) -> Option<HtmlElement> {
    let mut at: Element = root.clone().into();
    for (index, kind) in path {
        at = at.children().item(*index)?;
        if at.tag_name() != *kind {
            return None;
        }
    }
    at.dyn_into().ok()
}
