use crate::tests::harness::{LINK, Out, Tab, channel, commands, device, live, opened, outs, peer};
use crate::{
    CaptureError, CaptureId, CaptureRequest, Device, DeviceKind, Effect, Intent, LinkEffect,
    LinkReport, LinkStats, Lock, MediaEffect, MediaReport, Outgoing, Page, Permission, PlayEffect,
    Preferences, Problem, Report, Slot, SlotSource, SourceView, StudioPhase, TrackKind, TrackRef,
};
use protocol::time::Duration;
use protocol::{
    AllStreamUsers, Command, Direction, ErrorCode, Event, HostKey, JoinStream, Media, NameError,
    PeerId, Resumed, Role, Title, UpdateStream, User, UserName,
};

const fn video(capture: u32) -> TrackRef {
    TrackRef {
        capture: CaptureId(capture),
        kind: TrackKind::Video,
    }
}

const fn audio(capture: u32) -> TrackRef {
    TrackRef {
        capture: CaptureId(capture),
        kind: TrackKind::Audio,
    }
}

const BOTH: Outgoing = Outgoing {
    video: Some(video(1)),
    video_is_screen: false,
    microphone: Some(audio(1)),
    microphone_muted: false,
    screen_sound: None,
};

fn did(effect: MediaEffect) -> Out {
    Out::Did(Effect::Media(effect))
}

fn send(outgoing: Outgoing) -> Out {
    did(MediaEffect::Send(outgoing))
}

fn stop(track: TrackRef) -> Out {
    did(MediaEffect::Stop(track))
}

fn capture(number: u32, request: CaptureRequest) -> Out {
    did(MediaEffect::Capture {
        capture: CaptureId(number),
        request,
    })
}

fn media(audio: bool, video: bool) -> Out {
    Out::Asked(Command::UpdateStream(UpdateStream {
        title: None,
        media: Some(Media { audio, video }),
    }))
}

fn failed(capture: u32, error: CaptureError) -> Report {
    Report::Media(MediaReport::CaptureFailed {
        capture: CaptureId(capture),
        error,
    })
}

fn ended(track: TrackRef) -> Report {
    Report::Media(MediaReport::TrackEnded(track))
}

fn devices(permission: Permission) -> Report {
    Report::Media(MediaReport::Devices {
        devices: vec![Device {
            id: device(1),
            kind: DeviceKind::Camera,
            label: String::new(),
        }],
        camera: permission,
        microphone: permission,
        can_share_screen: true,
    })
}

fn both() -> CaptureRequest {
    CaptureRequest::CameraAndMicrophone {
        camera: None,
        microphone: None,
    }
}

fn studio() -> Tab {
    Tab::online(Page::Studio(Some("mina".to_owned())))
}

fn problem(tab: &Tab) -> Option<Problem> {
    tab.studio().problem
}

#[test]
fn nobody_is_asked_before_the_person_wants_it() {
    let mut tab = Tab::rendered(Page::Studio(None));
    let out = outs(tab.start(Preferences::default(), None));
    assert_eq!(out.last(), Some(&did(MediaEffect::WatchDevices)));
    assert_eq!(tab.report(devices(Permission::Prompt)), []);
    assert_eq!(tab.studio().devices.len(), 1);
}

#[test]
fn devices_that_are_allowed_already_go_on_by_themselves_once() {
    let mut tab = studio();
    let out = outs(tab.report(devices(Permission::Granted)));
    assert_eq!(out, [capture(1, both())]);
    assert_eq!(tab.report(devices(Permission::Granted)), []);
    assert_eq!(tab.studio().camera, SourceView::Starting);
    assert_eq!(tab.studio().lock, Some(Lock::SourceStarting));
}

#[test]
fn camera_and_microphone_are_asked_for_with_one_question_and_remembered() {
    let mut tab = studio();
    tab.intent(Intent::MountSlot(Slot::PREVIEW));
    let out = outs(tab.intent(Intent::UseCameraAndMicrophone));
    assert_eq!(out, [capture(1, both())]);
    let effects = tab.captured(1, &[TrackKind::Video, TrackKind::Audio]);
    let out: Vec<Out> = outs(effects)
        .into_iter()
        .filter(|out| !matches!(out, Out::Did(Effect::SavePreferences(_))))
        .collect();
    let shown = PlayEffect::Play {
        slot: Slot::PREVIEW,
        muted: true,
        volume: 0,
    };
    assert_eq!(out, [send(BOTH), Out::Did(Effect::Play(shown))]);
    let on = SourceView::On {
        device: Some(device(1)),
        label: "Device 1".to_owned(),
    };
    assert_eq!(
        (tab.studio().camera, tab.studio().microphone),
        (on.clone(), on)
    );
    assert_eq!(tab.studio().lock, None);
}

#[test]
fn the_preview_shows_what_is_sent() {
    let mut tab = studio();
    let out = tab.intent(Intent::MountSlot(Slot::PREVIEW));
    let attach = PlayEffect::Attach {
        slot: Slot::PREVIEW,
        source: Some(SlotSource::Outgoing),
    };
    assert_eq!(out.first(), Some(&Effect::Play(attach)));
}

#[test]
fn a_denial_is_told_and_can_be_tried_again() {
    let mut tab = studio();
    tab.intent(Intent::UseCameraAndMicrophone);
    assert_eq!(tab.report(failed(1, CaptureError::Denied)), []);
    let denied = Problem::CameraAndMicrophone(CaptureError::Denied);
    assert_eq!(problem(&tab), Some(denied));
    assert_eq!(tab.studio().camera, SourceView::Off);
    assert_eq!(tab.studio().lock, Some(Lock::NoSource));
    let out = outs(tab.intent(Intent::UseCameraAndMicrophone));
    assert_eq!(out, [capture(2, both())]);
    assert_eq!(problem(&tab), None);
}

#[test]
fn without_a_camera_the_microphone_alone_goes_on() {
    let mut tab = studio();
    tab.intent(Intent::UseCameraAndMicrophone);
    let out = outs(tab.report(failed(1, CaptureError::NoDevice)));
    assert_eq!(out, [capture(2, CaptureRequest::Camera(None))]);
    let out = outs(tab.report(failed(2, CaptureError::NoDevice)));
    assert_eq!(out, [capture(3, CaptureRequest::Microphone(None))]);
    tab.captured(3, &[TrackKind::Audio]);
    assert_eq!(problem(&tab), Some(Problem::Camera(CaptureError::NoDevice)));
    assert!(tab.studio().microphone.is_on());
    assert_eq!(tab.studio().lock, None);
}

#[test]
fn without_a_microphone_the_camera_alone_goes_on() {
    let mut tab = studio();
    tab.intent(Intent::UseCameraAndMicrophone);
    tab.report(failed(1, CaptureError::NoDevice));
    tab.captured(2, &[TrackKind::Video]);
    tab.report(failed(3, CaptureError::NoDevice));
    let missing = Problem::Microphone(CaptureError::NoDevice);
    assert_eq!(problem(&tab), Some(missing));
    assert!(tab.studio().camera.is_on());
}

#[test]
fn without_any_device_both_are_named() {
    let mut tab = studio();
    tab.intent(Intent::UseCameraAndMicrophone);
    for capture in 1..=3 {
        tab.report(failed(capture, CaptureError::NoDevice));
    }
    let missing = Problem::CameraAndMicrophone(CaptureError::NoDevice);
    assert_eq!(problem(&tab), Some(missing));
}

#[test]
fn another_camera_is_captured_before_the_old_one_is_stopped() {
    let mut tab = Tab::live();
    let wanted = Some(device(2));
    let out = outs(tab.intent(Intent::UseCamera(wanted.clone())));
    assert_eq!(out, [capture(2, CaptureRequest::Camera(wanted))]);
    let effects = tab.captured(2, &[TrackKind::Video]);
    let switched = Outgoing {
        video: Some(video(2)),
        ..BOTH
    };
    let out = outs(effects);
    assert_eq!(out.get(1..), Some(&[send(switched), stop(video(1))][..]));
}

#[test]
fn a_camera_that_is_in_use_gets_another_chance_once_the_old_one_is_off() {
    let mut tab = Tab::ready();
    tab.intent(Intent::UseCamera(Some(device(2))));
    let out = outs(tab.report(failed(2, CaptureError::InUse)));
    let without = Outgoing {
        video: None,
        ..BOTH
    };
    let again = capture(3, CaptureRequest::Camera(Some(device(2))));
    assert_eq!(out, [stop(video(1)), again, send(without)]);
    assert_eq!(tab.report(failed(3, CaptureError::InUse)), []);
    assert_eq!(problem(&tab), Some(Problem::Camera(CaptureError::InUse)));
}

#[test]
fn an_unplugged_camera_is_told_and_the_stream_goes_on() {
    let mut tab = Tab::live();
    let without = Outgoing {
        video: None,
        ..BOTH
    };
    let out = outs(tab.report(ended(video(1))));
    assert_eq!(out, [send(without), media(true, false)]);
    assert_eq!(problem(&tab), Some(Problem::CameraLost));
    assert_eq!(tab.studio().phase, StudioPhase::Live);
    tab.report(ended(audio(1)));
    assert_eq!(problem(&tab), Some(Problem::MicrophoneLost));
    tab.intent(Intent::DismissProblem);
    assert_eq!(problem(&tab), None);
}

#[test]
fn the_screen_replaces_the_camera_and_gives_it_back() {
    let mut tab = Tab::live();
    let out = outs(tab.intent(Intent::ShareScreen));
    assert_eq!(out, [capture(2, CaptureRequest::Screen)]);
    let shared = Outgoing {
        video: Some(video(2)),
        video_is_screen: true,
        screen_sound: Some(audio(2)),
        ..BOTH
    };
    let out = outs(tab.captured(2, &[TrackKind::Video, TrackKind::Audio]));
    assert_eq!(out, [send(shared)]);
    assert!(tab.studio().camera.is_on() && tab.studio().screen_sound);
    let out = outs(tab.intent(Intent::StopScreen));
    assert_eq!(out, [send(BOTH), stop(video(2)), stop(audio(2))]);
}

#[test]
fn a_screen_stopped_by_the_browsers_button_is_told() {
    let mut tab = Tab::live();
    tab.intent(Intent::ShareScreen);
    tab.captured(2, &[TrackKind::Video, TrackKind::Audio]);
    let out = outs(tab.report(ended(video(2))));
    assert_eq!(out, [send(BOTH), stop(audio(2))]);
    assert_eq!(problem(&tab), Some(Problem::ScreenStopped));
}

#[test]
fn a_closed_screen_picker_is_no_problem() {
    let mut tab = studio();
    tab.intent(Intent::ShareScreen);
    tab.report(failed(1, CaptureError::Dismissed));
    assert_eq!(
        (problem(&tab), tab.studio().screen),
        (None, SourceView::Off)
    );
    tab.intent(Intent::ShareScreen);
    tab.report(failed(2, CaptureError::Denied));
    assert_eq!(problem(&tab), Some(Problem::Screen(CaptureError::Denied)));
}

#[test]
fn a_muted_microphone_sends_silence_and_viewers_are_told() {
    let mut tab = Tab::live();
    let muted = Outgoing {
        microphone_muted: true,
        ..BOTH
    };
    let out = outs(tab.intent(Intent::MuteMicrophone));
    assert_eq!(out, [send(muted), media(false, true)]);
    assert!(tab.studio().microphone_muted);
    let out = outs(tab.intent(Intent::UnmuteMicrophone));
    assert_eq!(out, [send(BOTH), media(true, true)]);
}

#[test]
fn what_the_browser_gives_too_late_is_stopped() {
    let mut tab = studio();
    tab.intent(Intent::UseCamera(None));
    tab.intent(Intent::StopCamera);
    let out = outs(tab.captured(1, &[TrackKind::Video]));
    assert_eq!(out, [stop(video(1))]);
    tab.intent(Intent::UseCamera(None));
    tab.intent(Intent::OpenPage(Page::Lobby));
    let out = outs(tab.captured(2, &[TrackKind::Video]));
    assert_eq!(out, [stop(video(2))]);
}

#[test]
fn what_is_in_the_way_is_named() {
    let mut tab = Tab::online(Page::Studio(None));
    let lock = |tab: &Tab| tab.studio().lock;
    assert_eq!(lock(&tab), Some(Lock::NoSource));
    tab.intent(Intent::UseMicrophone(None));
    assert_eq!(lock(&tab), Some(Lock::SourceStarting));
    tab.captured(1, &[TrackKind::Audio]);
    assert_eq!(lock(&tab), Some(Lock::NoName));
    tab.intent(Intent::NameChannel("a/b".to_owned()));
    assert_eq!(
        lock(&tab),
        Some(Lock::InvalidName(NameError::Forbidden('/')))
    );
    tab.intent(Intent::NameChannel("mina".to_owned()));
    tab.intent(Intent::NameStream("x".repeat(141)));
    let too_long = NameError::TooLong { max: 140 };
    assert_eq!(lock(&tab), Some(Lock::InvalidTitle(too_long)));
    tab.intent(Intent::NameStream("x".to_owned()));
    assert_eq!(lock(&tab), None);
    tab.close(1006);
    assert_eq!(lock(&tab), Some(Lock::Offline));
    assert_eq!(tab.intent(Intent::GoLive), []);
}

#[test]
fn going_live_joins_as_host_and_guards_the_tab() {
    let mut tab = Tab::ready();
    let out = outs(tab.intent(Intent::GoLive));
    assert_eq!(tab.studio().phase, StudioPhase::GoingLive);
    let Some(Out::Did(Effect::SavePreferences(saved))) = out.get(1) else {
        panic!("no key was stored in {out:?}");
    };
    let join = JoinStream {
        channel_name: channel(),
        user: User {
            name: UserName::parse("mina").unwrap(),
        },
        role: Role::Host,
        key: saved.host_key.clone(),
        title: None,
        media: Media::default(),
        live_for_ms: 0,
        keep: Vec::new(),
    };
    assert_eq!(
        saved.host_key.as_ref().map(|key| key.as_str().len()),
        Some(32)
    );
    assert_eq!(saved.channel.as_deref(), Some("mina"));
    assert_eq!(
        out.get(2..),
        Some(&[Out::Asked(Command::JoinStream(join))][..])
    );
    assert_eq!(
        tab.joined(Some(live())),
        [Effect::GuardUnload(true), Effect::KeepAwake(true)]
    );
    assert_eq!(tab.studio().phase, StudioPhase::Live);
    tab.wait(Duration::from_secs(3));
    assert_eq!(tab.studio().live_for_seconds, 3);
    assert_eq!(tab.studio().link, "https://example.org/c/mina");
}

#[test]
fn the_key_of_this_browser_is_used_again() {
    let mut tab = Tab::rendered(Page::Studio(Some("mina".to_owned())));
    let key = HostKey::parse("mine").unwrap();
    let preferences = Preferences {
        host_key: Some(key.clone()),
        camera: Some(device(9)),
        ..Preferences::default()
    };
    tab.start(preferences, None);
    tab.connect(Resumed::Fresh);
    let out = outs(tab.intent(Intent::UseCamera(None)));
    assert_eq!(out, [capture(1, CaptureRequest::Camera(Some(device(9))))]);
    tab.captured(1, &[TrackKind::Video]);
    let asked = commands(&tab.intent(Intent::GoLive));
    assert!(
        matches!(asked.as_slice(), [Command::JoinStream(join)] if join.key == Some(key.clone()))
    );
}

#[test]
fn a_busy_channel_is_told() {
    let mut tab = Tab::ready();
    tab.intent(Intent::GoLive);
    assert_eq!(tab.refuse(ErrorCode::ChannelBusy), []);
    assert_eq!(problem(&tab), Some(Problem::ChannelBusy));
    assert_eq!(tab.studio().phase, StudioPhase::Ready);
    tab.intent(Intent::NameChannel("other".to_owned()));
    assert_eq!(problem(&tab), None);
}

#[test]
fn a_host_that_is_taken_over_lets_go() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    let out = outs(tab.close(4409));
    let expected = [
        Out::Did(Effect::SaveResumption(None)),
        Out::Did(Effect::Link(LinkEffect::Close(LINK))),
        Out::Did(Effect::GuardUnload(false)),
        Out::Did(Effect::KeepAwake(false)),
    ];
    assert_eq!(out, expected);
    assert_eq!(problem(&tab), Some(Problem::TakenOver));
    assert_eq!(tab.studio().phase, StudioPhase::Ready);
    assert!(tab.studio().camera.is_on());
}

#[test]
fn ending_the_stream_keeps_the_sources() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    let out = outs(tab.intent(Intent::EndStream));
    let expected = [
        Out::Asked(Command::LeaveStream),
        Out::Did(Effect::Link(LinkEffect::Close(LINK))),
        Out::Did(Effect::GuardUnload(false)),
        Out::Did(Effect::KeepAwake(false)),
    ];
    assert_eq!(out, expected);
    assert!(tab.studio().camera.is_on());
}

#[test]
fn leaving_the_studio_turns_everything_off() {
    let mut tab = Tab::live();
    let out = outs(tab.intent(Intent::OpenPage(Page::Other)));
    let expected = [
        Out::Asked(Command::LeaveStream),
        send(Outgoing::default()),
        stop(video(1)),
        stop(audio(1)),
        Out::Did(Effect::GuardUnload(false)),
        Out::Did(Effect::KeepAwake(false)),
    ];
    assert_eq!(out, expected);
}

#[test]
fn a_live_tab_that_goes_away_leaves_its_stream_waiting() {
    let mut tab = Tab::live();
    let out = tab.report(Report::PageGone);
    assert!(matches!(out.as_slice(), [Effect::SaveResumption(Some(_))]));
}

#[test]
fn a_lost_socket_is_recovered_from_while_viewers_go_on_watching() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    assert_eq!(tab.close(1006), []);
    assert_eq!(tab.studio().phase, StudioPhase::Recovering);
    assert_eq!(tab.studio().links_connected, 1);
}

#[test]
fn viewers_are_listed_and_what_they_get_is_summed_up() {
    let mut tab = Tab::live();
    let first = peer(PeerId::from_bits(1), Role::Viewer);
    let second = peer(PeerId::from_bits(2), Role::Viewer);
    let users = vec![first.clone()];
    tab.event(Event::AllStreamUsers(AllStreamUsers { users }));
    tab.event(Event::UserJoinedStream(second.clone()));
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    let bits_per_second = 900_000;
    let stats = LinkStats {
        bits_per_second,
        ..LinkStats::default()
    };
    tab.link(LINK, LinkReport::Stats(stats));
    let view = tab.studio();
    assert_eq!(view.viewers, [first, second]);
    assert_eq!((view.viewer_count, view.links_connected), (2, 1));
    assert_eq!(view.bits_per_second, bits_per_second);
}

#[test]
fn a_title_is_told_when_it_is_typed_to_its_end() {
    let mut tab = Tab::live();
    assert_eq!(tab.intent(Intent::NameStream("Mor".to_owned())), []);
    assert_eq!(tab.intent(Intent::NameStream("Morning".to_owned())), []);
    let update = UpdateStream {
        title: Some(Title::parse("Morning").unwrap()),
        media: None,
    };
    assert_eq!(
        outs(tab.wait(Duration::from_secs(1))),
        [Out::Asked(Command::UpdateStream(update))]
    );
}

#[test]
fn the_level_is_shown() {
    let mut tab = Tab::ready();
    tab.report(Report::Media(MediaReport::Level(42)));
    assert_eq!(tab.studio().level, 42);
}
