//! Every page in every state, rendered as the server renders it.

mod studio;

use crate::{Document, render, render_view};
use protocol::{
    ChannelName, LiveChannel, LiveStream, Media, PeerId, PeerSummary, Role, StreamId, Title, User,
    UserName,
};
use session::{
    Connection, LobbyView, Locale, Page, PageView, Seed, Theme, View, WatchPhase, WatchView,
};

fn view(page: PageView) -> View {
    View {
        connection: Connection::Online,
        locale: Locale::En,
        theme: Theme::System,
        user_name: "Guest 4821".into(),
        copied: false,
        page,
    }
}

fn html(page: Page, view: View) -> String {
    let seed = Seed {
        page,
        origin: "https://a.example".into(),
        ..Seed::default()
    };
    let document = Document {
        seed,
        ..Document::default()
    };
    without_markers(&render_view(&document, view))
}

/// The page without the comments that tell the client where a list of nodes ends.
fn without_markers(html: &str) -> String {
    html.replace("<!>", "")
}

fn watch(watch: WatchView) -> String {
    html(
        Page::Watch("mina".into()),
        view(PageView::Watch(Box::new(watch))),
    )
}

fn watched(phase: WatchPhase) -> WatchView {
    WatchView {
        channel: "mina".into(),
        phase,
        viewers: 12,
        volume: 80,
        ..WatchView::default()
    }
}

/// The text of the one status region.
fn status(html: &str) -> &str {
    let mut regions = html.split("role=\"status\"").skip(1);
    let region = regions.next().expect("a status region");
    assert_eq!(regions.next(), None, "one status region");
    let text = region.split_once('>').expect("the end of the tag").1;
    text.split_once('<').expect("the end of the text").0
}

/// How many buttons have this as their name.
fn buttons(html: &str, name: &str) -> usize {
    html.split("<button")
        .skip(1)
        .filter(|rest| {
            let (button, _) = rest.split_once("</button>").expect("the end of a button");
            let (tag, content) = button.split_once('>').expect("the end of a tag");
            match tag.split_once("aria-label=\"") {
                Some((_, label)) => label.starts_with(&format!("{name}\"")),
                None => text(content) == name,
            }
        })
        .count()
}

fn text(html: &str) -> String {
    // What stands for nothing where something may come later.
    let html = html.replace("<!--<() />-->", "");
    let outside = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    outside.collect::<String>().trim().to_owned()
}

#[test]
fn the_watch_page_says_where_watching_stands() {
    for (phase, name, sentence) in [
        (WatchPhase::Connecting, "connecting", "Connecting…"),
        (
            WatchPhase::Waiting,
            "waiting",
            "Not live yet. This page starts by itself.",
        ),
        (WatchPhase::Starting, "starting", "Connecting…"),
        (WatchPhase::Live, "live", "Live"),
        (
            WatchPhase::Interrupted,
            "interrupted",
            "The picture has stopped. Getting it back…",
        ),
        (
            WatchPhase::Full,
            "full",
            "This stream is full. It starts by itself when a place is free.",
        ),
        (WatchPhase::Ended, "ended", "The stream has ended."),
        (
            WatchPhase::NotPlayable,
            "not-playable",
            "This browser cannot play this stream. Open the link in another browser.",
        ),
        (
            WatchPhase::Unreachable,
            "unreachable",
            "This network does not let the stream through. It goes on trying by itself.",
        ),
        (
            WatchPhase::InvalidName,
            "invalid-name",
            "No channel can have this name.",
        ),
    ] {
        let html = watch(watched(phase));
        assert_eq!(status(&html), sentence);
        assert!(html.contains(&format!("data-phase=\"{name}\"")), "{name}");
        assert!(html.contains("data-viewers=\"12\""));
        assert!(
            html.contains("data-slot=\"1\""),
            "the picture's place never goes away"
        );
    }
}

#[test]
fn an_embedded_player_has_the_same_status_and_nothing_around_it() {
    let page = PageView::Watch(Box::new(watched(WatchPhase::Waiting)));
    let html = html(Page::Embed("mina".into()), view(page));
    assert_eq!(status(&html), "Not live yet. This page starts by itself.");
    assert!(html.contains("data-player") && !html.contains("<header"));
    let links = html.split("<a ").skip(1);
    let links: Vec<&str> = links.filter_map(|rest| rest.split('>').next()).collect();
    assert_eq!(links.len(), 1, "nothing leads elsewhere within the frame");
    assert!(links[0].contains("target=\"_blank\""));
}

#[test]
fn there_is_one_way_to_unmute() {
    let sounding = watched(WatchPhase::Live);
    let muted = WatchView {
        muted: true,
        ..sounding.clone()
    };
    let blocked = WatchView {
        sound_blocked: true,
        media: Media {
            audio: true,
            video: true,
        },
        ..muted.clone()
    };
    assert_eq!(buttons(&watch(sounding.clone()), "Mute"), 1);
    assert_eq!(buttons(&watch(sounding), "Unmute"), 0);
    assert_eq!(buttons(&watch(muted), "Unmute"), 1);
    let html = watch(blocked.clone());
    assert_eq!(buttons(&html, "Unmute"), 0, "the call is the way");
    assert!(html.contains("Tap for sound") && html.contains("Turn on sound"));
    for silent in [
        WatchView {
            phase: WatchPhase::Ended,
            ..blocked.clone()
        },
        WatchView {
            media: Media {
                audio: false,
                video: true,
            },
            ..blocked
        },
    ] {
        assert!(!watch(silent).contains("Tap for sound"));
    }
}

#[test]
fn without_a_picture_nothing_of_the_last_one_is_seen() {
    let live = WatchView {
        picture: true,
        ..watched(WatchPhase::Live)
    };
    let sound = Media {
        audio: true,
        video: false,
    };
    let hidden = |watch: &str| watch.contains("data-hidden=\"\"");
    let seen = watch(live.clone());
    assert!(!hidden(&seen) && !seen.contains("no-picture"));
    let off = watch(WatchView {
        picture: false,
        media: sound,
        ..live.clone()
    });
    assert!(hidden(&off) && off.contains("Camera is off. You still hear mina."));
    let away = watch(WatchView {
        picture: false,
        media: Media {
            audio: false,
            video: false,
        },
        ..live
    });
    assert!(hidden(&away) && away.contains("Back in a moment."));
    assert!(hidden(&watch(watched(WatchPhase::Ended))));
}

#[test]
fn a_paused_player_offers_to_go_back_to_live() {
    let html = watch(WatchView {
        paused: true,
        ..watched(WatchPhase::Live)
    });
    assert_eq!(status(&html), "Paused");
    assert_eq!(buttons(&html, "Back to live"), 1);
}

#[test]
fn a_name_that_breaks_a_rule_is_told_which_on_every_page() {
    let html = watch(WatchView {
        channel: "a/b".into(),
        ..watched(WatchPhase::InvalidName)
    });
    assert!(html.contains("A channel name cannot contain “/”."));
}

#[test]
fn what_is_not_known_is_not_claimed() {
    let lobby = |connection| {
        let page = PageView::Lobby(LobbyView {
            channels: Vec::new(),
            as_of_loading: true,
        });
        html(
            Page::Lobby,
            View {
                connection,
                ..view(page)
            },
        )
    };
    assert!(lobby(Connection::Connecting).contains("Nobody is live right now."));
    let cut_off = lobby(Connection::Unreachable);
    assert!(!cut_off.contains("Nobody is live right now."));
    assert!(cut_off.contains("Who is live is not known right now."));
    assert_eq!(buttons(&cut_off, "Try again now"), 1);
}

#[test]
fn a_stopped_tab_offers_to_connect_here() {
    let page = PageView::Watch(Box::new(watched(WatchPhase::Live)));
    let stopped = View {
        connection: Connection::Stopped(session::Stop::Elsewhere),
        ..view(page)
    };
    let html = html(Page::Watch("mina".into()), stopped);
    assert_eq!(
        status(&html),
        "This page goes on in another tab or on another device."
    );
    assert_eq!(buttons(&html, "Connect here"), 1);
}

#[test]
fn the_lobby_lists_who_is_live_or_says_that_nobody_is() {
    let lobby = |channels| {
        html(
            Page::Lobby,
            view(PageView::Lobby(LobbyView {
                channels,
                as_of_loading: false,
            })),
        )
    };
    let empty = lobby(Vec::new());
    assert!(empty.contains("Nobody is live right now."));
    let channel = LiveChannel {
        channel_name: ChannelName::parse("한국어 채널").unwrap(),
        user: User {
            name: UserName::parse("한나").unwrap(),
        },
        title: None,
        media: Media {
            audio: true,
            video: false,
        },
        viewers: 1200,
        live_for_ms: 843_000,
    };
    let full = lobby(vec![channel]);
    assert!(full.contains("href=\"/c/%ED%95%9C%EA%B5%AD%EC%96%B4%20%EC%B1%84%EB%84%90\""));
    for part in ["한국어 채널", "1,200 watching", "0:14:03", "Sound only"] {
        assert!(full.contains(part), "{part}");
    }
}

#[test]
fn every_link_to_the_studio_loads_its_page() {
    let lobby = PageView::Lobby(LobbyView::default());
    for html in [
        html(Page::Lobby, view(lobby)),
        watch(watched(WatchPhase::Waiting)),
    ] {
        let links = html.split("<a ").filter_map(|rest| rest.split('>').next());
        let links: Vec<&str> = links.filter(|tag| tag.contains("\"/studio\"")).collect();
        assert!(!links.is_empty());
        for link in links {
            assert!(link.contains("rel=\"external\""), "{link}");
        }
    }
}

#[test]
fn an_address_that_leads_nowhere_leads_back() {
    let html = html(Page::Other, view(PageView::Other));
    assert!(html.contains("There is nothing here."));
    assert!(html.contains("See who is live"));
}

#[test]
fn the_document_follows_language_and_colours() {
    let page = PageView::Watch(Box::new(watched(WatchPhase::Ended)));
    let korean = View {
        locale: Locale::Ko,
        theme: Theme::Light,
        ..view(page)
    };
    let html = html(Page::Watch("mina".into()), korean);
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"ko\" data-theme=\"light\">"));
    assert_eq!(status(&html), "방송이 끝났어요.");
}

#[test]
fn a_link_to_a_channel_is_previewed_under_its_name() {
    let html = watch(watched(WatchPhase::Live));
    assert!(html.contains("<title>mina · Heliograph</title>"));
    for (property, content) in [
        ("og:title", "mina on Heliograph"),
        ("og:url", "https://a.example/c/mina"),
        ("og:image", "https://a.example/og.png"),
    ] {
        let meta = format!("<meta content=\"{content}\" property=\"{property}\">");
        assert!(html.contains(&meta), "{property}");
    }
}

#[test]
fn the_seed_cannot_break_out_of_its_element() {
    let page = Page::Watch("</script><script>alert(1)</script>".into());
    let html = html(
        page,
        view(PageView::Watch(Box::new(watched(WatchPhase::InvalidName)))),
    );
    assert!(!html.contains("<script>alert"));
    assert!(html.contains("\\u003c/script>"));
}

#[test]
fn the_first_view_already_knows_what_the_server_knew() {
    let host = PeerSummary {
        peer: PeerId::from_bits(1),
        user: User {
            name: UserName::parse("Mina").unwrap(),
        },
        role: Role::Host,
    };
    let live = LiveStream {
        stream: StreamId::from_bits(1),
        host,
        title: Some(Title::parse("Chess").unwrap()),
        media: Media::default(),
        live_for_ms: 1000,
        host_away: false,
    };
    let page = Page::Watch("mina".into());
    let seed = Seed {
        page,
        live: Some(live),
        viewers: 7,
        ..Seed::default()
    };
    let html = render(&Document {
        seed,
        ..Document::default()
    });
    // A comment in a title would be a part of it.
    assert!(html.contains("<title>Chess · mina · Heliograph</title>"));
    let html = without_markers(&html);
    assert!(html.contains("<h1 translate=\"no\">Chess</h1>"));
    assert!(html.contains("data-viewers=\"7\""));
    assert_eq!(status(&html), "Connecting…");
}
