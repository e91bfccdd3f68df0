//! Being on the air: the host's place in the channel, the links that carry the stream, and who
//! watches it.

use super::uplink::Uplink;
use super::viewers::Viewers;
use crate::connection::{Arrival, Purpose};
use crate::context::Context;
use crate::link::LinkNews;
use crate::links::Links;
use crate::timer::{Due, LiveClock, Reason, earliest};
use crate::{LinkReport, Problem, StudioPhase};
use protocol::time::{Duration, Instant};
use protocol::wire::ReplyData;
use protocol::{
    ChannelName, Command, ErrorCode, ErrorReply, Event, JoinStream, Joined, LinkFailure, LinkId,
    Media, Role, StreamId, Title, UpdateStream, UpdateUser,
};

/// How long to wait after the server refused to take a stream back without advice.
const JOIN_AGAIN: Duration = Duration::from_secs(2);
/// How long a stream may be away and still go on by itself: as long as the server keeps its place.
const GRACE: Duration = Duration::from_secs(30);

/// How long one press of the button waits for a host that is lost to give way.
const PRESS_LASTS: Duration = Duration::from_secs(15);

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
    Asking {
        channel: ChannelName,
        told: Programme,
        since: Instant,
        /// When to ask again: the host that is there is lost, and may be replaced then.
        again: Option<Instant>,
    },
    /// The stream is on.
    On(Show),
}

/// A stream that is on.
#[derive(Debug)]
struct Show {
    channel: ChannelName,
    clock: LiveClock,
    seat: Seat,
    /// What the server was told.
    told: Programme,
    stream: Option<StreamId>,
    /// When the server had it last, while that is not known.
    broken: Option<Instant>,
}

/// Whether the server knows of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seat {
    /// It does.
    Taken,
    /// It has forgotten it and was asked to take it back.
    Asked,
    /// It has forgotten it, and was asked whether somebody else is live.
    Looking,
    /// It has refused, and is to be asked again then.
    Refused { until: Instant },
}

/// The machine of a studio's stream.
#[derive(Debug, Default)]
pub(crate) struct Air {
    state: State,
    links: Links,
    viewers: Viewers,
    uplink: Uplink,
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
        let (told, since) = (programme.clone(), cx.now);
        self.state = State::Asking {
            channel,
            told,
            since,
            again: None,
        };
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

    /// Signals pass again. Returns what the person has to be told.
    pub(crate) fn arrived(
        &mut self,
        arrival: Arrival,
        programme: Programme,
        cx: &mut Context,
    ) -> Option<Problem> {
        let is_seated = self.show().is_some_and(|show| show.seat == Seat::Taken);
        match arrival {
            Arrival::Replayed => self.links.came_online(cx),
            // The place was kept, so nobody else has carried the stream on.
            Arrival::Snapshot if is_seated => {
                let keep = self.links.keep_all();
                self.join(programme, keep, cx);
            }
            Arrival::First(_) | Arrival::Fresh | Arrival::Snapshot => {
                return self.come_back(programme, cx);
            }
        }
        None
    }

    /// The server does not know of the stream. A stream whose media never stopped goes on. Any other
    /// goes on by itself only if it was away for a moment and nobody else has begun one, for nobody
    /// is to be on air again without having pressed a button.
    fn come_back(&mut self, programme: Programme, cx: &mut Context) -> Option<Problem> {
        match &mut self.state {
            State::Off => return None,
            State::Asking { since, .. } if cx.now.since(*since) >= GRACE => {
                // The server may have taken the join whose reply was lost.
                self.end(cx);
                return Some(Problem::Refused);
            }
            State::Asking { .. } => {}
            State::On(show) => {
                let lost = cx.connection.was_lost();
                show.broken.get_or_insert(lost);
            }
        }
        let keep = self.links.keep_carrying(cx);
        match &mut self.state {
            State::On(show) if keep.is_empty() => {
                show.seat = Seat::Looking;
                let user = cx.settings.viewer();
                let look = JoinStream::new(show.channel.clone(), user, Role::Viewer);
                cx.request(Command::JoinStream(look), Purpose::Join);
            }
            State::On(_) | State::Asking { .. } | State::Off => self.join(programme, keep, cx),
        }
        None
    }

    /// Whether somebody else is live is known now.
    fn looked(
        &mut self,
        joined: &Joined,
        programme: Programme,
        cx: &mut Context,
    ) -> Option<Problem> {
        let broken = self.show().and_then(|show| show.broken);
        let is_unbroken = broken.is_some_and(|since| cx.now.since(since) < GRACE);
        if joined.live.is_none() && is_unbroken {
            self.join(programme, Vec::new(), cx);
            return None;
        }
        self.end(cx);
        Some(match joined.live {
            Some(_) => Problem::TakenOver,
            None => Problem::EndedMeanwhile,
        })
    }

    /// The tab slept: whether viewers are reached has to be seen again.
    pub(crate) fn slept(&mut self) {
        self.links.doubt();
    }

    /// What is sent, or what the stream is called, has changed.
    pub(crate) fn tell(&mut self, media: Media, title: Option<Option<Title>>, cx: &mut Context) {
        let State::On(show) = &mut self.state else {
            return;
        };
        if show.seat == Seat::Looking {
            return;
        }
        let update = UpdateStream {
            media: Some(media).filter(|media| *media != show.told.media),
            title: title.filter(|title| *title != show.told.title),
        };
        if update == UpdateStream::default() {
            return;
        }
        show.told.media = media;
        if let Some(title) = update.title.clone() {
            show.told.title = title;
        }
        cx.request(Command::UpdateStream(update), Purpose::Notice);
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
    /// But a browser that cannot make connections serves nobody, and only a person can help it.
    pub(crate) fn handle_link_report(
        &mut self,
        id: LinkId,
        report: LinkReport,
        cx: &mut Context,
    ) -> Option<Problem> {
        let news = self.links.handle_report(id, report, cx);
        let failed = LinkNews::Failed(LinkFailure::Resources);
        (news == Some(failed)).then_some(Problem::NoConnections)
    }

    /// Returns what the person has to be told.
    pub(crate) fn replied(
        &mut self,
        purpose: Purpose,
        result: &Result<ReplyData, ErrorReply>,
        programme: Programme,
        cx: &mut Context,
    ) -> Option<Problem> {
        let looks = self.show().is_some_and(|show| show.seat == Seat::Looking);
        match (purpose, result) {
            (Purpose::Join, Ok(data)) => match data.parse::<Joined>() {
                Ok(joined) if looks => return self.looked(&joined, programme, cx),
                Ok(joined) => self.seated(joined, cx),
                Err(_) => return self.refused(ErrorCode::Internal, None, cx),
            },
            (Purpose::Join, Err(error)) => {
                let pause = error.retry_after_ms.map(Duration::from_millis);
                return self.refused(error.code, pause, cx);
            }
            (Purpose::Link(id), Err(error)) if error.code == ErrorCode::StaleLink => {
                self.links.close(id, cx);
            }
            (Purpose::Follow | Purpose::Link(_) | Purpose::Notice, _) => {}
        }
        None
    }

    /// What the server says before it has answered the join is about an earlier stream.
    /// Returns what the person has to be told.
    pub(crate) fn handle_event(&mut self, event: Event, cx: &mut Context) -> Option<Problem> {
        let show = self.show().filter(|show| show.seat == Seat::Taken)?;
        match event {
            Event::StreamEnded(_) => {
                self.go_off(cx);
                return Some(Problem::EndedMeanwhile);
            }
            Event::StreamStarted(live) if Some(live.stream) != show.stream => {
                self.end(cx);
                return Some(Problem::TakenOver);
            }
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
            Event::Audience(data) => self.viewers.told_count(data.count, data.waiting),
            Event::Lobby(_)
            | Event::Ping
            | Event::StreamFull(_)
            | Event::StreamStarted(_)
            | Event::StreamUpdated(_)
            | Event::LobbyChanged(_)
            | Event::Unknown => {}
        }
        None
    }

    pub(crate) fn handle_timeout(&mut self, programme: Programme, cx: &mut Context) {
        if let Some(Seat::Refused { until }) = self.show().map(|show| show.seat)
            && until <= cx.now
        {
            // Whether others are live is asked first where nothing proves that this stream goes on.
            self.come_back(programme, cx);
        } else if let State::Asking { again, .. } = &mut self.state
            && again.is_some_and(|again| again <= cx.now)
        {
            *again = None;
            self.join(programme, Vec::new(), cx);
        }
        self.links.handle_timeout(cx);
        self.uplink.settle(&self.links, cx);
    }

    pub(crate) fn next_timeout(&self, online: bool) -> Due {
        let seat = match self.show().map(|show| show.seat) {
            Some(Seat::Refused { until }) => Some((until, Reason::Join)),
            Some(Seat::Asked | Seat::Looking | Seat::Taken) | None => None,
        };
        let again = match self.state {
            State::Asking { again, .. } => again.map(|again| (again, Reason::Join)),
            State::Off | State::On(_) => None,
        };
        earliest([seat, again, self.links.next_timeout(online)])
    }

    const fn show(&self) -> Option<&Show> {
        match &self.state {
            State::On(show) => Some(show),
            State::Off | State::Asking { .. } => None,
        }
    }

    fn join(&mut self, programme: Programme, keep: Vec<LinkId>, cx: &mut Context) {
        let (title, media) = (programme.title.clone(), programme.media);
        let (channel, live_for_ms) = match &mut self.state {
            State::Off => return,
            State::Asking { channel, told, .. } => {
                *told = programme;
                (channel.clone(), 0)
            }
            State::On(show) => {
                show.told = programme;
                show.seat = Seat::Asked;
                (show.channel.clone(), show.clock.millis(cx.now))
            }
        };
        let join = JoinStream {
            user: cx.settings.host(&channel),
            channel_name: channel,
            role: Role::Host,
            key: cx.settings.host_key(),
            title,
            media,
            live_for_ms,
            keep,
        };
        cx.request(Command::JoinStream(join), Purpose::Join);
    }

    fn seated(&mut self, joined: Joined, cx: &Context) {
        let told = match &self.state {
            State::Off => return,
            State::Asking { told, .. } => told.clone(),
            State::On(show) => show.told.clone(),
        };
        self.viewers.counted(joined.viewers, joined.waiting);
        let live_for_ms = joined.live.as_ref().map_or(0, |live| live.live_for_ms);
        self.state = State::On(Show {
            channel: joined.channel_name,
            clock: LiveClock::new(cx.now, live_for_ms),
            seat: Seat::Taken,
            told,
            stream: joined.live.map(|live| live.stream),
            broken: None,
        });
        self.links.limit_keeping(cx);
    }

    /// The server refuses the join, with advice when to ask again or without.
    fn refused(
        &mut self,
        code: ErrorCode,
        advice: Option<Duration>,
        cx: &mut Context,
    ) -> Option<Problem> {
        let pause = advice.unwrap_or(JOIN_AGAIN);
        if let State::Asking { since, again, .. } = &mut self.state
            && code == ErrorCode::ChannelBusy
            && advice.is_some()
            && (cx.now + pause).since(*since) <= PRESS_LASTS
        {
            *again = Some(cx.now + pause);
            return None;
        }
        // Somebody else is live, but the viewers of this stream are reached: it goes on, and the
        // links that they name as well prove to the server whose stream it is.
        let insists = code == ErrorCode::ChannelBusy && self.links.carries_media();
        let for_good = matches!(
            code,
            ErrorCode::ChannelBusy | ErrorCode::Forbidden | ErrorCode::InvalidName
        );
        if let (State::On(show), true) = (&mut self.state, insists || !for_good) {
            let until = cx.now + pause;
            show.seat = Seat::Refused { until };
            return None;
        }
        let was_on = self.is_on();
        self.go_off(cx);
        Some(match (code == ErrorCode::ChannelBusy, was_on) {
            (true, true) => Problem::TakenOver,
            (true, false) => Problem::ChannelBusy,
            (false, _) => Problem::Refused,
        })
    }
}
