//! Video elements: the element with `data-slot="n"` in the page is slot n.

mod player;

use self::player::Player;
use crate::{reporter::Reporter, tab::Tab};
use core::cell::RefCell;
use protocol::LinkId;
use session::{PlayEffect, Slot, SlotSource};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::{HtmlVideoElement, MediaStreamTrack};

/// Knows what every source consists of now, and which slot shows it.
pub(crate) struct Slots {
    tab: Tab,
    reporter: Reporter,
    players: RefCell<BTreeMap<Slot, Player>>,
    links: RefCell<BTreeMap<LinkId, Vec<MediaStreamTrack>>>,
    outgoing: RefCell<Option<MediaStreamTrack>>,
}

impl Slots {
    /// No slots and no sources yet.
    pub(crate) fn new(tab: &Tab, reporter: &Reporter) -> Self {
        Self {
            tab: tab.clone(),
            reporter: reporter.clone(),
            players: RefCell::default(),
            links: RefCell::default(),
            outgoing: RefCell::default(),
        }
    }

    /// Carries out an effect; nothing if the slot has no element any more.
    pub(crate) fn execute(&self, effect: PlayEffect) {
        match effect {
            PlayEffect::Attach {
                slot,
                source: Some(source),
            } => {
                self.on(slot, |player| {
                    player.set_source(source);
                    self.show(player);
                });
            }
            PlayEffect::Attach { slot, source: None } => {
                if let Some(player) = self.players.borrow().get(&slot) {
                    player.clear();
                }
            }
            PlayEffect::Play {
                slot,
                muted,
                volume,
            } => {
                self.on(slot, |player| player.play(muted, volume));
            }
            PlayEffect::Pause(slot) => self.on(slot, Player::pause),
            PlayEffect::ToggleFullscreen(slot) => self.on(slot, Player::toggle_fullscreen),
            PlayEffect::TogglePictureInPicture(slot) => self.on(slot, Player::toggle_floating),
        }
    }

    /// A link has these tracks now.
    pub(crate) fn show_link(&self, link: LinkId, tracks: &[MediaStreamTrack]) {
        self.links.borrow_mut().insert(link, tracks.to_vec());
        self.refresh(SlotSource::Link(link));
    }

    /// A link is closed. A slot that shows it keeps its last picture.
    pub(crate) fn forget(&self, link: LinkId) {
        self.links.borrow_mut().remove(&link);
    }

    /// This is the picture that goes out now.
    pub(crate) fn show_outgoing(&self, picture: Option<&MediaStreamTrack>) {
        self.outgoing.replace(picture.cloned());
        self.refresh(SlotSource::Outgoing);
    }

    fn refresh(&self, source: SlotSource) {
        for player in self.players.borrow().values() {
            if player.source() == Some(source) {
                self.show(player);
            }
        }
    }

    fn show(&self, player: &Player) {
        match player.source() {
            Some(SlotSource::Outgoing) => player.show(self.outgoing.borrow().as_slice()),
            Some(SlotSource::Link(link)) => {
                // Until a link has tracks, the slot keeps the picture of the link before it.
                if let Some(tracks) = self.links.borrow().get(&link) {
                    player.show(tracks);
                }
            }
            None => {}
        }
    }

    /// A page that was left and opened again has another element for the same slot.
    fn on(&self, slot: Slot, act: impl FnOnce(&Player)) {
        let mut players = self.players.borrow_mut();
        let Some(video) = self.element(slot) else {
            players.remove(&slot);
            return;
        };
        if players
            .get(&slot)
            .is_none_or(|player| !player.is_of(&video))
        {
            players.remove(&slot);
            if let Ok(player) = Player::new(&self.tab, &self.reporter, slot, video) {
                players.insert(slot, player);
            }
        }
        if let Some(player) = players.get(&slot) {
            act(player);
        }
    }

    fn element(&self, slot: Slot) -> Option<HtmlVideoElement> {
        let selector = format!("video[data-slot=\"{}\"]", slot.0);
        let found = self.tab.document.query_selector(&selector).ok()??;
        found.dyn_into().ok()
    }
}
