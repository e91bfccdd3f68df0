//! Who is live now, for those who follow it.
//!
//! The ranking is kept as channels change, which costs the logarithm of their number; the list is
//! made from it at most once per [`COALESCE`] and shared by all who are told.

use crate::channel::Channel;
use protocol::limits::{COALESCE, MAX_LOBBY_CHANNELS};
use protocol::time::Instant;
use protocol::{ChannelName, Event, LiveChannel, PeerId};
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The live channels and the followers.
///
/// Bound: one entry for each live channel, one for each peer that follows.
#[derive(Debug, Default)]
pub(crate) struct Lobby {
    ranking: BTreeSet<(Reverse<usize>, ChannelName)>,
    viewers: BTreeMap<ChannelName, usize>,
    followers: BTreeSet<PeerId>,
    /// What all followers know; `None` if they know different things.
    told: Option<Arc<[LiveChannel]>>,
    due: Option<Instant>,
    /// The list as it was made last; `None` once it may show something that is not so any more.
    /// In a cell, because asking for the list changes nothing that anybody can see.
    made: RefCell<Option<Made>>,
}

#[derive(Clone, Debug)]
struct Made {
    at: Instant,
    list: Arc<[LiveChannel]>,
}

impl Lobby {
    /// A channel has these many viewers while it is live, or is not live any more.
    pub(crate) fn record(&mut self, now: Instant, name: &ChannelName, viewers: Option<usize>) {
        let before = match viewers {
            Some(viewers) => self.viewers.insert(name.clone(), viewers),
            None => self.viewers.remove(name),
        };
        if before == viewers {
            return;
        }
        if let Some(before) = before {
            self.ranking.remove(&(Reverse(before), name.clone()));
        }
        if let Some(viewers) = viewers {
            self.ranking.insert((Reverse(viewers), name.clone()));
        }
        self.touch(now);
    }

    /// Something that the list shows may have changed.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.made.take();
        if !self.followers.is_empty() {
            self.due.get_or_insert(now + COALESCE);
        }
    }

    /// A peer follows from now on, or again; it has been told `list`.
    pub(crate) fn follow(&mut self, peer: PeerId, list: &Arc<[LiveChannel]>) {
        if self.followers.is_empty() {
            self.told = Some(Arc::clone(list));
        } else if !self.all_know(list) {
            self.told = None;
        }
        self.followers.insert(peer);
    }

    pub(crate) fn unfollow(&mut self, peer: PeerId) {
        self.followers.remove(&peer);
        if self.followers.is_empty() {
            self.due = None;
        }
    }

    pub(crate) fn is_followed_by(&self, peer: PeerId) -> bool {
        self.followers.contains(&peer)
    }

    pub(crate) fn followers(&self) -> impl Iterator<Item = PeerId> {
        self.followers.iter().copied()
    }

    /// The most watched channels. How long they have been on may be of a moment ago.
    pub(crate) fn list(
        &self,
        channels: &BTreeMap<ChannelName, Box<Channel>>,
        now: Instant,
    ) -> Arc<[LiveChannel]> {
        let made = self.made.borrow().clone();
        let fresh = made.filter(|made| now.since(made.at) < COALESCE);
        if let Some(made) = fresh {
            return made.list;
        }
        let list: Arc<[LiveChannel]> = self
            .ranking
            .iter()
            .take(MAX_LOBBY_CHANNELS)
            .filter_map(|(_, name)| channels.get(name)?.listing(now))
            .collect();
        let made = Made {
            at: now,
            list: Arc::clone(&list),
        };
        self.made.replace(Some(made));
        list
    }

    /// What followers are to be told now, if anything.
    pub(crate) fn handle_timeout(
        &mut self,
        channels: &BTreeMap<ChannelName, Box<Channel>>,
        now: Instant,
    ) -> Option<Arc<Event>> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        let list = self.list(channels, now);
        if self.all_know(&list) {
            return None;
        }
        self.told = Some(Arc::clone(&list));
        Some(Arc::new(Event::Lobby(protocol::Lobby { channels: list })))
    }

    pub(crate) const fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    fn all_know(&self, list: &[LiveChannel]) -> bool {
        self.told
            .as_ref()
            .is_some_and(|told| shows_the_same(told, list))
    }
}

/// Compares all but how long streams have been on: clients count that by themselves.
fn shows_the_same(a: &[LiveChannel], b: &[LiveChannel]) -> bool {
    let same = |(a, b): (&LiveChannel, &LiveChannel)| {
        let live_for_ms = a.live_for_ms;
        *a == LiveChannel {
            live_for_ms,
            ..b.clone()
        }
    };
    a.len() == b.len() && a.iter().zip(b).all(same)
}
