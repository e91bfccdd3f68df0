//! Cameras, microphones and screens: asking for them, and holding the tracks they yield.

use super::devices::Devices;
use crate::capture_error::{Asked, capture_error};
use crate::error::{BrowserError, settle};
use crate::{js, listener::Listener, reporter::Reporter, tab::Tab};
use core::cell::RefCell;
use js_sys::{Object, Promise};
use session::{
    CaptureError, CaptureId, CaptureRequest, CapturedTrack, DeviceId, MediaReport, Report,
    TrackKind, TrackRef,
};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaDevices, MediaStream, MediaStreamTrack, MediaStreamTrackState};

/// Holds every captured track until it is stopped or has ended.
pub(super) struct Captures {
    tab: Tab,
    reporter: Reporter,
    devices: Rc<Devices>,
    tracks: RefCell<BTreeMap<TrackRef, Held>>,
}

struct Held {
    track: MediaStreamTrack,
    _ended: Listener,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.track.stop();
    }
}

impl Captures {
    pub(super) fn new(tab: &Tab, reporter: &Reporter, devices: &Rc<Devices>) -> Self {
        Self {
            tab: tab.clone(),
            reporter: reporter.clone(),
            devices: Rc::clone(devices),
            tracks: RefCell::default(),
        }
    }

    /// The track, while it is held.
    pub(super) fn track(&self, track: TrackRef) -> Option<MediaStreamTrack> {
        self.tracks
            .borrow()
            .get(&track)
            .map(|held| held.track.clone())
    }

    pub(super) fn stop(&self, track: TrackRef) {
        self.tracks.borrow_mut().remove(&track);
    }

    /// Asks before it returns, for a screen may only be asked for during a gesture.
    pub(super) fn start(self: &Rc<Self>, capture: CaptureId, request: &CaptureRequest) {
        let asked = self.ask(request);
        let (this, kind) = (Rc::clone(self), asked_for(request));
        let any_device = without_devices(request);
        let request = request.clone();
        spawn_local(async move {
            let mut outcome = answer(kind, asked).await;
            if outcome == Err(CaptureError::NoDevice)
                && let Some(any) = any_device
            {
                outcome = answer(kind, this.ask(&any)).await;
            }
            if outcome == Err(CaptureError::Denied) && this.devices.would_ask(&request).await {
                // The question was closed: asked again, the browser would ask again.
                outcome = Err(CaptureError::Dismissed);
            }
            let report = match outcome {
                Ok(stream) => MediaReport::Captured {
                    capture,
                    tracks: this.hold(capture, kind, stream.unchecked_ref()),
                },
                Err(error) => MediaReport::CaptureFailed { capture, error },
            };
            this.reporter.report(Report::Media(report));
            this.tell_ended(capture);
            // Names and permissions are known better now.
            this.devices.refresh();
        });
    }

    fn ask(&self, request: &CaptureRequest) -> Result<Promise, CaptureError> {
        let devices = js::media_devices(&self.tab.navigator).ok_or_else(|| {
            if self.tab.window.is_secure_context() {
                CaptureError::Unsupported
            } else {
                CaptureError::Insecure
            }
        })?;
        call(&devices, request)
            .map_err(|error| capture_error(asked_for(request), &error.name, &error.message))
    }

    fn hold(
        self: &Rc<Self>,
        capture: CaptureId,
        asked: Asked,
        stream: &MediaStream,
    ) -> Vec<CapturedTrack> {
        let mut captured = Vec::new();
        for track in stream.get_tracks().iter() {
            let track: MediaStreamTrack = track.unchecked_into();
            let kind = match track.kind().as_str() {
                "audio" => TrackKind::Audio,
                _ => TrackKind::Video,
            };
            captured.push(CapturedTrack {
                kind,
                device: (asked == Asked::Device).then(|| device(&track)).flatten(),
                label: track.label(),
            });
            self.watch(TrackRef { capture, kind }, track);
        }
        captured
    }

    /// A track may have ended before anybody listened, and then no event tells of it.
    fn tell_ended(&self, capture: CaptureId) {
        let is_over = |(name, held): (&TrackRef, &Held)| {
            let ended = held.track.ready_state() == MediaStreamTrackState::Ended;
            (name.capture == capture && ended).then_some(*name)
        };
        let over: Vec<TrackRef> = self.tracks.borrow().iter().filter_map(is_over).collect();
        for name in over {
            self.tracks.borrow_mut().remove(&name);
            self.reporter
                .report(Report::Media(MediaReport::TrackEnded(name)));
        }
    }

    fn watch(self: &Rc<Self>, name: TrackRef, track: MediaStreamTrack) {
        let captures = Rc::downgrade(self);
        let ended = Listener::new(&track, "ended", move |_event| {
            let Some(captures) = captures.upgrade() else {
                return;
            };
            captures.tracks.borrow_mut().remove(&name);
            captures
                .reporter
                .report(Report::Media(MediaReport::TrackEnded(name)));
        });
        let held = Held {
            track,
            _ended: ended,
        };
        self.tracks.borrow_mut().insert(name, held);
    }
}

const fn asked_for(request: &CaptureRequest) -> Asked {
    match request {
        CaptureRequest::CameraAndMicrophone { .. }
        | CaptureRequest::Camera(_)
        | CaptureRequest::Microphone(_) => Asked::Device,
        CaptureRequest::Screen => Asked::Screen,
    }
}

async fn answer(
    asked: Asked,
    promise: Result<Promise, CaptureError>,
) -> Result<JsValue, CaptureError> {
    settle(promise?)
        .await
        .map_err(|error| capture_error(asked, &error.name, &error.message))
}

/// What to ask for when a device that the request names is gone. `None` if it names none.
fn without_devices(request: &CaptureRequest) -> Option<CaptureRequest> {
    let any = match request {
        CaptureRequest::CameraAndMicrophone { .. } => CaptureRequest::CameraAndMicrophone {
            camera: None,
            microphone: None,
        },
        CaptureRequest::Camera(_) => CaptureRequest::Camera(None),
        CaptureRequest::Microphone(_) => CaptureRequest::Microphone(None),
        CaptureRequest::Screen => CaptureRequest::Screen,
    };
    (any != *request).then_some(any)
}

fn device(track: &MediaStreamTrack) -> Option<DeviceId> {
    js::text(&track.get_settings(), "deviceId").map(DeviceId)
}

fn call(devices: &MediaDevices, request: &CaptureRequest) -> Result<Promise, BrowserError> {
    let wanted = match request {
        CaptureRequest::CameraAndMicrophone { camera, microphone } => js::object([
            ("video", camera_constraints(camera.as_ref()).into()),
            ("audio", microphone_constraints(microphone.as_ref()).into()),
        ]),
        CaptureRequest::Camera(camera) => {
            js::object([("video", camera_constraints(camera.as_ref()).into())])
        }
        CaptureRequest::Microphone(microphone) => {
            js::object([("audio", microphone_constraints(microphone.as_ref()).into())])
        }
        CaptureRequest::Screen if js::has_display_media(devices) => {
            let wanted = screen_constraints();
            return Ok(devices.get_display_media_with_constraints(wanted.unchecked_ref())?);
        }
        CaptureRequest::Screen => return Err(BrowserError::unsupported()),
    };
    Ok(devices.get_user_media_with_constraints(wanted.unchecked_ref())?)
}

fn ideal(value: impl Into<JsValue>) -> JsValue {
    js::object([("ideal", value.into())]).into()
}

fn camera_constraints(camera: Option<&DeviceId>) -> Object {
    let constraints = js::object([
        ("width", ideal(1280)),
        ("height", ideal(720)),
        ("frameRate", ideal(30)),
    ]);
    name_device(&constraints, camera);
    constraints
}

fn microphone_constraints(microphone: Option<&DeviceId>) -> Object {
    let constraints = js::object([
        ("echoCancellation", ideal(true)),
        ("noiseSuppression", ideal(true)),
        ("autoGainControl", ideal(true)),
    ]);
    name_device(&constraints, microphone);
    constraints
}

/// Exactly: Chromium answers an ideal device with the default one.
fn name_device(constraints: &Object, device: Option<&DeviceId>) {
    if let Some(DeviceId(id)) = device {
        let exact = js::object([("exact", id.as_str().into())]);
        js::set(constraints, "deviceId", exact);
    }
}

/// Full HD at most: what is larger costs more than it shows. The sound is a program's, not a
/// voice's, so nothing is to be filtered out of it. Browsers ignore the members they do not know.
fn screen_constraints() -> Object {
    let at_most = |pixels: u32| JsValue::from(js::object([("max", pixels.into())]));
    let video = js::object([
        ("width", at_most(1920)),
        ("height", at_most(1080)),
        ("frameRate", ideal(30)),
    ]);
    let audio = js::object([
        ("echoCancellation", false.into()),
        ("noiseSuppression", false.into()),
        ("autoGainControl", false.into()),
    ]);
    js::object([
        ("video", video.into()),
        ("audio", audio.into()),
        ("systemAudio", "include".into()),
        ("surfaceSwitching", "include".into()),
        ("selfBrowserSurface", "exclude".into()),
    ])
}
