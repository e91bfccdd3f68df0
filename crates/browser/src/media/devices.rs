//! Which cameras and microphones there are, and whether the page may use them.

use crate::error::settle;
use crate::{js, listener::Listener, reporter::Reporter, tab::Tab, timer::Task, timer::Timer};
use core::cell::RefCell;
use core::time::Duration;
use js_sys::Array;
use session::{CaptureRequest, Device, DeviceId, DeviceKind, MediaReport, Permission, Report};
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use web_sys::{MediaDeviceInfo, MediaDeviceKind, MediaDevices, PermissionState, PermissionStatus};

/// Plugging in one headset fires several events; one look after the last of them is enough.
const SETTLED: Duration = Duration::from_millis(300);

/// Looks at the devices once it is asked to watch, and then whenever they change.
pub(super) struct Devices {
    tab: Tab,
    reporter: Reporter,
    change: Timer,
    watched: RefCell<Option<Watched>>,
    looking: RefCell<Option<Task>>,
    told: RefCell<Option<MediaReport>>,
}

#[derive(Default)]
struct Watched {
    camera: Option<PermissionStatus>,
    microphone: Option<PermissionStatus>,
    _listeners: Vec<Listener>,
}

impl Devices {
    pub(super) fn new(tab: &Tab, reporter: &Reporter) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let changed = Weak::clone(this);
            Self {
                tab: tab.clone(),
                reporter: reporter.clone(),
                change: Timer::new(&tab.window, move || {
                    if let Some(devices) = changed.upgrade() {
                        devices.refresh();
                    }
                }),
                watched: RefCell::default(),
                looking: RefCell::default(),
                told: RefCell::default(),
            }
        })
    }

    /// Tells about the devices now, even if nothing is new, and whenever they change.
    pub(super) fn watch(self: &Rc<Self>) {
        self.told.take();
        if self.watched.borrow().is_some() {
            return self.refresh();
        }
        self.watched.replace(Some(Watched::default()));
        let this = Rc::clone(self);
        self.looking.replace(Some(Task::spawn(async move {
            let camera = this.permission("camera").await;
            let microphone = this.permission("microphone").await;
            let listeners = this.listen(&[&camera, &microphone]);
            this.watched.replace(Some(Watched {
                camera,
                microphone,
                _listeners: listeners,
            }));
            this.look().await;
        })));
    }

    /// Looks again, if anybody watches.
    pub(super) fn refresh(self: &Rc<Self>) {
        if self.watched.borrow().is_none() {
            return;
        }
        let this = Rc::clone(self);
        let looking = Task::spawn(async move { this.look().await });
        self.looking.replace(Some(looking));
    }

    /// Whether the browser would ask the person about what this request needs, as far as it says.
    pub(super) async fn would_ask(&self, request: &CaptureRequest) -> bool {
        let names: &[&str] = match request {
            CaptureRequest::CameraAndMicrophone { .. } => &["camera", "microphone"],
            CaptureRequest::Camera(_) => &["camera"],
            CaptureRequest::Microphone(_) => &["microphone"],
            CaptureRequest::Screen => return false,
        };
        let mut asks = false;
        for name in names {
            match self.permission(name).await.map(|it| it.state()) {
                Some(PermissionState::Prompt) => asks = true,
                Some(PermissionState::Granted) => {}
                _ => return false,
            }
        }
        asks
    }

    async fn look(&self) {
        let media_devices = js::media_devices(&self.tab.navigator);
        let devices = match &media_devices {
            Some(media_devices) => list(media_devices).await,
            None => Vec::new(),
        };
        let report = {
            let watched = self.watched.borrow();
            let watched = watched.as_ref();
            MediaReport::Devices {
                devices,
                camera: state(watched.and_then(|watched| watched.camera.as_ref())),
                microphone: state(watched.and_then(|watched| watched.microphone.as_ref())),
                can_share_screen: media_devices.is_some_and(|it| js::has_display_media(&it)),
            }
        };
        if self.told.borrow().as_ref() != Some(&report) {
            self.told.replace(Some(report.clone()));
            self.reporter.report(Report::Media(report));
        }
    }

    /// `None` in browsers that do not say.
    async fn permission(&self, name: &str) -> Option<PermissionStatus> {
        let permissions = js::permissions(&self.tab.navigator)?;
        let query = permissions
            .query(&js::object([("name", name.into())]))
            .ok()?;
        Some(settle(query).await.ok()?.unchecked_into())
    }

    fn listen(self: &Rc<Self>, permissions: &[&Option<PermissionStatus>]) -> Vec<Listener> {
        let changed = || {
            let this = Rc::downgrade(self);
            move |_event| {
                if let Some(devices) = this.upgrade() {
                    devices.change.set(SETTLED);
                }
            }
        };
        let mut listeners: Vec<Listener> = permissions
            .iter()
            .filter_map(|permission| permission.as_ref())
            .map(|permission| Listener::new(permission, "change", changed()))
            .collect();
        if let Some(devices) = js::media_devices(&self.tab.navigator) {
            listeners.push(Listener::new(&devices, "devicechange", changed()));
        }
        listeners
    }
}

async fn list(media_devices: &MediaDevices) -> Vec<Device> {
    let Ok(promise) = media_devices.enumerate_devices() else {
        return Vec::new();
    };
    let Ok(devices) = settle(promise).await else {
        return Vec::new();
    };
    let devices: Array = devices.unchecked_into();
    devices
        .iter()
        .filter_map(|device| describe(device.unchecked_ref()))
        .collect()
}

fn describe(device: &MediaDeviceInfo) -> Option<Device> {
    let kind = match device.kind() {
        MediaDeviceKind::Videoinput => DeviceKind::Camera,
        MediaDeviceKind::Audioinput => DeviceKind::Microphone,
        // Loudspeakers, or what is not specified yet.
        MediaDeviceKind::Audiooutput | _ => return None,
    };
    Some(Device {
        id: DeviceId(device.device_id()),
        kind,
        label: device.label(),
    })
}

fn state(permission: Option<&PermissionStatus>) -> Permission {
    match permission.map(PermissionStatus::state) {
        Some(PermissionState::Granted) => Permission::Granted,
        Some(PermissionState::Denied) => Permission::Denied,
        _ => Permission::Prompt,
    }
}
