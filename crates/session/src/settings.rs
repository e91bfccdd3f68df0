//! What the person has chosen, and what the browser remembers of it.

use crate::random::Random;
use crate::{Effect, Locale, Preferences, Seed, Theme, names};
use protocol::machine::Outbox;
use protocol::{ChannelName, HostKey, NameError, User, UserName};

/// The preferences of this browser, and what stands in for those that were never chosen.
#[derive(Debug)]
pub(crate) struct Settings {
    chosen: Preferences,
    storage: Storage,
    locale: Locale,
    theme: Theme,
    guest_number: u32,
}

/// Whether the browser's storage has been read. What is chosen earlier must not overwrite it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Storage {
    Unread,
    Read,
}

impl Settings {
    pub(crate) fn new(seed: &Seed, random: &mut Random) -> Self {
        Self {
            chosen: Preferences {
                theme: seed.theme,
                ..Preferences::default()
            },
            storage: Storage::Unread,
            locale: seed.locale,
            theme: seed.theme,
            guest_number: names::guest_number(random),
        }
    }

    /// The storage has been read. The language and colours that were chosen win over what the
    /// server guessed.
    pub(crate) fn load(&mut self, stored: Preferences) {
        self.storage = Storage::Read;
        self.locale = stored.locale.unwrap_or(self.locale);
        if stored.theme != Theme::System {
            self.theme = stored.theme;
        }
        self.chosen = Preferences {
            theme: self.theme,
            ..stored
        };
    }

    /// Whether the storage has been read.
    pub(crate) fn is_loaded(&self) -> bool {
        self.storage == Storage::Read
    }

    /// What has been chosen.
    pub(crate) const fn chosen(&self) -> &Preferences {
        &self.chosen
    }

    /// Changes what is chosen, and stores it if it differs.
    pub(crate) fn choose(
        &mut self,
        effects: &mut Outbox<Effect>,
        change: impl FnOnce(&mut Preferences),
    ) {
        let before = self.chosen.clone();
        change(&mut self.chosen);
        self.locale = self.chosen.locale.unwrap_or(self.locale);
        self.theme = self.chosen.theme;
        if self.is_loaded() && self.chosen != before {
            effects.push(Effect::SavePreferences(Box::new(self.chosen.clone())));
        }
    }

    /// Chooses a language. Whether others see this user under another name now, for a guest is
    /// called in a language.
    pub(crate) fn choose_locale(&mut self, locale: Locale, effects: &mut Outbox<Effect>) -> bool {
        let before = self.viewer();
        self.choose(effects, |chosen| chosen.locale = Some(locale));
        self.viewer() != before
    }

    /// Chooses a display name; an empty one makes a guest again, one that breaks a rule changes
    /// nothing. Whether others see this user under another name now.
    pub(crate) fn rename(&mut self, text: &str, effects: &mut Outbox<Effect>) -> bool {
        let name = match UserName::parse(text) {
            Ok(name) => Some(name),
            Err(NameError::Empty) => None,
            Err(_) => return false,
        };
        let changed = self.chosen.name != name;
        self.choose(effects, |chosen| chosen.name = name);
        changed
    }

    pub(crate) const fn locale(&self) -> Locale {
        self.locale
    }

    pub(crate) const fn theme(&self) -> Theme {
        self.theme
    }

    /// 0 to 100 percent.
    pub(crate) fn volume(&self) -> u8 {
        self.chosen.volume.unwrap_or(100).min(100)
    }

    /// The name to show on the pages; empty while it may still change under the reader's eyes.
    pub(crate) fn shown_name(&self) -> String {
        match self.storage {
            Storage::Unread => String::new(),
            Storage::Read => self.viewer().name.to_string(),
        }
    }

    /// This person as a viewer.
    pub(crate) fn viewer(&self) -> User {
        let name = self.chosen.name.clone();
        User {
            name: name.unwrap_or_else(|| names::guest(self.locale, self.guest_number)),
        }
    }

    /// This person as the host of a channel.
    pub(crate) fn host(&self, channel: &ChannelName) -> User {
        let name = self.chosen.name.clone();
        User {
            name: name.unwrap_or_else(|| UserName::from(channel)),
        }
    }

    /// The key of this browser's streams. A browser that cannot make one has none.
    pub(crate) fn host_key(&self) -> Option<HostKey> {
        self.chosen.host_key.clone()
    }

    /// Another tab has changed what this browser remembers. How loud it is stays each tab's own.
    pub(crate) fn merge(&mut self, stored: Preferences) {
        self.chosen = Preferences {
            volume: self.chosen.volume,
            muted: self.chosen.muted,
            host_key: stored.host_key.or_else(|| self.chosen.host_key.take()),
            ..stored
        };
        self.locale = self.chosen.locale.unwrap_or(self.locale);
        self.theme = self.chosen.theme;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> (Settings, Outbox<Effect>) {
        let settings = Settings::new(&Seed::default(), &mut Random::new(1));
        (settings, Outbox::new())
    }

    #[test]
    fn nothing_is_stored_before_the_storage_was_read() {
        let (mut settings, mut effects) = settings();
        settings.choose(&mut effects, |chosen| chosen.volume = Some(3));
        assert_eq!(effects.poll(), None);
        assert_eq!(settings.shown_name(), "");
    }

    #[test]
    fn only_a_change_is_stored() {
        let (mut settings, mut effects) = settings();
        settings.load(Preferences::default());
        settings.choose(&mut effects, |chosen| chosen.muted = false);
        assert_eq!(effects.poll(), None);
        settings.choose(&mut effects, |chosen| chosen.muted = true);
        let expected = Preferences {
            muted: true,
            ..Preferences::default()
        };
        assert_eq!(
            effects.poll(),
            Some(Effect::SavePreferences(Box::new(expected)))
        );
        assert_eq!(effects.poll(), None);
    }

    #[test]
    fn another_tabs_choices_are_taken_over_but_not_how_loud_it_is() {
        let (mut settings, mut effects) = settings();
        settings.load(Preferences::default());
        settings.choose(&mut effects, |chosen| chosen.volume = Some(30));
        settings.merge(Preferences {
            name: UserName::parse("Jun").ok(),
            host_key: HostKey::parse("theirs").ok(),
            volume: Some(80),
            muted: true,
            ..Preferences::default()
        });
        assert_eq!(settings.viewer().name.as_str(), "Jun");
        assert_eq!(settings.host_key(), HostKey::parse("theirs").ok());
        assert_eq!((settings.volume(), settings.chosen().muted), (30, false));
        settings.merge(Preferences::default());
        assert!(settings.host_key().is_some(), "a key is not lost");
    }

    #[test]
    fn a_host_without_a_name_is_called_like_the_channel() {
        let (settings, _) = settings();
        let channel = ChannelName::parse("mina").unwrap();
        assert_eq!(settings.host(&channel).name.as_str(), "mina");
    }
}
