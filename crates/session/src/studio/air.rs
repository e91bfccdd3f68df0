//! Being on the air: the host's place in the channel, the links that carry the stream, and who
//! watches it.

use super::viewers::Viewers;
use crate::connection::{Arrival, Purpose};
use crate::context::Context;
use crate::links::Links;
use crate::timer::{Due, LiveClock, Reason, earliest};
use crate::{LinkReport, Problem, StudioPhase};
use protocol::time::{Duration, Instant};
use protocol::wire::ReplyData;
use protocol::{
    ChannelName, Command, ErrorCode, ErrorReply, Event, JoinStream, Joined, LinkId, Media, Role,
    Title, UpdateStream, UpdateUser,
};

/// How long to wait after the server refused to take a stream back without advice.
const JOIN_AGAIN: Duration = Duration::from_secs(2);

/// What the server is told about the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Programme {
    pub(crate) title: Option<Title>,
    pub(crate) media: Media,
}

/// Where going live stands.
#[derive(Debug, Default)]
enum State {
    /// Nothing is sent.
    #[default]
    Off,
    /// The server has been asked.
    Asking { channel: ChannelName, told: Media },
    /// The stream is on.
    On(Show),
}

/// A stream that is on.
#[derive(Debug)]
struct Show {
    channel: ChannelName,
    clock: LiveClock,
    seat: Seat,
    /// What the server was told is sent.
    told: Media,
}

/// Whether the server knows of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seat {
    /// It does.
    Taken,
    /// It has forgotten it and was asked to take it back.
    Asked,
    /// It has refused, and is to be asked again then.
    Refused { until: Instant },
}

/// The machine of a studio's stream.
#[derive(Debug, Default)]
pub(crate) struct Air {
    state: State,
    links: Links,
    viewers: Viewers,
}

impl Air {
    /// The channel that the server was told, while there is one.
    pub(crate) const fn channel(&self) -> Option<&ChannelName> {
        match &self.state {
            State::Off => None,
            State::Asking { channel, .. } => Some(channel),
            State::On(show) => Some(&show.channel),
        }
    }

    pub(crate) const fn is_off(&self) -> bool {
        matches!(self.state, State::Off)
    }

    pub(crate) const fn is_on(&self) -> bool {
        matches!(self.state, State::On(_))
    }

    pub(crate) const fn links(&self) -> &Links {
        &self.links
    }

    pub(crate) const fn viewers(&self) -> &Viewers {
        &self.viewers
    }

    pub(crate) fn seconds(&self, now: Instant) -> u64 {
        self.show().map_or(0, |show| show.clock.seconds(now))
    }

    pub(crate) fn phase(&self, online: bool) -> StudioPhase {
        match &self.state {
            State::Off => StudioPhase::Ready,
            State::Asking { .. } => StudioPhase::GoingLive,
            State::On(show) if online && show.seat == Seat::Taken => StudioPhase::Live,
            State::On(_) => StudioPhase::Recovering,
        }
    }

    /// Asks for the host's place in a channel.
    pub(crate) fn start(&mut self, channel: ChannelName, programme: Programme, cx: &mut Context) {
        let told = programme.media;
        self.state = State::Asking { channel, told };
        self.join(programme, Vec::new(), cx);
    }

    /// Leaves the channel, if the server was ever asked for it.
    pub(crate) fn end(&mut self, cx: &mut Context) {
        if !self.is_off() {
            // The reply to a join that is given up must not answer the next one.
            cx.connection.disown_requests();
            cx.request(Command::LeaveStream, Purpose::Notice);
            self.go_off(cx);
        }
    }

    /// Nothing is sent any more, and the server knows.
    pub(crate) fn go_off(&mut self, cx: &mut Context) {
        self.state = State::Off;
        self.links.close_all(cx);
        self.viewers.clear();
    }

    /// Signals pass again.
    pub(crate) fn arrived(&mut self, arrival: Arrival, programme: Programme, cx: &mut Context) {
        match arrival {
            Arrival::First(_) | Arrival::Fresh => {
                let keep = self.links.keep_carrying(cx);
                self.join(programme, keep, cx);
            }
            Arrival::Snapshot => {
                let keep = self.links.keep_all();
                self.join(programme, keep, cx);
            }
            Arrival::Replayed => self.links.came_online(cx),
        }
    }

    /// What is sent has changed.
    pub(crate) fn tell_media(&mut self, media: Media, cx: &mut Context) {
        if let State::On(show) = &mut self.state
            && show.told != media
        {
            show.told = media;
            self.update(None, Some(media), cx);
        }
    }

    /// The stream is called otherwise now.
    pub(crate) fn tell_title(&self, title: Title, cx: &mut Context) {
        if self.is_on() {
            self.update(Some(title), None, cx);
        }
    }

    /// The host is called otherwise now.
    pub(crate) fn tell_user(&self, cx: &mut Context) {
        if let Some(channel) = self.channel() {
            let user = cx.settings.host(channel);
            cx.request(Command::UpdateUser(UpdateUser { user }), Purpose::Notice);
        }
    }

    pub(crate) fn network_changed(&mut self, cx: &mut Context) {
        self.links.network_changed(cx);
    }

    /// What the shell saw of a link. A link that fails is closed by the server, and no page waits
    /// for what a sending link carries, so there is nobody to tell.
    pub(crate) fn handle_link_report(&mut self, id: LinkId, report: LinkReport, cx: &mut Context) {
        self.links.handle_report(id, report, cx);
    }

    /// Returns what the person has to be told.
    pub(crate) fn replied(
        &mut self,
        purpose: Purpose,
        result: &Result<ReplyData, ErrorReply>,
        cx: &mut Context,
    ) -> Option<Problem> {
        match (purpose, result) {
            (Purpose::Join, Ok(data)) => match data.parse::<Joined>() {
                Ok(joined) => self.seated(joined, cx),
                Err(_) => return self.refused(ErrorCode::Internal, JOIN_AGAIN, cx),
            },
            (Purpose::Join, Err(error)) => {
                let pause = error.retry_after_ms.map(Duration::from_millis);
                return self.refused(error.code, pause.unwrap_or(JOIN_AGAIN), cx);
            }
            (Purpose::Link(id), Err(error)) if error.code == ErrorCode::StaleLink => {
                self.links.close(id, cx);
            }
            (Purpose::Follow | Purpose::Link(_) | Purpose::Notice, _) => {}
        }
        None
    }

    /// What the server says before it has answered the join is about an earlier stream.
    pub(crate) fn handle_event(&mut self, event: Event, cx: &mut Context) {
        if self.show().is_none_or(|show| show.seat != Seat::Taken) {
            return;
        }
        match event {
            Event::AllStreamUsers(data) => self.viewers.listed(data.users),
            Event::LinkClosed(data) => {
                self.links.close(data.link, cx);
            }
            Event::LinkOpened(data) => {
                self.links.open(&data, cx);
            }
            Event::ReceiveAnswer(data) | Event::ReceiveOffer(data) => self.links.receive(&data, cx),
            Event::ReceiveCandidate(data) => self.links.receive_candidates(data, cx),
            Event::ReceiveRestartIce(data) => self.links.wished(data.link, cx),
            Event::UserJoinedStream(user) => self.viewers.joined(user),
            Event::UserLeftStream(data) => self.viewers.left(data.peer),
            Event::UserUpdated(user) => self.viewers.updated(user),
            Event::Audience(data) => self.viewers.counted(data.count, data.waiting),
            Event::Lobby(_)
            | Event::Ping
            | Event::StreamEnded(_)
            | Event::StreamFull(_)
            | Event::StreamStarted(_)
            | Event::StreamUpdated(_)
            | Event::LobbyChanged(_)
            | Event::Unknown => {}
        }
    }

    pub(crate) fn handle_timeout(&mut self, programme: Programme, cx: &mut Context) {
        if let Some(Seat::Refused { until }) = self.show().map(|show| show.seat)
            && until <= cx.now
        {
            let keep = self.links.keep_all();
            self.join(programme, keep, cx);
        }
        self.links.handle_timeout(cx);
    }

    pub(crate) fn next_timeout(&self, online: bool) -> Due {
        let seat = match self.show().map(|show| show.seat) {
            Some(Seat::Refused { until }) => Some((until, Reason::Join)),
            Some(Seat::Asked | Seat::Taken) | None => None,
        };
        earliest([seat, self.links.next_timeout(online)])
    }

    const fn show(&self) -> Option<&Show> {
        match &self.state {
            State::On(show) => Some(show),
            State::Off | State::Asking { .. } => None,
        }
    }

    fn join(&mut self, programme: Programme, keep: Vec<LinkId>, cx: &mut Context) {
        let media = programme.media;
        let (channel, live_for_ms) = match &mut self.state {
            State::Off => return,
            State::Asking { channel, told } => {
                *told = media;
                (channel.clone(), 0)
            }
            State::On(show) => {
                show.told = media;
                show.seat = Seat::Asked;
                (show.channel.clone(), show.clock.millis(cx.now))
            }
        };
        let join = JoinStream {
            user: cx.settings.host(&channel),
            channel_name: channel,
            role: Role::Host,
            key: cx.settings.host_key(&mut cx.effects),
            title: programme.title,
            media,
            live_for_ms,
            keep,
        };
        cx.request(Command::JoinStream(join), Purpose::Join);
    }

    fn update(&self, title: Option<Title>, media: Option<Media>, cx: &mut Context) {
        let title = title.map(Some);
        let update = UpdateStream { title, media };
        cx.request(Command::UpdateStream(update), Purpose::Notice);
    }

    fn seated(&mut self, joined: Joined, cx: &Context) {
        let told = match &self.state {
            State::Off => return,
            State::Asking { told, .. } => *told,
            State::On(show) => show.told,
        };
        self.viewers.counted(joined.viewers, joined.waiting);
        let live_for_ms = joined.live.map_or(0, |live| live.live_for_ms);
        self.state = State::On(Show {
            channel: joined.channel_name,
            clock: LiveClock::new(cx.now, live_for_ms),
            seat: Seat::Taken,
            told,
        });
        self.links.limit_keeping(cx);
    }

    fn refused(&mut self, code: ErrorCode, pause: Duration, cx: &mut Context) -> Option<Problem> {
        let for_good = matches!(
            code,
            ErrorCode::ChannelBusy | ErrorCode::Forbidden | ErrorCode::InvalidName
        );
        if let (State::On(show), false) = (&mut self.state, for_good) {
            let until = cx.now + pause;
            show.seat = Seat::Refused { until };
            return None;
        }
        self.go_off(cx);
        Some(if code == ErrorCode::ChannelBusy {
            Problem::ChannelBusy
        } else {
            Problem::Refused
        })
    }
}
