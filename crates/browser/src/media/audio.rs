//! The page's one audio context: mixing and measuring share it, for a phone gives a page only few.

use crate::{error::let_go, js, tab::Tab};
use core::cell::RefCell;
use web_sys::{AudioContext, AudioContextState};

/// Makes the context when it is first needed, and again after it was closed.
pub(super) struct Audio {
    tab: Tab,
    context: RefCell<Option<AudioContext>>,
}

impl Audio {
    pub(super) fn new(tab: &Tab) -> Self {
        Self {
            tab: tab.clone(),
            context: RefCell::default(),
        }
    }

    /// The context, running or about to. `None` before the person's first gesture: a context made
    /// earlier would stand still, and the browser would complain.
    pub(super) fn context(&self) -> Option<AudioContext> {
        if !js::has_been_active(&self.tab.navigator) {
            return None;
        }
        let mut slot = self.context.borrow_mut();
        if slot.is_none() {
            *slot = AudioContext::new().ok();
        }
        let context = slot.as_ref()?;
        // Suspended; or `interrupted`, which only iOS has: by a call, or by another program.
        let stands_still = !matches!(
            context.state(),
            AudioContextState::Running | AudioContextState::Closed
        );
        if stands_still && let Ok(resumed) = context.resume() {
            let_go(resumed);
        }
        Some(context.clone())
    }

    /// Gives the sound device back.
    pub(super) fn close(&self) {
        if let Some(closed) = self.context.take().and_then(|context| context.close().ok()) {
            let_go(closed);
        }
    }
}
