//! Sources and what is made of them.

use super::{
    BOTH, audio, both, capture, devices, did, ended, failed, media, problem, send, stop, studio,
    video,
};
use crate::tests::harness::{Out, Tab, device, outs};
use crate::{
    CaptureError, CaptureRequest, Effect, Intent, Lock, MediaEffect, Outgoing, Page, Permission,
    PlayEffect, Preferences, Problem, Slot, SlotSource, SourceView, StudioPhase, TrackKind,
};

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
