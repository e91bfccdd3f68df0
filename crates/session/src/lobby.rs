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
    /// The list is older than the way to the server.
    as_of_loading: bool,
}

impl Lobby {
    pub(crate) const fn new(channels: Vec<LiveChannel>, now: Instant) -> Self {
        Self {
            channels,
            told: now,
            as_of_loading: true,
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
        self.as_of_loading = false;
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
        LobbyView {
            channels,
            as_of_loading: self.as_of_loading,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::harness::{Out, Tab, channel, outs, peer};
    use crate::{Intent, Page, PageView};
    use protocol::{Command, Event, LiveChannel, Lobby, Media, PeerId, Reply, Role};
    use std::sync::Arc;

    fn listing(viewers: usize) -> Lobby {
        let listed = LiveChannel {
            channel_name: channel(),
            user: peer(PeerId::from_bits(1), Role::Host).user,
            title: None,
            media: Media::default(),
            viewers,
            live_for_ms: 0,
        };
        Lobby {
            channels: Arc::new([listed]),
        }
    }

    fn viewers(tab: &Tab) -> Vec<usize> {
        let page = tab.view().page;
        let PageView::Lobby(lobby) = page else {
            panic!("not the lobby but {page:?}");
        };
        lobby
            .channels
            .iter()
            .map(|channel| channel.viewers)
            .collect()
    }

    #[test]
    fn the_list_is_followed_until_the_page_is_left() {
        let mut tab = Tab::online(Page::Lobby);
        assert_eq!(tab.reply(Reply::Lobby(listing(1))), []);
        assert_eq!(viewers(&tab), [1]);
        assert_eq!(tab.event(Event::Lobby(listing(2))), []);
        assert_eq!(viewers(&tab), [2]);
        let out = outs(tab.intent(Intent::OpenPage(Page::Other)));
        assert_eq!(out, [Out::Asked(Command::UnfollowLobby)]);
    }
}
