//! A session, and what its browser would do.

use crate::rtc::{self, Connection};
use protocol::time::{Duration, Instant};
use protocol::wire;
use protocol::{Direction, LinkId};
use session::{
    CaptureError, CaptureId, CaptureRequest, CapturedTrack, Device, DeviceId, DeviceKind, Effect,
    Input, LinkEffect, LinkReport, MediaEffect, MediaReport, Outgoing, Permission, PlayEffect,
    PlayReport, Preferences, Report, Resumption, Seed, Session, Slot, SlotSource, SocketEffect,
    SocketId, TrackKind,
};
use std::collections::BTreeMap;

/// One tab of one browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TabId(pub(crate) usize);

/// How the browser answers when it is asked for media.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Devices {
    /// With a camera, a microphone and a screen.
    #[default]
    Present,
    /// With a refusal by the person.
    Denied,
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
    pub(crate) open: bool,
    pub(crate) devices: Devices,
    pub(crate) preferences: Preferences,
    pub(crate) resumption: Option<Resumption>,
    pub(crate) socket: Option<SocketId>,
    pub(crate) links: BTreeMap<LinkId, Connection>,
    pub(crate) slots: BTreeMap<Slot, SlotSource>,
    pub(crate) outgoing: Outgoing,
    pub(crate) clipboard: Option<String>,
}

const PERMISSION_DELAY: Duration = Duration::from_millis(300);
const STEP_DELAY: Duration = Duration::from_millis(5);

impl Tab {
    pub(crate) fn new(seed: Seed, entropy: u64, now: Instant) -> Self {
        Self {
            session: Session::new(seed, entropy, now),
            open: true,
            devices: Devices::default(),
            preferences: Preferences::default(),
            resumption: None,
            socket: None,
            links: BTreeMap::new(),
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

    pub(crate) fn feed(&mut self, now: Instant, input: Input) -> Vec<Wish> {
        self.session.handle_input(now, input);
        self.drain()
    }

    pub(crate) fn timeout(&mut self, now: Instant) -> Vec<Wish> {
        self.session.handle_timeout(now);
        self.drain()
    }

    fn drain(&mut self) -> Vec<Wish> {
        let mut wishes = Vec::new();
        while let Some(effect) = self.session.poll_output() {
            wishes.extend(self.carry_out(effect));
        }
        wishes
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Wish> {
        match effect {
            Effect::Socket(effect) => self.use_socket(effect),
            Effect::Link(effect) => self.use_link(effect),
            Effect::Media(effect) => self.use_media(effect),
            Effect::Play(effect) => self.play(effect),
            Effect::SavePreferences(preferences) => {
                self.preferences = *preferences;
                None
            }
            Effect::SaveResumption(resumption) => {
                self.resumption = resumption;
                None
            }
            Effect::Copy(text) => {
                self.clipboard = Some(text);
                Some(Wish::Report(STEP_DELAY, Report::Copied(true)))
            }
            Effect::GuardUnload(_) | Effect::KeepAwake(_) => None,
        }
    }

    fn use_socket(&mut self, effect: SocketEffect) -> Option<Wish> {
        match effect {
            SocketEffect::Open(socket) => {
                self.socket = Some(socket);
                Some(Wish::Dial(socket))
            }
            SocketEffect::Send(socket, request) => {
                Some(Wish::Send(socket, wire::encode_request(&request).ok()?))
            }
            SocketEffect::Close(socket, _) => {
                self.socket = self.socket.filter(|current| *current != socket);
                Some(Wish::HangUp(socket))
            }
        }
    }

    fn use_link(&mut self, effect: LinkEffect) -> Option<Wish> {
        let described = |link, generation, kind| {
            let sdp = rtc::sdp(generation);
            let report = LinkReport::LocalDescription {
                generation,
                kind,
                sdp,
            };
            Some(Wish::Report(STEP_DELAY, Report::Link(link, report)))
        };
        match effect {
            LinkEffect::Open {
                link, direction, ..
            } => {
                self.links.insert(link, Connection::new(direction));
                None
            }
            LinkEffect::Offer {
                link, generation, ..
            } => described(link, generation, protocol::DescriptorKind::Offer),
            LinkEffect::Answer {
                link,
                generation,
                sdp,
            } => {
                assert_eq!(sdp, rtc::sdp(generation), "an offer of another generation");
                self.links.get_mut(&link)?.agree(generation);
                described(link, generation, protocol::DescriptorKind::Answer)
            }
            LinkEffect::Accept {
                link,
                generation,
                sdp,
            } => {
                assert_eq!(sdp, rtc::sdp(generation), "an answer of another generation");
                self.links.get_mut(&link)?.agree(generation);
                let report = LinkReport::Accepted(generation);
                Some(Wish::Report(STEP_DELAY, Report::Link(link, report)))
            }
            LinkEffect::Close(link) => {
                self.links.remove(&link);
                None
            }
            LinkEffect::AddCandidates { .. } | LinkEffect::UseIceServers(_) => None,
        }
    }

    fn use_media(&mut self, effect: MediaEffect) -> Option<Wish> {
        let report = match effect {
            MediaEffect::WatchDevices => MediaReport::Devices {
                devices: vec![
                    device("cam-1", DeviceKind::Camera),
                    device("mic-1", DeviceKind::Microphone),
                ],
                camera: Permission::Prompt,
                microphone: Permission::Prompt,
                can_share_screen: true,
            },
            MediaEffect::Capture { capture, request } => self.capture(capture, &request),
            MediaEffect::Send(outgoing) => {
                self.outgoing = outgoing;
                return None;
            }
            MediaEffect::Stop(_) => return None,
        };
        Some(Wish::Report(PERMISSION_DELAY, Report::Media(report)))
    }

    fn capture(&self, capture: CaptureId, request: &CaptureRequest) -> MediaReport {
        if self.devices == Devices::Denied {
            return MediaReport::CaptureFailed {
                capture,
                error: CaptureError::Denied,
            };
        }
        let video = |id: Option<&str>| track(TrackKind::Video, id);
        let audio = track(TrackKind::Audio, Some("mic-1"));
        let tracks = match request {
            CaptureRequest::CameraAndMicrophone { .. } => vec![video(Some("cam-1")), audio],
            CaptureRequest::Camera(_) => vec![video(Some("cam-1"))],
            CaptureRequest::Microphone(_) => vec![audio],
            CaptureRequest::Screen => vec![video(None), track(TrackKind::Audio, None)],
        };
        MediaReport::Captured { capture, tracks }
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
}

fn device(id: &str, kind: DeviceKind) -> Device {
    Device {
        id: DeviceId(id.to_owned()),
        kind,
        label: String::new(),
    }
}

fn track(kind: TrackKind, device: Option<&str>) -> CapturedTrack {
    let device = device.map(|id| DeviceId(id.to_owned()));
    CapturedTrack {
        kind,
        device,
        label: String::new(),
    }
}
