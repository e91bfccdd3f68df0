//! What the server tells.

use crate::word::words;
use crate::{
    Candidate, ChannelName, End, Generation, LinkId, LinkKind, LiveChannel, LiveStream, Media,
    PeerId, PeerSummary, SessionDescriptor, Title, User,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One event and its data: `{"seq":204,"event":"receiveOffer","data":{…}}`.
///
/// Decoding goes through [`wire::decode_server_message`](crate::wire::decode_server_message).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", content = "data", rename_all = "camelCase")]
pub enum Event {
    /// Who was in the channel before the caller, in join order.
    AllStreamUsers(AllStreamUsers),
    /// How many watch; replaces single notices in a large stream.
    Audience(Audience),
    /// A link is gone.
    LinkClosed(LinkClosed),
    /// A link is wanted: the receiver of this holds one peer connection for it from now on.
    LinkOpened(LinkOpened),
    /// Who is live now.
    Lobby(Lobby),
    /// What has changed in the lobby; only for clients that say [`Feature::LobbyChanges`].
    ///
    /// [`Feature::LobbyChanges`]: crate::Feature::LobbyChanges
    LobbyChanged(LobbyChanged),
    /// Asks for a sign of life.
    Ping,
    /// An answer from the link's other end.
    ReceiveAnswer(ReceiveDescriptor),
    /// Candidates from the link's other end.
    ReceiveCandidate(ReceiveCandidates),
    /// An offer from the link's other end.
    ReceiveOffer(ReceiveDescriptor),
    /// The link's receiver asks for an ICE restart.
    ReceiveRestartIce(ReceiveRestart),
    /// The stream is over; the channel goes on.
    StreamEnded(StreamEnded),
    /// The stream has no place for this viewer; a link opens by itself when one is free.
    StreamFull(StreamFull),
    /// A stream has begun, or another peer of the same host carries it on.
    StreamStarted(LiveStream),
    /// The stream's title or media have changed.
    StreamUpdated(StreamUpdated),
    /// An event of a later version; a client passes it over, but counts its number.
    Unknown,
    /// Somebody came.
    UserJoinedStream(PeerSummary),
    /// Somebody left.
    UserLeftStream(UserLeftStream),
    /// Somebody changed how they are seen.
    UserUpdated(PeerSummary),
}

impl Event {
    /// The bytes of what clients can make long: descriptors, candidates and names. What is small,
    /// or shared by all who are told it, weighs nothing.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            Self::ReceiveAnswer(data) | Self::ReceiveOffer(data) => data.session_descriptor.size(),
            Self::ReceiveCandidate(data) => data.candidates.iter().map(|c| c.json().len()).sum(),
            Self::AllStreamUsers(data) => data.users.iter().map(PeerSummary::weight).sum(),
            Self::Audience(_)
            | Self::LinkClosed(_)
            | Self::LinkOpened(_)
            | Self::Lobby(_)
            | Self::LobbyChanged(_)
            | Self::Ping
            | Self::ReceiveRestartIce(_)
            | Self::StreamEnded(_)
            | Self::StreamFull(_)
            | Self::StreamStarted(_)
            | Self::StreamUpdated(_)
            | Self::Unknown
            | Self::UserJoinedStream(_)
            | Self::UserLeftStream(_)
            | Self::UserUpdated(_) => 0,
        }
    }
}

/// The data of `allStreamUsers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllStreamUsers {
    /// Everybody but the receiver; in a large stream, viewers are told the host only.
    #[serde(deserialize_with = "crate::list::owned")]
    pub users: Vec<PeerSummary>,
}

/// The data of `audience`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Audience {
    /// How many viewers there are.
    pub count: usize,
    /// How many of them wait for a place, or for the stream to begin.
    #[serde(default)]
    pub waiting: usize,
}

words! {
    /// Which way media flow, as the receiver of `linkOpened` sees it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    Direction {
        /// The receiver of the event gets media, and answers.
        Receive = "receive",
        /// The receiver of the event sends media, and offers.
        Send = "send",
    }
}

/// The data of `linkOpened`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkOpened {
    /// Names the link in everything that follows.
    pub link: LinkId,
    /// The other end.
    pub peer: End,
    /// Which way media flow.
    pub direction: Direction,
    /// How they travel.
    pub kind: LinkKind,
    /// Both ends said that they still hold this link: nothing is negotiated.
    #[serde(default)]
    pub kept: bool,
}

/// The data of `linkClosed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkClosed {
    /// Which link.
    pub link: LinkId,
    /// Why.
    pub reason: LinkCloseReason,
}

words! {
    /// Why a link was closed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    LinkCloseReason {
        /// One of its ends said that it failed; another link follows.
        Failed = "failed",
        /// The other end left, the stream ended, or the place went to another viewer.
        Left = "left",
        /// Another link carries the media now.
        Replaced = "replaced",
    }
}

words! {
    /// Why a link does not work.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    LinkFailure {
        /// No path was found, or the path broke and did not come back.
        Connectivity = "connectivity",
        /// The browser refused the other side's descriptor.
        Negotiation = "negotiation",
        /// No codec fits.
        Codec = "codec",
        /// The browser cannot make another peer connection.
        Resources = "resources",
    }
}

/// The data of `lobby`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lobby {
    /// The channels that are live, the most watched first.
    #[serde(deserialize_with = "crate::list::shared")]
    pub channels: Arc<[LiveChannel]>,
}

/// The data of `lobbyChanged`. The client sorts the list by viewers, then by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LobbyChanged {
    /// Channels that are new in the list, or shown differently.
    #[serde(default, deserialize_with = "crate::list::owned")]
    pub changed: Vec<LiveChannel>,
    /// Channels that are not in the list any more.
    #[serde(default, deserialize_with = "crate::list::owned")]
    pub gone: Vec<ChannelName>,
}

/// The data of `receiveOffer` and `receiveAnswer`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiveDescriptor {
    /// The link's other end; written by the server.
    pub from: End,
    /// Which link.
    pub link: LinkId,
    /// Which negotiation of it.
    pub generation: Generation,
    /// What is proposed or accepted.
    pub session_descriptor: SessionDescriptor,
}

/// The data of `receiveCandidate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiveCandidates {
    /// The link's other end; written by the server.
    pub from: End,
    /// Which link.
    pub link: LinkId,
    /// Which negotiation of it.
    pub generation: Generation,
    /// The candidates.
    #[serde(deserialize_with = "crate::list::owned")]
    pub candidates: Vec<Candidate>,
    /// No more will follow in this generation.
    pub end: bool,
}

/// The data of `receiveRestartIce`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiveRestart {
    /// The link's other end; written by the server.
    pub from: End,
    /// Which link.
    pub link: LinkId,
}

/// The data of `streamEnded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamEnded {
    /// How the host left.
    pub reason: LeaveReason,
}

/// The data of `streamFull`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamFull {
    /// How many viewers the stream has place for.
    pub limit: usize,
}

/// The data of `streamUpdated`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamUpdated {
    /// What the stream is about now.
    pub title: Option<Title>,
    /// What the host sends now.
    pub media: Media,
    /// The host has lost its connection to the server; it may come back.
    #[serde(default, skip_serializing_if = "crate::stream::is_false")]
    pub host_away: bool,
}

/// The data of `userLeftStream`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserLeftStream {
    /// Who it was to the protocol.
    pub peer: PeerId,
    /// Who it was to people.
    pub user: User,
    /// How it left.
    pub reason: LeaveReason,
}

words! {
    /// How a peer left a channel.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    LeaveReason {
        /// It said so.
        Left = "left",
        /// Its connection was lost and its grace is over.
        Lost = "lost",
        /// It went to another channel.
        Moved = "moved",
        /// Another connection of the same host carries the stream on.
        Replaced = "replaced",
    }
}
