//! What is refused for its size, number or age. Every limit on input from outside is here.

use crate::time::Duration;

/// The largest message either side sends, in bytes. A Chromium offer has 5 to 8 kB; a descriptor
/// with every codec and many candidates stays below a quarter of this.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

/// The largest message other than a session descriptor, in bytes.
pub const MAX_SMALL_MESSAGE_BYTES: usize = 64 * 1024;

/// The longest channel name, in characters (Unicode scalar values).
pub const MAX_CHANNEL_NAME_CHARS: usize = 64;

/// The longest display name, in characters.
pub const MAX_USER_NAME_CHARS: usize = 40;

/// The longest stream title, in characters.
pub const MAX_TITLE_CHARS: usize = 140;

/// The longest host key, in bytes.
pub const MAX_HOST_KEY_BYTES: usize = 128;

/// The most candidates in one message.
pub const MAX_CANDIDATES: usize = 64;

/// The longest single candidate, in bytes of its JSON.
pub const MAX_CANDIDATE_BYTES: usize = 4 * 1024;

/// The most candidates that one end of a link sends for one offer. A browser with many interfaces
/// and TURN servers gathers some forty.
pub const MAX_LINK_CANDIDATES: usize = 128;

/// The most bytes of candidates that one end of a link sends for one offer.
pub const MAX_LINK_CANDIDATE_BYTES: usize = 64 * 1024;

/// The most links a peer may claim to hold when it joins again after a restart.
pub const MAX_KEPT_LINKS: usize = 64;

/// The most viewers one page of `listViewers` returns.
pub const MAX_VIEWERS_PER_PAGE: usize = 100;

/// The most channels one `lobby` event carries, the most watched first.
pub const MAX_LOBBY_CHANNELS: usize = 100;

/// With more viewers than this, viewers are told a count instead of every name.
pub const LARGE_STREAM_VIEWERS: usize = 50;

/// How many viewers a host serves by itself while there is no relay.
pub const MAX_DIRECT_VIEWERS: usize = 8;

/// How long a host's own connection must have been lost before anybody may carry its stream on.
pub const HOST_LOSS: Duration = Duration::from_secs(10);

/// How long the rights to a channel outlive its stream.
pub const RIGHTS_LAST: Duration = Duration::from_secs(10 * 60);

/// How many events are kept for a peer to be replayed after a resume.
pub const MAX_REPLAY_EVENTS: usize = 256;

/// How many bytes of descriptors, candidates and names are kept for that. A resume needs what was
/// missed in the seconds between two sockets, which is a few descriptors of 2 to 8 kB and their
/// candidates; who has missed more is told the state as it is.
pub const MAX_REPLAY_BYTES: usize = 128 * 1024;

/// How many replies are kept for a peer, to answer a repeated request.
pub const MAX_KEPT_REPLIES: usize = 64;

/// The most rooms that one client of the old system is in, and the most that one of its messages
/// names.
pub const MAX_ROOMS: usize = 64;

/// The longest name of a room, in bytes.
pub const MAX_ROOM_NAME_BYTES: usize = 1024;

/// The largest user of the old system that is remembered until it leaves, in bytes.
pub const MAX_ROOM_USER_BYTES: usize = 4 * 1024;

/// How long a connection may wait before it says hello.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// How often the server asks for a sign of life.
pub const PING_INTERVAL: Duration = Duration::from_secs(20);

/// How long a peer may stay silent after it was asked.
pub const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a peer that lost its socket keeps its place.
pub const GRACE: Duration = Duration::from_secs(30);

/// How often at most a count or a list is told anew.
pub const COALESCE: Duration = Duration::from_secs(1);
