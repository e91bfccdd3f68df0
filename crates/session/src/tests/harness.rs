//! Plays the shell and the server of one session, by hand: every call returns all that came out.

use crate::random::Random;
use crate::{
    CaptureId, CapturedTrack, DeviceId, Effect, Input, Intent, LinkReport, LinkState, LinkStats,
    MediaReport, Page, PageView, PlayReport, Preferences, Report, Resumption, Seed, Session, Slot,
    SocketEffect, SocketId, SocketReport, StudioView, TrackKind, View, WatchView,
};
use protocol::time::{Duration, Instant};
use protocol::wire::{ReplyData, ServerMessage};
use protocol::{
    Candidate, ChannelName, Command, DescriptorKind, Direction, Epoch, ErrorCode, ErrorReply,
    Event, Generation, Joined, LinkId, LinkKind, LinkOpened, LiveStream, Media, PeerId,
    PeerSummary, ReceiveCandidates, ReceiveDescriptor, Reply, RequestId, Resumed, Role, Secret,
    Seq, SessionDescriptor, SessionId, StreamId, User, UserName, Welcome,
};
use std::sync::Arc;

pub(crate) const SDP: &str = "v=0\r\nm=audio 9 UDP 0\r\n";
pub(crate) const HOST: PeerId = PeerId::from_bits(0x11);
pub(crate) const LINK: LinkId = LinkId::from_bits(0x31);
pub(crate) const OTHER_LINK: LinkId = LinkId::from_bits(0x32);
pub(crate) const GEN: Generation = Generation(1);

const ENTROPY: u64 = 7;

/// The number that the requests of every tab start after.
pub(crate) fn first_request() -> u64 {
    let mut random = Random::new(Random::new(ENTROPY).next());
    random.up_to((1 << 48) - 1)
}

/// One session and its clock.
pub(crate) struct Tab {
    pub(crate) session: Session,
    pub(crate) now: Instant,
    pub(crate) socket: SocketId,
    seq: u64,
    pub(crate) last_request: RequestId,
}

impl Tab {
    /// A tab that has started and opened its first socket.
    pub(crate) fn started(page: Page) -> Self {
        let mut tab = Self::rendered(page);
        tab.start(Preferences::default(), None);
        tab
    }

    /// A tab as the server rendered it.
    pub(crate) fn rendered(page: Page) -> Self {
        let seed = Seed {
            page,
            origin: "https://example.org".to_owned(),
            ..Seed::default()
        };
        let now = Instant::from_micros(1_000_000);
        Self {
            session: Session::new(seed, ENTROPY, now),
            now,
            socket: SocketId(0),
            seq: 0,
            last_request: RequestId::default(),
        }
    }

    /// A tab whose session is welcome.
    pub(crate) fn online(page: Page) -> Self {
        let mut tab = Self::started(page);
        tab.connect(Resumed::Fresh);
        tab
    }

    /// A viewer in the channel `mina`, where a stream is on.
    pub(crate) fn watching() -> Self {
        let mut tab = Self::online(Page::Watch("mina".to_owned()));
        tab.joined(Some(live()));
        tab
    }

    /// A viewer whose picture moves.
    pub(crate) fn seeing() -> Self {
        let mut tab = Self::watching();
        tab.intent(Intent::MountSlot(Slot::PICTURE));
        tab.event(opened(LINK, Direction::Receive));
        tab.flow(LINK);
        tab
    }

    /// A studio with a camera and a microphone, ready to go live on `mina`.
    pub(crate) fn ready() -> Self {
        let mut tab = Self::online(Page::Studio(Some("mina".to_owned())));
        tab.intent(Intent::UseCameraAndMicrophone);
        tab.captured(1, &[TrackKind::Video, TrackKind::Audio]);
        tab
    }

    /// A studio whose stream is on.
    pub(crate) fn live() -> Self {
        let mut tab = Self::ready();
        tab.intent(Intent::GoLive);
        tab.joined(Some(live()));
        tab
    }

    pub(crate) fn start(
        &mut self,
        preferences: Preferences,
        resumption: Option<Resumption>,
    ) -> Vec<Effect> {
        self.report(Report::Started {
            preferences: Box::new(preferences),
            resumption,
        })
    }

    pub(crate) fn intent(&mut self, intent: Intent) -> Vec<Effect> {
        self.session.handle_input(self.now, Input::Intent(intent));
        self.drain()
    }

    pub(crate) fn report(&mut self, report: Report) -> Vec<Effect> {
        self.session.handle_input(self.now, Input::Report(report));
        self.drain()
    }

    pub(crate) fn socket(&mut self, report: SocketReport) -> Vec<Effect> {
        self.report(Report::Socket(self.socket, report))
    }

    /// The open socket is closed with this number.
    pub(crate) fn close(&mut self, number: u16) -> Vec<Effect> {
        self.socket(SocketReport::Closed(number))
    }

    /// The newest socket opens, and the server answers its hello.
    pub(crate) fn connect(&mut self, resumed: Resumed) -> Vec<Effect> {
        self.socket(SocketReport::Opened);
        if resumed != Resumed::Replayed {
            self.seq = 0;
        }
        self.reply(Reply::Welcome(Box::new(welcome(resumed))))
    }

    /// The server answers the newest request.
    pub(crate) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        let re = self.last_request;
        let result = Ok(ReplyData::of(&reply).unwrap());
        self.socket(SocketReport::Received(ServerMessage::Reply { re, result }))
    }

    /// The server refuses the newest request.
    pub(crate) fn refuse(&mut self, code: ErrorCode) -> Vec<Effect> {
        let re = self.last_request;
        let result = Err(ErrorReply::new(code, "no"));
        self.socket(SocketReport::Received(ServerMessage::Reply { re, result }))
    }

    /// The server refuses a request, with or without advice.
    pub(crate) fn refuse_with(
        &mut self,
        re: RequestId,
        code: ErrorCode,
        retry_after_ms: Option<u64>,
    ) -> Vec<Effect> {
        let error = ErrorReply {
            retry_after_ms,
            ..ErrorReply::new(code, "no")
        };
        let result = Err(error);
        self.socket(SocketReport::Received(ServerMessage::Reply { re, result }))
    }

    pub(crate) fn joined(&mut self, live: Option<LiveStream>) -> Vec<Effect> {
        self.reply(Reply::Joined(Joined {
            channel_name: channel(),
            role: Role::Viewer,
            live,
            viewers: 1,
            waiting: 0,
        }))
    }

    pub(crate) fn event(&mut self, event: Event) -> Vec<Effect> {
        self.seq += 1;
        let seq = Some(Seq(self.seq));
        self.socket(SocketReport::Received(ServerMessage::Event { seq, event }))
    }

    pub(crate) fn link(&mut self, link: LinkId, report: LinkReport) -> Vec<Effect> {
        self.report(Report::Link(link, report))
    }

    /// A receiving link is negotiated, connected, and brings its first frame.
    pub(crate) fn flow(&mut self, link: LinkId) -> Vec<Effect> {
        let mut all = self.event(offer(link, GEN));
        all.extend(self.link(link, described(GEN, DescriptorKind::Answer)));
        all.extend(self.link(link, LinkReport::State(LinkState::Connected)));
        all.extend(self.link(link, LinkReport::Frame));
        all.extend(self.link(link, LinkReport::Flowing));
        all
    }

    /// A sending link is negotiated and connected.
    pub(crate) fn feed(&mut self, link: LinkId) -> Vec<Effect> {
        let mut all = self.link(link, described(GEN, DescriptorKind::Offer));
        all.extend(self.event(answer(link, GEN)));
        all.extend(self.link(link, LinkReport::Accepted(GEN)));
        all.extend(self.link(link, LinkReport::State(LinkState::Connected)));
        all
    }

    pub(crate) fn stats(&mut self, link: LinkId, frames_decoded: u64) -> Vec<Effect> {
        let stats = LinkStats {
            frames_decoded,
            ..LinkStats::default()
        };
        self.link(link, LinkReport::Stats(stats))
    }

    pub(crate) fn captured(&mut self, capture: u32, kinds: &[TrackKind]) -> Vec<Effect> {
        let track = |kind: &TrackKind| CapturedTrack {
            kind: *kind,
            device: Some(device(capture)),
            label: format!("Device {capture}"),
        };
        self.report(Report::Media(MediaReport::Captured {
            capture: CaptureId(capture),
            tracks: kinds.iter().map(track).collect(),
        }))
    }

    pub(crate) fn play(&mut self, report: PlayReport) -> Vec<Effect> {
        self.report(Report::Play(Slot::PICTURE, report))
    }

    /// Time passes, and every timer is called when it wants to be.
    pub(crate) fn wait(&mut self, span: Duration) -> Vec<Effect> {
        let until = self.now + span;
        let mut all = Vec::new();
        while let Some((at, reason)) = self.session.poll_timeout().filter(|(at, _)| *at <= until) {
            assert!(at >= self.now, "{reason:?} was due in the past");
            self.now = at;
            all.extend(self.timeout());
            let next = self.session.poll_timeout();
            assert_ne!(
                next,
                Some((at, reason)),
                "a timer that was called is not due again"
            );
        }
        self.now = until;
        all
    }

    /// Time passes without a call, as in a tab that sleeps.
    pub(crate) fn sleep(&mut self, span: Duration) {
        self.now = self.now + span;
    }

    pub(crate) fn timeout(&mut self) -> Vec<Effect> {
        self.session.handle_timeout(self.now);
        self.drain()
    }

    pub(crate) fn view(&self) -> View {
        self.session.view(self.now)
    }

    pub(crate) fn watch(&self) -> WatchView {
        let page = self.view().page;
        let PageView::Watch(view) = page else {
            panic!("not watching but {page:?}");
        };
        *view
    }

    pub(crate) fn studio(&self) -> StudioView {
        let page = self.view().page;
        let PageView::Studio(view) = page else {
            panic!("not in the studio but {page:?}");
        };
        *view
    }

    fn drain(&mut self) -> Vec<Effect> {
        let mut all = Vec::new();
        while let Some(effect) = self.session.poll_output() {
            if let Effect::Socket(SocketEffect::Open(socket)) = &effect {
                self.socket = *socket;
            }
            if let Effect::Socket(SocketEffect::Send(_, request)) = &effect {
                self.last_request = request.id.unwrap_or(self.last_request);
            }
            all.push(effect);
        }
        all
    }
}

/// All effects, with requests reduced to their commands, for asserting everything that came out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Out {
    Asked(Command),
    Did(Effect),
}

pub(crate) fn outs(effects: Vec<Effect>) -> Vec<Out> {
    let out = |effect| {
        if let Effect::Socket(SocketEffect::Send(_, request)) = effect {
            return Out::Asked(request.command);
        }
        Out::Did(effect)
    };
    effects.into_iter().map(out).collect()
}

/// The id of a request that is sent.
pub(crate) fn request_id(effect: &Effect) -> Option<RequestId> {
    if let Effect::Socket(SocketEffect::Send(_, request)) = effect {
        return request.id;
    }
    None
}

/// The commands among the effects.
pub(crate) fn commands(effects: &[Effect]) -> Vec<Command> {
    let command = |out| match out {
        Out::Asked(command) => Some(command),
        Out::Did(_) => None,
    };
    outs(effects.to_vec())
        .into_iter()
        .filter_map(command)
        .collect()
}

pub(crate) fn channel() -> ChannelName {
    ChannelName::parse("mina").unwrap()
}

pub(crate) fn device(capture: u32) -> DeviceId {
    DeviceId(format!("device-{capture}"))
}

pub(crate) fn peer(peer: PeerId, role: Role) -> PeerSummary {
    PeerSummary {
        peer,
        user: User {
            name: UserName::parse("Mina").unwrap(),
        },
        role,
    }
}

pub(crate) fn live() -> LiveStream {
    LiveStream {
        stream: StreamId::from_bits(0x21),
        host: peer(HOST, Role::Host),
        title: None,
        media: Media::default(),
        live_for_ms: 0,
        host_away: false,
    }
}

pub(crate) fn welcome(resumed: Resumed) -> Welcome {
    Welcome {
        version: 1,
        peer: PeerId::from_bits(0x10),
        session: SessionId::from_bits(0x41),
        secret: Secret::from_bytes([7; 16]),
        epoch: Epoch(0),
        resumed,
        ping_interval_ms: 20_000,
        ping_timeout_ms: 10_000,
        grace_ms: 30_000,
        max_message_bytes: 262_144,
        ice_servers: Arc::new([]),
        ice_expires_in_ms: None,
    }
}

pub(crate) fn opened(link: LinkId, direction: Direction) -> Event {
    Event::LinkOpened(LinkOpened {
        link,
        peer: HOST.into(),
        direction,
        kind: LinkKind::Direct,
        kept: false,
    })
}

pub(crate) fn kept(link: LinkId, direction: Direction) -> Event {
    Event::LinkOpened(LinkOpened {
        link,
        peer: PeerId::from_bits(0x99).into(),
        direction,
        kind: LinkKind::Direct,
        kept: true,
    })
}

fn descriptor(link: LinkId, generation: Generation, kind: DescriptorKind) -> ReceiveDescriptor {
    ReceiveDescriptor {
        from: HOST.into(),
        link,
        generation,
        session_descriptor: SessionDescriptor::new(kind, SDP).unwrap(),
    }
}

pub(crate) fn offer(link: LinkId, generation: Generation) -> Event {
    Event::ReceiveOffer(descriptor(link, generation, DescriptorKind::Offer))
}

pub(crate) fn answer(link: LinkId, generation: Generation) -> Event {
    Event::ReceiveAnswer(descriptor(link, generation, DescriptorKind::Answer))
}

pub(crate) fn candidate(number: u32) -> Candidate {
    Candidate::from_json(&format!(r#"{{"candidate":"{number}"}}"#)).unwrap()
}

pub(crate) fn candidates(link: LinkId, generation: Generation, numbers: &[u32]) -> Event {
    Event::ReceiveCandidate(ReceiveCandidates {
        from: HOST.into(),
        link,
        generation,
        candidates: numbers.iter().map(|number| candidate(*number)).collect(),
        end: false,
    })
}

pub(crate) fn described(generation: Generation, kind: DescriptorKind) -> LinkReport {
    LinkReport::LocalDescription {
        generation,
        kind,
        sdp: SDP.to_owned(),
    }
}
