//! Peer connections without media: they connect when offer and answer of one generation have met
//! and there is a path, and count frames while they last.

use protocol::time::{Duration, Instant};
use protocol::{Direction, Generation};
use session::LinkState;

/// How long a path may be gone before a browser says `disconnected`.
const DISCONNECTED_AFTER: Duration = Duration::from_secs(5);
/// How long before it gives up.
const FAILED_AFTER: Duration = Duration::from_secs(20);

/// One end of a link.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) direction: Direction,
    /// The generation whose descriptions both are set here.
    pub(crate) agreed: Option<Generation>,
    pub(crate) state: LinkState,
    /// Since when nothing comes through, while it was connected before.
    pub(crate) broken_since: Option<Instant>,
    /// Frames decoded; receiving ends only.
    pub(crate) frames: u64,
}

impl Connection {
    pub(crate) const fn new(direction: Direction) -> Self {
        Self {
            direction,
            agreed: None,
            state: LinkState::Connecting,
            broken_since: None,
            frames: 0,
        }
    }

    /// Looks at the path; says what changed.
    pub(crate) fn look(&mut self, now: Instant, reachable: bool) -> Option<LinkState> {
        let state = if reachable {
            self.broken_since = None;
            LinkState::Connected
        } else {
            let broken = now.since(*self.broken_since.get_or_insert(now));
            match self.state {
                LinkState::Connected if broken < DISCONNECTED_AFTER => LinkState::Connected,
                LinkState::Connected | LinkState::Disconnected if broken < FAILED_AFTER => {
                    LinkState::Disconnected
                }
                LinkState::Connecting if broken < FAILED_AFTER => LinkState::Connecting,
                LinkState::Connected
                | LinkState::Connecting
                | LinkState::Disconnected
                | LinkState::Failed => LinkState::Failed,
            }
        };
        let changed = state != self.state;
        self.state = state;
        changed.then_some(state)
    }

    /// A description of a new generation was set: a failed transport tries again.
    pub(crate) fn agree(&mut self, generation: Generation) {
        self.agreed = Some(generation);
        if self.state == LinkState::Failed {
            self.state = LinkState::Connecting;
            self.broken_since = None;
        }
    }
}

/// A text that passes for SDP and tells what it belongs to.
pub(crate) fn sdp(generation: Generation) -> String {
    format!(
        "v=0\r\no=- {} 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
        generation.0
    )
}
