//! What the watch page shows.

use super::broadcast::{Broadcast, Place};
use super::player::Shown;
use super::{Channel, Watch};
use crate::context::Context;
use crate::{Trouble, WatchPhase, WatchView};
use protocol::time::Instant;

impl Watch {
    pub(crate) fn view(&self, cx: &Context, now: Instant) -> WatchView {
        let on_air = self.broadcast.on_air();
        let live = on_air.map(|on_air| &on_air.live);
        // Nobody watches what is not on.
        let viewers = on_air.map_or(0, |_| {
            let audience = &self.audience;
            audience.count().saturating_sub(audience.waiting())
        });
        let muted = cx.settings.chosen().muted;
        WatchView {
            channel: self.channel_text().to_owned(),
            phase: self.phase(),
            title: live
                .and_then(|live| live.title.as_ref())
                .map(ToString::to_string),
            host: live.map(|live| live.host.user.name.to_string()),
            media: live.map(|live| live.media).unwrap_or_default(),
            picture: on_air.is_some_and(|on_air| on_air.picture),
            viewers,
            waiting: self.audience.count().saturating_sub(viewers),
            as_of_loading: self.as_of_loading,
            trouble: self.trouble(cx),
            live_for_seconds: on_air.map(|on_air| on_air.clock.seconds(now)),
            muted: self.player.is_muted(muted),
            sound_blocked: self.player.is_blocked(muted),
            volume: cx.settings.volume(),
            paused: self.player.is_paused(),
            fullscreen: self.player.is_fullscreen(),
            picture_in_picture: self.player.is_picture_in_picture(),
            size: self.player.size(),
            stats: match self.player.shown() {
                Shown::Link(link) => self.links.stats(link),
                Shown::Blank | Shown::Last(_) => None,
            },
        }
    }

    /// Which connection is lost, as far as it shows on this side.
    fn trouble(&self, cx: &Context) -> Option<Trouble> {
        if cx.connection.is_lost() {
            return Some(if self.flow.is_moving() {
                Trouble::ServerAway
            } else {
                Trouble::ConnectionLost
            });
        }
        let on_air = self.broadcast.on_air();
        on_air
            .is_some_and(|on_air| on_air.live.host_away)
            .then_some(Trouble::StreamerAway)
    }

    /// Where watching stands: media that move are the best proof, then what the server said.
    pub(super) fn phase(&self) -> WatchPhase {
        let on_air = match (&self.channel, &self.broadcast) {
            (Channel::Invalid(_), _) => return WatchPhase::InvalidName,
            (Channel::Named(_), _) if self.refused && !self.flow.is_moving() => {
                return WatchPhase::Refused;
            }
            (Channel::Named(_), Broadcast::Unknown) => return WatchPhase::Connecting,
            (Channel::Named(_), Broadcast::Off) => return WatchPhase::Waiting,
            (Channel::Named(_), Broadcast::Over) => return WatchPhase::Ended,
            (Channel::Named(_), Broadcast::On(on_air)) => on_air,
        };
        if self.flow.is_moving() {
            return WatchPhase::Live;
        }
        match on_air.place {
            Place::Denied => WatchPhase::Full,
            Place::NotPlayable => WatchPhase::NotPlayable,
            Place::Failing(_) if on_air.is_out_of_reach() => WatchPhase::Unreachable,
            Place::Failing(_) | Place::Given if on_air.seen => WatchPhase::Interrupted,
            Place::Failing(_) | Place::Given => WatchPhase::Starting,
        }
    }
}
