//! What a client asks for.

use crate::event::LinkFailure;
use crate::{
    Candidate, ChannelName, End, Generation, Hello, HostKey, LinkId, Media, PeerId, Role,
    SessionDescriptor, Title, User,
};
use serde::{Deserialize, Deserializer, Serialize};

/// One request's event and data: `{"event":"joinStream","data":{…}}`.
///
/// Decoding goes through [`wire::decode_request`](crate::wire::decode_request), which tells an
/// unknown event from a malformed one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", content = "data", rename_all = "camelCase")]
pub enum Command {
    /// Accepts an offer; sent by the end that receives media.
    Answer(SendDescriptor),
    /// Passes ICE candidates to the link's other end.
    Candidate(SendCandidates),
    /// Asks for the lobby now and whenever it changes.
    FollowLobby,
    /// Introduces the client; the first command, once.
    Hello(Hello),
    /// Enters a channel. Entering another one is a move; entering the same one again tells the
    /// state anew.
    JoinStream(JoinStream),
    /// Leaves the channel. A host's leaving ends the stream.
    LeaveStream,
    /// A link could not be connected, or stopped for good.
    LinkFailed(LinkFailed),
    /// Media of the link have been decoded.
    LinkFlowing(LinkTarget),
    /// Asks for a page of the viewers; hosts only.
    ListViewers(ListViewers),
    /// Proposes what to send; sent by the end that sends media.
    Offer(SendDescriptor),
    /// Answers a `ping`.
    Pong,
    /// Asks the link's sender for new ICE credentials and an offer (RFC 8445, section 2.4).
    RestartIce(LinkTarget),
    /// Stops following the lobby.
    UnfollowLobby,
    /// Changes what the stream is called or carries; hosts only.
    UpdateStream(UpdateStream),
    /// Changes how others see the user.
    UpdateUser(UpdateUser),
}

/// The data of `joinStream`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinStream {
    /// Which channel.
    pub channel_name: ChannelName,
    /// As whom.
    pub user: User,
    /// To stream or to watch.
    pub role: Role,
    /// Hosts: the key that lets the same browser take over its own stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<HostKey>,
    /// Hosts: what the stream is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Hosts: what is sent.
    #[serde(default)]
    pub media: Media,
    /// Hosts that come back after a server restart: how long the stream has been on, in
    /// milliseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub live_for_ms: u64,
    /// Links from before a server restart that still carry media. A link that both of its ends
    /// name is kept instead of negotiated anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<LinkId>,
}

impl JoinStream {
    /// A join that says no more than where, as whom, and as what.
    #[must_use]
    pub fn new(channel_name: ChannelName, user: User, role: Role) -> Self {
        Self {
            channel_name,
            user,
            role,
            key: None,
            title: None,
            media: Media::default(),
            live_for_ms: 0,
            keep: Vec::new(),
        }
    }
}

/// Tells a member that is `null` from one that is absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Title>>, D::Error> {
    Option::<Title>::deserialize(deserializer).map(Some)
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The data of `offer` and `answer`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendDescriptor {
    /// The link's other end.
    pub to: End,
    /// Which link.
    pub link: LinkId,
    /// Which negotiation of it; the offerer counts, the answerer repeats.
    pub generation: Generation,
    /// What is proposed or accepted.
    pub session_descriptor: SessionDescriptor,
}

/// The data of `candidate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendCandidates {
    /// The link's other end.
    pub to: End,
    /// Which link.
    pub link: LinkId,
    /// Which negotiation of it.
    pub generation: Generation,
    /// Any number of candidates up to the limit, none included.
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    /// No more will follow in this generation (RFC 8838, section 14).
    #[serde(default)]
    pub end: bool,
}

/// The data of `linkFlowing` and `restartIce`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkTarget {
    /// Which link.
    pub link: LinkId,
}

/// The data of `linkFailed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkFailed {
    /// Which link.
    pub link: LinkId,
    /// What went wrong.
    pub reason: LinkFailure,
}

/// The data of `listViewers`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListViewers {
    /// The last viewer of the page before; absent for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PeerId>,
}

/// The data of `updateStream`: what is absent stays as it is. A title of `null` takes the title
/// away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateStream {
    /// What the stream is about.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub title: Option<Option<Title>>,
    /// What is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
}

/// The data of `updateUser`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateUser {
    /// The new user.
    pub user: User,
}
