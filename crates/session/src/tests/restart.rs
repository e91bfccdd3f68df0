//! The server restarts, and media go on.

use super::harness::{HOST, LINK, OTHER_LINK, Out, Tab, commands, kept, live, opened, outs};
use crate::{Effect, LinkEffect, LinkReport, LinkState, StudioPhase, WatchPhase};
use protocol::time::Duration;
use protocol::{
    Command, Direction, End, Event, Generation, JoinStream, LinkId, LiveStream, Resumed, Role,
    StreamId,
};

/// The server comes back and knows nothing. Returns the join that the tab asks for.
fn restart(tab: &mut Tab) -> JoinStream {
    tab.close(1012);
    tab.wait(Duration::from_secs(1));
    let effects = tab.connect(Resumed::Fresh);
    let mut joins = commands(&effects);
    match joins.pop() {
        Some(Command::JoinStream(join)) if joins.is_empty() => join,
        other => panic!("not one join but {other:?} after {joins:?}"),
    }
}

fn close(link: LinkId) -> Effect {
    Effect::Link(LinkEffect::Close(link))
}

fn sending() -> Tab {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    tab
}

fn restarted_stream() -> LiveStream {
    LiveStream {
        stream: StreamId::from_bits(0x77),
        ..live()
    }
}

#[test]
fn a_viewer_names_the_link_it_holds_and_goes_on_watching() {
    let mut tab = Tab::seeing();
    assert_eq!(restart(&mut tab).keep, [LINK]);
    assert_eq!(tab.joined(None), []);
    assert_eq!(tab.watch().phase, WatchPhase::Live);
    assert_eq!(tab.event(Event::StreamStarted(restarted_stream())), []);
    assert_eq!(tab.event(kept(LINK, Direction::Receive)), []);
    tab.stats(LINK, 1);
    tab.wait(Duration::from_secs(2));
    assert_eq!(tab.watch().phase, WatchPhase::Live);
}

#[test]
fn a_host_takes_its_stream_back_with_its_age_and_its_links() {
    let mut tab = sending();
    tab.wait(Duration::from_secs(5));
    let join = restart(&mut tab);
    assert_eq!((join.role, join.keep), (Role::Host, vec![LINK]));
    assert!((5_000..=6_000).contains(&join.live_for_ms));
    assert_eq!(tab.studio().phase, StudioPhase::Recovering);
    tab.joined(Some(restarted_stream()));
    assert_eq!(tab.studio().phase, StudioPhase::Live);
    assert_eq!(tab.event(kept(LINK, Direction::Send)), []);
    assert_eq!(tab.studio().links_connected, 1);
}

#[test]
fn an_adopted_link_is_renewed_under_the_other_ends_new_name() {
    let mut tab = sending();
    restart(&mut tab);
    tab.joined(Some(restarted_stream()));
    tab.event(kept(LINK, Direction::Send));
    tab.link(LINK, LinkReport::State(LinkState::Failed));
    let second = Generation(2);
    let offer = super::harness::described(second, protocol::DescriptorKind::Offer);
    let out = outs(tab.link(LINK, offer));
    let Some(Out::Asked(Command::Offer(data))) = out.first() else {
        panic!("no offer in {out:?}");
    };
    assert_ne!(data.to, End::Peer(HOST));
}

#[test]
fn a_link_that_nobody_adopts_is_closed_after_a_while() {
    let mut tab = sending();
    restart(&mut tab);
    tab.joined(Some(restarted_stream()));
    assert_eq!(tab.wait(Duration::from_secs(20)), []);
    tab.event(Event::Ping);
    assert_eq!(tab.wait(Duration::from_millis(9_999)), []);
    assert_eq!(tab.wait(Duration::from_millis(1)), [close(LINK)]);
}

#[test]
fn a_viewer_whose_host_never_comes_back_is_told() {
    let mut tab = Tab::seeing();
    restart(&mut tab);
    tab.joined(None);
    let closed = tab.link(LINK, LinkReport::State(LinkState::Failed));
    assert!(closed.contains(&close(LINK)), "{closed:?}");
    assert_eq!(tab.watch().phase, WatchPhase::Ended);
}

#[test]
fn another_link_of_the_host_takes_the_kept_ones_place_once_it_flows() {
    let mut tab = Tab::seeing();
    restart(&mut tab);
    tab.joined(Some(restarted_stream()));
    tab.event(opened(OTHER_LINK, Direction::Receive));
    assert_eq!(tab.watch().phase, WatchPhase::Live);
    let out = tab.link(OTHER_LINK, LinkReport::Flowing);
    assert_eq!(out.last(), Some(&close(LINK)));
    assert_eq!(tab.watch().phase, WatchPhase::Live);
}

#[test]
fn a_link_without_media_is_not_kept() {
    let mut tab = Tab::watching();
    tab.event(opened(LINK, Direction::Receive));
    tab.close(1012);
    tab.wait(Duration::from_secs(1));
    let effects = tab.connect(Resumed::Fresh);
    assert!(effects.contains(&close(LINK)));
    assert!(
        matches!(commands(&effects).last(), Some(Command::JoinStream(join)) if join.keep.is_empty())
    );
}

#[test]
fn a_snapshot_names_every_link_that_is_held() {
    let mut tab = Tab::watching();
    tab.event(opened(LINK, Direction::Receive));
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    let effects = tab.connect(Resumed::Snapshot);
    assert!(
        matches!(commands(&effects).last(), Some(Command::JoinStream(join)) if join.keep == [LINK])
    );
}
