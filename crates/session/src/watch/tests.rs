mod flow;
mod picture;

use crate::tests::harness::{
    HOST, LINK, OTHER_LINK, Out, Tab, channel, commands, live, opened, outs, peer,
};
use crate::{
    Effect, Intent, LinkEffect, LinkReport, LinkState, Locale, Page, PlayEffect, PlayReport,
    Preferences, Report, Slot, SlotSource, WatchPhase,
};
use protocol::time::Duration;
use protocol::{
    Audience, Command, Direction, ErrorCode, Event, JoinStream, Joined, LeaveReason,
    LinkCloseReason, LinkClosed, LinkFailure, LinkId, LinkTarget, LiveStream, Media, PeerId, Reply,
    Role, StreamEnded, StreamFull, StreamId, User, UserLeftStream,
};

fn attach(link: Option<LinkId>) -> Out {
    Out::Did(Effect::Play(PlayEffect::Attach {
        slot: Slot::PICTURE,
        source: link.map(SlotSource::Link),
    }))
}

fn play(muted: bool, volume: u8) -> Out {
    Out::Did(Effect::Play(PlayEffect::Play {
        slot: Slot::PICTURE,
        muted,
        volume,
    }))
}

fn close(link: LinkId) -> Out {
    Out::Did(Effect::Link(LinkEffect::Close(link)))
}

fn awake(on: bool) -> Out {
    Out::Did(Effect::KeepAwake(on))
}

fn flowing(link: LinkId) -> Out {
    Out::Asked(Command::LinkFlowing(LinkTarget { link }))
}

fn closed(link: LinkId, reason: LinkCloseReason) -> Event {
    Event::LinkClosed(LinkClosed { link, reason })
}

fn saved(change: impl FnOnce(&mut Preferences)) -> Out {
    let mut preferences = Preferences::default();
    change(&mut preferences);
    Out::Did(Effect::SavePreferences(Box::new(preferences)))
}

fn phase(tab: &Tab) -> WatchPhase {
    tab.watch().phase
}

#[test]
fn a_viewer_joins_with_a_guest_name_and_waits() {
    let mut tab = Tab::started(Page::Watch("mina".to_owned()));
    assert_eq!(phase(&tab), WatchPhase::Waiting);
    let name = tab.view().user_name;
    let welcome = outs(tab.connect(protocol::Resumed::Fresh));
    let join = JoinStream {
        channel_name: channel(),
        user: User {
            name: protocol::UserName::parse(&name).unwrap(),
        },
        role: Role::Viewer,
        key: None,
        title: None,
        media: Media::default(),
        live_for_ms: 0,
        keep: Vec::new(),
    };
    assert_eq!(welcome.last(), Some(&Out::Asked(Command::JoinStream(join))));
    assert_eq!(tab.joined(None), []);
    assert_eq!(phase(&tab), WatchPhase::Waiting);
}

#[test]
fn a_stream_that_begins_is_shown_by_itself() {
    let mut tab = Tab::online(Page::Watch("mina".to_owned()));
    tab.joined(None);
    tab.intent(Intent::MountSlot(Slot::PICTURE));
    assert_eq!(tab.event(Event::StreamStarted(live())), []);
    assert_eq!(phase(&tab), WatchPhase::Starting);
    let out = outs(tab.event(opened(LINK, Direction::Receive)));
    assert_eq!(
        out.get(1..),
        Some(&[attach(Some(LINK)), play(false, 100)][..])
    );
    let out = outs(tab.flow(LINK));
    assert_eq!(out.get(2..), Some(&[flowing(LINK), awake(true)][..]));
    assert_eq!(phase(&tab), WatchPhase::Live);
    tab.wait(Duration::from_secs(2));
    assert_eq!(tab.watch().live_for_seconds, Some(2));
}

#[test]
fn a_slot_that_is_mounted_late_gets_the_picture() {
    let mut tab = Tab::watching();
    tab.event(opened(LINK, Direction::Receive));
    let out = outs(tab.intent(Intent::MountSlot(Slot::PICTURE)));
    assert_eq!(out, [attach(Some(LINK)), play(false, 100)]);
    assert_eq!(tab.intent(Intent::UnmountSlot(Slot::PICTURE)), []);
    assert_eq!(tab.intent(Intent::Pause), []);
}

#[test]
fn the_picture_goes_on_when_the_socket_is_lost() {
    let mut tab = Tab::seeing();
    assert_eq!(tab.close(1006), []);
    assert_eq!(phase(&tab), WatchPhase::Live);
}

#[test]
fn a_streamer_who_takes_over_is_shown_before_the_old_link_goes() {
    let mut tab = Tab::seeing();
    let stream = LiveStream {
        host: peer(PeerId::from_bits(0x12), Role::Host),
        ..live()
    };
    assert_eq!(tab.event(Event::StreamStarted(stream)), []);
    let out = outs(tab.event(opened(OTHER_LINK, Direction::Receive)));
    assert_eq!(out.len(), 1, "nothing but the new link: {out:?}");
    assert_eq!(phase(&tab), WatchPhase::Live);
    let out = outs(tab.link(OTHER_LINK, LinkReport::Flowing));
    let expected = [
        flowing(OTHER_LINK),
        attach(Some(OTHER_LINK)),
        play(false, 100),
    ];
    assert_eq!(out, expected);
    let out = outs(tab.event(closed(LINK, LinkCloseReason::Replaced)));
    assert_eq!(out, [close(LINK)]);
    assert_eq!(phase(&tab), WatchPhase::Live);
}

#[test]
fn a_link_that_goes_first_leaves_its_last_picture() {
    let mut tab = Tab::seeing();
    let out = outs(tab.event(closed(LINK, LinkCloseReason::Replaced)));
    assert_eq!(out, [close(LINK), awake(false)]);
    assert_eq!(phase(&tab), WatchPhase::Interrupted);
    let out = outs(tab.event(opened(OTHER_LINK, Direction::Receive)));
    assert_eq!(
        out.get(1..),
        Some(&[attach(Some(OTHER_LINK)), play(false, 100)][..])
    );
}

#[test]
fn nobody_waits_any_more_when_a_stream_begins() {
    let mut tab = Tab::online(Page::Watch("mina".to_owned()));
    tab.reply(Reply::Joined(Joined {
        channel_name: channel(),
        role: Role::Viewer,
        live: None,
        viewers: 1,
        waiting: 1,
    }));
    tab.event(Event::StreamStarted(live()));
    assert_eq!((tab.watch().viewers, tab.watch().waiting), (1, 0));
}

#[test]
fn a_waiting_link_takes_over_when_the_shown_one_goes() {
    let mut tab = Tab::seeing();
    tab.event(opened(OTHER_LINK, Direction::Receive));
    let out = outs(tab.event(closed(LINK, LinkCloseReason::Failed)));
    let expected = [
        close(LINK),
        attach(Some(OTHER_LINK)),
        play(false, 100),
        awake(false),
    ];
    assert_eq!(out, expected);
}

#[test]
fn the_end_of_the_stream_clears_the_picture() {
    let mut tab = Tab::seeing();
    let reason = LeaveReason::Left;
    let out = outs(tab.event(Event::StreamEnded(StreamEnded { reason })));
    assert_eq!(out, [close(LINK), attach(None), awake(false)]);
    assert_eq!(phase(&tab), WatchPhase::Ended);
    assert_eq!(tab.watch().live_for_seconds, None);
    let next = LiveStream {
        stream: StreamId::from_bits(0x22),
        ..live()
    };
    assert_eq!(tab.event(Event::StreamStarted(next)), []);
    assert_eq!(phase(&tab), WatchPhase::Starting);
}

#[test]
fn a_viewer_without_a_place_gets_the_next_free_one() {
    let mut tab = Tab::watching();
    assert_eq!(tab.event(Event::StreamFull(StreamFull { limit: 8 })), []);
    assert_eq!(phase(&tab), WatchPhase::Full);
    tab.event(opened(LINK, Direction::Receive));
    assert_eq!(phase(&tab), WatchPhase::Starting);
    tab.flow(LINK);
    assert_eq!(phase(&tab), WatchPhase::Live);
}

#[test]
fn links_that_fail_again_and_again_make_the_streamer_unreachable() {
    let mut tab = Tab::watching();
    for link in [LINK, OTHER_LINK, LinkId::from_bits(0x33)] {
        assert_eq!(phase(&tab), WatchPhase::Starting);
        tab.event(opened(link, Direction::Receive));
        tab.link(link, LinkReport::Broken(LinkFailure::Connectivity));
        tab.event(closed(link, LinkCloseReason::Failed));
    }
    assert_eq!(phase(&tab), WatchPhase::Unreachable);
}

#[test]
fn a_codec_that_does_not_fit_is_told() {
    let mut tab = Tab::watching();
    tab.event(opened(LINK, Direction::Receive));
    tab.link(LINK, LinkReport::Broken(LinkFailure::Codec));
    assert_eq!(phase(&tab), WatchPhase::NotPlayable);
}

#[test]
fn sound_that_the_browser_blocks_comes_with_a_tap() {
    let mut tab = Tab::seeing();
    assert_eq!(tab.play(PlayReport::Blocked), []);
    assert!(tab.watch().muted && tab.watch().sound_blocked);
    assert_eq!(outs(tab.intent(Intent::Unmute)), [play(false, 100)]);
    assert!(!tab.watch().muted && !tab.watch().sound_blocked);
}

#[test]
fn a_blocked_sound_is_not_asked_for_again_without_a_tap() {
    let mut tab = Tab::seeing();
    tab.play(PlayReport::Blocked);
    let out = outs(tab.report(Report::PageShown));
    assert_eq!(out, [Out::Asked(Command::Pong), play(true, 100)]);
}

#[test]
fn volume_and_silence_are_remembered() {
    let mut tab = Tab::seeing();
    let out = outs(tab.intent(Intent::Mute));
    assert_eq!(out, [saved(|chosen| chosen.muted = true), play(true, 100)]);
    let out = outs(tab.intent(Intent::SetVolume(30)));
    assert_eq!(
        out,
        [saved(|chosen| chosen.volume = Some(30)), play(false, 30)]
    );
    assert_eq!(tab.watch().volume, 30);
}

#[test]
fn sound_that_was_turned_to_nothing_becomes_audible() {
    let mut tab = Tab::seeing();
    tab.intent(Intent::SetVolume(0));
    let out = outs(tab.intent(Intent::Unmute));
    assert_eq!(
        out,
        [saved(|chosen| chosen.volume = Some(50)), play(false, 50)]
    );
}

#[test]
fn a_viewer_who_paused_is_not_played_to() {
    let mut tab = Tab::seeing();
    let paused = Out::Did(Effect::Play(PlayEffect::Pause(Slot::PICTURE)));
    assert_eq!(outs(tab.intent(Intent::Pause)), [paused, awake(false)]);
    assert!(tab.watch().paused);
    assert_eq!(
        outs(tab.report(Report::PageShown)),
        [Out::Asked(Command::Pong)]
    );
    let out = outs(tab.intent(Intent::Play));
    assert_eq!(out, [play(false, 100), awake(true)]);
}

#[test]
fn a_picture_that_the_browser_paused_goes_on_when_the_page_is_shown() {
    let mut tab = Tab::seeing();
    tab.report(Report::PageHidden);
    tab.play(PlayReport::Paused);
    assert!(tab.watch().paused);
    let out = outs(tab.report(Report::PageShown));
    assert_eq!(
        out,
        [Out::Asked(Command::Pong), play(false, 100), awake(true)]
    );
}

#[test]
fn the_audience_is_counted() {
    let mut tab = Tab::watching();
    let other = peer(PeerId::from_bits(0x51), Role::Viewer);
    let users = vec![peer(HOST, Role::Host)];
    tab.event(Event::AllStreamUsers(protocol::AllStreamUsers { users }));
    tab.event(Event::UserJoinedStream(other.clone()));
    assert_eq!(tab.watch().viewers, 2);
    tab.event(Event::UserLeftStream(UserLeftStream {
        peer: other.peer,
        user: other.user,
        reason: LeaveReason::Left,
    }));
    assert_eq!(tab.watch().viewers, 1);
    tab.event(Event::Audience(Audience {
        count: 51,
        waiting: 0,
    }));
    assert_eq!(tab.watch().viewers, 51);
}

#[test]
fn a_join_whose_reply_was_lost_is_made_anew_and_answered_with_what_is_on_now() {
    let mut tab = Tab::online(Page::Watch("mina".to_owned()));
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    let again = commands(&tab.connect(protocol::Resumed::Replayed));
    assert!(
        matches!(again.as_slice(), [Command::JoinStream(_)]),
        "{again:?}"
    );
    // It follows the lost reply, which said that nothing is on.
    tab.event(Event::StreamStarted(live()));
    tab.joined(Some(live()));
    assert_eq!(phase(&tab), WatchPhase::Starting);
}

#[test]
fn a_refused_join_is_tried_again() {
    let mut tab = Tab::online(Page::Watch("mina".to_owned()));
    assert_eq!(tab.refuse(ErrorCode::TooFast), []);
    let again = commands(&tab.wait(Duration::from_secs(5)));
    assert!(
        matches!(again.as_slice(), [Command::JoinStream(_)]),
        "{again:?}"
    );
}

#[test]
fn a_name_that_the_server_refuses_is_told() {
    let mut tab = Tab::online(Page::Watch("mina".to_owned()));
    assert_eq!(tab.refuse(ErrorCode::InvalidName), []);
    assert_eq!(phase(&tab), WatchPhase::InvalidName);
    assert_eq!(tab.wait(Duration::from_secs(10)), []);
}

#[test]
fn another_page_leaves_the_channel_and_closes_everything() {
    let mut tab = Tab::seeing();
    let out = outs(tab.intent(Intent::OpenPage(Page::Lobby)));
    let expected = [
        Out::Asked(Command::LeaveStream),
        close(LINK),
        attach(None),
        Out::Asked(Command::FollowLobby),
        awake(false),
    ];
    assert_eq!(out, expected);
}

#[test]
fn a_tab_that_goes_away_leaves_without_waiting() {
    let mut tab = Tab::seeing();
    let out = outs(tab.report(Report::PageGone));
    assert_eq!(out.first(), Some(&Out::Asked(Command::LeaveStream)));
    assert!(matches!(
        out.get(1..),
        Some([Out::Did(Effect::SaveResumption(Some(_)))])
    ));
}

#[test]
fn a_tab_that_was_replaced_lets_go() {
    let mut tab = Tab::seeing();
    let out = outs(tab.close(4409));
    let expected = [
        Out::Did(Effect::SaveResumption(None)),
        close(LINK),
        attach(None),
        awake(false),
    ];
    assert_eq!(out, expected);
}

#[test]
fn a_new_name_is_told_to_the_channel_and_remembered() {
    let mut tab = Tab::watching();
    let name = protocol::UserName::parse("Jun").unwrap();
    let out = outs(tab.intent(Intent::NameUser(" Jun ".to_owned())));
    let user = User { name: name.clone() };
    let expected = [
        saved(|chosen| chosen.name = Some(name)),
        Out::Asked(Command::UpdateUser(protocol::UpdateUser { user })),
    ];
    assert_eq!(out, expected);
    assert_eq!(tab.view().user_name, "Jun");
}

#[test]
fn a_guest_is_called_in_the_chosen_language() {
    let mut tab = Tab::watching();
    let out = outs(tab.intent(Intent::ChooseLocale(Locale::Ko)));
    assert_eq!(
        out.first(),
        Some(&saved(|chosen| chosen.locale = Some(Locale::Ko)))
    );
    assert!(matches!(
        out.get(1..),
        Some([Out::Asked(Command::UpdateUser(_))])
    ));
    assert!(tab.view().user_name.starts_with("손님 "));
}

#[test]
fn a_copied_link_is_told_for_a_while() {
    let mut tab = Tab::watching();
    let link = "https://example.org/c/mina".to_owned();
    assert_eq!(tab.intent(Intent::CopyLink), [Effect::Copy(link)]);
    tab.report(Report::Copied(true));
    assert!(tab.view().copied);
    tab.wait(Duration::from_secs(3));
    assert!(!tab.view().copied);
}

#[test]
fn the_players_controls_pass_through() {
    let mut tab = Tab::seeing();
    let full = Effect::Play(PlayEffect::ToggleFullscreen(Slot::PICTURE));
    assert_eq!(tab.intent(Intent::ToggleFullscreen), [full]);
    let float = Effect::Play(PlayEffect::TogglePictureInPicture(Slot::PICTURE));
    assert_eq!(tab.intent(Intent::TogglePictureInPicture), [float]);
    tab.play(PlayReport::Fullscreen(true));
    tab.play(PlayReport::PictureInPicture(true));
    let (width, height) = (640, 360);
    tab.play(PlayReport::Resized { width, height });
    let view = tab.watch();
    assert!(view.fullscreen && view.picture_in_picture);
    assert_eq!(view.size, Some((640, 360)));
}

#[test]
fn a_path_that_comes_back_by_itself_costs_nothing() {
    let mut tab = Tab::seeing();
    tab.link(LINK, LinkReport::State(LinkState::Disconnected));
    tab.link(LINK, LinkReport::State(LinkState::Connected));
    tab.stats(LINK, 5);
    assert_eq!(tab.wait(Duration::from_secs(2)), []);
}
