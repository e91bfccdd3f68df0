//! Which sentence belongs to which state. Pure, and exhaustive over every state there is.

use crate::components::Cause;
use crate::format;
use crate::messages::Messages;
use protocol::NameError;
use session::{Connection, Lock, Stop, StudioPhase, StudioView, Trouble, WatchPhase};

/// What the status of a player depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Watching {
    /// Where watching stands.
    pub(crate) phase: WatchPhase,
    /// The way to the server.
    pub(crate) connection: Connection,
    /// Which connection is lost.
    pub(crate) trouble: Option<Trouble>,
    /// The picture stands still because somebody wanted that.
    pub(crate) paused: bool,
}

/// The status of the watch page and the embedded player.
pub(crate) const fn watch_status(messages: Messages, watching: Watching) -> &'static str {
    let Watching {
        phase,
        connection,
        trouble,
        paused,
    } = watching;
    match (phase, connection) {
        (WatchPhase::InvalidName, _) => messages.invalid_name(),
        (WatchPhase::NotPlayable, _) => messages.not_playable(),
        // Media that move are true, whatever is lost beside them.
        (WatchPhase::Live, _) if paused => messages.paused(),
        (WatchPhase::Live, Connection::Stopped(stop)) => stopped(messages, stop),
        (WatchPhase::Live, _) => messages.live(),
        (_, Connection::Stopped(stop)) => stopped(messages, stop),
        (_, Connection::Unreachable) => messages.not_reached(),
        (WatchPhase::Refused, _) => messages.not_let_in(),
        (WatchPhase::Interrupted | WatchPhase::Starting, Connection::Online)
            if matches!(trouble, Some(Trouble::StreamerAway)) =>
        {
            messages.streamer_away()
        }
        (_, Connection::Reconnecting { .. }) => messages.reconnecting(),
        (WatchPhase::Interrupted, _) => messages.still(),
        (WatchPhase::Connecting | WatchPhase::Starting, _) => messages.connecting(),
        (WatchPhase::Waiting, _) => messages.waiting(),
        (WatchPhase::Full, _) => messages.full(),
        (WatchPhase::Ended, _) => messages.ended(),
        (WatchPhase::Unreachable, _) => messages.unreachable(),
    }
}

/// What is lost while the stream plays on.
pub(crate) const fn beside(messages: Messages, watching: Watching) -> &'static str {
    match (watching.phase, watching.trouble, watching.connection) {
        (WatchPhase::Live, _, Connection::Stopped(_)) => "",
        (WatchPhase::Live, Some(Trouble::StreamerAway), _) => messages.streamer_back_soon(),
        (WatchPhase::Live, Some(Trouble::ServerAway), _)
        | (WatchPhase::Live, _, Connection::Reconnecting { .. } | Connection::Unreachable) => {
            messages.server_away()
        }
        _ => "",
    }
}

/// The status of the studio.
pub(crate) fn studio_status(
    messages: Messages,
    studio: &StudioView,
    connection: Connection,
) -> String {
    let viewers = studio.links_connected;
    let still = match (studio.phase, connection) {
        (_, Connection::Stopped(stop)) => stopped(messages, stop),
        (_, Connection::Unreachable) => messages.not_reached(),
        (StudioPhase::Recovering, _) if studio.trouble == Some(Trouble::ServerAway) => {
            return match viewers {
                0 => messages.server_away_alone().to_owned(),
                viewers => messages.server_away_seen(viewers),
            };
        }
        (StudioPhase::Recovering, _) | (_, Connection::Reconnecting { .. }) => {
            messages.reconnecting()
        }
        (StudioPhase::GoingLive, _) => messages.going_live(),
        (StudioPhase::Live, _) => messages.live(),
        (StudioPhase::Ready, Connection::Connecting) => messages.connecting(),
        (StudioPhase::Ready, Connection::Online) => messages.ready(),
    };
    still.to_owned()
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

/// What keeps the page from the server.
pub(crate) const fn cause(messages: Messages, cause: Cause) -> &'static str {
    match cause {
        Cause::Stopped(stop) => stopped(messages, stop),
        Cause::Unreached => messages.not_reached(),
    }
}

/// Why the page has stopped: another sentence for each reason, because something else helps.
const fn stopped(messages: Messages, stop: Stop) -> &'static str {
    match stop {
        Stop::Elsewhere => messages.stopped(),
        Stop::Misunderstood => messages.misunderstood(),
        Stop::Forbidden => messages.forbidden(),
        Stop::Unauthenticated => messages.unauthenticated(),
    }
}

/// What the button against it says.
pub(crate) const fn remedy(messages: Messages, cause: Cause) -> &'static str {
    match cause {
        Cause::Stopped(Stop::Elsewhere) => messages.connect_here(),
        Cause::Stopped(Stop::Misunderstood) => messages.reload(),
        Cause::Stopped(Stop::Forbidden | Stop::Unauthenticated) => messages.try_again(),
        Cause::Unreached => messages.try_now(),
    }
}

/// How many are there to watch: those who do, and those who cannot yet.
pub(crate) fn audience(
    messages: Messages,
    phase: WatchPhase,
    viewers: usize,
    waiting: usize,
    is_told: bool,
) -> String {
    let is_on = matches!(
        phase,
        WatchPhase::Live | WatchPhase::Interrupted | WatchPhase::Starting | WatchPhase::Full
    );
    match (is_on, waiting) {
        (true, 0) => messages.watching(viewers),
        (true, waiting) => crowd(messages, viewers, waiting),
        (false, 0) => String::new(),
        // Before the server has let this viewer in, the one who waits is somebody else.
        (false, 1) if is_told && phase == WatchPhase::Waiting => messages.first().to_owned(),
        (false, waiting) => messages.waiting_count(waiting),
    }
}

/// Those who watch and those who wait.
pub(crate) fn crowd(messages: Messages, viewers: usize, waiting: usize) -> String {
    let watching = messages.watching(viewers);
    match waiting {
        0 => watching,
        waiting => format!("{watching} · {}", messages.waiting_count(waiting)),
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

/// What is wrong with the channel's name that is typed.
pub(crate) fn name_error(messages: Messages, lock: Option<Lock>) -> Option<String> {
    let Some(Lock::InvalidName(error)) = lock else {
        return None;
    };
    Some(broken_rule(messages, error))
}

/// Which rule a channel's name breaks.
pub(crate) fn broken_rule(messages: Messages, error: NameError) -> String {
    match error {
        NameError::Empty => messages.no_name().to_owned(),
        NameError::TooLong { max } => messages.name_too_long(&[&format::number(max)]),
        NameError::Forbidden(char) => messages.name_forbidden(&[&format::character(char)]),
        NameError::OnlyDots => messages.name_only_dots().to_owned(),
    }
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

    use super::audience as count;

    const ENGLISH: Messages = Messages(Locale::En);

    const LOST: Connection = Connection::Reconnecting {
        retry_in_seconds: 2,
    };

    fn watching(phase: WatchPhase, connection: Connection, trouble: Option<Trouble>) -> Watching {
        Watching {
            phase,
            connection,
            trouble,
            paused: false,
        }
    }

    #[test]
    fn a_lost_socket_is_told_unless_the_connection_would_not_help() {
        let status = |phase| watch_status(ENGLISH, watching(phase, LOST, None));
        assert_eq!(status(WatchPhase::Waiting), ENGLISH.reconnecting());
        assert_eq!(status(WatchPhase::Interrupted), ENGLISH.reconnecting());
        assert_eq!(status(WatchPhase::NotPlayable), ENGLISH.not_playable());
        assert_eq!(status(WatchPhase::InvalidName), ENGLISH.invalid_name());
    }

    #[test]
    fn a_picture_that_moves_is_live_whatever_is_lost_beside_it() {
        let away = Some(Trouble::ServerAway);
        for (connection, trouble, told) in [
            (Connection::Online, None, ""),
            (LOST, away, ENGLISH.server_away()),
            (LOST, None, ENGLISH.server_away()),
            (Connection::Unreachable, away, ENGLISH.server_away()),
            (
                Connection::Online,
                Some(Trouble::StreamerAway),
                ENGLISH.streamer_back_soon(),
            ),
        ] {
            let live = watching(WatchPhase::Live, connection, trouble);
            assert_eq!(watch_status(ENGLISH, live), ENGLISH.live());
            assert_eq!(beside(ENGLISH, live), told);
        }
    }

    #[test]
    fn each_side_is_told_whose_connection_is_lost() {
        let status = |connection, trouble| {
            watch_status(
                ENGLISH,
                watching(WatchPhase::Interrupted, connection, trouble),
            )
        };
        let streamer = status(Connection::Online, Some(Trouble::StreamerAway));
        assert_eq!(streamer, ENGLISH.streamer_away());
        let own = status(LOST, Some(Trouble::ConnectionLost));
        assert_eq!(own, ENGLISH.reconnecting());
        assert_eq!(status(Connection::Online, None), ENGLISH.still());
        let studio = |trouble, links_connected| {
            let studio = StudioView {
                phase: StudioPhase::Recovering,
                trouble,
                links_connected,
                ..StudioView::default()
            };
            studio_status(ENGLISH, &studio, LOST)
        };
        let away = Some(Trouble::ServerAway);
        assert!(studio(away, 1).contains("Your 1 viewer still sees you"));
        assert!(studio(away, 4).contains("Your 4 viewers still see you"));
        assert_eq!(studio(away, 0), ENGLISH.server_away_alone());
        let own = studio(Some(Trouble::ConnectionLost), 4);
        assert_eq!(own, ENGLISH.reconnecting());
    }

    #[test]
    fn a_paused_player_is_not_live() {
        let paused = Watching {
            paused: true,
            ..watching(WatchPhase::Live, Connection::Online, None)
        };
        assert_eq!(watch_status(ENGLISH, paused), "Paused");
    }

    #[test]
    fn every_reason_to_stop_has_its_own_sentence() {
        let stops = [
            Stop::Elsewhere,
            Stop::Forbidden,
            Stop::Misunderstood,
            Stop::Unauthenticated,
        ];
        let told = |m: Messages| stops.map(|stop| stopped(m, stop));
        for messages in [ENGLISH, Messages(Locale::Ko)] {
            let sentences: std::collections::BTreeSet<_> = told(messages).into();
            assert_eq!(sentences.len(), stops.len());
        }
        let reload = remedy(ENGLISH, Cause::Stopped(Stop::Misunderstood));
        assert_eq!(reload, ENGLISH.reload());
    }

    #[test]
    fn those_who_wait_are_not_counted_as_watching() {
        let audience = |phase, viewers, waiting| count(ENGLISH, phase, viewers, waiting, true);
        assert_eq!(audience(WatchPhase::Waiting, 0, 1), "You are the first");
        assert_eq!(audience(WatchPhase::Waiting, 0, 4), "4 waiting");
        assert_eq!(audience(WatchPhase::Ended, 0, 1), "1 waiting");
        assert_eq!(audience(WatchPhase::Live, 8, 0), "8 watching");
        assert_eq!(audience(WatchPhase::Full, 8, 2), "8 watching · 2 waiting");
        let before = count(ENGLISH, WatchPhase::Waiting, 0, 1, false);
        assert_eq!(before, "1 waiting");
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
