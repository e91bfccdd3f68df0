//! Those who follow the lobby and are told of it in the same way.

use protocol::time::Instant;
use protocol::{ChannelName, Event, LiveChannel, Lobby, LobbyChanged, PeerId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// What has changed.
    Changes,
    /// The whole list.
    Whole,
}

/// The followers of one kind.
///
/// Bound: one entry for each peer that follows, and one list.
#[derive(Debug)]
pub(crate) struct Followers {
    telling: Telling,
    /// Those who know `told`.
    in_step: BTreeSet<PeerId>,
    /// Those who know something else, and are told the whole list next.
    out_of_step: BTreeSet<PeerId>,
    told: Arc<[LiveChannel]>,
    pub(crate) due: Option<Instant>,
}

/// An event, and who is told it.
pub(crate) type Told = (Vec<PeerId>, Arc<Event>);

impl Followers {
    pub(crate) fn new(telling: Telling) -> Self {
        Self {
            telling,
            in_step: BTreeSet::new(),
            out_of_step: BTreeSet::new(),
            told: Arc::new([]),
            due: None,
        }
    }

    /// A peer follows from now on, or again; it has been told `list`.
    pub(crate) fn add(&mut self, peer: PeerId, list: &Arc<[LiveChannel]>) {
        self.remove(peer);
        if self.in_step.is_empty() {
            self.told = Arc::clone(list);
        }
        if shows_the_same(&self.told, list) {
            self.in_step.insert(peer);
        } else {
            self.out_of_step.insert(peer);
        }
    }

    pub(crate) fn remove(&mut self, peer: PeerId) {
        self.in_step.remove(&peer);
        self.out_of_step.remove(&peer);
        if self.is_empty() {
            self.due = None;
        }
    }

    pub(crate) fn contains(&self, peer: PeerId) -> bool {
        self.in_step.contains(&peer) || self.out_of_step.contains(&peer)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.in_step.is_empty() && self.out_of_step.is_empty()
    }

    /// How many channels the list had that they were told last.
    pub(crate) fn told_channels(&self) -> usize {
        self.told.len()
    }

    /// Tells everybody what it does not know of the list.
    pub(crate) fn tell(&mut self, list: &Arc<[LiveChannel]>) -> Vec<Told> {
        self.due = None;
        let whole = || {
            let channels = Arc::clone(list);
            Arc::new(Event::Lobby(Lobby { channels }))
        };
        let mut all_told = Vec::new();
        if !shows_the_same(&self.told, list) && !self.in_step.is_empty() {
            let event = match self.telling {
                Telling::Changes => Arc::new(Event::LobbyChanged(changes(&self.told, list))),
                Telling::Whole => whole(),
            };
            all_told.push((self.in_step.iter().copied().collect(), event));
        }
        if !self.out_of_step.is_empty() {
            let behind: Vec<PeerId> = self.out_of_step.iter().copied().collect();
            all_told.push((behind, whole()));
        }
        self.told = Arc::clone(list);
        self.in_step.append(&mut self.out_of_step);
        all_told
    }
}

/// What has to be changed in one list to make it another; each has the other order by itself.
fn changes(before: &[LiveChannel], now: &[LiveChannel]) -> LobbyChanged {
    let by_name = |list: &[LiveChannel]| -> BTreeMap<ChannelName, LiveChannel> {
        let entries = list.iter().cloned();
        entries
            .map(|channel| (channel.channel_name.clone(), channel))
            .collect()
    };
    let (before, now) = (by_name(before), by_name(now));
    let is_gone = |name: &&ChannelName| !now.contains_key(*name);
    let gone = before.keys().filter(is_gone).cloned().collect();
    let is_changed = |(name, channel): &(&ChannelName, &LiveChannel)| {
        let known = before.get(*name);
        known.is_none_or(|known| !is_shown_alike(known, channel))
    };
    let changed = now.iter().filter(is_changed);
    LobbyChanged {
        changed: changed.map(|(_, channel)| channel.clone()).collect(),
        gone,
    }
}

fn shows_the_same(a: &[LiveChannel], b: &[LiveChannel]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_shown_alike(a, b))
}

/// Compares all but how long streams have been on: clients count that by themselves.
fn is_shown_alike(a: &LiveChannel, b: &LiveChannel) -> bool {
    let live_for_ms = a.live_for_ms;
    *a == LiveChannel {
        live_for_ms,
        ..b.clone()
    }
}
