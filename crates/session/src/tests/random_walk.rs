//! Whatever happens in whatever order: no panic, no effect about something that is gone, nothing
//! left open. The inputs are wilder than any browser or server.

use super::harness::{
    HOST, Tab, answer, candidate, candidates, described, kept, live, offer, opened, peer, welcome,
};
use crate::{
    CaptureError, CaptureId, CapturedTrack, DeviceId, Effect, Intent, LinkEffect, LinkReport,
    LinkState, LinkStats, Locale, MediaEffect, MediaReport, Outgoing, Page, PageView, Permission,
    PlayReport, Report, Slot, SocketEffect, SocketId, SocketReport, TrackKind, TrackRef,
};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;
use protocol::time::Duration;
use protocol::{
    DescriptorKind, Direction, ErrorCode, Event, Generation, LeaveReason, LinkCloseReason,
    LinkClosed, LinkFailure, LinkId, PeerId, ReceiveRestart, Reply, Resumed, Role, StreamEnded,
    StreamFull,
};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Step {
    Captured(u32, Vec<TrackKind>),
    Connect(Resumed),
    Event(Event),
    Intent(Intent),
    Joined(bool),
    Refuse(ErrorCode, Option<u64>),
    Sleep(u64),
    Report(Report),
    Socket(SocketReport),
    Wait(u64),
}

/// What a shell would hold after all effects.
#[derive(Debug, Default)]
struct Held {
    socket: Option<SocketId>,
    links: BTreeSet<LinkId>,
    asked: BTreeSet<CaptureId>,
    tracks: BTreeSet<TrackRef>,
    sent: Outgoing,
}

impl Held {
    fn carry_out(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Socket(effect) => self.socket(effect),
                Effect::Link(effect) => self.link(effect),
                Effect::Media(effect) => self.media(effect),
                Effect::Copy(_)
                | Effect::GuardUnload(_)
                | Effect::KeepAwake(_)
                | Effect::Play(_)
                | Effect::SavePreferences(_)
                | Effect::SaveResumption(_) => {}
            }
        }
        let sent = [
            self.sent.video,
            self.sent.microphone,
            self.sent.screen_sound,
        ];
        for track in sent.into_iter().flatten() {
            assert!(self.tracks.contains(&track), "{track:?} is sent but gone");
        }
    }

    fn socket(&mut self, effect: &SocketEffect) {
        match effect {
            SocketEffect::Open(socket) => self.socket = Some(*socket),
            SocketEffect::Send(socket, request) => {
                assert_eq!(self.socket, Some(*socket), "{request:?} to a closed socket");
            }
            SocketEffect::Close(socket, _) => {
                assert_eq!(self.socket.take(), Some(*socket), "closed twice");
            }
        }
    }

    fn link(&mut self, effect: &LinkEffect) {
        match effect {
            LinkEffect::Open { link, .. } => assert!(self.links.insert(*link), "{link} twice"),
            LinkEffect::Close(link) => assert!(self.links.remove(link), "{link} is not open"),
            LinkEffect::Accept { link, .. }
            | LinkEffect::AddCandidates { link, .. }
            | LinkEffect::Answer { link, .. }
            | LinkEffect::Offer { link, .. } => {
                assert!(self.links.contains(link), "{effect:?} for a closed link");
            }
            LinkEffect::Look(link) | LinkEffect::Rest(link) => {
                assert!(self.links.contains(link), "{effect:?} for a closed link");
            }
            LinkEffect::Limit(_) | LinkEffect::UseIceServers(_) => {}
        }
    }

    fn media(&mut self, effect: &MediaEffect) {
        match effect {
            MediaEffect::Capture { capture, .. } => {
                assert!(self.asked.insert(*capture), "{capture:?} twice");
            }
            MediaEffect::Stop(track) => {
                assert!(self.tracks.remove(track), "{track:?} is not captured");
            }
            MediaEffect::Send(outgoing) => self.sent = *outgoing,
            MediaEffect::WatchDevices => {}
        }
    }
}

fn pages() -> impl Strategy<Value = Page> {
    select(vec![
        Page::Lobby,
        Page::Watch("mina".to_owned()),
        Page::Watch("a/b".to_owned()),
        Page::Embed("other".to_owned()),
        Page::Studio(None),
        Page::Studio(Some("mina".to_owned())),
        Page::Other,
    ])
}

fn links() -> impl Strategy<Value = LinkId> {
    (1_u64..4).prop_map(LinkId::from_bits)
}

fn generations() -> impl Strategy<Value = Generation> {
    (1_u32..4).prop_map(Generation)
}

fn intents() -> impl Strategy<Value = Intent> {
    let device = || Some(DeviceId("another".to_owned()));
    prop_oneof![
        6 => pages().prop_map(Intent::OpenPage),
        30 => select(vec![
            Intent::MountSlot(Slot::PICTURE),
            Intent::MountSlot(Slot::PREVIEW),
            Intent::UnmountSlot(Slot::PICTURE),
            Intent::ChooseLocale(Locale::Ko),
            Intent::Reconnect,
            Intent::CopyLink,
            Intent::NameChannel("mina".to_owned()),
            Intent::NameStream("Morning".to_owned()),
            Intent::UseCameraAndMicrophone,
            Intent::UseCamera(None),
            Intent::UseCamera(device()),
            Intent::StopCamera,
            Intent::UseMicrophone(None),
            Intent::UseMicrophone(device()),
            Intent::StopMicrophone,
            Intent::ShareScreen,
            Intent::StopScreen,
            Intent::MuteMicrophone,
            Intent::UnmuteMicrophone,
            Intent::GoLive,
            Intent::EndStream,
            Intent::TakeBack,
            Intent::Mute,
            Intent::Unmute,
            Intent::SetVolume(200),
            Intent::Play,
            Intent::Pause,
            Intent::NameUser("Jun".to_owned()),
        ]),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    let direction = || select(vec![Direction::Receive, Direction::Send]);
    let reason = LinkCloseReason::Failed;
    prop_oneof![
        (links(), direction()).prop_map(|(link, direction)| opened(link, direction)),
        (links(), direction()).prop_map(|(link, direction)| kept(link, direction)),
        links().prop_map(move |link| Event::LinkClosed(LinkClosed { link, reason })),
        (links(), generations()).prop_map(|(link, generation)| offer(link, generation)),
        (links(), generations()).prop_map(|(link, generation)| answer(link, generation)),
        (links(), generations()).prop_map(|(link, gen_)| candidates(link, gen_, &[1, 2])),
        links().prop_map(|link| {
            let from = HOST.into();
            Event::ReceiveRestartIce(ReceiveRestart { from, link })
        }),
        Just(Event::StreamStarted(live())),
        Just(Event::StreamFull(StreamFull { limit: 8 })),
        Just(Event::StreamEnded(StreamEnded {
            reason: LeaveReason::Lost,
        })),
        (1_u64..4).prop_map(|bits| {
            Event::UserJoinedStream(peer(PeerId::from_bits(bits), Role::Viewer))
        }),
    ]
}

fn link_reports() -> impl Strategy<Value = LinkReport> {
    let states = select(vec![
        LinkState::Connecting,
        LinkState::Connected,
        LinkState::Disconnected,
        LinkState::Failed,
    ]);
    let kinds = select(vec![DescriptorKind::Offer, DescriptorKind::Answer]);
    prop_oneof![
        (generations(), kinds).prop_map(|(generation, kind)| described(generation, kind)),
        generations().prop_map(LinkReport::Accepted),
        generations().prop_map(|of| LinkReport::LocalCandidate(of, Some(candidate(1)))),
        generations().prop_map(|of| LinkReport::LocalCandidate(of, None)),
        states.prop_map(LinkReport::State),
        Just(LinkReport::Flowing),
        any::<u8>().prop_map(|frames| LinkReport::Stats(LinkStats {
            frames_decoded: frames.into(),
            ..LinkStats::default()
        })),
        Just(LinkReport::Broken(LinkFailure::Negotiation)),
    ]
}

fn media_reports() -> impl Strategy<Value = MediaReport> {
    let errors = select(vec![
        CaptureError::Denied,
        CaptureError::Dismissed,
        CaptureError::InUse,
        CaptureError::NoDevice,
    ]);
    prop_oneof![
        (1_u32..12, errors).prop_map(|(number, error)| MediaReport::CaptureFailed {
            capture: CaptureId(number),
            error,
        }),
        (1_u32..12, any::<bool>()).prop_map(|(number, heard)| {
            let kind = if heard {
                TrackKind::Audio
            } else {
                TrackKind::Video
            };
            let capture = CaptureId(number);
            MediaReport::TrackEnded(TrackRef { capture, kind })
        }),
        Just(MediaReport::Devices {
            devices: Vec::new(),
            camera: Permission::Granted,
            microphone: Permission::Granted,
            can_share_screen: true,
        }),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let resumed = select(vec![Resumed::Fresh, Resumed::Replayed, Resumed::Snapshot]);
    let codes = select(vec![
        ErrorCode::ChannelBusy,
        ErrorCode::InvalidName,
        ErrorCode::StaleLink,
        ErrorCode::TooFast,
        ErrorCode::Unknown,
    ]);
    let advice = select(vec![None, Some(0), Some(1_500)]);
    let kinds = select(vec![
        vec![TrackKind::Video],
        vec![TrackKind::Audio],
        vec![TrackKind::Video, TrackKind::Audio],
        Vec::new(),
    ]);
    let closes = select(vec![1006, 1012, 4400, 4409]);
    let tab = select(vec![
        Report::NetworkChanged,
        Report::PageShown,
        Report::PageHidden,
        Report::PageGone,
        Report::Copied(true),
        Report::Play(Slot::PICTURE, PlayReport::Blocked),
        Report::Play(Slot::PICTURE, PlayReport::Paused),
        Report::Play(Slot::PICTURE, PlayReport::Playing),
    ]);
    prop_oneof![
        6 => intents().prop_map(Step::Intent),
        6 => events().prop_map(Step::Event),
        6 => (links(), link_reports()).prop_map(|(id, report)| Step::Report(Report::Link(id, report))),
        3 => (1_u32..12, kinds).prop_map(|(number, kinds)| Step::Captured(number, kinds)),
        2 => media_reports().prop_map(|report| Step::Report(Report::Media(report))),
        3 => resumed.prop_map(Step::Connect),
        3 => any::<bool>().prop_map(Step::Joined),
        2 => (codes, advice).prop_map(|(code, advice)| Step::Refuse(code, advice)),
        1 => (1_u64..60_000).prop_map(Step::Sleep),
        1 => closes.prop_map(|number| Step::Socket(SocketReport::Closed(number))),
        1 => Just(Step::Socket(SocketReport::Unreadable)),
        2 => tab.prop_map(Step::Report),
        3 => (1_u64..20_000).prop_map(Step::Wait),
    ]
}

/// Carries a step out as a shell would: it answers a capture once and only what was asked for, and
/// reports nothing of a link that is closed.
fn take(step: Step, tab: &mut Tab, held: &mut Held) -> Vec<Effect> {
    match step {
        Step::Captured(number, kinds) => {
            let capture = CaptureId(number);
            if !held.asked.remove(&capture) {
                return Vec::new();
            }
            let track = |kind: TrackKind| CapturedTrack {
                kind,
                device: None,
                label: String::new(),
            };
            held.tracks.extend(kinds.iter().map(|kind| TrackRef {
                capture,
                kind: *kind,
            }));
            let tracks = kinds.into_iter().map(track).collect();
            tab.report(Report::Media(MediaReport::Captured { capture, tracks }))
        }
        Step::Connect(resumed) => {
            let mut all = tab.socket(SocketReport::Opened);
            all.extend(tab.reply(Reply::Welcome(Box::new(welcome(resumed)))));
            all
        }
        Step::Event(event) => tab.event(event),
        Step::Intent(intent) => tab.intent(intent),
        Step::Joined(on) => tab.joined(on.then(live)),
        Step::Refuse(code, advice) => tab.refuse_with(tab.last_request, code, advice),
        Step::Sleep(millis) => {
            tab.sleep(Duration::from_millis(millis));
            tab.timeout()
        }
        Step::Report(Report::Link(id, _)) if !held.links.contains(&id) => Vec::new(),
        Step::Report(Report::Media(MediaReport::TrackEnded(track))) => {
            if held.tracks.remove(&track) {
                return tab.report(Report::Media(MediaReport::TrackEnded(track)));
            }
            Vec::new()
        }
        Step::Report(Report::Media(MediaReport::CaptureFailed { capture, error })) => {
            if !held.asked.remove(&capture) {
                return Vec::new();
            }
            tab.report(Report::Media(MediaReport::CaptureFailed { capture, error }))
        }
        Step::Report(report) => tab.report(report),
        Step::Socket(report) => {
            if matches!(report, SocketReport::Closed(_)) {
                held.socket = None;
            }
            tab.socket(report)
        }
        Step::Wait(millis) => tab.wait(Duration::from_millis(millis)),
    }
}

proptest! {
    #[test]
    fn nothing_breaks_and_nothing_stays_open(page in pages(), steps in vec(steps(), 1..120)) {
        let mut held = Held::default();
        let mut tab = Tab::rendered(page);
        held.carry_out(&tab.start(crate::Preferences::default(), None));
        for step in steps {
            let effects = take(step, &mut tab, &mut held);
            held.carry_out(&effects);
            tab.view();
        }
        held.carry_out(&tab.intent(Intent::OpenPage(Page::Other)));
        assert_eq!(held.links, BTreeSet::new(), "links are left open");
        assert_eq!(held.tracks, BTreeSet::new(), "devices are left on");
        assert_eq!(held.sent, Outgoing::default(), "something is still sent");
        assert_eq!(tab.view().page, PageView::Other);
    }
}
