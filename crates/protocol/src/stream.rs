//! Who is where, and what is on: the nouns that commands and events share.

use crate::word::words;
use crate::{ChannelName, PeerId, StreamId, Title, UserName};
use serde::{Deserialize, Serialize};

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The display name.
    pub name: UserName,
}

words! {
    /// What a peer is in the channel it has joined.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    Role {
        /// It streams.
        Host = "host",
        /// It watches, or waits for the stream to begin.
        Viewer = "viewer",
    }
}

/// One participant as the others in the channel see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerSummary {
    /// Whom to address.
    pub peer: PeerId,
    /// Whom to show.
    pub user: User,
    /// What it does here.
    pub role: Role,
}

impl PeerSummary {
    /// The bytes it takes in a list.
    #[must_use]
    pub fn weight(&self) -> usize {
        size_of::<Self>().saturating_add(self.user.name.as_str().len())
    }
}

/// Which media a host sends now. Both may be off for a while; the links stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// Something can be heard.
    pub audio: bool,
    /// Something can be seen.
    pub video: bool,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            audio: true,
            video: true,
        }
    }
}

/// A stream that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveStream {
    /// Tells this stream from an earlier one of the channel.
    pub stream: StreamId,
    /// Who streams.
    pub host: PeerSummary,
    /// What it is about, if the host said so.
    pub title: Option<Title>,
    /// What the host sends.
    pub media: Media,
    /// How long it has been on, in milliseconds; a span needs no common clock.
    pub live_for_ms: u64,
    /// The host has lost its connection to the server; it may come back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub host_away: bool,
}

pub(crate) const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// A stream that is on, as the lobby lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveChannel {
    /// Where to watch it.
    pub channel_name: ChannelName,
    /// Who streams.
    pub user: User,
    /// What it is about.
    pub title: Option<Title>,
    /// What the host sends.
    pub media: Media,
    /// How many watch; those who wait for a place are not counted.
    pub viewers: usize,
    /// How long it has been on, in milliseconds.
    pub live_for_ms: u64,
}

words! {
    /// How a link's media travel.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    LinkKind {
        /// From peer to peer, encrypted end to end.
        Direct = "direct",
        /// Through the relay.
        Relay = "relay",
    }
}
