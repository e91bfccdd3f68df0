//! One link's peer connection, and what it tells by itself.

use super::incoming::Incoming;
use super::negotiation::{Negotiation, Step};
use super::outgoing::{OutgoingTracks, Senders};
use super::probe::{self, Pace};
use crate::error::BrowserError;
use crate::{js, listener::Listener, reporter::Reporter, slot::Slots, tab::Tab, timer::Task};
use core::cell::Cell;
use js_sys::{Array, JSON, Object};
use protocol::{Candidate, Direction, IceServer, LinkId};
use session::{LinkReport, LinkState, Report};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    RtcConfiguration, RtcIceCandidate, RtcPeerConnection, RtcPeerConnectionIceEvent,
    RtcPeerConnectionState, RtcTrackEvent,
};

/// Which link this is, and whom it tells.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) link: LinkId,
    pub(super) reporter: Reporter,
}

impl Name {
    pub(super) fn report(&self, report: LinkReport) {
        self.reporter.report(Report::Link(self.link, report));
    }
}

/// Closes with its owner, and says nothing afterwards.
pub(super) struct Connection {
    pc: RtcPeerConnection,
    negotiation: Rc<Negotiation>,
    senders: Option<Senders>,
    listeners: Vec<Listener>,
    pace: Rc<Cell<Pace>>,
    probe: Option<Task>,
}

impl Connection {
    pub(super) fn open(
        tab: &Tab,
        name: Name,
        direction: Direction,
        ice_servers: &[IceServer],
        slots: &Rc<Slots>,
    ) -> Result<Self, BrowserError> {
        let pc = RtcPeerConnection::new_with_configuration(&configuration(ice_servers))?;
        let negotiation = Rc::new(Negotiation::new(&pc, &name));
        // From here on the peer connection has an owner that closes it, whatever fails below.
        let mut connection = Self {
            listeners: vec![
                on_candidate(&pc, &name, Rc::downgrade(&negotiation)),
                on_state(&pc, &name),
            ],
            pc: pc.clone(),
            negotiation,
            senders: None,
            pace: Rc::new(Cell::new(Pace::Often)),
            probe: None,
        };
        let pace = Rc::clone(&connection.pace);
        let probe = match direction {
            Direction::Send => {
                connection.senders = Some(Senders::new(&pc, &name)?);
                Task::spawn(probe::sending(tab.clone(), pc, name, pace))
            }
            Direction::Receive | Direction::Unknown => {
                let incoming = Rc::new(Incoming::new(name.link, slots));
                connection.listeners.push(on_track(&pc, &incoming));
                Task::spawn(probe::receiving(tab.clone(), pc, name, incoming, pace))
            }
        };
        connection.probe = Some(probe);
        Ok(connection)
    }

    pub(super) fn take(&self, step: Step) {
        self.negotiation.take(step);
    }

    pub(super) fn send(&self, tracks: &OutgoingTracks) {
        if let Some(senders) = &self.senders {
            senders.send(tracks);
            let is_silent = tracks.audio.is_none() && tracks.video.is_none();
            let pace = if is_silent {
                Pace::Never
            } else {
                Pace::EachSecond
            };
            self.pace.set(pace);
        }
    }

    pub(super) fn limit(&self, bits_per_second: u32) {
        if let Some(senders) = &self.senders {
            senders.limit(bits_per_second);
        }
    }

    pub(super) fn pace(&self, pace: Pace) {
        self.pace.set(pace);
    }

    pub(super) fn use_ice_servers(&self, ice_servers: &[IceServer]) {
        // Servers that the browser refuses leave the ones before in use.
        let _accepted = self
            .pc
            .set_configuration_with_configuration(&configuration(ice_servers));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Nothing is told about a link that is closed.
        self.listeners.clear();
        self.probe.take();
        self.negotiation.stop();
        // A connection that holds tracks is not collected while they live.
        if let Some(senders) = self.senders.take() {
            senders.detach();
        }
        self.pc.close();
    }
}

fn configuration(ice_servers: &[IceServer]) -> RtcConfiguration {
    let servers: Array = ice_servers.iter().map(ice_server).collect();
    js::object([
        ("iceServers", servers.into()),
        ("bundlePolicy", "max-bundle".into()),
    ])
    .unchecked_into()
}

fn ice_server(server: &IceServer) -> Object {
    let urls: Array = server
        .urls
        .iter()
        .map(|url| JsValue::from_str(url))
        .collect();
    let described = js::object([("urls", urls.into())]);
    if let Some(username) = &server.username {
        js::set(&described, "username", username.as_str());
    }
    if let Some(credential) = &server.credential {
        js::set(&described, "credential", credential.as_str());
    }
    described
}

fn on_candidate(pc: &RtcPeerConnection, name: &Name, negotiation: Weak<Negotiation>) -> Listener {
    let name = name.clone();
    Listener::new(pc, "icecandidate", move |event| {
        let Some(negotiation) = negotiation.upgrade() else {
            return;
        };
        let found: Option<RtcIceCandidate> = event
            .unchecked_ref::<RtcPeerConnectionIceEvent>()
            .candidate();
        let candidate = match found {
            // Firefox marks the end twice: with an empty candidate, then as everybody does.
            Some(found) if found.candidate().is_empty() => return,
            Some(found) => match to_json(&found) {
                Some(candidate) => Some(candidate),
                None => return,
            },
            None => None,
        };
        name.report(LinkReport::LocalCandidate(
            negotiation.generation(),
            candidate,
        ));
    })
}

fn to_json(candidate: &RtcIceCandidate) -> Option<Candidate> {
    let text = String::from(JSON::stringify(candidate).ok()?);
    Candidate::from_json(&text).ok()
}

fn on_state(pc: &RtcPeerConnection, name: &Name) -> Listener {
    let (name, watched) = (name.clone(), pc.clone());
    Listener::new(pc, "connectionstatechange", move |_event| {
        let state = match watched.connection_state() {
            RtcPeerConnectionState::New | RtcPeerConnectionState::Connecting => {
                LinkState::Connecting
            }
            RtcPeerConnectionState::Connected => LinkState::Connected,
            RtcPeerConnectionState::Disconnected => LinkState::Disconnected,
            RtcPeerConnectionState::Failed => LinkState::Failed,
            // Only we close it; or a state that is not specified yet.
            RtcPeerConnectionState::Closed | _ => return,
        };
        name.report(LinkReport::State(state));
    })
}

fn on_track(pc: &RtcPeerConnection, incoming: &Rc<Incoming>) -> Listener {
    let incoming = Rc::clone(incoming);
    Listener::new(pc, "track", move |event| {
        let event: &RtcTrackEvent = event.unchecked_ref();
        let track = event.track();
        if track.kind() == "video" {
            js::set_jitter_buffer_target(&event.receiver(), 0.0);
        }
        incoming.add(track);
    })
}
