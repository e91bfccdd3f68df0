#![doc = include_str!("../README.md")]
#![deny(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type
)]

mod code;
mod command;
mod descriptor;
mod event;
mod hello;
mod id;
mod invisible;
pub mod limits;
mod list;
pub mod machine;
mod name;
pub mod path;
mod reply;
pub mod room;
mod stream;
pub mod time;
pub mod wire;
mod word;

pub use code::{CloseCode, ErrorCode, ErrorReply};
pub use command::{
    Command, JoinStream, LinkFailed, LinkTarget, ListViewers, SendCandidates, SendDescriptor,
    UpdateStream, UpdateUser,
};
pub use descriptor::{Candidate, DescriptorKind, SessionDescriptor};
pub use event::{
    AllStreamUsers, Audience, Direction, Event, LeaveReason, LinkCloseReason, LinkClosed,
    LinkFailure, LinkOpened, Lobby, LobbyChanged, ReceiveCandidates, ReceiveDescriptor,
    ReceiveRestart, StreamEnded, StreamFull, StreamUpdated, UserLeftStream,
};
pub use hello::{Feature, Hello, IceServer, Resume, Resumed, Secret, Welcome};
pub use id::{
    End, Epoch, Generation, IdError, LinkId, PeerId, RequestId, Seq, SessionId, StreamId,
};
pub use name::{ChannelName, HostKey, NameError, Title, UserName};
pub use reply::{Done, Joined, Reply, Viewers};
pub use stream::{LinkKind, LiveChannel, LiveStream, Media, PeerSummary, Role, User};

/// The WebSocket subprotocol that both sides name in the handshake (RFC 6455, section 1.9).
pub const SUBPROTOCOL: &str = "heliograph.v1";

/// The protocol versions this build speaks, best first.
pub const VERSIONS: &[u32] = &[1];
