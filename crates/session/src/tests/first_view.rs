//! What the server renders is what the browser starts from.

use super::harness::{channel, live, peer};
use crate::{Input, Locale, Theme};
use crate::{Page, PageView, Preferences, Report, Seed, Session, View, WatchPhase};
use protocol::time::{Duration, Instant};
use protocol::{LiveChannel, Media, PeerId, Role};

fn seeds() -> Vec<Seed> {
    let listed = LiveChannel {
        channel_name: channel(),
        user: peer(PeerId::from_bits(1), Role::Host).user,
        title: None,
        media: Media::default(),
        viewers: 3,
        live_for_ms: 60_000,
    };
    let of = |page| Seed {
        page,
        locale: Locale::Ko,
        theme: Theme::Dark,
        channels: vec![listed.clone()],
        live: Some(live()),
        viewers: 4,
        origin: "https://example.org".to_owned(),
    };
    vec![
        Seed::default(),
        of(Page::Lobby),
        of(Page::Watch("mina".to_owned())),
        of(Page::Watch("a/b".to_owned())),
        of(Page::Embed("mina".to_owned())),
        of(Page::Studio(None)),
        of(Page::Studio(Some("mina".to_owned()))),
        of(Page::Other),
    ]
}

#[test]
fn the_browser_starts_with_the_view_that_the_server_rendered() {
    for seed in seeds() {
        let now = Instant::from_micros(123_456_789);
        let session = Session::new(seed.clone(), 99, now);
        assert_eq!(session.view(now), View::initial(&seed), "{seed:?}");
    }
}

#[test]
fn a_rendered_channel_tells_what_is_known() {
    let seed = seeds().remove(2);
    let PageView::Watch(watch) = View::initial(&seed).page else {
        panic!("not the watch page");
    };
    assert_eq!(watch.phase, WatchPhase::Starting);
    assert_eq!((watch.viewers, watch.live_for_seconds), (4, Some(0)));
    assert_eq!(watch.host.as_deref(), Some("Mina"));
}

#[test]
fn a_name_that_no_channel_can_have_is_told_at_once() {
    let seed = seeds().remove(3);
    let PageView::Watch(watch) = View::initial(&seed).page else {
        panic!("not the watch page");
    };
    assert_eq!(watch.phase, WatchPhase::InvalidName);
    assert_eq!(watch.channel, "a/b");
}

#[test]
fn the_user_has_a_name_once_the_tab_has_started() {
    let mut session = Session::new(Seed::default(), 5, Instant::ORIGIN);
    assert_eq!(session.view(Instant::ORIGIN).user_name, "");
    let preferences = Box::<Preferences>::default();
    let started = Report::Started {
        preferences,
        resumption: None,
    };
    session.handle_input(Instant::ORIGIN, Input::Report(started));
    assert!(
        session
            .view(Instant::ORIGIN)
            .user_name
            .starts_with("Guest ")
    );
}

#[test]
fn the_lobby_counts_on() {
    let session = Session::new(seeds().remove(1), 5, Instant::ORIGIN);
    let PageView::Lobby(lobby) = session.view(Instant::ORIGIN + Duration::from_secs(5)).page else {
        panic!("not the lobby");
    };
    let first = lobby.channels.first().map(|channel| channel.live_for_ms);
    assert_eq!(first, Some(65_000));
}
