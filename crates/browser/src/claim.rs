//! One tab for one session. A duplicated tab finds the other's session in its copied storage, and
//! would take it away from the tab that was there first.
//!
//! Each tab holds a Web Lock named after its session for as long as it lives. Without Web Locks (no
//! secure context) the copy is noticed by the tab that it takes the session from, as before.

use crate::error::settle;
use crate::{js, tab::Tab, timer::sleep};
use core::cell::RefCell;
use core::time::Duration;
use js_sys::Promise;
use session::Resumption;
use std::rc::Rc;
use wasm_bindgen::{JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;

/// How long the page before a reload may take to let go of its lock.
const LET_GO: Duration = Duration::from_millis(150);

/// Holds the lock of this tab's session.
#[derive(Clone)]
pub(crate) struct Claim {
    tab: Tab,
    held: Rc<RefCell<Option<String>>>,
}

impl Claim {
    /// Nothing is claimed yet.
    pub(crate) fn new(tab: &Tab) -> Self {
        Self {
            tab: tab.clone(),
            held: Rc::default(),
        }
    }

    /// Whether this tab may continue the session: no other tab has it.
    pub(crate) async fn can_resume(&self, resumption: &Resumption) -> bool {
        let name = name(resumption);
        if self.try_to_hold(&name).await {
            return true;
        }
        sleep(&self.tab.window, LET_GO).await;
        self.try_to_hold(&name).await
    }

    /// This tab has this session now.
    pub(crate) fn hold(&self, resumption: &Resumption) {
        let name = name(resumption);
        if self.held.borrow().as_ref() != Some(&name) {
            let this = self.clone();
            spawn_local(async move {
                this.try_to_hold(&name).await;
            });
        }
    }

    /// Whether the lock is this tab's, or there are no locks.
    async fn try_to_hold(&self, name: &str) -> bool {
        let Some(locks) = js::locks(&self.tab.navigator) else {
            return true;
        };
        let mut granted = None;
        let answered = Promise::new(&mut |resolve, _reject| {
            // Called once, with the lock or with null. A lock is held as long as what is returned is
            // pending: until the page goes.
            let on_answer = Closure::once_into_js(move |lock: JsValue| {
                let is_granted = !lock.is_null();
                let _told = resolve.call1(&JsValue::NULL, &is_granted.into());
                if is_granted {
                    Promise::new(&mut |_resolve, _reject| {}).into()
                } else {
                    JsValue::UNDEFINED
                }
            });
            granted = js::request_lock(&locks, name, &on_answer);
        });
        if granted.is_none() {
            return true;
        }
        let is_granted = settle(answered).await.is_ok_and(|it| it.is_truthy());
        if is_granted {
            self.held.replace(Some(name.to_owned()));
        }
        is_granted
    }
}

fn name(resumption: &Resumption) -> String {
    format!("heliograph.session.{}", resumption.resume.session)
}
