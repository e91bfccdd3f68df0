//! The steps of a negotiation, one after the other. The browser queues single calls, but a step is
//! several calls, and the next step must not come between them.

use super::connection::Name;
use crate::error::{BrowserError, settle};
use crate::timer::Task;
use core::cell::{Cell, RefCell};
use js_sys::JSON;
use protocol::{Candidate, DescriptorKind, Generation, LinkFailure};
use session::LinkReport;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    RtcIceCandidateInit, RtcOfferOptions, RtcPeerConnection, RtcSdpType, RtcSessionDescriptionInit,
};

/// One thing to do on a peer connection.
pub(super) enum Step {
    Offer {
        generation: Generation,
        restart_ice: bool,
    },
    Answer {
        generation: Generation,
        sdp: String,
    },
    Accept {
        generation: Generation,
        sdp: String,
    },
    AddCandidates {
        candidates: Vec<Candidate>,
        end: bool,
    },
}

pub(super) struct Negotiation {
    pc: RtcPeerConnection,
    name: Name,
    /// Of the local description, and so of the candidates that are found.
    generation: Cell<Generation>,
    steps: RefCell<VecDeque<Step>>,
    walk: RefCell<Option<Task>>,
    walking: Cell<bool>,
}

impl Negotiation {
    pub(super) fn new(pc: &RtcPeerConnection, name: &Name) -> Self {
        Self {
            pc: pc.clone(),
            name: name.clone(),
            generation: Cell::default(),
            steps: RefCell::default(),
            walk: RefCell::default(),
            walking: Cell::new(false),
        }
    }

    pub(super) fn generation(&self) -> Generation {
        self.generation.get()
    }

    /// Does this after the steps before it.
    pub(super) fn take(self: &Rc<Self>, step: Step) {
        self.steps.borrow_mut().push_back(step);
        if self.walking.replace(true) {
            return;
        }
        let this = Rc::clone(self);
        let walk = Task::spawn(async move {
            while let Some(step) = this.next() {
                if this.walk(step).await.is_err() {
                    this.name
                        .report(LinkReport::Broken(LinkFailure::Negotiation));
                }
            }
            this.walking.set(false);
        });
        self.walk.replace(Some(walk));
    }

    /// Ends in the middle of a step. A closed connection never finishes one.
    pub(super) fn stop(&self) {
        self.walk.take();
        self.steps.borrow_mut().clear();
    }

    fn next(&self) -> Option<Step> {
        self.steps.borrow_mut().pop_front()
    }

    async fn walk(&self, step: Step) -> Result<(), BrowserError> {
        match step {
            Step::Offer {
                generation,
                restart_ice,
            } => {
                let options = RtcOfferOptions::new();
                options.set_ice_restart(restart_ice);
                let offer = settle(self.pc.create_offer_with_rtc_offer_options(&options)).await?;
                self.set_local(generation, DescriptorKind::Offer, &offer)
                    .await
            }
            Step::Answer { generation, sdp } => {
                self.set_remote(RtcSdpType::Offer, &sdp).await?;
                let answer = settle(self.pc.create_answer()).await?;
                self.set_local(generation, DescriptorKind::Answer, &answer)
                    .await
            }
            Step::Accept { generation, sdp } => {
                self.set_remote(RtcSdpType::Answer, &sdp).await?;
                self.name.report(LinkReport::Accepted(generation));
                Ok(())
            }
            Step::AddCandidates { candidates, end } => {
                self.add_candidates(&candidates, end).await;
                Ok(())
            }
        }
    }

    async fn set_local(
        &self,
        generation: Generation,
        kind: DescriptorKind,
        description: &JsValue,
    ) -> Result<(), BrowserError> {
        self.generation.set(generation);
        settle(self.pc.set_local_description(description.unchecked_ref())).await?;
        let Some(local) = self.pc.local_description() else {
            return Ok(());
        };
        let sdp = local.sdp();
        self.name
            .report(if kind == DescriptorKind::Answer && refuses_all(&sdp) {
                LinkReport::Broken(LinkFailure::Codec)
            } else {
                LinkReport::LocalDescription {
                    generation,
                    kind,
                    sdp,
                }
            });
        Ok(())
    }

    async fn set_remote(&self, kind: RtcSdpType, sdp: &str) -> Result<(), BrowserError> {
        let description = RtcSessionDescriptionInit::new(kind);
        description.set_sdp(sdp);
        settle(self.pc.set_remote_description(&description)).await?;
        Ok(())
    }

    async fn add_candidates(&self, candidates: &[Candidate], end: bool) {
        for candidate in candidates {
            if let Ok(init) = JSON::parse(candidate.json()) {
                self.add(Some(init.unchecked_ref())).await;
            }
        }
        if end {
            self.add(None).await;
        }
    }

    /// A candidate that the browser refuses is one path less, not a broken link.
    async fn add(&self, candidate: Option<&RtcIceCandidateInit>) {
        let added = self
            .pc
            .add_ice_candidate_with_opt_rtc_ice_candidate_init(candidate);
        let _accepted = settle(added).await;
    }
}

/// Whether an answer refuses every medium, each with port 0 (RFC 3264, section 6), as a browser does
/// if it can decode none of the codecs. A picture that is refused leaves the sound.
fn refuses_all(sdp: &str) -> bool {
    sdp.lines()
        .filter_map(|line| line.strip_prefix("m="))
        .all(|media| media.split(' ').nth(1) == Some("0"))
}
