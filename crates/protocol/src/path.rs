//! The URL paths of the product, fixed for everyone who scripts against it.

use crate::ChannelName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The list of who is live.
pub const LOBBY: &str = "/";
/// Where a channel is watched, before the channel's name.
pub const WATCH: &str = "/c/";
/// Where a stream starts, with or without a channel's name.
pub const STUDIO: &str = "/studio";
/// The player alone, before the channel's name.
pub const EMBED: &str = "/embed/";
/// The native signaling WebSocket.
pub const SOCKET: &str = "/ws";
/// Answers 200 while the process runs.
pub const HEALTH: &str = "/healthz";
/// Answers 200 while new peers are welcome.
pub const READY: &str = "/readyz";

/// Everything but the characters that RFC 3986, section 2.3, calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The page that shows the channel.
#[must_use]
pub fn watch(channel: &ChannelName) -> String {
    with_channel(WATCH, channel)
}

/// The page that starts a stream on the channel.
#[must_use]
pub fn studio(channel: &ChannelName) -> String {
    with_channel("/studio/", channel)
}

/// The player of the channel, to be put into a frame.
#[must_use]
pub fn embed(channel: &ChannelName) -> String {
    with_channel(EMBED, channel)
}

fn with_channel(prefix: &str, channel: &ChannelName) -> String {
    format!("{prefix}{}", utf8_percent_encode(channel.as_str(), SEGMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_name_of_any_script_fits_into_a_path() {
        let channel = ChannelName::parse("한 1").unwrap();
        assert_eq!(watch(&channel), "/c/%ED%95%9C%201");
        assert_eq!(studio(&channel), "/studio/%ED%95%9C%201");
        assert_eq!(embed(&channel), "/embed/%ED%95%9C%201");
    }
}
