//! Which sentence belongs to which state. Pure, and exhaustive over every state there is.

use crate::format;
use crate::messages::Messages;
use protocol::NameError;
use session::{Connection, Lock, Stop, StudioPhase, Trouble, WatchPhase};

/// The status of the watch page and the embedded player.
pub(crate) const fn watch_status(
    messages: Messages,
    phase: WatchPhase,
    connection: Connection,
    trouble: Option<Trouble>,
) -> &'static str {
    match (phase, connection) {
        (WatchPhase::InvalidName, _) => messages.invalid_name(),
        (WatchPhase::NotPlayable, _) => messages.not_playable(),
        (_, Connection::Stopped(stop)) => stopped(messages, stop),
        (_, Connection::Unreachable) => messages.not_reached(),
        (WatchPhase::Refused, _) => messages.not_let_in(),
        (WatchPhase::Live | WatchPhase::Interrupted | WatchPhase::Starting, Connection::Online)
            if matches!(trouble, Some(Trouble::StreamerAway)) =>
        {
            messages.streamer_away()
        }
        (WatchPhase::Live, _) if matches!(trouble, Some(Trouble::ServerAway)) => {
            messages.server_away()
        }
        (_, Connection::Reconnecting { .. }) | (WatchPhase::Interrupted, _) => {
            messages.reconnecting()
        }
        (WatchPhase::Connecting | WatchPhase::Starting, _) => messages.connecting(),
        (WatchPhase::Waiting, _) => messages.waiting(),
        (WatchPhase::Live, _) => messages.live(),
        (WatchPhase::Full, _) => messages.full(),
        (WatchPhase::Ended, _) => messages.ended(),
        (WatchPhase::Unreachable, _) => messages.unreachable(),
    }
}

/// The status of the studio.
pub(crate) const fn studio_status(
    messages: Messages,
    phase: StudioPhase,
    connection: Connection,
) -> &'static str {
    match (phase, connection) {
        (_, Connection::Stopped(stop)) => stopped(messages, stop),
        (_, Connection::Unreachable) => messages.not_reached(),
        (StudioPhase::Recovering, _) | (_, Connection::Reconnecting { .. }) => {
            messages.reconnecting()
        }
        (StudioPhase::GoingLive, _) => messages.going_live(),
        (StudioPhase::Live, _) => messages.live(),
        (StudioPhase::Ready, Connection::Connecting) => messages.connecting(),
        (StudioPhase::Ready, Connection::Online) => messages.ready(),
    }
}

/// The status of the lobby.
pub(crate) const fn lobby_status(messages: Messages, connection: Connection) -> &'static str {
    match connection {
        Connection::Connecting => messages.connecting(),
        Connection::Online => messages.connected(),
        Connection::Reconnecting { .. } => messages.reconnecting(),
        Connection::Unreachable => messages.not_reached(),
        Connection::Stopped(stop) => stopped(messages, stop),
    }
}

/// Why the page has stopped.
pub(crate) const fn stopped(messages: Messages, stop: Stop) -> &'static str {
    match stop {
        Stop::Elsewhere => messages.stopped(),
        Stop::Misunderstood => messages.misunderstood(),
        Stop::Forbidden | Stop::Unauthenticated => messages.forbidden(),
    }
}

/// What is in the way of going live, where it is not about one of the texts.
pub(crate) const fn lock(messages: Messages, lock: Lock) -> Option<&'static str> {
    match lock {
        Lock::NoSource => Some(messages.no_source()),
        Lock::SourceStarting => Some(messages.source_starting()),
        Lock::NoName => Some(messages.no_name()),
        Lock::Offline => Some(messages.offline()),
        Lock::InvalidName(_) | Lock::InvalidTitle(_) => None,
    }
}

/// What is wrong with the channel's name.
pub(crate) fn name_error(messages: Messages, lock: Option<Lock>) -> Option<String> {
    let Some(Lock::InvalidName(error)) = lock else {
        return None;
    };
    Some(match error {
        NameError::Empty => messages.no_name().to_owned(),
        NameError::TooLong { max } => messages.name_too_long(&[&format::number(max)]),
        NameError::Forbidden(char) => messages.name_forbidden(&[&format::character(char)]),
        NameError::OnlyDots => messages.name_only_dots().to_owned(),
    })
}

/// What is wrong with the title.
pub(crate) fn title_error(messages: Messages, lock: Option<Lock>) -> Option<String> {
    let Some(Lock::InvalidTitle(error)) = lock else {
        return None;
    };
    Some(match error {
        NameError::TooLong { max } => messages.title_too_long(&[&format::number(max)]),
        NameError::Forbidden(char) => messages.title_forbidden(&[&format::character(char)]),
        NameError::Empty | NameError::OnlyDots => messages.title_hint().to_owned(),
    })
}

/// A watch phase as `data-phase` names it.
pub(crate) const fn watch_phase(phase: WatchPhase) -> &'static str {
    match phase {
        WatchPhase::Connecting => "connecting",
        WatchPhase::Waiting => "waiting",
        WatchPhase::Starting => "starting",
        WatchPhase::Live => "live",
        WatchPhase::Interrupted => "interrupted",
        WatchPhase::Full => "full",
        WatchPhase::Ended => "ended",
        WatchPhase::NotPlayable => "not-playable",
        WatchPhase::Unreachable => "unreachable",
        WatchPhase::InvalidName => "invalid-name",
        WatchPhase::Refused => "refused",
    }
}

/// A studio phase as `data-phase` names it.
pub(crate) const fn studio_phase(phase: StudioPhase) -> &'static str {
    match phase {
        StudioPhase::Ready => "ready",
        StudioPhase::GoingLive => "going-live",
        StudioPhase::Live => "live",
        StudioPhase::Recovering => "recovering",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::Locale;

    const ENGLISH: Messages = Messages(Locale::En);

    #[test]
    fn a_lost_socket_is_told_unless_the_connection_would_not_help() {
        let lost = Connection::Reconnecting {
            retry_in_seconds: 2,
        };
        let status = |phase| watch_status(ENGLISH, phase, lost, None);
        assert_eq!(status(WatchPhase::Live), ENGLISH.reconnecting());
        assert_eq!(status(WatchPhase::Waiting), ENGLISH.reconnecting());
        assert_eq!(status(WatchPhase::NotPlayable), ENGLISH.not_playable());
        assert_eq!(status(WatchPhase::InvalidName), ENGLISH.invalid_name());
    }

    #[test]
    fn a_broken_name_is_told_with_the_rule_it_breaks() {
        let told = |error| name_error(ENGLISH, Some(Lock::InvalidName(error)));
        assert_eq!(
            told(NameError::Forbidden('/')).as_deref(),
            Some("A channel name cannot contain “/”.")
        );
        assert_eq!(
            told(NameError::TooLong { max: 64 }).as_deref(),
            Some("A channel name has at most 64 characters.")
        );
        assert_eq!(name_error(ENGLISH, Some(Lock::NoSource)), None);
        assert_eq!(lock(ENGLISH, Lock::InvalidName(NameError::OnlyDots)), None);
    }
}
