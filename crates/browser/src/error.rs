//! The border where what JavaScript throws becomes a value of ours.

use js_sys::{Error, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What the browser threw, or rejected a promise with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BrowserError {
    /// The name that specifications give it: `NotAllowedError`.
    pub(crate) name: String,
    /// What the browser says to developers.
    pub(crate) message: String,
}

impl BrowserError {
    /// The refusal of what this browser does not have.
    pub(crate) fn unsupported() -> Self {
        Self {
            name: "NotSupportedError".to_owned(),
            message: String::new(),
        }
    }
}

impl From<JsValue> for BrowserError {
    fn from(thrown: JsValue) -> Self {
        // A DOMException is no instance of Error in every realm, but has the same two members.
        let error: &Error = thrown.unchecked_ref();
        if !thrown.is_object() {
            return Self::default();
        }
        Self {
            name: error.name().into(),
            message: error.message().into(),
        }
    }
}

/// Waits for a promise.
pub(crate) async fn settle(promise: Promise) -> Result<JsValue, BrowserError> {
    JsFuture::from(promise).await.map_err(Into::into)
}

/// Lets a promise go its way: its outcome shows elsewhere, or not at all. Without this the browser
/// would report a rejection as unhandled.
pub(crate) fn let_go(promise: Promise) {
    spawn_local(async move {
        let _outcome = settle(promise).await;
    });
}
