//! What is over is never shown, and whose connection is lost is told apart.

use crate::tests::harness::{LINK, OTHER_LINK, Out, Tab, live, opened, outs};
use crate::{Effect, LinkEffect, LinkReport, LinkStats, Trouble, WatchPhase};
use protocol::time::Duration;
use protocol::{
    Direction, Event, LeaveReason, LiveStream, Media, Resumed, StreamEnded, StreamId, StreamUpdated,
};

fn sends(audio: bool, video: bool) -> Event {
    Event::StreamUpdated(StreamUpdated {
        title: None,
        media: Media { audio, video },
        host_away: false,
    })
}

fn did(effect: LinkEffect) -> Out {
    Out::Did(Effect::Link(effect))
}

#[test]
fn a_picture_that_is_turned_off_is_hidden_until_a_new_frame_has_come() {
    let mut tab = Tab::seeing();
    assert!(tab.watch().picture);
    assert_eq!(tab.event(sends(true, false)), []);
    assert!(!tab.watch().picture);
    assert_eq!(
        outs(tab.event(sends(true, true))),
        [did(LinkEffect::Look(LINK))]
    );
    assert!(!tab.watch().picture, "the old frame is not shown again");
    tab.link(LINK, LinkReport::Frame);
    assert!(tab.watch().picture);
}

#[test]
fn a_frame_that_is_late_does_not_show_what_was_turned_off() {
    let mut tab = Tab::seeing();
    tab.event(sends(true, false));
    tab.link(LINK, LinkReport::Frame);
    assert!(!tab.watch().picture);
}

#[test]
fn nothing_is_counted_while_nothing_is_sent() {
    let mut tab = Tab::seeing();
    let out = outs(tab.event(sends(false, false)));
    assert_eq!(out, [did(LinkEffect::Rest(LINK))]);
    let out = outs(tab.event(sends(true, false)));
    assert_eq!(out, [did(LinkEffect::Look(LINK))]);
}

#[test]
fn the_last_frame_of_a_stream_is_not_shown_in_the_next() {
    let mut tab = Tab::seeing();
    let reason = LeaveReason::Left;
    tab.event(Event::StreamEnded(StreamEnded { reason }));
    assert!(!tab.watch().picture);
    let next = LiveStream {
        stream: StreamId::from_bits(0x99),
        ..live()
    };
    tab.event(Event::StreamStarted(next));
    tab.event(opened(OTHER_LINK, Direction::Receive));
    assert!(!tab.watch().picture);
    tab.flow(OTHER_LINK);
    assert!(tab.watch().picture);
}

#[test]
fn a_picture_stays_while_its_streamer_comes_back() {
    let mut tab = Tab::seeing();
    tab.event(Event::StreamUpdated(StreamUpdated {
        title: None,
        media: Media::default(),
        host_away: true,
    }));
    let watch = tab.watch();
    assert_eq!(watch.trouble, Some(Trouble::StreamerAway));
    assert!(watch.picture);
    tab.event(sends(true, true));
    assert_eq!(tab.watch().trouble, None);
}

#[test]
fn a_server_that_is_away_is_told_from_a_connection_that_is_lost() {
    let mut tab = Tab::seeing();
    tab.close(1006);
    let watch = tab.watch();
    assert_eq!(watch.phase, WatchPhase::Live);
    assert_eq!(watch.trouble, Some(Trouble::ServerAway));
    tab.wait(Duration::from_secs(4));
    let watch = tab.watch();
    assert_eq!(watch.phase, WatchPhase::Interrupted);
    assert_eq!(watch.trouble, Some(Trouble::ConnectionLost));
    assert!(watch.picture);
    tab.connect(Resumed::Replayed);
    assert_eq!(tab.watch().trouble, None);
}

#[test]
fn a_screen_on_which_nothing_moves_is_no_fault() {
    let mut tab = Tab::seeing();
    for _ in 0..20 {
        tab.wait(Duration::from_secs(2));
        let stats = LinkStats {
            idle: true,
            ..LinkStats::default()
        };
        tab.link(LINK, LinkReport::Stats(stats));
        tab.event(Event::Ping);
        assert_eq!(tab.watch().phase, WatchPhase::Live);
    }
}

#[test]
fn nobody_watches_where_nobody_streams() {
    let mut tab = Tab::seeing();
    assert_eq!((tab.watch().viewers, tab.watch().waiting), (1, 0));
    let reason = LeaveReason::Left;
    tab.event(Event::StreamEnded(StreamEnded { reason }));
    assert_eq!((tab.watch().viewers, tab.watch().waiting), (0, 1));
}
