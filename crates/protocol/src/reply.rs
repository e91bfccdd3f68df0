//! What a request is answered with when it is not refused.

use crate::{ChannelName, LiveStream, Lobby, PeerSummary, Role, Welcome};
use serde::{Deserialize, Serialize};

/// The data of a reply. Its shape follows from the request, so it carries no tag.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// To everything that has nothing to say but that it was done.
    Done(Done),
    /// To `joinStream`.
    Joined(Joined),
    /// To `followLobby`.
    Lobby(Lobby),
    /// To `listViewers`.
    Viewers(Viewers),
    /// To `hello`.
    Welcome(Box<Welcome>),
}

impl Reply {
    /// Done, and nothing to add.
    pub const DONE: Self = Self::Done(Done {});
}

/// Written `{}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// The channel as it is at the moment of joining.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Joined {
    /// The name as the server writes it.
    pub channel_name: ChannelName,
    /// The caller's role.
    pub role: Role,
    /// The stream, if it is on.
    pub live: Option<LiveStream>,
    /// How many viewers there are, the caller included if it is one.
    pub viewers: usize,
    /// How many of them wait for a place, or for the stream to begin.
    #[serde(default)]
    pub waiting: usize,
}

/// One page of a stream's viewers, in join order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Viewers {
    /// The viewers of this page.
    #[serde(deserialize_with = "crate::list::owned")]
    pub users: Vec<PeerSummary>,
    /// How many there are on all pages.
    pub count: usize,
    /// Whether another page follows.
    pub more: bool,
}
