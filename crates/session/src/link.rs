//! One link: one peer connection, negotiated by its sender and kept alive by both ends.

mod candidates;
mod path;
mod receiver;
mod restart;
mod sender;
#[cfg(test)]
mod tests;

use crate::connection::Purpose;
use crate::context::Context;
use crate::{LinkEffect, LinkReport, LinkState, LinkStats};
use candidates::{Batch, Inbound, Outbound};
pub(crate) use path::Step;

use path::Path;
use protocol::time::Instant;
use protocol::{
    Command, DescriptorKind, Direction, End, Generation, LinkFailed, LinkFailure, LinkId,
    LinkOpened, LinkTarget, ReceiveCandidates, ReceiveDescriptor, SendCandidates, SendDescriptor,
    SessionDescriptor,
};
use receiver::Receiver;
use sender::Sender;
use std::sync::Arc;

/// What a page has to hear about one of its links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LinkNews {
    /// It is gone.
    Closed,
    /// It is of no use any more; the server closes it and opens another one.
    Failed(LinkFailure),
    /// A frame was decoded that was not there before.
    Frame,
    /// Its first media arrived.
    Flowing,
    /// What passed in the last second.
    Passed(LinkStats),
}

/// How often the other end has to be heard after a sleep before a link counts again.
const DOUBTS: u8 = 2;

#[derive(Debug)]
enum Negotiation {
    Receive(Receiver),
    Send(Sender),
}

/// Whether the server knows the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It does.
    Open,
    /// It may have forgotten it. Media still flow, so the link waits to be opened again.
    Kept,
    /// The same, but not for longer than this.
    KeptUntil(Instant),
}

/// The machine of one link.
#[derive(Debug)]
pub(crate) struct Link {
    id: LinkId,
    peer: End,
    negotiation: Negotiation,
    standing: Standing,
    path: Path,
    inbound: Inbound,
    outbound: Outbound,
    stats: LinkStats,
    flowing: bool,
    /// A frame was decoded.
    pictured: bool,
    /// The tab slept: how often the other end has to be heard again. The first time may be what
    /// came meanwhile.
    doubts: u8,
    /// When the newest restart was.
    restarted: Option<Instant>,
    /// When the other end's wish for another path is due.
    wish: Option<Instant>,
    /// Another restart is wanted as soon as the one that is under way is done.
    again: bool,
}

impl Link {
    pub(crate) fn open(opened: &LinkOpened, cx: &mut Context) -> Self {
        let link = opened.link;
        let mut new = Self {
            id: link,
            peer: opened.peer,
            negotiation: match opened.direction {
                // A direction that is not known is never offered on.
                Direction::Receive | Direction::Unknown => Negotiation::Receive(Receiver::Awaiting),
                Direction::Send => Negotiation::Send(Sender::FIRST),
            },
            standing: Standing::Open,
            path: Path::Opening { since: cx.now },
            inbound: Inbound::default(),
            outbound: Outbound::default(),
            stats: LinkStats::default(),
            flowing: false,
            pictured: false,
            doubts: 0,
            restarted: None,
            wish: None,
            again: false,
        };
        cx.link(LinkEffect::Open {
            link,
            direction: opened.direction,
            ice_servers: Arc::clone(cx.connection.ice_servers()),
        });
        if matches!(new.negotiation, Negotiation::Send(_)) {
            new.offer(Generation(1), false, cx);
        }
        new
    }

    pub(crate) const fn is_sending(&self) -> bool {
        matches!(self.negotiation, Negotiation::Send(_))
    }

    pub(crate) const fn is_connected(&self) -> bool {
        self.path.is_connected()
    }

    /// Media pass, as far as this end can tell.
    pub(crate) const fn carries_media(&self) -> bool {
        self.path.is_connected() && (self.flowing || self.is_sending()) && self.doubts == 0
    }

    /// A frame of it was decoded.
    pub(crate) const fn is_pictured(&self) -> bool {
        self.pictured
    }

    /// The tab slept: the other end has to be heard before this link counts again.
    pub(crate) const fn doubt(&mut self) {
        self.doubts = DOUBTS;
    }

    /// The server may have forgotten this link.
    pub(crate) const fn is_kept(&self) -> bool {
        !matches!(self.standing, Standing::Open)
    }

    pub(crate) const fn stats(&self) -> LinkStats {
        self.stats
    }

    /// The server may have forgotten this link: it waits to be opened again.
    pub(crate) const fn keep(&mut self) {
        self.standing = Standing::Kept;
    }

    /// The server has been told that this link is held; it has until then to open it again.
    pub(crate) fn limit_keeping(&mut self, until: Instant) {
        if self.standing == Standing::Kept {
            self.standing = Standing::KeptUntil(until);
        }
    }

    /// The server has opened it again, perhaps under another name of the other end.
    pub(crate) fn adopt(&mut self, peer: End, cx: &mut Context) {
        if !self.is_kept() {
            return;
        }
        self.peer = peer;
        self.standing = Standing::Open;
        let unsettled = match &self.negotiation {
            Negotiation::Send(sender) => !sender.is_settled(),
            Negotiation::Receive(_) => false,
        };
        match self.path.came_online(cx.now) {
            Step::Restart => self.restart(cx),
            // What was under way was lost with the server's memory of it.
            Step::Keep | Step::GiveUp(_) | Step::Tell(_) if unsettled => self.restart(cx),
            Step::Keep | Step::GiveUp(_) | Step::Tell(_) => {}
        }
    }

    /// Signals pass again, and the server knows the link.
    pub(crate) fn came_online(&mut self, cx: &mut Context) {
        if !self.is_kept() && self.path.came_online(cx.now) == Step::Restart {
            self.restart(cx);
        }
    }

    /// The path is there, but media do not come.
    pub(crate) fn give_up(&mut self, cx: &mut Context) -> Option<LinkNews> {
        self.fail(LinkFailure::Connectivity, cx)
    }

    /// What the shell saw of the peer connection.
    pub(crate) fn handle_report(
        &mut self,
        report: LinkReport,
        cx: &mut Context,
    ) -> Option<LinkNews> {
        match report {
            LinkReport::LocalDescription {
                generation,
                kind,
                sdp,
            } => return self.described(generation, kind, &sdp, cx),
            LinkReport::Accepted(generation) => self.accepted(generation, cx),
            LinkReport::LocalCandidate(generation, candidate) => {
                if let Some(batch) = self.outbound.found(generation, candidate, cx.now) {
                    self.send_candidates(generation, batch, cx);
                }
            }
            // There is nobody to ask for another path.
            LinkReport::State(LinkState::Failed) if self.is_kept() => {
                return Some(LinkNews::Closed);
            }
            LinkReport::State(state) => {
                let online = self.is_online(cx);
                let step = self.path.transport(state, cx.now, online);
                return self.take(step, cx);
            }
            LinkReport::Frame => {
                self.pictured = true;
                return Some(LinkNews::Frame);
            }
            LinkReport::Flowing => return self.flows(cx),
            LinkReport::Stats(stats) => {
                self.doubts = self.doubts.saturating_sub(u8::from(stats.heard));
                self.stats = stats;
                return Some(LinkNews::Passed(stats));
            }
            LinkReport::Broken(reason) => return self.fail(reason, cx),
        }
        None
    }

    /// An offer or answer of the other end.
    pub(crate) fn receive(&mut self, event: &ReceiveDescriptor, cx: &mut Context) {
        let (link, generation) = (self.id, event.generation);
        match (&mut self.negotiation, event.session_descriptor.kind()) {
            (Negotiation::Receive(receiver), DescriptorKind::Offer) => {
                if receiver.offered(generation) {
                    self.inbound.begin(generation);
                    self.outbound.begin(generation);
                    let sdp = event.session_descriptor.sdp();
                    cx.link(LinkEffect::Answer {
                        link,
                        generation,
                        sdp,
                    });
                }
            }
            (Negotiation::Send(sender), DescriptorKind::Answer) => {
                if sender.answered(generation) {
                    let sdp = event.session_descriptor.sdp();
                    cx.link(LinkEffect::Accept {
                        link,
                        generation,
                        sdp,
                    });
                }
            }
            (Negotiation::Receive(_), DescriptorKind::Answer | DescriptorKind::Unknown)
            | (Negotiation::Send(_), DescriptorKind::Offer | DescriptorKind::Unknown) => {}
        }
    }

    /// Candidates of the other end.
    pub(crate) fn receive_candidates(&mut self, event: ReceiveCandidates, cx: &mut Context) {
        let batch = Batch {
            candidates: event.candidates,
            end: event.end,
        };
        if let Some(batch) = self.inbound.receive(event.generation, batch) {
            self.add_candidates(batch, cx);
        }
    }

    pub(crate) fn handle_timeout(&mut self, cx: &mut Context) -> Option<LinkNews> {
        if let Standing::KeptUntil(until) = self.standing
            && until <= cx.now
        {
            return Some(LinkNews::Closed);
        }
        if let Some((generation, batch)) = self.outbound.gathered(cx.now) {
            self.send_candidates(generation, batch, cx);
        }
        if !self.is_online(cx) {
            return None;
        }
        if self.wish.is_some_and(|due| due <= cx.now) {
            self.wish = None;
            self.renew_or_remember(cx);
        }
        let step = self.path.timeout(cx.now);
        self.take(step, cx)
    }

    pub(crate) fn next_timeout(&self, online: bool) -> Option<Instant> {
        let standing = match self.standing {
            Standing::Open if online => self.path.next_timeout().into_iter().chain(self.wish).min(),
            Standing::KeptUntil(until) => Some(until),
            Standing::Open | Standing::Kept => None,
        };
        standing
            .into_iter()
            .chain(self.outbound.next_timeout())
            .min()
    }

    /// Whether what this link asks for reaches a server that knows it.
    const fn is_online(&self, cx: &Context) -> bool {
        cx.connection.is_online() && !self.is_kept()
    }

    fn offer(&mut self, generation: Generation, restart_ice: bool, cx: &mut Context) {
        self.inbound.begin(generation);
        self.outbound.begin(generation);
        cx.link(LinkEffect::Offer {
            link: self.id,
            generation,
            restart_ice,
        });
    }

    fn described(
        &mut self,
        generation: Generation,
        kind: DescriptorKind,
        sdp: &str,
        cx: &mut Context,
    ) -> Option<LinkNews> {
        let current = match (&mut self.negotiation, kind) {
            (Negotiation::Send(sender), DescriptorKind::Offer) => sender.offered(generation),
            (Negotiation::Receive(receiver), DescriptorKind::Answer) => {
                receiver.answered(generation)
            }
            (Negotiation::Send(_), DescriptorKind::Answer | DescriptorKind::Unknown)
            | (Negotiation::Receive(_), DescriptorKind::Offer | DescriptorKind::Unknown) => false,
        };
        if !current {
            return None;
        }
        let Ok(session_descriptor) = SessionDescriptor::new(kind, sdp) else {
            return self.fail(LinkFailure::Negotiation, cx);
        };
        let data = SendDescriptor {
            to: self.peer,
            link: self.id,
            generation,
            session_descriptor,
        };
        let command = match kind {
            DescriptorKind::Offer => Command::Offer(data),
            DescriptorKind::Answer => Command::Answer(data),
            DescriptorKind::Unknown => return None,
        };
        self.request(command, cx);
        for batch in self.outbound.described(generation) {
            self.send_candidates(generation, batch, cx);
        }
        if kind == DescriptorKind::Answer {
            self.remote_description_is_set(generation, cx);
        }
        None
    }

    fn accepted(&mut self, generation: Generation, cx: &mut Context) {
        if let Negotiation::Send(sender) = &mut self.negotiation
            && sender.accepted(generation)
        {
            self.remote_description_is_set(generation, cx);
        }
    }

    fn remote_description_is_set(&mut self, generation: Generation, cx: &mut Context) {
        self.path.negotiated();
        if core::mem::take(&mut self.again) {
            self.renew(cx);
        }
        if let Some(batch) = self.inbound.described(generation) {
            self.add_candidates(batch, cx);
        }
    }

    fn flows(&mut self, cx: &mut Context) -> Option<LinkNews> {
        if self.flowing {
            return None;
        }
        self.flowing = true;
        if !self.is_kept() {
            let target = LinkTarget { link: self.id };
            self.request(Command::LinkFlowing(target), cx);
        }
        Some(LinkNews::Flowing)
    }

    fn take(&mut self, step: Step, cx: &mut Context) -> Option<LinkNews> {
        match step {
            Step::Keep => {}
            Step::Restart => self.restart(cx),
            Step::GiveUp(reason) => return self.fail(reason, cx),
            Step::Tell(reason) => self.tell_failure(reason, cx),
        }
        None
    }

    fn fail(&mut self, reason: LinkFailure, cx: &mut Context) -> Option<LinkNews> {
        let is_new = self.path.give_up(reason, cx.now);
        if self.is_kept() {
            return Some(LinkNews::Closed);
        }
        if !is_new {
            return None;
        }
        self.tell_failure(reason, cx);
        Some(LinkNews::Failed(reason))
    }

    fn tell_failure(&self, reason: LinkFailure, cx: &mut Context) {
        let link = self.id;
        self.request(Command::LinkFailed(LinkFailed { link, reason }), cx);
    }

    fn send_candidates(&self, generation: Generation, batch: Batch, cx: &mut Context) {
        let data = SendCandidates {
            to: self.peer,
            link: self.id,
            generation,
            candidates: batch.candidates,
            end: batch.end,
        };
        self.request(Command::Candidate(data), cx);
    }

    fn add_candidates(&self, batch: Batch, cx: &mut Context) {
        cx.link(LinkEffect::AddCandidates {
            link: self.id,
            candidates: batch.candidates,
            end: batch.end,
        });
    }

    /// A link that the server may have forgotten asks for nothing: it starts over when it is
    /// opened again.
    fn request(&self, command: Command, cx: &mut Context) {
        if !self.is_kept() {
            cx.request(command, Purpose::Link(self.id));
        }
    }
}
