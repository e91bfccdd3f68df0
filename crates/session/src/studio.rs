//! The studio: what is captured, what is typed, and the stream that is made of it.

mod air;
mod form;
mod source;
mod sources;
#[cfg(test)]
mod tests;
mod uplink;
mod viewers;

use crate::connection::{Arrival, Purpose};
use crate::context::Context;
use crate::timer::{Due, Reason, earliest};
use crate::{
    Device, DeviceId, LinkReport, Lock, MediaEffect, MediaReport, Outgoing, Permission, PlayEffect,
    Problem, Slot, SlotSource, StudioView, Trouble,
};
use air::{Air, Programme};
use form::Form;
use protocol::time::Instant;
use protocol::wire::ReplyData;
use protocol::{CloseCode, ErrorReply, Event, LinkId, Media, path};
use sources::{Sources, Which};

/// What the browser can be asked for.
#[derive(Debug, Default)]
struct Devices {
    list: Vec<Device>,
    camera: Permission,
    microphone: Permission,
    can_share_screen: bool,
}

/// Whether the studio may still ask for devices by itself: once, and not after the person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FirstAsk {
    Due,
    Done,
}

/// The machine of the studio's page.
#[derive(Debug)]
pub(crate) struct Studio {
    form: Form,
    devices: Devices,
    first_ask: FirstAsk,
    sources: Sources,
    sent: Outgoing,
    level: u8,
    air: Air,
    problem: Option<Problem>,
    preview: bool,
}

impl Studio {
    pub(crate) fn new(channel: Option<&str>) -> Self {
        Self {
            form: Form::new(channel),
            devices: Devices::default(),
            first_ask: FirstAsk::Due,
            sources: Sources::default(),
            sent: Outgoing::default(),
            level: 0,
            air: Air::default(),
            problem: None,
            preview: false,
        }
    }

    pub(crate) fn enter(&mut self, cx: &mut Context) {
        self.form.remember(cx.settings.chosen());
        cx.media(MediaEffect::WatchDevices);
    }

    /// The page of another channel's studio was opened: the sources stay on.
    ///
    /// A stream that is on goes on: going forward in the history is no wish to end it.
    pub(crate) fn reopen(&mut self, channel: Option<String>) {
        if let Some(text) = channel.filter(|_| self.air.is_off()) {
            self.form.name_channel(text);
        }
    }

    /// Another page was opened: the stream ends, and every device goes off.
    pub(crate) fn leave(&mut self, cx: &mut Context) {
        self.end_stream(cx);
        self.sources.stop_all();
        self.settle(cx);
    }

    /// The tab goes away for good. A stream that is on waits for its host to come back.
    pub(crate) fn gone(&mut self, cx: &mut Context) {
        if !self.air.is_on() {
            self.end_stream(cx);
        }
    }

    pub(crate) fn arrived(&mut self, arrival: Arrival, cx: &mut Context) {
        let problem = self.air.arrived(arrival, self.programme(), cx);
        self.note(problem);
    }

    /// The tab slept: what it knows of its links may be out of date.
    pub(crate) fn slept(&mut self) {
        self.air.slept();
    }

    /// The server wants no more of this tab.
    pub(crate) fn stopped(&mut self, code: CloseCode, cx: &mut Context) {
        if !self.air.is_off() {
            self.air.go_off(cx);
            self.problem = Some(if code == CloseCode::Replaced {
                Problem::TakenOver
            } else {
                Problem::Refused
            });
        }
    }

    pub(crate) fn name_channel(&mut self, text: String) {
        if self.air.is_off() {
            self.form.name_channel(text);
            self.forget(Problem::ChannelBusy);
        }
    }

    pub(crate) fn name_stream(&mut self, text: String, now: Instant) {
        self.form.name_stream(text, now);
    }

    pub(crate) fn use_both(&mut self, cx: &mut Context) {
        self.begin();
        self.sources.use_both(cx);
    }

    pub(crate) fn use_camera(&mut self, device: Option<DeviceId>, cx: &mut Context) {
        self.begin();
        self.sources.use_one(Which::Camera, device, cx);
    }

    pub(crate) fn use_microphone(&mut self, device: Option<DeviceId>, cx: &mut Context) {
        self.begin();
        self.sources.use_one(Which::Microphone, device, cx);
    }

    pub(crate) fn share_screen(&mut self, cx: &mut Context) {
        self.begin();
        self.sources.use_one(Which::Screen, None, cx);
    }

    pub(crate) fn stop_camera(&mut self) {
        self.begin();
        self.sources.stop(Which::Camera);
    }

    pub(crate) fn stop_microphone(&mut self) {
        self.begin();
        self.sources.stop(Which::Microphone);
    }

    pub(crate) fn stop_screen(&mut self) {
        self.begin();
        self.sources.stop(Which::Screen);
    }

    pub(crate) const fn mute(&mut self) {
        self.sources.mute();
    }

    pub(crate) const fn unmute(&mut self) {
        self.sources.unmute();
    }

    pub(crate) const fn dismiss_problem(&mut self) {
        self.problem = None;
    }

    pub(crate) fn go_live(&mut self, cx: &mut Context) {
        if self.lock(cx).is_none() {
            self.begin_stream(cx);
        }
    }

    fn begin_stream(&mut self, cx: &mut Context) {
        let Ok(channel) = self.form.channel() else {
            return;
        };
        if !self.air.is_off() {
            return;
        }
        self.problem = None;
        let (name, title) = (channel.to_string(), self.form.title_text().to_owned());
        let settings = &mut cx.settings;
        settings.choose(&mut cx.effects, |chosen| {
            chosen.channel = Some(name);
            chosen.title = Some(title).filter(|title| !title.is_empty());
        });
        self.air.start(channel, self.programme(), cx);
    }

    /// The person wants the stream here that goes on elsewhere or has ended meanwhile.
    pub(crate) fn take_back(&mut self, cx: &mut Context) {
        cx.connection.reconnect(cx.now, &mut cx.effects);
        if matches!(self.lock(cx), None | Some(Lock::Offline)) {
            self.begin_stream(cx);
        }
    }

    pub(crate) fn end_stream(&mut self, cx: &mut Context) {
        self.air.end(cx);
    }

    pub(crate) fn mount(&mut self, slot: Slot, cx: &mut Context) {
        if slot == Slot::PREVIEW {
            self.preview = true;
            let source = Some(SlotSource::Outgoing);
            cx.play(PlayEffect::Attach { slot, source });
            preview(cx);
        }
    }

    pub(crate) fn unmount(&mut self, slot: Slot) {
        if slot == Slot::PREVIEW {
            self.preview = false;
        }
    }

    /// The page can be seen again: the browser may have paused the preview meanwhile.
    pub(crate) fn shown(&self, cx: &mut Context) {
        if self.preview {
            preview(cx);
        }
    }

    pub(crate) fn renamed(&self, cx: &mut Context) {
        self.air.tell_user(cx);
    }

    pub(crate) fn network_changed(&mut self, cx: &mut Context) {
        self.air.network_changed(cx);
    }

    pub(crate) fn handle_media_report(&mut self, report: MediaReport, cx: &mut Context) {
        match report {
            MediaReport::Devices {
                devices,
                camera,
                microphone,
                can_share_screen,
            } => {
                self.devices = Devices {
                    list: devices,
                    camera,
                    microphone,
                    can_share_screen,
                };
                self.ask_by_itself(cx);
            }
            MediaReport::Captured { capture, tracks } => {
                let problem = self.sources.captured(capture, tracks, cx);
                self.note(problem);
            }
            MediaReport::CaptureFailed { capture, error } => {
                let problem = self.sources.failed(capture, error, cx);
                self.note(problem);
            }
            MediaReport::TrackEnded(track) => {
                let problem = self.sources.ended(track);
                self.note(problem);
            }
            MediaReport::Level(level) => self.level = level.min(100),
        }
    }

    pub(crate) fn handle_link_report(&mut self, id: LinkId, report: LinkReport, cx: &mut Context) {
        let problem = self.air.handle_link_report(id, report, cx);
        self.note(problem);
    }

    pub(crate) fn replied(
        &mut self,
        purpose: Purpose,
        result: &Result<ReplyData, ErrorReply>,
        cx: &mut Context,
    ) {
        let programme = self.programme();
        let problem = self.air.replied(purpose, result, programme, cx);
        self.note(problem);
    }

    pub(crate) fn handle_event(&mut self, event: Event, cx: &mut Context) {
        let problem = self.air.handle_event(event, cx);
        self.note(problem);
    }

    pub(crate) fn handle_timeout(&mut self, cx: &mut Context) {
        self.air.handle_timeout(self.programme(), cx);
        self.form.handle_timeout(cx.now);
    }

    pub(crate) fn next_timeout(&self, cx: &Context) -> Due {
        let title = self.form.next_timeout().map(|at| (at, Reason::Title));
        earliest([title, self.air.next_timeout(cx.connection.is_online())])
    }

    /// To be called after every input: what is sent follows from what is captured, and what the
    /// server is told follows from what is sent.
    pub(crate) fn settle(&mut self, cx: &mut Context) {
        let outgoing = self.sources.outgoing();
        if outgoing != self.sent {
            let picture_came = self.sent.video.is_none() && outgoing.video.is_some();
            self.sent = outgoing;
            cx.media(MediaEffect::Send(outgoing));
            if picture_came && self.preview {
                preview(cx);
            }
        }
        for track in self.sources.take_released() {
            cx.media(MediaEffect::Stop(track));
        }
        let title = self.form.settled_title();
        self.air.tell(media(&outgoing), title, cx);
    }

    /// Whether the stream is on: the page is not to be closed by mistake, and the screen stays on.
    pub(crate) const fn is_on_air(&self) -> bool {
        self.air.is_on()
    }

    pub(crate) fn link(&self, origin: &str) -> Option<String> {
        let channel = self.form.channel().ok()?;
        Some(format!("{origin}{}", path::watch(&channel)))
    }

    pub(crate) fn view(&self, cx: &Context, now: Instant) -> StudioView {
        let online = cx.connection.is_online();
        StudioView {
            channel: self.form.channel_text().to_owned(),
            title: self.form.title_text().to_owned(),
            phase: self.air.phase(online),
            lock: self.lock(cx),
            camera: self.sources.camera.view(),
            microphone: self.sources.microphone.view(),
            screen: self.sources.screen.view(),
            screen_sound: self.sent.screen_sound.is_some(),
            microphone_muted: self.sources.is_muted(),
            devices: self.devices.list.clone(),
            camera_permission: self.devices.camera,
            microphone_permission: self.devices.microphone,
            can_share_screen: self.devices.can_share_screen,
            level: self.level,
            viewers: self.air.viewers().shown(),
            viewer_count: self.air.viewers().count(),
            waiting: self.air.viewers().waiting(),
            trouble: self.trouble(cx),
            links_connected: self.air.links().connected(),
            live_for_seconds: self.air.seconds(now),
            bits_per_second: self.air.links().bits_per_second(),
            link: self.link(&cx.origin).unwrap_or_default(),
            problem: self.problem,
        }
    }

    /// While links reach viewers, it is the server that is away.
    fn trouble(&self, cx: &Context) -> Option<Trouble> {
        let lost = self.air.is_on() && cx.connection.is_lost();
        lost.then(|| match self.air.links().connected() {
            0 => Trouble::ConnectionLost,
            _ => Trouble::ServerAway,
        })
    }

    fn lock(&self, cx: &Context) -> Option<Lock> {
        let outgoing = self.sources.outgoing();
        let nothing = outgoing.video.is_none() && outgoing.microphone.is_none();
        if let Some(mistake) = self.form.mistake() {
            return Some(mistake);
        }
        if self.sources.is_starting() {
            return Some(Lock::SourceStarting);
        }
        if nothing {
            return Some(Lock::NoSource);
        }
        if self.form.channel().is_err() {
            return Some(Lock::NoName);
        }
        (!cx.connection.is_online()).then_some(Lock::Offline)
    }

    /// The person did something about the sources: an older problem is answered by that.
    const fn begin(&mut self) {
        self.first_ask = FirstAsk::Done;
        self.problem = None;
    }

    fn note(&mut self, problem: Option<Problem>) {
        if problem.is_some() {
            self.problem = problem;
        }
    }

    fn forget(&mut self, problem: Problem) {
        if self.problem == Some(problem) {
            self.problem = None;
        }
    }

    /// Where the browser will not ask the person, the studio does not wait for a click.
    fn ask_by_itself(&mut self, cx: &mut Context) {
        let granted = self.devices.camera == Permission::Granted
            && self.devices.microphone == Permission::Granted;
        if self.first_ask == FirstAsk::Due && granted {
            self.first_ask = FirstAsk::Done;
            self.sources.use_both(cx);
        }
    }

    fn programme(&self) -> Programme {
        Programme {
            title: self.form.title().ok().flatten(),
            media: media(&self.sources.outgoing()),
        }
    }
}

/// What a stream carries, as viewers are told: a muted microphone is not heard.
const fn media(outgoing: &Outgoing) -> Media {
    let voice = outgoing.microphone.is_some() && !outgoing.microphone_muted;
    Media {
        audio: voice || outgoing.screen_sound.is_some(),
        video: outgoing.video.is_some(),
    }
}

/// Plays the preview, which never has sound: the host would hear themselves.
fn preview(cx: &mut Context) {
    cx.play(PlayEffect::Play {
        slot: Slot::PREVIEW,
        muted: true,
        volume: 0,
    });
}
