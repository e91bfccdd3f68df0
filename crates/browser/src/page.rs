//! The page itself: whether it is seen, when it goes, and what it asks of the tab.

use crate::error::settle;
use crate::{js, listener::Listener, reporter::Reporter, tab::Tab};
use core::cell::{Cell, RefCell};
use session::Report;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventTarget, HtmlElement, HtmlTextAreaElement, VisibilityState};

/// Listens to the page from its start to its end.
pub(crate) struct PageState {
    tab: Tab,
    reporter: Reporter,
    listeners: RefCell<Vec<Listener>>,
    unload_guard: RefCell<Option<Listener>>,
    screen_lock: Rc<ScreenLock>,
}

impl PageState {
    /// A page that is not watched yet.
    pub(crate) fn new(tab: &Tab, reporter: &Reporter) -> Self {
        Self {
            tab: tab.clone(),
            reporter: reporter.clone(),
            listeners: RefCell::default(),
            unload_guard: RefCell::default(),
            screen_lock: Rc::new(ScreenLock {
                tab: tab.clone(),
                wanted: Cell::new(false),
                held: RefCell::default(),
            }),
        }
    }

    /// Reports from now on when the page is shown, hidden or gone, and when the network changes.
    pub(crate) fn watch(&self) {
        let Tab {
            window,
            document,
            navigator,
        } = &self.tab;
        let lock = Rc::clone(&self.screen_lock);
        let (tab, persisted) = (self.tab.clone(), |event: &Event| js::is_persisted(event));
        let mut listeners = vec![
            self.on(document, "visibilitychange", move |_event| {
                Some(if is_visible(&tab) {
                    // The browser has taken the lock away when the page was hidden.
                    lock.take();
                    Report::PageShown
                } else {
                    Report::PageHidden
                })
            }),
            self.on(window, "pageshow", move |event| {
                persisted(event).then_some(Report::PageShown)
            }),
            self.on(window, "pagehide", move |event| {
                Some(if persisted(event) {
                    Report::PageHidden
                } else {
                    Report::PageGone
                })
            }),
            self.on(window, "online", |_event| Some(Report::NetworkChanged)),
        ];
        if let Some(connection) = js::network_connection(navigator) {
            // The same event comes for every new estimate of speed.
            let kind = RefCell::new(js::text(&connection, "type"));
            let source = connection.clone();
            listeners.push(self.on(&connection, "change", move |_event| {
                let now = js::text(&source, "type");
                (kind.replace(now.clone()) != now).then_some(Report::NetworkChanged)
            }));
        }
        self.listeners.replace(listeners);
    }

    /// Asks before the tab is closed, or no longer.
    pub(crate) fn guard_unload(&self, on: bool) {
        let guard = on.then(|| {
            Listener::new(&self.tab.window, "beforeunload", |event| {
                event.prevent_default();
                js::ask_before_unload(&event);
            })
        });
        self.unload_guard.replace(guard);
    }

    /// Keeps the screen on, or no longer.
    pub(crate) fn keep_awake(&self, on: bool) {
        self.screen_lock.wanted.set(on);
        if on {
            self.screen_lock.take();
        } else {
            self.screen_lock.release();
        }
    }

    /// Puts a text on the clipboard, and reports whether it is there.
    pub(crate) fn copy(&self, text: String) {
        let (tab, reporter) = (self.tab.clone(), self.reporter.clone());
        if !tab.window.is_secure_context() {
            let copied = copy_from_element(&tab, &text);
            return reporter.report(Report::Copied(copied));
        }
        let written = tab.navigator.clipboard().write_text(&text);
        spawn_local(async move {
            let copied = settle(written).await.is_ok() || copy_from_element(&tab, &text);
            reporter.report(Report::Copied(copied));
        });
    }

    fn on(
        &self,
        target: &EventTarget,
        event: &'static str,
        tell: impl Fn(&Event) -> Option<Report> + 'static,
    ) -> Listener {
        let reporter = self.reporter.clone();
        Listener::new(target, event, move |event| {
            if let Some(report) = tell(&event) {
                reporter.report(report);
            }
        })
    }
}

fn is_visible(tab: &Tab) -> bool {
    tab.document.visibility_state() == VisibilityState::Visible
}

/// The way without the clipboard API, which a page has only in a secure context.
fn copy_from_element(tab: &Tab, text: &str) -> bool {
    let Some(body) = tab.document.body() else {
        return false;
    };
    let Some(area) = text_area(tab, text) else {
        return false;
    };
    let focused = tab.document.active_element();
    if body.append_child(&area).is_err() {
        return false;
    }
    area.select();
    let copied = js::copy_selection(&tab.document);
    area.remove();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Where the focus cannot go back to, it stays.
        let _focused = focused.focus();
    }
    copied
}

fn text_area(tab: &Tab, text: &str) -> Option<HtmlTextAreaElement> {
    let area: HtmlTextAreaElement = tab
        .document
        .create_element("textarea")
        .ok()?
        .dyn_into()
        .ok()?;
    area.set_value(text);
    area.set_read_only(true);
    js::set_style(&area, "position:fixed;opacity:0");
    Some(area)
}

/// The Screen Wake Lock, which browsers take away from every hidden page.
struct ScreenLock {
    tab: Tab,
    wanted: Cell<bool>,
    held: RefCell<Option<JsValue>>,
}

impl ScreenLock {
    fn take(self: &Rc<Self>) {
        if !self.wanted.get() || !is_visible(&self.tab) || !js::may_keep_awake(&self.tab.window) {
            return;
        }
        let Some(request) = js::request_wake_lock(&self.tab.navigator) else {
            return;
        };
        let this = Rc::clone(self);
        // Not a task that can be dropped: a lock that nobody takes would be held for ever.
        spawn_local(async move {
            // A phone low on battery refuses; the screen then goes dark as it always does.
            let Ok(lock) = settle(request).await else {
                return;
            };
            // One request may have been overtaken by another, or by the end of the wish.
            let surplus = if this.wanted.get() {
                this.held.replace(Some(lock))
            } else {
                Some(lock)
            };
            if let Some(surplus) = surplus {
                js::release_wake_lock(&surplus);
            }
        });
    }

    fn release(&self) {
        if let Some(lock) = self.held.take() {
            js::release_wake_lock(&lock);
        }
    }
}
