//! Passing descriptors and candidates between the two ends of a link, unread.
//!
//! Every message names the link, its other end and the generation, and each of the three is
//! checked: a message that is late answers a question that nobody asks any more.

use crate::channel::Channel;
use crate::link::Held;
use crate::permission::{Act, permit};
use crate::turn::Turn;
use protocol::{
    DescriptorKind, Direction, End, ErrorCode, ErrorReply, Event, LinkFailed, LinkId, LinkTarget,
    PeerId, ReceiveCandidates, ReceiveDescriptor, ReceiveRestart, SendCandidates, SendDescriptor,
};

impl Channel {
    pub(crate) fn offer(
        &mut self,
        peer: PeerId,
        data: SendDescriptor,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        let held = self.addressed(peer, data.link, data.to)?;
        permit(&Act::Offer(held.direction))?;
        check_kind(&data, DescriptorKind::Offer)?;
        self.links.begin_generation(data.link, data.generation)?;
        turn.tell_end(held.other, Event::ReceiveOffer(received(peer, data)));
        Ok(())
    }

    pub(crate) fn answer(
        &self,
        peer: PeerId,
        data: SendDescriptor,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        let held = self.addressed(peer, data.link, data.to)?;
        permit(&Act::Answer(held.direction))?;
        check_kind(&data, DescriptorKind::Answer)?;
        self.links.check_generation(data.link, data.generation)?;
        turn.tell_end(held.other, Event::ReceiveAnswer(received(peer, data)));
        Ok(())
    }

    pub(crate) fn candidate(
        &mut self,
        peer: PeerId,
        data: SendCandidates,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        let held = self.addressed(peer, data.link, data.to)?;
        self.links.check_generation(data.link, data.generation)?;
        self.links
            .count_candidates(data.link, held.direction, &data.candidates)?;
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
        let held = self.links.held(data.link, peer)?;
        if held.direction == Direction::Receive {
            self.links.flowing(data.link, turn.now);
            self.members.restore(peer);
        }
        Ok(())
    }

    pub(crate) fn link_failed(
        &mut self,
        peer: PeerId,
        data: LinkFailed,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorReply> {
        self.links.held(data.link, peer)?;
        if let Some(failed) = self.links.fail(data.link, data.reason, turn.now) {
            self.tell_changes(&[failed.closed], turn);
            if let Some(viewer) = failed.gives_way {
                self.members.demote(viewer);
            }
        }
        self.reconcile(turn);
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
