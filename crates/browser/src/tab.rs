//! The tab that the page runs in.

use web_sys::{Document, Navigator, Window};

/// What everything in a page hangs on.
#[derive(Clone)]
pub(crate) struct Tab {
    pub(crate) window: Window,
    pub(crate) document: Document,
    pub(crate) navigator: Navigator,
}

impl Tab {
    /// The tab, unless this runs outside a page.
    pub(crate) fn current() -> Option<Self> {
        let window = web_sys::window()?;
        Some(Self {
            document: window.document()?,
            navigator: window.navigator(),
            window,
        })
    }
}
