//! A session, and what its browser would do.

use crate::devices::{self, Devices};
use crate::random::Random;
use crate::rtc::{self, Connection};
use crate::witness::Witness;
use core::fmt;
use protocol::time::{Duration, Instant};
use protocol::{DescriptorKind, Direction, Generation, LinkId, wire};
use session::{
    Effect, Input, LinkEffect, LinkReport, MediaEffect, MediaReport, Outgoing, PlayEffect,
    PlayReport, Preferences, Reason, Report, Resumption, Seed, Session, Slot, SlotSource,
    SocketEffect, SocketId,
};
use std::collections::BTreeMap;

/// One tab of one browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TabId(pub(crate) usize);

impl fmt::Display for TabId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tab {}", self.0)
    }
}

/// What a tab wants from the world.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Dial(SocketId),
    Send(SocketId, String),
    HangUp(SocketId),
    Report(Duration, Report),
}

/// One tab: a session and the state that a browser would hold for it.
#[derive(Debug)]
pub(crate) struct Tab {
    session: Session,
    random: Random,
    now: Instant,
    pub(crate) witness: Witness,
    pub(crate) open: bool,
    /// When the world has been told to wake the session.
    pub(crate) wakes_at: Option<Instant>,
    /// When it was woken last, and how often at that moment.
    woken: (Instant, u32),
    pub(crate) devices: Devices,
    pub(crate) preferences: Preferences,
    pub(crate) resumption: Option<Resumption>,
    pub(crate) socket: Option<SocketId>,
    pub(crate) links: BTreeMap<LinkId, Connection>,
    pub(crate) links_made: usize,
    /// Where it connects from: tabs with the same number are behind one address.
    pub(crate) source: u64,
    pub(crate) slots: BTreeMap<Slot, SlotSource>,
    pub(crate) outgoing: Outgoing,
    pub(crate) clipboard: Option<String>,
}

const PERMISSION_DELAY: Duration = Duration::from_millis(300);
const STEP_DELAY: Duration = Duration::from_millis(5);
/// A session that wants to be woken more often than this at one moment never stops.
const MAX_WAKES: u32 = 10;
/// How long a browser may take to find a candidate, or for a step of a negotiation.
const LONGEST_STEP_MILLIS: usize = 40;

impl Tab {
    pub(crate) fn new(seed: Seed, entropy: u64, now: Instant) -> Self {
        Self {
            session: Session::new(seed, entropy, now),
            random: Random::new(entropy),
            now,
            witness: Witness::default(),
            open: true,
            wakes_at: None,
            woken: (now, 0),
            devices: Devices::default(),
            preferences: Preferences::default(),
            resumption: None,
            socket: None,
            links: BTreeMap::new(),
            links_made: 0,
            source: entropy,
            slots: BTreeMap::new(),
            outgoing: Outgoing::default(),
            clipboard: None,
        }
    }

    pub(crate) fn view(&self, now: Instant) -> session::View {
        self.session.view(now)
    }

    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        self.session
            .poll_timeout()
            .filter(|_| self.open)
            .map(|(at, _)| at)
    }

    /// What the session wants to be woken for, if that is due.
    pub(crate) fn due(&self, now: Instant) -> Option<Reason> {
        let (at, reason) = self.session.poll_timeout()?;
        (self.open && at <= now).then_some(reason)
    }

    pub(crate) fn feed(&mut self, now: Instant, input: Input) -> Vec<Wish> {
        self.now = now;
        if let Input::Report(report) = &input {
            self.notice(report);
        }
        self.session.handle_input(now, input);
        self.drain()
    }

    pub(crate) fn timeout(&mut self, now: Instant) -> Vec<Wish> {
        let (last, times) = self.woken;
        let times = if last == now { times + 1 } else { 0 };
        assert!(times < MAX_WAKES, "{:?} is always due", self.due(now));
        self.woken = (now, times);
        self.now = now;
        self.session.handle_timeout(now);
        self.drain()
    }

    /// The link whose picture is shown to the viewer.
    pub(crate) fn watched_link(&self) -> Option<LinkId> {
        match self.slots.get(&Slot::PICTURE)? {
            SlotSource::Link(link) => Some(*link),
            SlotSource::Outgoing => None,
        }
    }

    /// Whether this end sends media on the link.
    pub(crate) fn sends(&self, link: LinkId) -> bool {
        let has_media = self.outgoing.video.is_some() || self.outgoing.microphone.is_some();
        has_media
            && self
                .links
                .get(&link)
                .is_some_and(|it| it.direction == Direction::Send)
    }

    fn drain(&mut self) -> Vec<Wish> {
        let mut wishes = Vec::new();
        while let Some(effect) = self.session.poll_output() {
            self.carry_out(effect, &mut wishes);
        }
        wishes
    }

    fn carry_out(&mut self, effect: Effect, wishes: &mut Vec<Wish>) {
        match effect {
            Effect::Socket(effect) => self.use_socket(effect, wishes),
            Effect::Link(effect) => self.use_link(effect, wishes),
            Effect::Media(effect) => wishes.extend(self.use_media(effect)),
            Effect::Play(effect) => wishes.extend(self.play(effect)),
            Effect::SavePreferences(preferences) => self.preferences = *preferences,
            Effect::SaveResumption(resumption) => self.resumption = resumption,
            Effect::Copy(text) => {
                self.clipboard = Some(text);
                wishes.push(Wish::Report(STEP_DELAY, Report::Copied(true)));
            }
            Effect::GuardUnload(_) | Effect::KeepAwake(_) => {}
        }
    }

    fn use_socket(&mut self, effect: SocketEffect, wishes: &mut Vec<Wish>) {
        match effect {
            SocketEffect::Open(socket) => {
                wishes.extend(self.socket.replace(socket).map(Wish::HangUp));
                wishes.push(Wish::Dial(socket));
            }
            SocketEffect::Send(socket, request) => {
                assert_eq!(self.socket, Some(socket), "sends on a socket that is gone");
                self.witness.says(&request);
                let text = wire::encode_request(&request).ok();
                wishes.extend(text.map(|text| Wish::Send(socket, text)));
            }
            SocketEffect::Close(socket, _) => {
                self.socket = self.socket.filter(|current| *current != socket);
                wishes.push(Wish::HangUp(socket));
            }
        }
    }

    fn use_link(&mut self, effect: LinkEffect, wishes: &mut Vec<Wish>) {
        match effect {
            LinkEffect::Open {
                link, direction, ..
            } => {
                self.links.insert(link, Connection::new(direction));
                self.links_made += 1;
            }
            LinkEffect::Offer {
                link, generation, ..
            } => self.describe(link, generation, DescriptorKind::Offer, wishes),
            LinkEffect::Answer {
                link,
                generation,
                sdp,
            } => {
                assert_eq!(sdp, rtc::sdp(generation), "an offer of another generation");
                self.describe(link, generation, DescriptorKind::Answer, wishes);
            }
            LinkEffect::Accept {
                link,
                generation,
                sdp,
            } => {
                assert_eq!(sdp, rtc::sdp(generation), "an answer of another generation");
                let report = LinkReport::Accepted(generation);
                let delay = self.take_time(link);
                wishes.push(Wish::Report(delay, Report::Link(link, report)));
            }
            LinkEffect::AddCandidates {
                link, candidates, ..
            } => {
                if let Some(connection) = self.links.get_mut(&link) {
                    connection.add(&candidates);
                }
            }
            LinkEffect::Close(link) => {
                self.links.remove(&link);
            }
            LinkEffect::Look(link) => {
                if let Some(connection) = self.links.get_mut(&link) {
                    connection.looks = true;
                }
            }
            LinkEffect::Limit(_) | LinkEffect::Rest(_) | LinkEffect::UseIceServers(_) => {}
        }
    }

    /// The browser makes a description and, at its own pace, finds candidates: the first may be
    /// there before the description is.
    fn describe(
        &mut self,
        link: LinkId,
        generation: Generation,
        kind: DescriptorKind,
        wishes: &mut Vec<Wish>,
    ) {
        let sdp = rtc::sdp(generation);
        let description = LinkReport::LocalDescription {
            generation,
            kind,
            sdp,
        };
        let mut report = |delay, report| {
            wishes.push(Wish::Report(delay, Report::Link(link, report)));
        };
        report(self.take_time(link), description);
        let mut after = Duration::ZERO;
        for number in 0..rtc::CANDIDATES {
            after += self.some_time();
            let candidate = rtc::candidate(generation, number);
            report(after, LinkReport::LocalCandidate(generation, candidate));
        }
        report(after, LinkReport::LocalCandidate(generation, None));
    }

    /// How long the next step of a peer connection takes: one comes after the other.
    fn take_time(&mut self, link: LinkId) -> Duration {
        let (now, span) = (self.now, self.some_time());
        self.links
            .get_mut(&link)
            .map_or(span, |connection| connection.take_time(now, span))
    }

    fn some_time(&mut self) -> Duration {
        let millis = 1 + self.random.below(LONGEST_STEP_MILLIS);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// What a report tells of the browser itself: both descriptions of a generation are set.
    fn notice(&mut self, report: &Report) {
        if let Report::Link(
            link,
            LinkReport::LocalDescription {
                generation,
                kind: DescriptorKind::Answer,
                ..
            }
            | LinkReport::Accepted(generation),
        ) = report
            && let Some(connection) = self.links.get_mut(link)
        {
            connection.agree(*generation);
        }
    }

    fn use_media(&mut self, effect: MediaEffect) -> Option<Wish> {
        let report = match effect {
            MediaEffect::WatchDevices => devices::all(),
            MediaEffect::Capture { capture, request } => match self.devices {
                Devices::Present => MediaReport::Captured {
                    capture,
                    tracks: devices::tracks(&request),
                },
                Devices::Denied => MediaReport::CaptureFailed {
                    capture,
                    error: session::CaptureError::Denied,
                },
            },
            MediaEffect::Send(outgoing) => {
                self.outgoing = outgoing;
                return None;
            }
            MediaEffect::Stop(_) => return None,
        };
        Some(Wish::Report(PERMISSION_DELAY, Report::Media(report)))
    }

    fn play(&mut self, effect: PlayEffect) -> Option<Wish> {
        match effect {
            PlayEffect::Attach {
                slot,
                source: Some(source),
            } => {
                self.slots.insert(slot, source);
                None
            }
            PlayEffect::Attach { slot, source: None } => {
                self.slots.remove(&slot);
                None
            }
            PlayEffect::Play { slot, .. } => Some(Wish::Report(
                STEP_DELAY,
                Report::Play(slot, PlayReport::Playing),
            )),
            PlayEffect::Pause(_)
            | PlayEffect::ToggleFullscreen(_)
            | PlayEffect::TogglePictureInPicture(_) => None,
        }
    }
}
