//! A person decides: every way back to a stream, and which of them need a press.

use super::problem;
use crate::tests::harness::{LINK, Out, Tab, commands, live, opened, outs};
use crate::{
    Effect, Intent, LinkEffect, LinkReport, LinkStats, Page, Preferences, Problem, Report,
    StudioPhase,
};
use protocol::time::Duration;
use protocol::{
    Command, Direction, ErrorCode, Event, JoinStream, LeaveReason, LinkFailed, LinkFailure,
    LiveStream, Resumed, Role, StreamEnded, StreamId, UpdateStream,
};

fn sending() -> Tab {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    tab
}

/// The only join that the tab asks for.
fn join(effects: &[Effect]) -> JoinStream {
    let mut joins = commands(effects).into_iter().filter_map(|it| {
        let Command::JoinStream(join) = it else {
            return None;
        };
        Some(join)
    });
    let join = joins.next().expect("a join");
    assert_eq!(joins.next(), None);
    join
}

/// The machine sleeps, and wakes up to a socket that the server has closed and a session that it has
/// forgotten.
fn wakes(tab: &mut Tab, after: Duration) -> Vec<Effect> {
    tab.sleep(after);
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    tab.connect(Resumed::Fresh)
}

fn by_another() -> LiveStream {
    LiveStream {
        stream: StreamId::from_bits(0x77),
        ..live()
    }
}

fn is_off(tab: &Tab) {
    assert_eq!(tab.studio().phase, StudioPhase::Ready);
    assert!(tab.studio().camera.is_on(), "the preview goes on");
}

#[test]
fn a_stream_that_another_device_carries_on_is_not_taken_back_after_a_sleep() {
    for slept in [12, 34, 3_600] {
        let mut tab = sending();
        let asked = join(&wakes(&mut tab, Duration::from_secs(slept)));
        assert_eq!((asked.role, asked.key), (Role::Viewer, None));
        let out = outs(tab.joined(Some(by_another())));
        assert_eq!(out.first(), Some(&Out::Asked(Command::LeaveStream)));
        is_off(&tab);
        assert_eq!(problem(&tab), Some(Problem::TakenOver));
        tab.event(Event::Ping);
        assert_eq!(commands(&tab.wait(Duration::from_secs(20))), []);
        let taken = join(&tab.intent(Intent::TakeBack));
        assert_eq!(taken.role, Role::Host);
        tab.joined(Some(live()));
        assert_eq!(tab.studio().phase, StudioPhase::Live);
    }
}

#[test]
fn a_stream_that_ended_during_a_sleep_begins_again_only_by_a_press() {
    let mut tab = sending();
    wakes(&mut tab, Duration::from_secs(34));
    tab.joined(None);
    is_off(&tab);
    assert_eq!(problem(&tab), Some(Problem::EndedMeanwhile));
    assert_eq!(join(&tab.intent(Intent::TakeBack)).role, Role::Host);
}

#[test]
fn going_forward_in_the_history_ends_no_stream() {
    let mut tab = Tab::live();
    let other = Page::Studio(Some("other".to_owned()));
    assert_eq!(commands(&tab.intent(Intent::OpenPage(other))), []);
    assert_eq!(tab.studio().phase, StudioPhase::Live);
    assert_eq!(tab.studio().channel, "mina");
}

#[test]
fn what_a_socket_brings_after_a_sleep_does_not_shorten_it() {
    let mut tab = sending();
    tab.sleep(Duration::from_secs(34));
    tab.event(Event::Ping);
    let stats = LinkStats {
        heard: true,
        ..LinkStats::default()
    };
    tab.link(LINK, LinkReport::Stats(stats));
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    tab.connect(Resumed::Fresh);
    tab.joined(None);
    assert_eq!(problem(&tab), Some(Problem::EndedMeanwhile));
}

#[test]
fn a_resume_within_the_grace_goes_on_by_itself() {
    let mut tab = sending();
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    let out = commands(&tab.connect(Resumed::Replayed));
    let joins = |it: &Command| matches!(it, Command::JoinStream(_));
    assert!(!out.iter().any(joins), "{out:?}");
    assert_eq!(tab.studio().phase, StudioPhase::Live);
}

#[test]
fn a_restarted_server_gets_the_stream_back_if_nobody_else_is_live() {
    let mut tab = Tab::live();
    tab.close(1012);
    tab.wait(Duration::from_secs(1));
    assert_eq!(join(&tab.connect(Resumed::Fresh)).role, Role::Viewer);
    let back = join(&tab.joined(None));
    assert_eq!((back.role, back.keep), (Role::Host, Vec::new()));
    tab.joined(Some(live()));
    assert_eq!(tab.studio().phase, StudioPhase::Live);

    let mut tab = Tab::live();
    tab.close(1012);
    tab.wait(Duration::from_secs(1));
    tab.connect(Resumed::Fresh);
    tab.joined(Some(by_another()));
    assert_eq!(problem(&tab), Some(Problem::TakenOver));
}

#[test]
fn a_stranger_who_comes_first_after_a_restart_does_not_close_links_that_work() {
    let mut tab = sending();
    tab.close(1012);
    tab.wait(Duration::from_secs(1));
    assert_eq!(join(&tab.connect(Resumed::Fresh)).keep, [LINK]);
    for _ in 0..3 {
        assert_eq!(tab.refuse(ErrorCode::ChannelBusy), []);
        assert_eq!(tab.studio().phase, StudioPhase::Recovering);
        assert_eq!(tab.studio().links_connected, 1);
        let again = join(&tab.wait(Duration::from_secs(2)));
        assert_eq!((again.role, again.keep), (Role::Host, vec![LINK]));
    }
    tab.joined(Some(live()));
    assert_eq!(tab.studio().phase, StudioPhase::Live);
}

#[test]
fn a_page_from_the_history_goes_on_only_within_the_grace() {
    for (away, problem_after) in [(10, None), (60, Some(Problem::EndedMeanwhile))] {
        let mut tab = Tab::live();
        tab.report(Report::PageHidden);
        tab.sleep(Duration::from_secs(away));
        tab.report(Report::PageShown);
        tab.close(1006);
        tab.wait(Duration::from_millis(250));
        tab.connect(Resumed::Fresh);
        tab.joined(None);
        assert_eq!(problem(&tab), problem_after, "after {away} s");
    }
}

#[test]
fn a_duplicated_studio_begins_with_nothing_on_air() {
    let mut tab = Tab::rendered(Page::Studio(Some("mina".to_owned())));
    let resume = crate::tests::harness::welcome(Resumed::Fresh);
    let resumption = crate::Resumption {
        resume: protocol::Resume {
            session: resume.session,
            secret: resume.secret,
            last_seq: protocol::Seq(3),
        },
    };
    tab.start(Preferences::default(), Some(resumption));
    assert_eq!(commands(&tab.connect(Resumed::Fresh)), []);
    assert_eq!(tab.studio().phase, StudioPhase::Ready);
}

#[test]
fn a_host_that_another_one_replaced_can_take_its_stream_back_by_a_press() {
    let mut tab = sending();
    tab.close(4409);
    assert_eq!(problem(&tab), Some(Problem::TakenOver));
    assert_eq!(tab.wait(Duration::from_secs(600)), []);
    assert_eq!(commands(&tab.intent(Intent::TakeBack)), []);
    assert_eq!(tab.studio().phase, StudioPhase::GoingLive);
    assert_eq!(join(&tab.connect(Resumed::Fresh)).role, Role::Host);
}

#[test]
fn a_press_that_a_sleep_swallowed_is_not_carried_out_an_hour_later() {
    let mut tab = Tab::ready();
    tab.intent(Intent::GoLive);
    assert_eq!(
        commands(&wakes(&mut tab, Duration::from_secs(3_600))),
        [Command::LeaveStream]
    );
    is_off(&tab);
}

#[test]
fn what_the_server_says_of_another_stream_ends_this_one() {
    let mut tab = sending();
    tab.event(Event::StreamStarted(by_another()));
    assert_eq!(problem(&tab), Some(Problem::TakenOver));
    let mut tab = sending();
    let reason = LeaveReason::Left;
    tab.event(Event::StreamEnded(StreamEnded { reason }));
    assert_eq!(problem(&tab), Some(Problem::EndedMeanwhile));
    is_off(&tab);
}

#[test]
fn a_browser_without_connections_is_a_problem_that_is_told() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    let reason = LinkFailure::Resources;
    let out = outs(tab.link(LINK, LinkReport::Broken(reason)));
    let failed = LinkFailed { link: LINK, reason };
    assert_eq!(out, [Out::Asked(Command::LinkFailed(failed))]);
    assert_eq!(problem(&tab), Some(Problem::NoConnections));
    assert!(!out.contains(&Out::Did(Effect::Link(LinkEffect::Close(LINK)))));
}

#[test]
fn a_live_title_can_be_taken_away() {
    let mut tab = Tab::live();
    tab.intent(Intent::NameStream("Morning".to_owned()));
    tab.wait(Duration::from_secs(1));
    tab.intent(Intent::NameStream(String::new()));
    let update = UpdateStream {
        title: Some(None),
        media: None,
    };
    let out = commands(&tab.wait(Duration::from_secs(1)));
    assert_eq!(out, [Command::UpdateStream(update)]);
}
