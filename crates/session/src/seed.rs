//! What a tab starts from: the part of the view that the server already rendered, and what the
//! browser remembers.

use crate::{DeviceId, Page};
use protocol::{HostKey, LiveChannel, LiveStream, Resume, UserName};
use serde::{Deserialize, Serialize};

/// The language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// 한국어.
    Ko,
}

/// The colours of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Bright.
    Light,
    /// Dark.
    Dark,
}

/// What the server knew when it rendered the page. It travels inside the page, so that the first
/// view in the browser is the one the server rendered and nothing moves when the client takes over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seed {
    /// Which page was asked for.
    pub page: Page,
    /// From the cookie, else from `Accept-Language`.
    pub locale: Locale,
    /// From the cookie.
    pub theme: Theme,
    /// The lobby's channels, on the lobby.
    pub channels: Vec<LiveChannel>,
    /// The channel's stream, on the watch page and the embedded player.
    pub live: Option<LiveStream>,
    /// How many watch the channel.
    pub viewers: usize,
    /// Scheme and authority of this server as the browser sees it, for links to be copied:
    /// `https://example.org`.
    pub origin: String,
}

/// What lasts in this browser, in its local storage; locale and theme are cookies besides, for the
/// server reads them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// How others see this user; a guest name until chosen.
    pub name: Option<UserName>,
    /// The language, once chosen.
    pub locale: Option<Locale>,
    /// The colours.
    pub theme: Theme,
    /// 0 to 100, in percent.
    pub volume: Option<u8>,
    /// The person muted the player.
    pub muted: bool,
    /// The camera used last.
    pub camera: Option<DeviceId>,
    /// The microphone used last.
    pub microphone: Option<DeviceId>,
    /// The channel streamed on last.
    pub channel: Option<String>,
    /// The title used last.
    pub title: Option<String>,
    /// Proves to the server that this browser started the stream it carries on.
    pub host_key: Option<HostKey>,
}

/// What lasts in this tab, in its session storage: enough to take over the session of the page
/// before a reload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resumption {
    /// The session to take over.
    pub resume: Resume,
}
