//! What the screen shows. The pages render this and nothing else; equal views look equal.

use crate::{CaptureError, Device, DeviceId, Locale, Permission, Theme};
use protocol::{LiveChannel, Media, PeerSummary};

/// Everything one tab shows.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The way to the server.
    pub connection: Connection,
    /// The language.
    pub locale: Locale,
    /// The colours.
    pub theme: Theme,
    /// How others see this user, a guest name included; empty until the tab has started.
    pub user_name: String,
    /// A link was just copied; shown for a few seconds.
    pub copied: bool,
    /// The page's own part.
    pub page: PageView,
}

/// The way to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not there yet, for the first time.
    #[default]
    Connecting,
    /// Signals pass.
    Online,
    /// It was there, and comes back by itself.
    Reconnecting {
        /// Until the next attempt.
        retry_in_seconds: u32,
    },
    /// It has not been there for some seconds, and never was: something between this page and the
    /// server's live connection may be in the way. Trying goes on.
    Unreachable,
    /// Nothing happens until the person reconnects.
    Stopped(Stop),
}

/// Why a tab has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Another tab or device continues this session or its stream (4409).
    Elsewhere,
    /// Pages of this origin may not use this server, as a proxy in between makes it look (4403).
    Forbidden,
    /// Server and page do not understand each other (4400). Next step: reload.
    Misunderstood,
    /// Credentials are missing or wrong (4401).
    Unauthenticated,
}

/// Which connection is lost, for those who are in a stream. Without trouble, or while it is not
/// known whose it is, there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server cannot be reached, but picture and sound go on.
    ServerAway,
    /// The streamer has lost the connection to the server. Picture and sound may go on.
    StreamerAway,
    /// This side is cut off: nothing comes, neither from the server nor from the other side.
    ConnectionLost,
}

/// The part of the view that belongs to the open page.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PageView {
    /// A page that needs no connection.
    #[default]
    Other,
    /// Who is live now.
    Lobby(LobbyView),
    /// A stream, on the watch page and in the embedded player.
    Watch(Box<WatchView>),
    /// The studio.
    Studio(Box<StudioView>),
}

/// Who is live now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LobbyView {
    /// The most watched first. `live_for_ms` keeps counting.
    pub channels: Vec<LiveChannel>,
    /// The list is what the server said when the page was loaded; nothing newer is known.
    pub as_of_loading: bool,
}

/// Where watching stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WatchPhase {
    /// It is not known yet whether the channel is live.
    #[default]
    Connecting,
    /// The channel is not live; the page starts by itself.
    Waiting,
    /// The channel is live, and the first frame is on its way.
    Starting,
    /// The picture moves, or the sound plays.
    Live,
    /// The picture stands still because media stopped coming; it comes back by itself.
    Interrupted,
    /// All places are taken; the page starts by itself when one is free.
    Full,
    /// The stream has ended while it was watched; the page starts by itself with the next one.
    Ended,
    /// The browser can play none of the stream's codecs.
    NotPlayable,
    /// No connection to the streamer could be made, several times; trying goes on, slowly.
    Unreachable,
    /// The name in the URL cannot be a channel's.
    InvalidName,
    /// The server does not let this page into the channel. Next step: try again
    /// ([`Intent::Reconnect`](crate::Intent::Reconnect)); it is tried again by itself as well.
    Refused,
}

/// A stream as its viewer sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WatchView {
    /// The channel's name.
    pub channel: String,
    /// Where watching stands.
    pub phase: WatchPhase,
    /// What the stream is about.
    pub title: Option<String>,
    /// Who streams.
    pub host: Option<String>,
    /// What the host sends.
    pub media: Media,
    /// There is a picture to show. Without one, what the element still holds is of something that
    /// is over, and has to be hidden at once.
    pub picture: bool,
    /// How many watch, this viewer included once it does. Nobody does while nobody streams.
    pub viewers: usize,
    /// How many wait for a place, or for the stream to begin, this viewer included while it does.
    pub waiting: usize,
    /// Phase and counts are what the server said when the page was loaded; nothing newer is known.
    pub as_of_loading: bool,
    /// Which connection is lost.
    pub trouble: Option<Trouble>,
    /// How long the stream has been on, in seconds; absent while it is not.
    pub live_for_seconds: Option<u64>,
    /// There is no sound now, whoever wanted that.
    pub muted: bool,
    /// There is no sound because the browser wants a gesture first.
    pub sound_blocked: bool,
    /// 0 to 100 percent.
    pub volume: u8,
    /// The picture stands still because the viewer or the browser paused it.
    pub paused: bool,
    /// The player fills the screen.
    pub fullscreen: bool,
    /// The player floats.
    pub picture_in_picture: bool,
    /// Width and height in pixels, once known.
    pub size: Option<(u32, u32)>,
    /// What passes, for the curious.
    pub stats: Option<crate::LinkStats>,
}

/// Where going live stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StudioPhase {
    /// Nothing is sent. The button goes live, if there is nothing in the way.
    #[default]
    Ready,
    /// The server has been asked.
    GoingLive,
    /// The stream is on.
    Live,
    /// The stream is on, but the way to the server is lost; viewers go on watching.
    Recovering,
}

/// What is in the way of going live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Neither picture nor sound has been chosen.
    NoSource,
    /// The browser is about to give a source.
    SourceStarting,
    /// The channel has no name.
    NoName,
    /// The channel's name breaks a rule.
    InvalidName(protocol::NameError),
    /// The title breaks a rule.
    InvalidTitle(protocol::NameError),
    /// There is no way to the server.
    Offline,
}

/// Whether a source is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SourceView {
    /// Not chosen.
    #[default]
    Off,
    /// The browser has been asked; it may be asking the person.
    Starting,
    /// It is captured.
    On {
        /// The device in use, where there is one.
        device: Option<DeviceId>,
        /// The browser's name for it.
        label: String,
    },
}

impl SourceView {
    /// Whether it is captured.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        matches!(self, Self::On { .. })
    }
}

/// What went wrong in the studio, where it happened, with one next step each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The camera was not given. Next step: try again.
    Camera(CaptureError),
    /// The microphone was not given. Next step: try again.
    Microphone(CaptureError),
    /// Camera and microphone were asked for together, and neither was given.
    CameraAndMicrophone(CaptureError),
    /// The screen was not given. Next step: share again.
    Screen(CaptureError),
    /// The camera was unplugged or taken away. Next step: use another one.
    CameraLost,
    /// The microphone was unplugged or taken away. Next step: use another one.
    MicrophoneLost,
    /// The browser's own button stopped the screen. Next step: share again.
    ScreenStopped,
    /// Somebody else is live on the channel. Next step: another name.
    ChannelBusy,
    /// The stream goes on elsewhere: in another tab, on another device, or by somebody else. What
    /// is captured here is sent to nobody. Next step: take it back
    /// ([`Intent::TakeBack`](crate::Intent::TakeBack)).
    TakenOver,
    /// The stream has ended while this tab slept or was cut off. What is captured here is sent to
    /// nobody. Next step: go live again ([`Intent::TakeBack`](crate::Intent::TakeBack)).
    EndedMeanwhile,
    /// The browser cannot make another connection to a viewer. Next step: reload the page.
    NoConnections,
    /// The server refused for another reason. Next step: try again.
    Refused,
}

/// The studio.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudioView {
    /// What is typed as the channel's name.
    pub channel: String,
    /// What is typed as the title.
    pub title: String,
    /// Where going live stands.
    pub phase: StudioPhase,
    /// What is in the way of going live.
    pub lock: Option<Lock>,
    /// The camera.
    pub camera: SourceView,
    /// The microphone.
    pub microphone: SourceView,
    /// The screen; while it is on, it is the picture that is sent.
    pub screen: SourceView,
    /// The screen's sound is sent too.
    pub screen_sound: bool,
    /// The microphone is on but sends silence.
    pub microphone_muted: bool,
    /// Cameras and microphones to choose from.
    pub devices: Vec<Device>,
    /// Whether the browser will give the camera.
    pub camera_permission: Permission,
    /// Whether the browser will give the microphone.
    pub microphone_permission: Permission,
    /// Whether the browser can capture a screen.
    pub can_share_screen: bool,
    /// How loud the outgoing sound is, 0 to 100.
    pub level: u8,
    /// Who watches, in join order; at most as many as the page shows.
    pub viewers: Vec<PeerSummary>,
    /// How many are there, those who wait included.
    pub viewer_count: usize,
    /// How many of them wait for a place.
    pub waiting: usize,
    /// Which connection is lost.
    pub trouble: Option<Trouble>,
    /// How many of them see the picture, as far as the links tell.
    pub links_connected: usize,
    /// How long the stream has been on, in seconds.
    pub live_for_seconds: u64,
    /// What goes out to all viewers together, in bits per second.
    pub bits_per_second: u64,
    /// The address to pass on; empty while the channel has no valid name.
    pub link: String,
    /// What went wrong last.
    pub problem: Option<Problem>,
}
