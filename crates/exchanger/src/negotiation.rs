//! Passing descriptors and candidates between the two ends of a link, unread.
//!
//! Every message names the link, its other end and the generation, and each of the three is
//! checked: a message that is late answers a question that nobody asks any more.

use crate::channel::Channel;
use crate::open_link::Held;
use crate::permission::{Act, permit};
use crate::turn::Turn;
use protocol::time::{Duration, Instant, millis};
use protocol::{
    DescriptorKind, Direction, End, ErrorCode, ErrorReply, Event, LinkFailed, LinkId, LinkTarget,
    PeerId, ReceiveCandidates, ReceiveDescriptor, ReceiveRestart, SendCandidates, SendDescriptor,
};

/// How soon to say something again over a link that is not taken over yet.
const CLAIM_RETRY: Duration = Duration::from_secs(1);

impl Channel {
    pub(crate) fn offer(
        &mut self,
        peer: PeerId,
        data: SendDescriptor,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        self.not_claimed(peer, data.link, turn.now)?;
        let held = self.addressed(peer, data.link, data.to)?;
        permit(&Act::Offer(held.direction))?;
        check_kind(&data, DescriptorKind::Offer)?;
        let link = self.links.get_mut(data.link)?;
        link.begin_generation(data.generation, turn.now)?;
        turn.tell_end(held.other, Event::ReceiveOffer(received(peer, data)));
        Ok(())
    }

    pub(crate) fn answer(
        &mut self,
        peer: PeerId,
        data: SendDescriptor,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        self.not_claimed(peer, data.link, turn.now)?;
        let held = self.addressed(peer, data.link, data.to)?;
        permit(&Act::Answer(held.direction))?;
        check_kind(&data, DescriptorKind::Answer)?;
        let link = self.links.get_mut(data.link)?;
        link.check_generation(data.generation)?;
        link.settled = true;
        turn.tell_end(held.other, Event::ReceiveAnswer(received(peer, data)));
        if self.links.awaits_answers() {
            self.reconcile(turn);
        }
        Ok(())
    }

    pub(crate) fn candidate(
        &mut self,
        peer: PeerId,
        data: SendCandidates,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        if self.is_claimed(peer, data.link, turn.now) {
            // Its media flow: one candidate less is no loss.
            return Ok(());
        }
        let held = self.addressed(peer, data.link, data.to)?;
        let link = self.links.get_mut(data.link)?;
        link.check_generation(data.generation)?;
        link.count_candidates(held.direction, &data.candidates)?;
        let candidates = ReceiveCandidates {
            from: peer.into(),
            link: data.link,
            generation: data.generation,
            candidates: data.candidates,
            end: data.end,
        };
        turn.tell_end(held.other, Event::ReceiveCandidate(candidates));
        Ok(())
    }

    pub(crate) fn restart_ice(
        &self,
        peer: PeerId,
        data: LinkTarget,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        self.not_claimed(peer, data.link, turn.now)?;
        let held = self.links.held(data.link, peer)?;
        permit(&Act::RestartIce(held.direction))?;
        let restart = ReceiveRestart {
            from: peer.into(),
            link: data.link,
        };
        turn.tell_end(held.other, Event::ReceiveRestartIce(restart));
        Ok(())
    }

    pub(crate) fn link_flowing(
        &mut self,
        peer: PeerId,
        data: LinkTarget,
        turn: &Turn<'_>,
    ) -> Result<(), ErrorReply> {
        if self.is_claimed(peer, data.link, turn.now) {
            return Ok(());
        }
        let held = self.links.held(data.link, peer)?;
        if held.direction == Direction::Receive {
            let link = self.links.get_mut(data.link)?;
            // Without an answer nothing can flow: whoever says so wants to keep a place for nothing.
            if link.answer_due().is_none() {
                link.flowing(turn.now);
                self.members.restore(peer);
            }
        }
        Ok(())
    }

    pub(crate) fn link_failed(
        &mut self,
        peer: PeerId,
        data: LinkFailed,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        if self.is_claimed(peer, data.link, turn.now) {
            self.members.forget_claim(peer, data.link);
            return Ok(());
        }
        self.links.held(data.link, peer)?;
        if let Some(failed) = self.links.fail(data.link, peer, data.reason, turn.now) {
            self.give_up(failed, turn);
        }
        self.reconcile(turn);
        Ok(())
    }

    /// Whether the link is one from before a server restart that `peer` holds and that is not taken
    /// over yet. It works, so nobody may be told that it is stale.
    fn is_claimed(&self, peer: PeerId, link: LinkId, now: Instant) -> bool {
        !self.links.is_open(link) && self.members.is_claimed(link, peer, now)
    }

    fn not_claimed(&self, peer: PeerId, link: LinkId, now: Instant) -> Result<(), ErrorReply> {
        if self.is_claimed(peer, link, now) {
            let not_yet = "the other end has not come back yet";
            let refusal = ErrorReply::new(ErrorCode::TooFast, not_yet);
            return Err(refusal.retry_after_ms(millis(CLAIM_RETRY)));
        }
        Ok(())
    }

    /// The link as its owner sees it, if `to` is indeed its other end.
    fn addressed(&self, peer: PeerId, link: LinkId, to: End) -> Result<Held, ErrorReply> {
        let held = self.links.held(link, peer)?;
        if held.other == to {
            Ok(held)
        } else {
            Err(ErrorReply::new(
                ErrorCode::NoSuchPeer,
                "`to` is not the link's other end",
            ))
        }
    }
}

fn check_kind(data: &SendDescriptor, kind: DescriptorKind) -> Result<(), ErrorReply> {
    if data.session_descriptor.kind() == kind {
        return Ok(());
    }
    let message = match kind {
        DescriptorKind::Answer => "answer: sessionDescriptor.type must be `answer`",
        DescriptorKind::Offer | DescriptorKind::Unknown => {
            "offer: sessionDescriptor.type must be `offer`"
        }
    };
    Err(ErrorReply::new(ErrorCode::InvalidSdp, message))
}

fn received(from: PeerId, data: SendDescriptor) -> ReceiveDescriptor {
    ReceiveDescriptor {
        from: from.into(),
        link: data.link,
        generation: data.generation,
        session_descriptor: data.session_descriptor,
    }
}
