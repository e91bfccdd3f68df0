//! What is typed in the studio, and which rule it breaks.

use crate::{Lock, Preferences};
use protocol::time::{Duration, Instant};
use protocol::{ChannelName, NameError, Title};

/// How long after the last key a title counts as typed to its end.
const TYPED: Duration = Duration::from_secs(1);

/// Where a text comes from: what was remembered must not replace what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    Blank,
    Typed(String),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Self::Blank => "",
            Self::Typed(text) => text,
        }
    }

    fn remember(&mut self, text: Option<&String>) {
        if let (Self::Blank, Some(text)) = (&*self, text) {
            *self = Self::Typed(text.clone());
        }
    }
}

/// The machine of the form.
#[derive(Debug)]
pub(crate) struct Form {
    channel: Text,
    title: Text,
    title_due: Option<Instant>,
}

impl Form {
    pub(crate) fn new(channel: Option<&str>) -> Self {
        Self {
            channel: channel.map_or(Text::Blank, |text| Text::Typed(text.to_owned())),
            title: Text::Blank,
            title_due: None,
        }
    }

    pub(crate) fn remember(&mut self, chosen: &Preferences) {
        self.channel.remember(chosen.channel.as_ref());
        self.title.remember(chosen.title.as_ref());
    }

    pub(crate) fn name_channel(&mut self, text: String) {
        self.channel = Text::Typed(text);
    }

    pub(crate) fn name_stream(&mut self, text: String, now: Instant) {
        self.title = Text::Typed(text);
        self.title_due = Some(now + TYPED);
    }

    pub(crate) fn channel_text(&self) -> &str {
        self.channel.as_str()
    }

    pub(crate) fn title_text(&self) -> &str {
        self.title.as_str()
    }

    pub(crate) fn channel(&self) -> Result<ChannelName, NameError> {
        ChannelName::parse(self.channel.as_str())
    }

    /// The title; to have none is no mistake.
    pub(crate) fn title(&self) -> Result<Option<Title>, NameError> {
        match Title::parse(self.title.as_str()) {
            Ok(title) => Ok(Some(title)),
            Err(NameError::Empty) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is wrong with what is typed. A name that is missing is less urgent than one that
    /// breaks a rule, so it is told apart.
    pub(crate) fn mistake(&self) -> Option<Lock> {
        match (self.channel(), self.title()) {
            (Err(error), _) if error != NameError::Empty => Some(Lock::InvalidName(error)),
            (_, Err(error)) => Some(Lock::InvalidTitle(error)),
            (Err(_) | Ok(_), Ok(_)) => None,
        }
    }

    /// The title as it was typed to its end; `None` while it is typed, or breaks a rule.
    pub(crate) fn settled_title(&self) -> Option<Option<Title>> {
        self.title().ok().filter(|_| self.title_due.is_none())
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.title_due.take_if(|due| *due <= now);
    }

    pub(crate) const fn next_timeout(&self) -> Option<Instant> {
        self.title_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_wins_over_what_was_remembered() {
        let mut form = Form::new(Some("mina"));
        form.remember(&Preferences {
            channel: Some("other".to_owned()),
            title: Some("again".to_owned()),
            ..Preferences::default()
        });
        assert_eq!((form.channel_text(), form.title_text()), ("mina", "again"));
    }

    #[test]
    fn an_empty_title_is_no_mistake() {
        let mut form = Form::new(Some("a/b"));
        assert_eq!(form.title(), Ok(None));
        assert_eq!(
            form.mistake(),
            Some(Lock::InvalidName(NameError::Forbidden('/')))
        );
        form.name_channel(String::new());
        assert_eq!(form.mistake(), None);
        form.name_stream("\u{7}".to_owned(), Instant::ORIGIN);
        assert_eq!(
            form.mistake(),
            Some(Lock::InvalidTitle(NameError::Forbidden('\u{7}')))
        );
    }

    #[test]
    fn a_title_is_typed_to_its_end_after_a_second_without_a_key() {
        let mut form = Form::new(None);
        let at = |millis| Instant::ORIGIN + Duration::from_millis(millis);
        form.name_stream("a".to_owned(), at(0));
        form.name_stream("ab".to_owned(), at(900));
        form.handle_timeout(at(1_800));
        assert_eq!(form.settled_title(), None);
        form.handle_timeout(at(1_900));
        assert_eq!(form.settled_title(), Some(Title::parse("ab").ok()));
    }
}
