//! Members of the platform that web-sys lacks, or keeps behind its unstable flag, and those that
//! not every browser has. Names are texts in here and nowhere else.

use crate::error::{BrowserError, let_go};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, EventTarget, HtmlVideoElement, MediaDevices, MediaStreamTrack, Navigator,
    Permissions, RtcRtpParameters, RtcRtpReceiver, Window,
};

/// An object literal.
pub(crate) fn object<const N: usize>(members: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        set(&object, name, value);
    }
    object
}

/// A member that is there: neither absent nor null.
pub(crate) fn get(target: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(target, &name.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// A member that is a number.
pub(crate) fn number(target: &JsValue, name: &str) -> Option<f64> {
    get(target, name)?.as_f64()
}

/// A member that is a text.
pub(crate) fn text(target: &JsValue, name: &str) -> Option<String> {
    get(target, name)?.as_string()
}

/// Whether a member is there and true.
pub(crate) fn is_true(target: &JsValue, name: &str) -> bool {
    get(target, name).is_some_and(|value| value.is_truthy())
}

/// Sets a member; on an object that refuses it nothing happens.
pub(crate) fn set(target: &JsValue, name: &str, value: impl Into<JsValue>) {
    let _accepted = Reflect::set(target, &name.into(), &value.into());
}

/// The scripting name `mediaDevices`, which is missing where the context is not secure.
pub(crate) fn media_devices(navigator: &Navigator) -> Option<MediaDevices> {
    get(navigator, "mediaDevices").map(JsCast::unchecked_into)
}

/// Whether the browser can capture a screen.
pub(crate) fn has_display_media(devices: &MediaDevices) -> bool {
    get(devices, "getDisplayMedia").is_some()
}

/// Where permissions can be asked about without asking the person.
pub(crate) fn permissions(navigator: &Navigator) -> Option<Permissions> {
    get(navigator, "permissions").map(JsCast::unchecked_into)
}

/// Tells of a change of the network path, where the browser does.
pub(crate) fn network_connection(navigator: &Navigator) -> Option<EventTarget> {
    get(navigator, "connection").and_then(|connection| connection.dyn_into().ok())
}

/// Whether the person has touched the page yet; assumed where the browser does not say.
pub(crate) fn has_been_active(navigator: &Navigator) -> bool {
    get(navigator, "userActivation").is_none_or(|it| is_true(&it, "hasBeenActive"))
}

/// Whether the page came from the back/forward cache, or goes there.
pub(crate) fn is_persisted(page_transition: &JsValue) -> bool {
    is_true(page_transition, "persisted")
}

/// Whether the screen may be asked to stay on without the browser complaining: in another site's
/// frame only if its page allows it, as far as the browser says.
pub(crate) fn may_keep_awake(window: &Window) -> bool {
    let window: &JsValue = window;
    if get(window, "top").is_some_and(|top| top == *window) {
        return true;
    }
    get(window, "document")
        .and_then(|document| get(&document, "featurePolicy"))
        .and_then(|policy| call(&policy, "allowsFeature", &["screen-wake-lock".into()]).ok())
        .is_some_and(|allowed| allowed.is_truthy())
}

/// Asks for a screen that stays on; resolves to the lock.
pub(crate) fn request_wake_lock(navigator: &Navigator) -> Option<Promise> {
    let wake_lock = get(navigator, "wakeLock")?;
    promise(call(&wake_lock, "request", &["screen".into()]))
}

/// Gives a lock back.
pub(crate) fn release_wake_lock(lock: &JsValue) {
    finish(call(lock, "release", &[]));
}

/// The locks that the tabs of one browser share, where there are any.
pub(crate) fn locks(navigator: &Navigator) -> Option<JsValue> {
    get(navigator, "locks")
}

/// Asks for a lock and calls `on_answer` with it, or with null if it is not to be had now.
pub(crate) fn request_lock(locks: &JsValue, name: &str, on_answer: &JsValue) -> Option<()> {
    let options = object([("ifAvailable", true.into())]);
    let request = [name.into(), options.into(), on_answer.clone()];
    let promise = promise(call(locks, "request", &request))?;
    // It is pending as long as the lock is held.
    let_go(promise);
    Some(())
}

/// Asks a `beforeunload` event to ask the person.
pub(crate) fn ask_before_unload(event: &JsValue) {
    set(event, "returnValue", true);
}

/// Copies the selected text the old way, which works without a secure context.
pub(crate) fn copy_selection(document: &Document) -> bool {
    call(document, "execCommand", &["copy".into()]).is_ok_and(|copied| copied.is_truthy())
}

/// Styles an element in the way that a content security policy without inline styles allows.
pub(crate) fn set_style(element: &Element, css: &str) {
    if let Some(style) = get(element, "style") {
        set(&style, "cssText", css);
    }
}

/// Sets the cookie, beside the others.
pub(crate) fn set_cookie(document: &Document, cookie: &str) {
    set(document, "cookie", cookie);
}

/// How late the receiver plays on purpose. Smoothness is traded for delay.
pub(crate) fn set_jitter_buffer_target(receiver: &RtcRtpReceiver, millis: f64) {
    set(receiver, "jitterBufferTarget", millis);
}

/// What the track's picture is like: `motion`, `detail`.
pub(crate) fn set_content_hint(track: &MediaStreamTrack, hint: &str) {
    set(track, "contentHint", hint);
}

/// What a sender gives up first when it cannot keep up.
pub(crate) fn set_degradation_preference(parameters: &RtcRtpParameters, preference: &str) {
    set(parameters, "degradationPreference", preference);
}

/// The element that fills the screen.
pub(crate) fn fullscreen_element(document: &Document) -> Option<Element> {
    get(document, "fullscreenElement")
        .or_else(|| get(document, "webkitFullscreenElement"))
        .and_then(|element| element.dyn_into().ok())
}

/// Fills the screen with the element, or, on iPhones, with the video alone.
pub(crate) fn enter_fullscreen(element: &Element, video: &HtmlVideoElement) {
    let ways: [(&JsValue, &str); 3] = [
        (element, "requestFullscreen"),
        (element, "webkitRequestFullscreen"),
        (video, "webkitEnterFullscreen"),
    ];
    finish(first_of(&ways));
}

/// Gives the screen back.
pub(crate) fn exit_fullscreen(document: &Document) {
    finish(first_of(&[
        (document, "exitFullscreen"),
        (document, "webkitExitFullscreen"),
    ]));
}

/// Whether the video floats above other windows.
pub(crate) fn is_floating(document: &Document, video: &HtmlVideoElement) -> bool {
    let video: &JsValue = video;
    get(document, "pictureInPictureElement").is_some_and(|element| element == *video)
        || text(video, "webkitPresentationMode").is_some_and(|mode| mode == "picture-in-picture")
}

/// Lets the video float above other windows, or no longer.
pub(crate) fn set_floating(document: &Document, video: &HtmlVideoElement, floating: bool) {
    let standard: (&JsValue, &str) = if floating {
        (video, "requestPictureInPicture")
    } else {
        (document, "exitPictureInPicture")
    };
    if get(standard.0, standard.1).is_some() {
        return finish(first_of(&[standard]));
    }
    let mode = if floating {
        "picture-in-picture"
    } else {
        "inline"
    };
    finish(call(video, "webkitSetPresentationMode", &[mode.into()]));
}

fn first_of(ways: &[(&JsValue, &str)]) -> Result<JsValue, BrowserError> {
    let there = ways
        .iter()
        .find(|(target, name)| get(target, name).is_some());
    there.map_or_else(
        || Err(BrowserError::unsupported()),
        |(target, name)| call(target, name, &[]),
    )
}

fn call(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, BrowserError> {
    let method: Function = get(target, name)
        .and_then(|method| method.dyn_into().ok())
        .ok_or_else(BrowserError::unsupported)?;
    let arguments: Array = arguments.iter().collect();
    Ok(method.apply(target, &arguments)?)
}

fn promise(called: Result<JsValue, BrowserError>) -> Option<Promise> {
    called.ok()?.dyn_into().ok()
}

/// A refusal here has no consequence: what was wanted does not happen, and an event would tell.
fn finish(called: Result<JsValue, BrowserError>) {
    if let Some(promise) = promise(called) {
        let_go(promise);
    }
}
