//! Which link is shown, and whether there is a picture to show.
//!
//! The element keeps its last frame until another one comes, which is right while a stream goes on.
//! What is over has to be hidden: a camera that was turned off, a stream that has ended. It stays
//! hidden until a frame has come that is not of what is over.

use super::player::Shown;
use super::{Flow, Watch};
use crate::LinkEffect;
use crate::context::Context;
use crate::link::{Link, LinkNews};
use protocol::{LinkId, LiveStream, Media};

/// What is sent while nothing is.
pub(super) const SILENT: Media = Media {
    audio: false,
    video: false,
};

impl Watch {
    /// What the host sends.
    pub(super) fn sends(&self) -> Media {
        self.broadcast
            .on_air()
            .map_or(SILENT, |on_air| on_air.live.media)
    }

    /// The channel is live.
    pub(super) fn started(&mut self, live: LiveStream, cx: &mut Context) {
        let before = self.sends();
        let on_air = self.broadcast.on_air_mut();
        if on_air.is_none_or(|on_air| on_air.live.stream != live.stream) {
            self.audience.begin();
        }
        self.broadcast.started(live, cx.now);
        self.look(before, cx);
    }

    /// Other media may be sent now: the counters of the link are looked at as often as they matter.
    pub(super) fn look(&self, before: Media, cx: &mut Context) {
        let Shown::Link(link) = self.player.shown() else {
            return;
        };
        if self.links.get(link).is_none() {
            return;
        }
        let now = self.sends();
        let awaits = self
            .broadcast
            .on_air()
            .is_some_and(|on_air| on_air.awaits_picture());
        if awaits && !before.video || before == SILENT && now != SILENT {
            cx.link(LinkEffect::Look(link));
        } else if now == SILENT && before != SILENT {
            cx.link(LinkEffect::Rest(link));
        }
    }

    fn frame_came(&mut self, id: LinkId) {
        if self.player.shown() == Shown::Link(id)
            && let Some(on_air) = self.broadcast.on_air_mut()
        {
            on_air.picture = on_air.live.media.video;
        }
    }

    pub(super) fn link_news(&mut self, id: LinkId, news: LinkNews, cx: &mut Context) {
        match news {
            LinkNews::Closed => self.settle_picture(cx),
            LinkNews::Failed(reason) => {
                if let Some(on_air) = self.broadcast.on_air_mut() {
                    on_air.failed(reason);
                }
            }
            LinkNews::Frame => self.frame_came(id),
            LinkNews::Flowing => self.flows(id, cx),
            LinkNews::Passed(stats) => {
                if self.player.shown() == Shown::Link(id) {
                    self.flow.passed(&stats, cx.now);
                    if stats.idle {
                        self.flow.rested(cx.now);
                    }
                }
            }
        }
    }

    /// The first media of a link: now it is shown, and what it replaces has done its duty.
    fn flows(&mut self, id: LinkId, cx: &mut Context) {
        self.show(id, cx);
        self.flow.began(cx.now);
        if self.links.get(id).is_some_and(Link::is_pictured) {
            self.frame_came(id);
        }
        if let Some(on_air) = self.broadcast.on_air_mut() {
            on_air.reached();
        }
        if self.links.get(id).is_some_and(|link| !link.is_kept()) {
            self.links.close_kept(cx);
        }
    }

    pub(super) fn show(&mut self, id: LinkId, cx: &mut Context) {
        if self.player.shown() != Shown::Link(id) {
            self.flow = Flow::Dry;
            self.player.show(id, cx);
        }
    }

    /// Some links are gone: another one is shown if there is one, else the last picture stays.
    pub(super) fn settle_picture(&mut self, cx: &mut Context) {
        if let Shown::Link(shown) = self.player.shown()
            && self.links.get(shown).is_none()
        {
            self.flow = Flow::Dry;
            self.player.hold();
            let next = self.links.ids().next_back();
            if let Some(next) = next {
                self.show(next, cx);
            }
        }
        if self.is_unconfirmed() && self.links.is_empty() {
            self.off_air(cx);
        }
    }
}
