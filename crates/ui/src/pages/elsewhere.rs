//! What stands in for a page that another bundle has.

use leptos::leptos_dom::helpers::location;
use leptos::prelude::*;

/// Loads the page anew, and with it the bundle that has it. Links do so by themselves; but the way
/// back through the history of a tab may lead here.
#[component]
pub(crate) fn Elsewhere() -> AnyView {
    Effect::new(|_| {
        // Nothing can be done in a tab that refuses to load its own address.
        drop(location().reload());
    });
    ().into_any()
}
