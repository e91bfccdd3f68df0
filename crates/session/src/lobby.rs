//! The list of who is live now: followed, never polled.

use crate::LobbyView;
use crate::connection::Purpose;
use crate::context::Context;
use crate::timer::LiveClock;
use protocol::time::Instant;
use protocol::wire::ReplyData;
use protocol::{Command, ErrorReply, LiveChannel, Lobby as Listing, LobbyChanged};

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

    /// Some channels are new or shown differently, others are gone.
    pub(crate) fn changed(&mut self, change: LobbyChanged, now: Instant) {
        let mut channels = self.view(now).channels;
        let is_stale = |known: &LiveChannel| {
            let mut new = change.changed.iter().map(|it| &it.channel_name);
            change.gone.contains(&known.channel_name) || new.any(|it| *it == known.channel_name)
        };
        channels.retain(|known| !is_stale(known));
        channels.extend(change.changed);
        channels.sort_by(|a, b| {
            let by_name = || a.channel_name.cmp(&b.channel_name);
            b.viewers.cmp(&a.viewers).then_with(by_name)
        });
        self.channels = channels;
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
    use protocol::{
        ChannelName, Command, Event, LiveChannel, Lobby, LobbyChanged, Media, PeerId, Reply, Role,
    };
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

    #[test]
    fn differences_are_taken_over_and_sorted() {
        let mut tab = Tab::online(Page::Lobby);
        tab.reply(Reply::Lobby(listing(2)));
        let other = |name: &str, viewers| LiveChannel {
            channel_name: ChannelName::parse(name).unwrap(),
            viewers,
            ..listing(0).channels.first().unwrap().clone()
        };
        let changed = |changed, gone| Event::LobbyChanged(LobbyChanged { changed, gone });
        tab.event(changed(vec![other("zoe", 5), other("ann", 2)], Vec::new()));
        assert_eq!(names(&tab), ["zoe", "ann", "mina"]);
        tab.event(changed(
            vec![other("mina", 9)],
            vec![other("zoe", 0).channel_name],
        ));
        assert_eq!(names(&tab), ["mina", "ann"]);
        assert_eq!(viewers(&tab), [9, 2]);
    }

    fn names(tab: &Tab) -> Vec<String> {
        let PageView::Lobby(lobby) = tab.view().page else {
            panic!("not the lobby");
        };
        let names = lobby.channels.iter().map(|it| it.channel_name.to_string());
        names.collect()
    }
}
