//! Watching a channel: being in it, the links that bring its stream, and the picture they make.

mod audience;
mod broadcast;
mod flow;
mod picture;
mod player;
#[cfg(test)]
mod tests;
mod view;

use crate::connection::{Arrival, Purpose};
use crate::context::Context;
use crate::link::{Link, Step};
use crate::links::{Links, Opening};
use crate::timer::{Due, Reason, earliest};
use crate::{LinkReport, PlayReport, Seed, Slot, WatchPhase};
use audience::Audience;
use broadcast::{Broadcast, Place};
use flow::Flow;
use picture::SILENT;
use player::{Player, Shown};
use protocol::time::{Duration, Instant};
use protocol::wire::ReplyData;
use protocol::{
    ChannelName, Command, Direction, ErrorCode, ErrorReply, Event, JoinStream, Joined, LinkId,
    LinkOpened, PeerSummary, Role, UpdateUser, path,
};

/// How long to wait after a join was refused without advice.
const JOIN_AGAIN: Duration = Duration::from_secs(5);

/// What the URL names.
#[derive(Debug)]
enum Channel {
    Invalid(String),
    Named(ChannelName),
}

/// Whether this tab is in the channel. What the server says before it has answered the join is
/// about the channel before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Inside,
    Joining,
    Outside,
    Refused { until: Instant },
}

/// The machine of the watch page and the embedded player.
#[derive(Debug)]
pub(crate) struct Watch {
    channel: Channel,
    entry: Entry,
    /// The last join was refused without advice to try again.
    refused: bool,
    broadcast: Broadcast,
    audience: Audience,
    /// What is known is older than the way to the server.
    as_of_loading: bool,
    links: Links,
    player: Player,
    flow: Flow,
}

impl Watch {
    /// A page that the browser opened by itself: nothing is known yet.
    pub(crate) fn new(text: &str) -> Self {
        Self {
            channel: match ChannelName::parse(text) {
                Ok(name) => Channel::Named(name),
                Err(_) => Channel::Invalid(text.to_owned()),
            },
            entry: Entry::Outside,
            refused: false,
            broadcast: Broadcast::Unknown,
            audience: Audience::told(0, 0),
            as_of_loading: true,
            links: Links::default(),
            player: Player::new(),
            flow: Flow::default(),
        }
    }

    /// A page that the server rendered.
    pub(crate) fn rendered(text: &str, seed: &Seed, now: Instant) -> Self {
        Self {
            broadcast: Broadcast::of(seed.live.clone(), now),
            audience: Audience::told(seed.viewers, 0),
            ..Self::new(text)
        }
    }

    /// Whether this is the page of that name already.
    pub(crate) fn is_of(&self, text: &str) -> bool {
        self.channel_text() == text.trim()
    }

    pub(crate) fn enter(&mut self, cx: &mut Context) {
        self.join(Vec::new(), cx);
    }

    pub(crate) fn leave(&mut self, cx: &mut Context) {
        if matches!(self.entry, Entry::Inside | Entry::Joining) {
            cx.request(Command::LeaveStream, Purpose::Notice);
        }
        self.entry = Entry::Outside;
        self.links.close_all(cx);
        self.player.clear(cx);
    }

    /// The tab goes away for good.
    pub(crate) fn gone(&self, cx: &mut Context) {
        if matches!(self.entry, Entry::Inside | Entry::Joining) {
            cx.request(Command::LeaveStream, Purpose::Notice);
        }
    }

    /// Signals pass again.
    pub(crate) fn arrived(&mut self, arrival: Arrival, cx: &mut Context) {
        self.flow.spare(cx.now);
        match arrival {
            Arrival::First(_) => self.join(Vec::new(), cx),
            Arrival::Fresh => {
                let keep = self.links.keep_carrying(cx);
                if let Some(on_air) = self.broadcast.on_air_mut() {
                    on_air.confirmed = keep.is_empty();
                }
                self.settle_picture(cx);
                self.join(keep, cx);
            }
            Arrival::Snapshot => {
                let (keep, entry) = (self.links.keep_all(), self.entry);
                self.join(keep, cx);
                if entry == Entry::Inside {
                    self.entry = entry;
                }
            }
            Arrival::Replayed => self.links.came_online(cx),
        }
    }

    /// The server wants no more of this tab, so its links will go as well.
    pub(crate) fn stopped(&mut self, cx: &mut Context) {
        self.entry = Entry::Outside;
        self.links.close_all(cx);
        self.player.clear(cx);
        self.flow = Flow::Dry;
        self.broadcast = Broadcast::Unknown;
    }

    /// The video element, for what the viewer does with it.
    pub(crate) const fn player(&mut self) -> &mut Player {
        &mut self.player
    }

    /// The viewer wants the picture to go on.
    pub(crate) fn resume(&mut self, cx: &mut Context) {
        self.flow.excuse(cx.now);
        self.player.resume(cx);
    }

    pub(crate) fn mount(&mut self, slot: Slot, cx: &mut Context) {
        if slot == Slot::PICTURE {
            self.player.mount(cx);
        }
    }

    pub(crate) fn unmount(&mut self, slot: Slot) {
        if slot == Slot::PICTURE {
            self.player.unmount();
        }
    }

    /// Others see this user under another name now.
    pub(crate) fn renamed(&self, cx: &mut Context) {
        if matches!(self.entry, Entry::Inside | Entry::Joining) {
            let user = cx.settings.viewer();
            cx.request(Command::UpdateUser(UpdateUser { user }), Purpose::Notice);
        }
    }

    pub(crate) fn network_changed(&mut self, cx: &mut Context) {
        self.links.network_changed(cx);
    }

    /// The page can be seen again: the browser may have stopped decoding meanwhile.
    pub(crate) fn shown(&mut self, cx: &mut Context) {
        self.flow.excuse(cx.now);
        self.player.wake(cx);
    }

    pub(crate) fn handle_play_report(&mut self, slot: Slot, report: PlayReport, now: Instant) {
        if slot == Slot::PICTURE {
            if self.player.is_paused() {
                self.flow.excuse(now);
            }
            self.player.handle_report(report);
        }
    }

    pub(crate) fn handle_link_report(&mut self, id: LinkId, report: LinkReport, cx: &mut Context) {
        if let Some(news) = self.links.handle_report(id, report, cx) {
            self.link_news(id, news, cx);
        }
    }

    pub(crate) fn replied(
        &mut self,
        purpose: Purpose,
        result: &Result<ReplyData, ErrorReply>,
        cx: &mut Context,
    ) {
        match (purpose, result) {
            (Purpose::Join, Ok(data)) => match data.parse::<Joined>() {
                Ok(joined) => self.joined(joined, cx),
                Err(_) => self.refuse(None, cx),
            },
            (Purpose::Join, Err(error)) if error.code == ErrorCode::InvalidName => {
                self.channel = Channel::Invalid(self.channel_text().to_owned());
                self.entry = Entry::Outside;
            }
            (Purpose::Join, Err(error)) => {
                self.refuse(error.retry_after_ms.map(Duration::from_millis), cx);
            }
            (Purpose::Link(id), Err(error)) if error.code == ErrorCode::StaleLink => {
                self.close(id, cx);
            }
            (Purpose::Follow | Purpose::Link(_) | Purpose::Notice, _) => {}
        }
    }

    pub(crate) fn handle_event(&mut self, event: Event, cx: &mut Context) {
        if self.entry != Entry::Inside {
            return;
        }
        match event {
            Event::AllStreamUsers(data) => self.audience.listed(&data.users),
            Event::Audience(data) => self.audience.counted(data.count, data.waiting),
            Event::LinkClosed(data) => self.close(data.link, cx),
            Event::LinkOpened(data) => self.open(&data, cx),
            Event::ReceiveAnswer(data) | Event::ReceiveOffer(data) => self.links.receive(&data, cx),
            Event::ReceiveCandidate(data) => self.links.receive_candidates(data, cx),
            Event::ReceiveRestartIce(data) => self.links.wished(data.link, cx),
            Event::StreamEnded(_) => self.off_air(cx),
            Event::StreamFull(_) => {
                if let Some(on_air) = self.broadcast.on_air_mut() {
                    on_air.place = Place::Denied;
                }
            }
            Event::StreamStarted(live) => self.started(live, cx),
            Event::StreamUpdated(update) => {
                let before = self.sends();
                self.broadcast.updated(update);
                self.flow.excuse(cx.now);
                self.look(before, cx);
            }
            Event::UserJoinedStream(user) => self.audience.joined(&user),
            Event::UserLeftStream(data) => self.audience.left(data.peer),
            Event::UserUpdated(user) => self.user_updated(user),
            Event::Lobby(_) | Event::LobbyChanged(_) | Event::Ping | Event::Unknown => {}
        }
    }

    pub(crate) fn handle_timeout(&mut self, cx: &mut Context) {
        if let Entry::Refused { until } = self.entry
            && until <= cx.now
        {
            self.join_again(cx);
        }
        self.look_at_flow(cx);
        for (id, news) in self.links.handle_timeout(cx) {
            self.link_news(id, news, cx);
        }
    }

    pub(crate) fn next_timeout(&self, cx: &Context) -> Due {
        let join = match self.entry {
            Entry::Refused { until } => Some((until, Reason::Join)),
            Entry::Inside | Entry::Joining | Entry::Outside => None,
        };
        let stall = match self.is_watched(cx) {
            true => self.flow.next_timeout().map(|at| (at, Reason::Stall)),
            false => None,
        };
        let links = self.links.next_timeout(cx.connection.is_online());
        earliest([join, stall, links])
    }

    /// The person does not want to wait until the refused join is tried again.
    pub(crate) fn hurry(&mut self, cx: &mut Context) {
        if matches!(self.entry, Entry::Refused { .. }) {
            self.join_again(cx);
        }
    }

    fn join_again(&mut self, cx: &mut Context) {
        let keep = self.links.keep_all();
        self.join(keep, cx);
    }

    /// Whether seconds pass on the page.
    pub(crate) const fn counts(&self) -> bool {
        self.broadcast.on_air().is_some()
    }

    /// Whether somebody looks at a picture that moves.
    pub(crate) fn is_playing(&self) -> bool {
        self.phase() == WatchPhase::Live && !self.player.is_paused()
    }

    pub(crate) fn link(&self, origin: &str) -> Option<String> {
        match &self.channel {
            Channel::Named(name) => Some(format!("{origin}{}", path::watch(name))),
            Channel::Invalid(_) => None,
        }
    }

    fn channel_text(&self) -> &str {
        match &self.channel {
            Channel::Invalid(text) => text,
            Channel::Named(name) => name.as_str(),
        }
    }

    /// Whether a picture that stands still would be a fault that somebody sees.
    fn is_watched(&self, cx: &Context) -> bool {
        self.sends() != SILENT && cx.visible && !self.player.is_paused()
    }

    /// Whether media move on the link that is shown, and what follows if they do not.
    fn look_at_flow(&mut self, cx: &mut Context) {
        let Shown::Link(id) = self.player.shown() else {
            return;
        };
        let connected = self.links.get(id).is_some_and(Link::is_connected);
        if !self.is_watched(cx) {
            self.flow.excuse(cx.now);
        }
        if connected {
            self.flow.connected(cx.now);
        }
        if !connected || !cx.connection.is_online() {
            self.flow.spare(cx.now);
        }
        let was_moving = self.flow.is_moving();
        let step = self.flow.handle_timeout(cx.now);
        if was_moving && !self.flow.is_moving() {
            // It may be this side that is cut off: then the server does not answer either.
            cx.connection.doubt(cx.now, &mut cx.effects);
        }
        match step {
            Step::Keep | Step::Tell(_) => {}
            Step::Restart => self.links.renew(id, cx),
            Step::GiveUp(_) => {
                if let Some(news) = self.links.give_up(id, cx) {
                    self.link_news(id, news, cx);
                }
            }
        }
    }

    fn join(&mut self, keep: Vec<LinkId>, cx: &mut Context) {
        let Channel::Named(name) = &self.channel else {
            return;
        };
        self.entry = Entry::Joining;
        let join = JoinStream {
            keep,
            ..JoinStream::new(name.clone(), cx.settings.viewer(), Role::Viewer)
        };
        cx.request(Command::JoinStream(join), Purpose::Join);
    }

    fn refuse(&mut self, advice: Option<Duration>, cx: &Context) {
        self.refused = advice.is_none();
        self.entry = Entry::Refused {
            until: cx.now + advice.unwrap_or(JOIN_AGAIN),
        };
    }

    fn joined(&mut self, joined: Joined, cx: &mut Context) {
        self.entry = Entry::Inside;
        self.refused = false;
        self.channel = Channel::Named(joined.channel_name);
        self.as_of_loading = false;
        self.audience = Audience::told(joined.viewers, joined.waiting);
        self.links.limit_keeping(cx);
        match joined.live {
            Some(live) => self.started(live, cx),
            // The server has restarted and its host is not back yet, but media still flow.
            None if self.is_unconfirmed() && self.links.keeps_media() => {}
            None => self.off_air(cx),
        }
    }

    /// Media are the only proof that the stream is on.
    fn is_unconfirmed(&self) -> bool {
        let on_air = self.broadcast.on_air();
        on_air.is_some_and(|on_air| !on_air.confirmed)
    }

    fn off_air(&mut self, cx: &mut Context) {
        self.broadcast.stopped();
        self.links.close_all(cx);
        self.flow = Flow::Dry;
        self.player.clear(cx);
    }

    fn user_updated(&mut self, user: PeerSummary) {
        if let Some(on_air) = self.broadcast.on_air_mut()
            && on_air.live.host.peer == user.peer
        {
            on_air.live.host = user;
        }
    }

    fn open(&mut self, opened: &LinkOpened, cx: &mut Context) {
        if self.links.open(opened, cx) == Opening::Refused {
            return;
        }
        if let Some(on_air) = self.broadcast.on_air_mut() {
            on_air.admitted();
        }
        let shows_an_open_link = matches!(self.player.shown(), Shown::Link(_));
        if opened.direction == Direction::Receive && !shows_an_open_link {
            self.show(opened.link, cx);
        }
    }

    fn close(&mut self, id: LinkId, cx: &mut Context) {
        if self.links.close(id, cx) {
            self.settle_picture(cx);
        }
    }
}
