//! Going live, being live, and ending it.

use super::{audio, capture, problem, send, stop, video};
use crate::tests::harness::{
    LINK, Out, Tab, channel, commands, device, live, opened, outs, peer, request_id,
};
use crate::{
    CaptureRequest, Effect, Intent, LinkEffect, LinkReport, LinkStats, Lock, MediaReport, Outgoing,
    Page, Preferences, Problem, Report, SocketReport, StudioPhase, TrackKind,
};
use protocol::time::Duration;
use protocol::wire::{ReplyData, ServerMessage};
use protocol::{
    AllStreamUsers, Command, Direction, ErrorCode, Event, HostKey, JoinStream, Joined, Media,
    NameError, PeerId, Reply, Resumed, Role, Title, UpdateStream, User, UserName,
};

fn joined(viewers: usize) -> Joined {
    Joined {
        channel_name: channel(),
        role: Role::Host,
        live: Some(live()),
        viewers,
        waiting: 0,
    }
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
    let Some(Out::Did(Effect::SavePreferences(saved))) = out.first() else {
        panic!("nothing was stored in {out:?}");
    };
    let join = JoinStream {
        channel_name: channel(),
        user: User {
            name: UserName::parse("mina").unwrap(),
        },
        role: Role::Host,
        key: None,
        title: None,
        media: Media::default(),
        live_for_ms: 0,
        keep: Vec::new(),
    };
    assert_eq!(saved.channel.as_deref(), Some("mina"));
    assert_eq!(
        out.get(1..),
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
    assert!(matches!(asked.as_slice(), [Command::JoinStream(join)] if join.key == Some(key)));
}

#[test]
fn a_press_waits_for_a_host_that_is_lost_but_not_for_one_that_is_there() {
    let mut tab = Tab::ready();
    tab.intent(Intent::GoLive);
    let busy = |tab: &mut Tab, advice| {
        let re = tab.last_request;
        tab.refuse_with(re, ErrorCode::ChannelBusy, advice)
    };
    assert_eq!(busy(&mut tab, Some(9_000)), []);
    assert_eq!(tab.studio().phase, StudioPhase::GoingLive);
    let again = commands(&tab.wait(Duration::from_secs(9)));
    assert!(
        matches!(again.as_slice(), [Command::JoinStream(_)]),
        "{again:?}"
    );
    busy(&mut tab, Some(9_000));
    assert_eq!(problem(&tab), Some(Problem::ChannelBusy));
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
fn viewers_without_a_name_are_counted() {
    let mut tab = Tab::ready();
    tab.intent(Intent::GoLive);
    tab.reply(Reply::Joined(joined(250)));
    let users = vec![peer(PeerId::from_bits(1), Role::Viewer)];
    tab.event(Event::AllStreamUsers(AllStreamUsers { users }));
    let another = peer(PeerId::from_bits(2), Role::Viewer);
    tab.event(Event::UserJoinedStream(another));
    assert_eq!(tab.studio().viewer_count, 251);
}

#[test]
fn the_reply_to_an_attempt_that_was_given_up_is_not_taken_for_the_next() {
    let mut tab = Tab::ready();
    let asked = tab.intent(Intent::GoLive);
    let given_up = asked.iter().find_map(request_id);
    tab.intent(Intent::EndStream);
    tab.intent(Intent::GoLive);
    let message = ServerMessage::Reply {
        re: given_up.unwrap(),
        result: Ok(ReplyData::of(&Reply::Joined(joined(0))).unwrap()),
    };
    assert_eq!(tab.socket(SocketReport::Received(message)), []);
    assert_eq!(tab.studio().phase, StudioPhase::GoingLive);
    tab.joined(Some(live()));
    assert_eq!(tab.studio().phase, StudioPhase::Live);
}

#[test]
fn a_title_is_told_when_it_is_typed_to_its_end() {
    let mut tab = Tab::live();
    assert_eq!(tab.intent(Intent::NameStream("Mor".to_owned())), []);
    assert_eq!(tab.intent(Intent::NameStream("Morning".to_owned())), []);
    let update = UpdateStream {
        title: Some(Some(Title::parse("Morning").unwrap())),
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
