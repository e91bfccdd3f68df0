//! Writes the pages, in the states that matter, as HTML files into a directory, to be looked at:
//! `cargo run -p ui --features ssr --example preview -- DIRECTORY STYLESHEET`.

use protocol::{ChannelName, LiveChannel, Media, PeerId, PeerSummary, Role, Title, User, UserName};
use session::{
    Connection, Device, DeviceId, DeviceKind, LobbyView, Locale, Lock, Page, PageView, Problem,
    Seed, SourceView, StudioPhase, StudioView, Theme, View, WatchPhase, WatchView,
};
use std::{env, error::Error, fs, path::PathBuf};
use ui::Document;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("which directory?")?);
    let style = arguments.next().unwrap_or_else(|| "main.css".to_owned());
    fs::create_dir_all(&directory)?;
    for (name, page, view) in scenes()? {
        for (suffix, locale, theme) in [
            ("dark", Locale::En, Theme::Dark),
            ("light", Locale::En, Theme::Light),
            ("ko", Locale::Ko, Theme::Dark),
        ] {
            let options = Document {
                seed: Seed {
                    page: page.clone(),
                    locale,
                    theme,
                    ..Seed::default()
                },
                style: style.clone(),
                ..Document::default()
            };
            let html = ui::render_view(
                &options,
                View {
                    locale,
                    theme,
                    ..view.clone()
                },
            );
            fs::write(directory.join(format!("{name}-{suffix}.html")), html)?;
        }
    }
    Ok(())
}

type Scene = (&'static str, Page, View);

fn scenes() -> Result<Vec<Scene>, Box<dyn Error>> {
    let mut scenes = vec![
        ("not-found", Page::Other, page(PageView::Other)),
        (
            "lobby-empty",
            Page::Lobby,
            page(PageView::Lobby(LobbyView::default())),
        ),
        (
            "lobby",
            Page::Lobby,
            page(PageView::Lobby(LobbyView {
                channels: channels()?,
                as_of_loading: false,
            })),
        ),
    ];
    scenes.extend(watch_scenes());
    scenes.extend(studio_scenes()?);
    Ok(scenes)
}

fn watch_scenes() -> Vec<Scene> {
    let live = WatchView {
        channel: "mina".into(),
        phase: WatchPhase::Live,
        title: Some("Building a tiny synthesiser, part 3".into()),
        host: Some("Mina".into()),
        viewers: 1284,
        live_for_seconds: Some(843),
        volume: 80,
        ..WatchView::default()
    };
    let waiting = WatchView {
        phase: WatchPhase::Waiting,
        title: None,
        viewers: 3,
        ..live.clone()
    };
    let of = |watch: WatchView| page(PageView::Watch(Box::new(watch)));
    let watch = || Page::Watch("mina".into());
    let phase = |phase| {
        of(WatchView {
            phase,
            ..live.clone()
        })
    };
    let lost = Connection::Reconnecting {
        retry_in_seconds: 2,
    };
    vec![
        ("watch-live", watch(), phase(WatchPhase::Live)),
        (
            "watch-blocked",
            watch(),
            of(WatchView {
                muted: true,
                sound_blocked: true,
                ..live.clone()
            }),
        ),
        ("watch-starting", watch(), phase(WatchPhase::Starting)),
        ("watch-interrupted", watch(), phase(WatchPhase::Interrupted)),
        (
            "watch-lost",
            watch(),
            View {
                connection: lost,
                ..phase(WatchPhase::Live)
            },
        ),
        ("watch-waiting", watch(), of(waiting)),
        ("watch-ended", watch(), phase(WatchPhase::Ended)),
        ("watch-full", watch(), phase(WatchPhase::Full)),
        ("watch-unreachable", watch(), phase(WatchPhase::Unreachable)),
        ("watch-invalid", watch(), phase(WatchPhase::InvalidName)),
        (
            "watch-stopped",
            watch(),
            View {
                connection: Connection::Stopped(session::Stop::Elsewhere),
                ..phase(WatchPhase::Live)
            },
        ),
        (
            "embed-live",
            Page::Embed("mina".into()),
            phase(WatchPhase::Live),
        ),
    ]
}

fn studio_scenes() -> Result<Vec<Scene>, Box<dyn Error>> {
    let empty = StudioView {
        can_share_screen: true,
        lock: Some(Lock::NoSource),
        ..StudioView::default()
    };
    let ready = StudioView {
        channel: "mina".into(),
        title: "Building a tiny synthesiser, part 3".into(),
        lock: None,
        camera: on("c1", "FaceTime HD Camera"),
        microphone: on("m1", "MacBook Pro Microphone"),
        devices: devices(),
        level: 62,
        link: "https://live.example.org/c/mina".into(),
        ..empty.clone()
    };
    let live = StudioView {
        phase: StudioPhase::Live,
        viewers: vec![
            viewer(1, "Jun")?,
            viewer(2, "Guest 4821")?,
            viewer(3, "한나")?,
        ],
        viewer_count: 12,
        links_connected: 11,
        live_for_seconds: 843,
        bits_per_second: 2_412_000,
        ..ready.clone()
    };
    let denied = StudioView {
        problem: Some(Problem::CameraAndMicrophone(session::CaptureError::Denied)),
        ..empty.clone()
    };
    let bad_name = StudioView {
        channel: "mina/live".into(),
        lock: Some(Lock::InvalidName(protocol::NameError::Forbidden('/'))),
        link: String::new(),
        ..ready.clone()
    };
    let of = |studio: StudioView| page(PageView::Studio(Box::new(studio)));
    let studio = || Page::Studio(None);
    Ok(vec![
        ("studio-empty", studio(), of(empty)),
        ("studio-denied", studio(), of(denied)),
        ("studio-name", studio(), of(bad_name)),
        ("studio-ready", studio(), of(ready)),
        (
            "studio-muted",
            studio(),
            of(StudioView {
                microphone_muted: true,
                level: 0,
                ..live.clone()
            }),
        ),
        ("studio-live", studio(), of(live)),
    ])
}

fn page(page: PageView) -> View {
    View {
        connection: Connection::Online,
        locale: Locale::En,
        theme: Theme::Dark,
        user_name: "Guest 4821".into(),
        copied: false,
        page,
    }
}

fn channels() -> Result<Vec<LiveChannel>, Box<dyn Error>> {
    let channel = |name, title: Option<&str>, viewers, seconds: u64, video| {
        Ok::<_, Box<dyn Error>>(LiveChannel {
            channel_name: ChannelName::parse(name)?,
            user: User {
                name: UserName::parse(name)?,
            },
            title: title.map(Title::parse).transpose()?,
            media: Media { audio: true, video },
            viewers,
            live_for_ms: seconds * 1000,
        })
    };
    Ok(vec![
        channel(
            "mina",
            Some("Building a tiny synthesiser, part 3"),
            1284,
            843,
            true,
        )?,
        channel(
            "한국어 채널",
            Some("새벽 감성 라디오, 듣고 싶은 노래 남겨 주세요"),
            312,
            7_261,
            false,
        )?,
        channel(
            "wood & wire".replace(" & ", " and ").as_str(),
            None,
            27,
            95,
            true,
        )?,
        channel(
            "Ünïcode-2",
            Some(
                "A long title that says rather more than a title ought to say about what is going on",
            ),
            1,
            12,
            true,
        )?,
        channel("grandpa", Some("Chess on a Sunday afternoon"), 0, 3, true)?,
    ])
}

fn devices() -> Vec<Device> {
    let device = |id: &str, kind, label: &str| Device {
        id: DeviceId(id.into()),
        kind,
        label: label.into(),
    };
    vec![
        device("c1", DeviceKind::Camera, "FaceTime HD Camera"),
        device("c2", DeviceKind::Camera, "USB Capture"),
        device("m1", DeviceKind::Microphone, "MacBook Pro Microphone"),
        device("m2", DeviceKind::Microphone, "Podcast Mic"),
    ]
}

fn on(device: &str, label: &str) -> SourceView {
    SourceView::On {
        device: Some(DeviceId(device.into())),
        label: label.into(),
    }
}

fn viewer(peer: u64, name: &str) -> Result<PeerSummary, Box<dyn Error>> {
    Ok(PeerSummary {
        peer: PeerId::from_bits(peer),
        user: User {
            name: UserName::parse(name)?,
        },
        role: Role::Viewer,
    })
}
