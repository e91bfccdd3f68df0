//! What lasts: local storage, session storage, and two cookies. A browser may refuse each of them;
//! then the product works as for somebody new.

use crate::entropy::host_key;
use crate::{js, listener::Listener, reporter::Reporter, tab::Tab};
use core::cell::RefCell;
use js_sys::{JSON, Object, Reflect};
use serde::de::DeserializeOwned;
use session::{Locale, Preferences, Report, Resumption, Theme};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

const PREFERENCES: &str = "heliograph.preferences";
const RESUMPTION: &str = "heliograph.resumption";
const COOKIE_ATTRIBUTES: &str = "; Path=/; SameSite=Lax; Max-Age=31536000";

/// The storages of this page's origin.
pub(crate) struct Storages {
    tab: Tab,
    /// The preferences as this tab stored or found them last. Only what differs from them is stored,
    /// for other tabs store their own.
    known: RefCell<JsValue>,
    _changed: Listener,
}

impl Storages {
    /// The storages of this tab. What other tabs store is reported.
    pub(crate) fn new(tab: &Tab, reporter: &Reporter) -> Self {
        let (window, reporter) = (tab.window.clone(), reporter.clone());
        let changed = Listener::new(&tab.window, "storage", move |event| {
            if js::text(&event, "key").is_some_and(|key| key == PREFERENCES) {
                let storage = window.local_storage().ok().flatten();
                if let Some(stored) = load(storage, PREFERENCES) {
                    reporter.report(Report::PreferencesChanged(stored));
                }
            }
        });
        Self {
            tab: tab.clone(),
            known: RefCell::new(JsValue::NULL),
            _changed: changed,
        }
    }

    /// What the storages held when the tab started. Whoever may stream has a key from the first visit
    /// on, so that all tabs of a browser have the same.
    pub(crate) fn started(&self, resumption: Option<Resumption>) -> Report {
        let mut preferences: Box<Preferences> = load(self.local(), PREFERENCES).unwrap_or_default();
        self.known.replace(to_object(&preferences));
        if cfg!(feature = "studio") && preferences.host_key.is_none() {
            preferences.host_key = host_key(&self.tab);
            self.store_preferences(&preferences);
        }
        Report::Started {
            preferences,
            resumption,
        }
    }

    /// What the page before a reload left.
    pub(crate) fn resumption(&self) -> Option<Resumption> {
        load(self.session(), RESUMPTION)
    }

    /// Keeps the preferences for the next visit, and tells the server what it renders by.
    pub(crate) fn save_preferences(&self, preferences: &Preferences) {
        self.store_preferences(preferences);
        match preferences.locale {
            Some(Locale::En) => self.save_cookie("locale=en"),
            Some(Locale::Ko) => self.save_cookie("locale=ko"),
            None => {}
        }
        self.save_cookie(match preferences.theme {
            Theme::System => "theme=system",
            Theme::Light => "theme=light",
            Theme::Dark => "theme=dark",
        });
    }

    /// Keeps for a reload, or no longer, what takes the session over.
    pub(crate) fn save_resumption(&self, resumption: Option<&Resumption>) {
        match resumption.map(serde_json::to_string) {
            Some(Ok(json)) => save(self.session(), RESUMPTION, &json),
            Some(Err(_)) => {}
            None => {
                if let Some(storage) = self.session() {
                    // What cannot be removed cannot have been stored.
                    let _removed = storage.remove_item(RESUMPTION);
                }
            }
        }
    }

    /// Stores each member that differs from what was known, and leaves the others to other tabs.
    fn store_preferences(&self, preferences: &Preferences) {
        let new = to_object(preferences);
        let known = self.known.replace(new.clone());
        let stored = self
            .local()
            .and_then(|storage| storage.get_item(PREFERENCES).ok().flatten())
            .and_then(|json| JSON::parse(&json).ok())
            .filter(JsValue::is_object)
            .unwrap_or_else(|| Object::new().into());
        for name in Object::keys(new.unchecked_ref::<Object>()).iter() {
            let member = |of: &JsValue| {
                let value = Reflect::get(of, &name).unwrap_or(JsValue::NULL);
                JSON::stringify(&value)
                    .ok()
                    .and_then(|text| text.as_string())
            };
            if member(&new) != member(&known)
                && let Ok(value) = Reflect::get(&new, &name)
            {
                let _set = Reflect::set(&stored, &name, &value);
            }
        }
        if let Some(json) = JSON::stringify(&stored)
            .ok()
            .and_then(|text| text.as_string())
        {
            save(self.local(), PREFERENCES, &json);
        }
    }

    fn save_cookie(&self, cookie: &str) {
        js::set_cookie(&self.tab.document, &[cookie, COOKIE_ATTRIBUTES].concat());
    }

    fn local(&self) -> Option<Storage> {
        self.tab.window.local_storage().ok().flatten()
    }

    fn session(&self) -> Option<Storage> {
        self.tab.window.session_storage().ok().flatten()
    }
}

/// The preferences as a JavaScript object, member by member.
fn to_object(preferences: &Preferences) -> JsValue {
    serde_json::to_string(preferences)
        .ok()
        .and_then(|json| JSON::parse(&json).ok())
        .unwrap_or(JsValue::NULL)
}

/// `None` also for what another version wrote and this one cannot read.
fn load<T: DeserializeOwned>(storage: Option<Storage>, key: &str) -> Option<T> {
    let json = storage?.get_item(key).ok()??;
    serde_json::from_str(&json).ok()
}

fn save(storage: Option<Storage>, key: &str, json: &str) {
    if let Some(storage) = storage {
        // A full or forbidden storage keeps nothing.
        let _saved = storage.set_item(key, json);
    }
}
