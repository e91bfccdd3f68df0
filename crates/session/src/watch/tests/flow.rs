//! Media that stop, or never come.

use super::{awake, closed, phase};
use crate::tests::harness::{GEN, LINK, Out, Tab, described, offer, opened, outs};
use crate::{LinkReport, LinkState, Report, WatchPhase};
use protocol::time::Duration;
use protocol::{
    Command, DescriptorKind, Direction, Event, LinkCloseReason, LinkFailed, LinkFailure,
    LinkTarget, Media, Resumed, StreamUpdated,
};

const NOTHING: Media = Media {
    audio: false,
    video: false,
};

const SOUND: Media = Media {
    audio: true,
    video: false,
};

const fn given_up() -> Out {
    Out::Asked(Command::LinkFailed(LinkFailed {
        link: LINK,
        reason: LinkFailure::Connectivity,
    }))
}

/// A viewer whose link has a path that has brought nothing.
fn connected(media: Media) -> Tab {
    let mut tab = Tab::watching();
    tab.event(Event::StreamUpdated(StreamUpdated {
        title: None,
        media,
        host_away: false,
    }));
    tab.event(opened(LINK, Direction::Receive));
    tab.event(offer(LINK, GEN));
    tab.link(LINK, described(GEN, DescriptorKind::Answer));
    tab.link(LINK, LinkReport::State(LinkState::Connected));
    tab
}

#[test]
fn a_picture_that_stands_still_is_told_and_then_helped() {
    let mut tab = Tab::seeing();
    tab.stats(LINK, 10);
    // It may be this side that is cut off, so the server is asked whether it is there.
    let out = outs(tab.wait(Duration::from_secs(3)));
    assert_eq!(out, [Out::Asked(Command::Pong), awake(false)]);
    tab.event(Event::Ping);
    assert_eq!(phase(&tab), WatchPhase::Interrupted);
    let target = LinkTarget { link: LINK };
    let wish = Out::Asked(Command::RestartIce(target));
    assert_eq!(outs(tab.wait(Duration::from_secs(5))), [wish]);
    assert_eq!(outs(tab.stats(LINK, 11)), [awake(true)]);
    assert_eq!(phase(&tab), WatchPhase::Live);
}

#[test]
fn a_hidden_page_and_a_silent_host_are_no_fault() {
    let mut tab = Tab::seeing();
    tab.report(Report::PageHidden);
    tab.wait(Duration::from_secs(20));
    assert_eq!(phase(&tab), WatchPhase::Live);

    let mut tab = Tab::seeing();
    let media = NOTHING;
    tab.event(Event::StreamUpdated(StreamUpdated {
        title: None,
        media,
        host_away: false,
    }));
    tab.wait(Duration::from_secs(20));
    assert_eq!(phase(&tab), WatchPhase::Live);
    assert_eq!(tab.watch().media, media);
}

#[test]
fn a_tab_that_slept_is_not_blamed_on_the_stream() {
    let mut tab = Tab::seeing();
    tab.report(Report::PageHidden);
    tab.sleep(Duration::from_secs(600));
    tab.report(Report::PageShown);
    assert_eq!(phase(&tab), WatchPhase::Live);
}

#[test]
fn a_picture_that_stands_still_in_spite_of_help_gets_another_link() {
    let mut tab = Tab::seeing();
    tab.stats(LINK, 10);
    tab.wait(Duration::from_secs(3));
    tab.event(Event::Ping);
    tab.wait(Duration::from_secs(5));
    assert_eq!(outs(tab.wait(Duration::from_millis(9_999))), []);
    assert_eq!(outs(tab.wait(Duration::from_millis(1))), [given_up()]);
    assert_eq!(phase(&tab), WatchPhase::Interrupted);
    tab.event(closed(LINK, LinkCloseReason::Failed));
    assert_eq!(outs(tab.wait(Duration::from_secs(24))), []);
}

#[test]
fn a_link_that_connects_and_brings_nothing_is_given_up() {
    let mut tab = connected(SOUND);
    assert_eq!(outs(tab.wait(Duration::from_millis(14_999))), []);
    assert_eq!(outs(tab.wait(Duration::from_millis(1))), [given_up()]);
}

#[test]
fn a_link_on_which_nothing_is_sent_or_seen_is_kept() {
    let mut tab = connected(NOTHING);
    assert_eq!(outs(tab.wait(Duration::from_secs(20))), []);

    let mut tab = connected(SOUND);
    tab.report(Report::PageHidden);
    assert_eq!(outs(tab.wait(Duration::from_secs(20))), []);
}

#[test]
fn a_link_is_not_given_up_while_the_server_cannot_hear_of_it() {
    let mut tab = connected(SOUND);
    tab.close(1006);
    let far = tab.wait(Duration::from_millis(250));
    assert_eq!(far.len(), 1, "only a socket is opened: {far:?}");
    tab.sleep(Duration::from_secs(9));
    tab.connect(Resumed::Replayed);
    assert_eq!(outs(tab.wait(Duration::from_millis(14_999))), []);
    assert_eq!(outs(tab.wait(Duration::from_millis(1))), [given_up()]);
}
