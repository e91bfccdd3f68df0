//! The icons: Lucide's outlines (ISC licence, see `public/licenses.txt`).
//!
//! The drawings are in the page that the server renders, once, as symbols; the browser's part of
//! this crate knows their names only.

use leptos::prelude::*;

/// One drawing. It is never the only carrier of a meaning: whatever shows it has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Alert,
    Camera,
    CameraOff,
    Check,
    Close,
    Copy,
    External,
    Float,
    Fullscreen,
    Help,
    Languages,
    LeaveFullscreen,
    Loader,
    Microphone,
    MicrophoneOff,
    Moon,
    Pause,
    Pencil,
    Play,
    Radio,
    Screen,
    ScreenOff,
    Sun,
    System,
    User,
    VolumeHigh,
    VolumeOff,
}

impl Icon {
    const fn href(self) -> &'static str {
        match self {
            Self::Alert => "#icon-triangle-alert",
            Self::Camera => "#icon-video",
            Self::CameraOff => "#icon-video-off",
            Self::Check => "#icon-check",
            Self::Close => "#icon-x",
            Self::Copy => "#icon-copy",
            Self::External => "#icon-external-link",
            Self::Float => "#icon-picture-in-picture-2",
            Self::Fullscreen => "#icon-maximize",
            Self::Help => "#icon-keyboard",
            Self::Languages => "#icon-languages",
            Self::LeaveFullscreen => "#icon-minimize",
            Self::Loader => "#icon-loader-circle",
            Self::Microphone => "#icon-mic",
            Self::MicrophoneOff => "#icon-mic-off",
            Self::Moon => "#icon-moon",
            Self::Pause => "#icon-pause",
            Self::Pencil => "#icon-pencil",
            Self::Play => "#icon-play",
            Self::Radio => "#icon-radio",
            Self::Screen => "#icon-screen-share",
            Self::ScreenOff => "#icon-screen-share-off",
            Self::Sun => "#icon-sun",
            Self::System => "#icon-sun-moon",
            Self::User => "#icon-users",
            Self::VolumeHigh => "#icon-volume-2",
            Self::VolumeOff => "#icon-volume-x",
        }
    }
}

/// Draws an icon in the size and colour of the text around it.
#[component]
pub(crate) fn Draw(#[prop(into)] icon: Signal<Icon>) -> AnyView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=move || icon.get().href()></use>
        </svg>
    }
    .into_any()
}

/// All drawings, for the server to put into the page once.
#[cfg(feature = "ssr")]
pub(crate) fn sprite() -> impl IntoView {
    let symbols: String = DRAWINGS
        .iter()
        .map(|(name, drawing)| {
            format!("<symbol id='icon-{name}' viewBox='0 0 24 24'>{drawing}</symbol>")
        })
        .collect();
    view! { <svg class="sprite" aria-hidden="true" inner_html=symbols></svg> }
}

#[cfg(feature = "ssr")]
const DRAWINGS: &[(&str, &str)] = &[
    ("check", "<path d='M20 6 9 17l-5-5'/>"),
    (
        "copy",
        "<rect width='14' height='14' x='8' y='8' rx='2' ry='2'/><path d='M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2'/>",
    ),
    (
        "external-link",
        "<path d='M15 3h6v6'/><path d='M10 14 21 3'/><path d='M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6'/>",
    ),
    (
        "keyboard",
        "<path d='M10 8h.01'/><path d='M12 12h.01'/><path d='M14 8h.01'/><path d='M16 12h.01'/><path d='M18 8h.01'/><path d='M6 8h.01'/><path d='M7 16h10'/><path d='M8 12h.01'/><rect width='20' height='16' x='2' y='4' rx='2'/>",
    ),
    (
        "languages",
        "<path d='m5 8 6 6'/><path d='m4 14 6-6 2-3'/><path d='M2 5h12'/><path d='M7 2h1'/><path d='m22 22-5-10-5 10'/><path d='M14 18h6'/>",
    ),
    ("loader-circle", "<path d='M21 12a9 9 0 1 1-6.219-8.56'/>"),
    (
        "maximize",
        "<path d='M8 3H5a2 2 0 0 0-2 2v3'/><path d='M21 8V5a2 2 0 0 0-2-2h-3'/><path d='M3 16v3a2 2 0 0 0 2 2h3'/><path d='M16 21h3a2 2 0 0 0 2-2v-3'/>",
    ),
    (
        "mic",
        "<path d='M12 19v3'/><path d='M19 10v2a7 7 0 0 1-14 0v-2'/><rect x='9' y='2' width='6' height='13' rx='3'/>",
    ),
    (
        "mic-off",
        "<path d='M12 19v3'/><path d='M15 9.34V5a3 3 0 0 0-5.68-1.33'/><path d='M16.95 16.95A7 7 0 0 1 5 12v-2'/><path d='M18.89 13.23A7 7 0 0 0 19 12v-2'/><path d='m2 2 20 20'/><path d='M9 9v3a3 3 0 0 0 5.12 2.12'/>",
    ),
    (
        "minimize",
        "<path d='M8 3v3a2 2 0 0 1-2 2H3'/><path d='M21 8h-3a2 2 0 0 1-2-2V3'/><path d='M3 16h3a2 2 0 0 1 2 2v3'/><path d='M16 21v-3a2 2 0 0 1 2-2h3'/>",
    ),
    (
        "moon",
        "<path d='M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401'/>",
    ),
    (
        "pause",
        "<rect x='14' y='3' width='5' height='18' rx='1'/><rect x='5' y='3' width='5' height='18' rx='1'/>",
    ),
    (
        "pencil",
        "<path d='M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z'/><path d='m15 5 4 4'/>",
    ),
    (
        "picture-in-picture-2",
        "<path d='M21 9V6a2 2 0 0 0-2-2H4a2 2 0 0 0-2 2v10c0 1.1.9 2 2 2h4'/><rect width='10' height='7' x='12' y='13' rx='2'/>",
    ),
    (
        "play",
        "<path d='M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z'/>",
    ),
    (
        "radio",
        "<path d='M16.247 7.761a6 6 0 0 1 0 8.478'/><path d='M19.075 4.933a10 10 0 0 1 0 14.134'/><path d='M4.925 19.067a10 10 0 0 1 0-14.134'/><path d='M7.753 16.239a6 6 0 0 1 0-8.478'/><circle cx='12' cy='12' r='2'/>",
    ),
    (
        "screen-share",
        "<path d='M13 3H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-3'/><path d='M8 21h8'/><path d='M12 17v4'/><path d='m17 8 5-5'/><path d='M17 3h5v5'/>",
    ),
    (
        "screen-share-off",
        "<path d='M13 3H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-3'/><path d='M8 21h8'/><path d='M12 17v4'/><path d='m22 3-5 5'/><path d='m17 3 5 5'/>",
    ),
    (
        "sun",
        "<circle cx='12' cy='12' r='4'/><path d='M12 2v2'/><path d='M12 20v2'/><path d='m4.93 4.93 1.41 1.41'/><path d='m17.66 17.66 1.41 1.41'/><path d='M2 12h2'/><path d='M20 12h2'/><path d='m6.34 17.66-1.41 1.41'/><path d='m19.07 4.93-1.41 1.41'/>",
    ),
    (
        "sun-moon",
        "<path d='M12 2v2'/><path d='M14.837 16.385a6 6 0 1 1-7.223-7.222c.624-.147.97.66.715 1.248a4 4 0 0 0 5.26 5.259c.589-.255 1.396.09 1.248.715'/><path d='M16 12a4 4 0 0 0-4-4'/><path d='m19 5-1.256 1.256'/><path d='M20 12h2'/>",
    ),
    (
        "triangle-alert",
        "<path d='m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3'/><path d='M12 9v4'/><path d='M12 17h.01'/>",
    ),
    (
        "users",
        "<path d='M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2'/><path d='M16 3.128a4 4 0 0 1 0 7.744'/><path d='M22 21v-2a4 4 0 0 0-3-3.87'/><circle cx='9' cy='7' r='4'/>",
    ),
    (
        "video",
        "<path d='m16 13 5.223 3.482a.5.5 0 0 0 .777-.416V7.87a.5.5 0 0 0-.752-.432L16 10.5'/><rect x='2' y='6' width='14' height='12' rx='2'/>",
    ),
    (
        "video-off",
        "<path d='M10.66 6H14a2 2 0 0 1 2 2v2.5l5.248-3.062A.5.5 0 0 1 22 7.87v8.196'/><path d='M16 16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h2'/><path d='m2 2 20 20'/>",
    ),
    (
        "volume-2",
        "<path d='M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298z'/><path d='M16 9a5 5 0 0 1 0 6'/><path d='M19.364 18.364a9 9 0 0 0 0-12.728'/>",
    ),
    (
        "volume-x",
        "<path d='M11 4.702a.7.7 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.7.7 0 0 0 11 19.298z'/><path d='m16.5 14.5 5-5'/><path d='m16.5 9.5 5 5'/>",
    ),
    ("x", "<path d='M18 6 6 18'/><path d='m6 6 12 12'/>"),
];
