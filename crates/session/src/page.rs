//! The machine of the open page, whichever it is. It only passes on.

use crate::connection::{Arrival, Purpose};
use crate::context::Context;
use crate::lobby::Lobby;
use crate::studio::Studio;
use crate::timer::Due;
use crate::watch::Watch;
use crate::{
    LinkReport, MediaEffect, MediaReport, Page, PageView, PlayReport, Seed, Slot, StudioOnly,
    TrackRef,
};
use protocol::time::Instant;
use protocol::wire::ReplyData;
use protocol::{CloseCode, ErrorReply, Event, LinkId, path};

/// The open page.
#[derive(Debug)]
pub(crate) enum OpenPage {
    Lobby(Lobby),
    Other,
    Studio(StudioOnly<Studio>),
    Watch(Box<Watch>),
}

impl OpenPage {
    /// A page that the browser opened by itself.
    pub(crate) fn new(page: &Page, now: Instant) -> Self {
        match page {
            Page::Lobby => Self::Lobby(Lobby::new(Vec::new(), now)),
            Page::Watch(text) | Page::Embed(text) => Self::Watch(Box::new(Watch::new(text))),
            Page::Studio(channel) => {
                let studio = StudioOnly::new(|| Studio::new(channel.as_deref()));
                studio.map_or(Self::Other, Self::Studio)
            }
            Page::Other => Self::Other,
        }
    }

    /// The page that the server rendered.
    pub(crate) fn rendered(seed: &Seed, now: Instant) -> Self {
        match &seed.page {
            Page::Lobby => Self::Lobby(Lobby::new(seed.channels.clone(), now)),
            Page::Watch(text) | Page::Embed(text) => {
                Self::Watch(Box::new(Watch::rendered(text, seed, now)))
            }
            Page::Studio(_) | Page::Other => Self::new(&seed.page, now),
        }
    }

    /// Goes to another page.
    pub(crate) fn turn(&mut self, page: Page, cx: &mut Context) {
        match (&mut *self, page) {
            (Self::Studio(studio), Page::Studio(channel)) => studio.reopen(channel),
            (Self::Watch(watch), Page::Watch(text) | Page::Embed(text)) if watch.is_of(&text) => {}
            (Self::Lobby(_), Page::Lobby) | (Self::Other, Page::Other) => {}
            (_, page) => {
                cx.connection.disown_requests();
                self.leave(cx);
                *self = Self::new(&page, cx.now);
                self.enter(cx);
            }
        }
    }

    pub(crate) fn enter(&mut self, cx: &mut Context) {
        match self {
            Self::Lobby(lobby) => lobby.enter(cx),
            Self::Other => {}
            Self::Studio(studio) => studio.enter(cx),
            Self::Watch(watch) => watch.enter(cx),
        }
    }

    fn leave(&mut self, cx: &mut Context) {
        match self {
            Self::Lobby(lobby) => lobby.leave(cx),
            Self::Other => {}
            Self::Studio(studio) => studio.leave(cx),
            Self::Watch(watch) => watch.leave(cx),
        }
    }

    pub(crate) fn gone(&mut self, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.gone(cx),
            Self::Watch(watch) => watch.gone(cx),
        }
    }

    pub(crate) fn arrived(&mut self, arrival: Arrival, cx: &mut Context) {
        match self {
            Self::Lobby(lobby) => {
                if arrival != Arrival::Replayed {
                    lobby.enter(cx);
                }
            }
            Self::Other => {}
            Self::Studio(studio) => studio.arrived(arrival, cx),
            Self::Watch(watch) => watch.arrived(arrival, cx),
        }
    }

    pub(crate) fn stopped(&mut self, code: CloseCode, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.stopped(code, cx),
            Self::Watch(watch) => watch.stopped(cx),
        }
    }

    pub(crate) fn mount(&mut self, slot: Slot, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.mount(slot, cx),
            Self::Watch(watch) => watch.mount(slot, cx),
        }
    }

    pub(crate) fn unmount(&mut self, slot: Slot) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.unmount(slot),
            Self::Watch(watch) => watch.unmount(slot),
        }
    }

    /// The studio, if it is the open page.
    pub(crate) fn studio(&mut self) -> Option<&mut Studio> {
        match self {
            Self::Studio(studio) => Some(studio),
            Self::Lobby(_) | Self::Other | Self::Watch(_) => None,
        }
    }

    /// The watch page or the embedded player, if it is the open page.
    pub(crate) const fn watch(&mut self) -> Option<&mut Watch> {
        match self {
            Self::Watch(watch) => Some(watch),
            Self::Lobby(_) | Self::Other | Self::Studio(_) => None,
        }
    }

    pub(crate) fn renamed(&self, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.renamed(cx),
            Self::Watch(watch) => watch.renamed(cx),
        }
    }

    pub(crate) fn network_changed(&mut self, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.network_changed(cx),
            Self::Watch(watch) => watch.network_changed(cx),
        }
    }

    /// The tab slept: what it knows of its links may be out of date.
    pub(crate) fn slept(&mut self) {
        match self {
            Self::Lobby(_) | Self::Other | Self::Watch(_) => {}
            Self::Studio(studio) => studio.slept(),
        }
    }

    pub(crate) fn shown(&mut self, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.shown(cx),
            Self::Watch(watch) => watch.shown(cx),
        }
    }

    pub(crate) fn handle_link_report(&mut self, id: LinkId, report: LinkReport, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.handle_link_report(id, report, cx),
            Self::Watch(watch) => watch.handle_link_report(id, report, cx),
        }
    }

    pub(crate) fn handle_media_report(&mut self, report: MediaReport, cx: &mut Context) {
        match (self, report) {
            (Self::Studio(studio), report) => studio.handle_media_report(report, cx),
            // The browser gives what a studio asked for that is not open any more.
            (_, MediaReport::Captured { capture, tracks }) => {
                for kind in tracks.into_iter().map(|track| track.kind) {
                    cx.media(MediaEffect::Stop(TrackRef { capture, kind }));
                }
            }
            (
                Self::Lobby(_) | Self::Other | Self::Watch(_),
                MediaReport::CaptureFailed { .. }
                | MediaReport::Devices { .. }
                | MediaReport::Level(_)
                | MediaReport::TrackEnded(_),
            ) => {}
        }
    }

    pub(crate) fn handle_play_report(&mut self, slot: Slot, report: PlayReport, now: Instant) {
        if let Self::Watch(watch) = self {
            watch.handle_play_report(slot, report, now);
        }
    }

    pub(crate) fn replied(
        &mut self,
        purpose: Purpose,
        result: &Result<ReplyData, ErrorReply>,
        cx: &mut Context,
    ) {
        match self {
            Self::Lobby(lobby) if purpose == Purpose::Follow => lobby.replied(result, cx.now),
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.replied(purpose, result, cx),
            Self::Watch(watch) => watch.replied(purpose, result, cx),
        }
    }

    pub(crate) fn handle_event(&mut self, event: Event, cx: &mut Context) {
        match (self, event) {
            (Self::Lobby(lobby), Event::Lobby(listing)) => lobby.listed(&listing, cx.now),
            (Self::Lobby(lobby), Event::LobbyChanged(change)) => lobby.changed(change, cx.now),
            (Self::Lobby(_) | Self::Other, _) => {}
            (Self::Studio(studio), event) => studio.handle_event(event, cx),
            (Self::Watch(watch), event) => watch.handle_event(event, cx),
        }
    }

    /// To be called after every input.
    pub(crate) fn settle(&mut self, cx: &mut Context) {
        if let Self::Studio(studio) = self {
            studio.settle(cx);
        }
    }

    pub(crate) fn handle_timeout(&mut self, cx: &mut Context) {
        match self {
            Self::Lobby(_) | Self::Other => {}
            Self::Studio(studio) => studio.handle_timeout(cx),
            Self::Watch(watch) => watch.handle_timeout(cx),
        }
    }

    pub(crate) fn next_timeout(&self, cx: &Context) -> Due {
        match self {
            Self::Lobby(_) | Self::Other => None,
            Self::Studio(studio) => studio.next_timeout(cx),
            Self::Watch(watch) => watch.next_timeout(cx),
        }
    }

    /// Whether seconds pass on the page.
    pub(crate) fn counts(&self) -> bool {
        match self {
            Self::Lobby(lobby) => lobby.counts(),
            Self::Other => false,
            Self::Studio(studio) => studio.is_on_air(),
            Self::Watch(watch) => watch.counts(),
        }
    }

    /// Whether closing the tab by mistake would end a stream.
    pub(crate) fn is_on_air(&self) -> bool {
        match self {
            Self::Studio(studio) => studio.is_on_air(),
            Self::Lobby(_) | Self::Other | Self::Watch(_) => false,
        }
    }

    /// Whether something goes on that the screen must not fall asleep over.
    pub(crate) fn keeps_awake(&self) -> bool {
        match self {
            Self::Watch(watch) => watch.is_playing(),
            Self::Studio(studio) => studio.is_on_air(),
            Self::Lobby(_) | Self::Other => false,
        }
    }

    /// The address to pass on.
    pub(crate) fn link(&self, origin: &str) -> Option<String> {
        match self {
            Self::Lobby(_) | Self::Other => Some(format!("{origin}{}", path::LOBBY)),
            Self::Studio(studio) => studio.link(origin),
            Self::Watch(watch) => watch.link(origin),
        }
    }

    pub(crate) fn view(&self, cx: &Context, now: Instant) -> PageView {
        match self {
            Self::Lobby(lobby) => PageView::Lobby(lobby.view(now)),
            Self::Other => PageView::Other,
            Self::Studio(studio) => PageView::Studio(Box::new(studio.view(cx, now))),
            Self::Watch(watch) => PageView::Watch(Box::new(watch.view(cx, now))),
        }
    }
}
