//! Peer connections without media: they connect when offer and answer of one generation have met,
//! at least one end knows a candidate of the other, and there is a path; and they count frames
//! while they last.

use protocol::time::{Duration, Instant};
use protocol::{Candidate, Direction, Generation};
use session::{LinkState, LinkStats};

/// How long a path may be gone before a browser says `disconnected`.
const DISCONNECTED_AFTER: Duration = Duration::from_secs(5);
/// How long before it gives up.
const FAILED_AFTER: Duration = Duration::from_secs(20);
/// How many candidates an end finds.
pub(crate) const CANDIDATES: usize = 2;

const FRAMES_PER_STEP: u64 = 3;
const SOUND_BYTES_PER_STEP: u64 = 400;

/// One end of a link.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) direction: Direction,
    /// The generation whose descriptions both are set here.
    pub(crate) agreed: Option<Generation>,
    /// The generation whose candidates of the other end are known here.
    candidates_of: Option<Generation>,
    state: LinkState,
    /// Until when the browser works on the steps it was told.
    busy_until: Instant,
    /// Since when nothing comes through, while it was connected before.
    broken_since: Option<Instant>,
    /// What came; receiving ends only.
    frames: u64,
    sound_bytes: u64,
    /// The session waits for a frame.
    pub(crate) looks: bool,
}

impl Connection {
    pub(crate) const fn new(direction: Direction) -> Self {
        Self {
            direction,
            agreed: None,
            candidates_of: None,
            state: LinkState::Connecting,
            busy_until: Instant::ORIGIN,
            broken_since: None,
            frames: 0,
            sound_bytes: 0,
            looks: true,
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

    /// Works on one more step for so long, after those before. Returns when it is done, from now.
    pub(crate) fn take_time(&mut self, now: Instant, span: Duration) -> Duration {
        self.busy_until = self.busy_until.max(now) + span;
        self.busy_until.since(now)
    }

    /// A description of a new generation was set: a failed transport tries again.
    pub(crate) fn agree(&mut self, generation: Generation) {
        self.agreed = Some(generation);
        if self.state == LinkState::Failed {
            self.state = LinkState::Connecting;
            self.broken_since = None;
        }
    }

    /// Candidates of the other end are added.
    ///
    /// # Panics
    /// If their description is not set: a browser would refuse them.
    pub(crate) fn add(&mut self, candidates: &[Candidate]) {
        for candidate in candidates {
            let fits = self.agreed.is_some_and(|it| belongs(candidate, it));
            assert!(fits, "{candidate:?} without its description: {self:?}");
            self.candidates_of = self.agreed;
        }
    }

    /// Whether the two ends can check a path: one candidate is enough, for the other end learns of
    /// the sender's address by being asked (RFC 8445, section 7.3.1.3).
    pub(crate) fn can_meet(&self, other: &Self) -> bool {
        let knows = |end: &Self| end.candidates_of == end.agreed;
        self.agreed.is_some() && self.agreed == other.agreed && (knows(self) || knows(other))
    }

    /// Media come for a moment. Whether they are the first.
    pub(crate) const fn receive(&mut self, picture: bool) -> bool {
        let is_first = self.frames == 0 && self.sound_bytes == 0;
        self.sound_bytes += SOUND_BYTES_PER_STEP;
        if picture {
            self.frames += FRAMES_PER_STEP;
        }
        is_first
    }

    pub(crate) fn stats(&self) -> LinkStats {
        LinkStats {
            frames_decoded: self.frames,
            audio_bytes: self.sound_bytes,
            heard: matches!(self.state, LinkState::Connected),
            ..LinkStats::default()
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

/// A candidate that tells which generation it belongs to.
pub(crate) fn candidate(generation: Generation, number: usize) -> Option<Candidate> {
    let json = format!("{}{number}\"}}", prefix(generation));
    Candidate::from_json(&json).ok()
}

fn belongs(candidate: &Candidate, generation: Generation) -> bool {
    candidate.json().starts_with(&prefix(generation))
}

fn prefix(generation: Generation) -> String {
    let ufrag = generation.0;
    format!(r#"{{"usernameFragment":"g{ufrag}","candidate":"candidate:"#)
}
