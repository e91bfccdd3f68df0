//! Timers and tasks that end with their owner.

use core::cell::Cell;
use core::time::Duration;
use futures_util::future::{AbortHandle, abortable};
use js_sys::Promise;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::Window;

/// The longest span that `setTimeout` takes; beyond it, it fires at once.
const MAX_DELAY: Duration = Duration::from_millis(0x7fff_ffff);

/// An alarm that can be set again and again, and is silent once dropped.
pub(crate) struct Timer {
    window: Window,
    closure: Closure<dyn FnMut()>,
    pending: Cell<Option<i32>>,
}

impl Timer {
    /// A timer that calls `on_time` whenever its delay is over.
    pub(crate) fn new(window: &Window, on_time: impl FnMut() + 'static) -> Self {
        Self {
            window: window.clone(),
            closure: Closure::new(on_time),
            pending: Cell::new(None),
        }
    }

    /// Fires once after `delay`, and not at the time set before.
    pub(crate) fn set(&self, delay: Duration) {
        self.clear();
        let handler = self.closure.as_ref().unchecked_ref();
        let id = self
            .window
            .set_timeout_with_callback_and_timeout_and_arguments_0(handler, millis(delay));
        self.pending.set(id.ok());
    }

    /// Does not fire at the time set before.
    pub(crate) fn clear(&self) {
        if let Some(id) = self.pending.take() {
            self.window.clear_timeout_with_handle(id);
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Work that waits for the browser, and ends with its owner wherever it waits.
pub(crate) struct Task(AbortHandle);

impl Task {
    /// Starts the work.
    pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) -> Self {
        let (work, handle) = abortable(work);
        spawn_local(async move {
            let _finished_or_not = work.await;
        });
        Self(handle)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Waits inside a task.
pub(crate) async fn sleep(window: &Window, delay: Duration) {
    let over = Promise::new(&mut |resolve, _reject| {
        let _id =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis(delay));
    });
    let _outcome = crate::error::settle(over).await;
}

/// Rounded up, so that a timer never fires before its time and has to be set again.
fn millis(delay: Duration) -> i32 {
    let millis = delay.min(MAX_DELAY).as_micros().div_ceil(1000);
    i32::try_from(millis).unwrap_or(i32::MAX)
}
