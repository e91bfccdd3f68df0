//! Who is live now, for those who follow it.
//!
//! The ranking is kept as channels change, which costs the logarithm of their number; the list is
//! made from it at most once per [`COALESCE`] and shared by all who are told.

use crate::channel::Channel;
use crate::followers::{Followers, Telling, Told};
use protocol::limits::{COALESCE, MAX_LOBBY_CHANNELS};
use protocol::time::Instant;
use protocol::{ChannelName, LiveChannel, PeerId};
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many channels of a whole list are told a second: a long list is told less often.
const WHOLE_EACH_SECOND: usize = 5;

/// The live channels and the followers.
///
/// Bound: one entry for each live channel, one for each peer that follows.
#[derive(Debug)]
pub(crate) struct Lobby {
    ranking: BTreeSet<(Reverse<usize>, ChannelName)>,
    viewers: BTreeMap<ChannelName, usize>,
    by_changes: Followers,
    by_whole: Followers,
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
        if !self.by_changes.is_empty() {
            self.by_changes.due.get_or_insert(now + COALESCE);
        }
        if !self.by_whole.is_empty() {
            let pages = self.by_whole.told_channels() / WHOLE_EACH_SECOND;
            let pause = COALESCE.saturating_mul(u32::try_from(pages).unwrap_or(1).max(1));
            self.by_whole.due.get_or_insert(now + pause);
        }
    }

    /// A peer follows from now on, or again; it has been told `list`.
    pub(crate) fn follow(&mut self, peer: PeerId, telling: Telling, list: &Arc<[LiveChannel]>) {
        self.unfollow(peer);
        match telling {
            Telling::Changes => self.by_changes.add(peer, list),
            Telling::Whole => self.by_whole.add(peer, list),
        }
    }

    pub(crate) fn unfollow(&mut self, peer: PeerId) {
        self.by_changes.remove(peer);
        self.by_whole.remove(peer);
    }

    pub(crate) fn is_followed_by(&self, peer: PeerId) -> bool {
        self.by_changes.contains(peer) || self.by_whole.contains(peer)
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
    ) -> Vec<Told> {
        let list = self.list(channels, now);
        let both = [&mut self.by_changes, &mut self.by_whole];
        let due = both.into_iter().filter(|followers| {
            let due = followers.due;
            due.is_some_and(|due| due <= now)
        });
        due.flat_map(|followers| followers.tell(&list)).collect()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let both = [self.by_changes.due, self.by_whole.due];
        both.into_iter().flatten().min()
    }
}

impl Default for Lobby {
    fn default() -> Self {
        Self {
            ranking: BTreeSet::new(),
            viewers: BTreeMap::new(),
            by_changes: Followers::new(Telling::Changes),
            by_whole: Followers::new(Telling::Whole),
            made: RefCell::default(),
        }
    }
}
