//! What lasts: local storage, session storage, and two cookies. A browser may refuse each of them;
//! then the product works as for somebody new.

use crate::{js, tab::Tab};
use serde::de::DeserializeOwned;
use session::{Locale, Preferences, Report, Resumption, Theme};
use web_sys::Storage;

const PREFERENCES: &str = "heliograph.preferences";
const RESUMPTION: &str = "heliograph.resumption";
const COOKIE_ATTRIBUTES: &str = "; Path=/; SameSite=Lax; Max-Age=31536000";

/// The storages of this page's origin.
pub(crate) struct Storages(Tab);

impl Storages {
    /// The storages of this tab.
    pub(crate) fn new(tab: &Tab) -> Self {
        Self(tab.clone())
    }

    /// What the storages held when the tab started.
    pub(crate) fn started(&self) -> Report {
        Report::Started {
            preferences: load(self.local(), PREFERENCES).unwrap_or_default(),
            resumption: load(self.session(), RESUMPTION),
        }
    }

    /// Keeps the preferences for the next visit, and tells the server what it renders by.
    pub(crate) fn save_preferences(&self, preferences: &Preferences) {
        if let Ok(json) = serde_json::to_string(preferences) {
            save(self.local(), PREFERENCES, &json);
        }
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

    fn save_cookie(&self, cookie: &str) {
        js::set_cookie(&self.0.document, &[cookie, COOKIE_ATTRIBUTES].concat());
    }

    fn local(&self) -> Option<Storage> {
        self.0.window.local_storage().ok().flatten()
    }

    fn session(&self) -> Option<Storage> {
        self.0.window.session_storage().ok().flatten()
    }
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
