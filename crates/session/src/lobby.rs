//! The list of who is live now: followed, never polled.

use crate::LobbyView;
use crate::connection::Purpose;
use crate::context::Context;
use crate::timer::LiveClock;
use protocol::time::Instant;
use protocol::wire::ReplyData;
use protocol::{Command, ErrorReply, LiveChannel, Lobby as Listing};

/// The machine of the lobby's page.
#[derive(Debug)]
pub(crate) struct Lobby {
    channels: Vec<LiveChannel>,
    told: Instant,
}

impl Lobby {
    pub(crate) const fn new(channels: Vec<LiveChannel>, now: Instant) -> Self {
        Self {
            channels,
            told: now,
        }
    }

    /// Asks for the list and its changes.
    pub(crate) fn enter(&self, cx: &mut Context) {
        cx.request(Command::FollowLobby, Purpose::Follow);
    }

    pub(crate) fn leave(&self, cx: &mut Context) {
        cx.request(Command::UnfollowLobby, Purpose::Notice);
    }

    pub(crate) fn listed(&mut self, listing: &Listing, now: Instant) {
        self.channels = listing.channels.to_vec();
        self.told = now;
    }

    pub(crate) fn replied(&mut self, result: &Result<ReplyData, ErrorReply>, now: Instant) {
        if let Ok(data) = result
            && let Ok(listing) = data.parse::<Listing>()
        {
            self.listed(&listing, now);
        }
    }

    /// Whether seconds pass on the page.
    pub(crate) const fn counts(&self) -> bool {
        !self.channels.is_empty()
    }

    pub(crate) fn view(&self, now: Instant) -> LobbyView {
        let mut channels = self.channels.clone();
        for channel in &mut channels {
            channel.live_for_ms = LiveClock::new(self.told, channel.live_for_ms).millis(now);
        }
        LobbyView { channels }
    }
}
