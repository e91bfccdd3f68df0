//! Who may be the host, and how often somebody may join, as the model sees it.

use crate::world::World;
use exchanger::ClosedBy;
use protocol::time::{Duration, Instant};
use protocol::{ChannelName, PeerId};
use std::collections::BTreeMap;

const HOST_LOSS: Duration = Duration::from_secs(10);
const RIGHTS_LAST: Duration = Duration::from_secs(600);
/// How many joins may come at once; then there is one a second.
const JOINS_AT_ONCE: u64 = 8;

#[derive(Debug, Default)]
pub(crate) struct Rights {
    /// Each channel's key, and since when no stream is on there.
    keys: BTreeMap<ChannelName, (usize, Option<Instant>)>,
    /// Since when peers are away, and by whose doing.
    losses: BTreeMap<PeerId, (Instant, ClosedBy)>,
    /// How many joins of each peer count still, and at what time that was.
    joins: BTreeMap<PeerId, (u64, Instant)>,
}

impl World {
    /// Whether somebody with this key may take over from the host there is.
    pub(crate) fn may_take_over(&self, channel: &ChannelName, key: usize, host: PeerId) -> bool {
        let is_lost = self.rights.losses.get(&host).is_some_and(|(since, by)| {
            *by == ClosedBy::Client && self.now.since(*since) >= HOST_LOSS
        });
        let right = self.rights.keys.get(channel).map(|(key, _)| *key);
        is_lost || right == Some(key)
    }

    pub(crate) fn stream_goes_on(&mut self, channel: &ChannelName, key: usize, is_new: bool) {
        let now = self.now;
        let right = self.rights.keys.entry(channel.clone());
        let (known, ended) = right.or_insert((key, None));
        if is_new && ended.is_some_and(|ended| now.since(ended) >= RIGHTS_LAST) {
            *known = key;
        }
        *ended = None;
    }

    pub(crate) fn stream_ends(&mut self, channel: &ChannelName) {
        if let Some((_, ended)) = self.rights.keys.get_mut(channel) {
            *ended = Some(self.now);
        }
    }

    pub(crate) fn is_lost(&mut self, peer: PeerId, by: ClosedBy) {
        self.rights.losses.insert(peer, (self.now, by));
    }

    pub(crate) fn is_back(&mut self, peer: PeerId) {
        self.rights.losses.remove(&peer);
    }

    /// Counts a join, and says whether it is one too many.
    pub(crate) fn joins_too_fast(&mut self, peer: PeerId) -> bool {
        let now = self.now;
        let (count, at) = self.rights.joins.entry(peer).or_insert((0, now));
        let passed = now.since(*at).as_secs();
        *count = count.saturating_sub(passed);
        *at = if *count == 0 {
            now
        } else {
            *at + Duration::from_secs(passed)
        };
        let is_one_too_many = *count >= JOINS_AT_ONCE;
        *count += u64::from(!is_one_too_many);
        is_one_too_many
    }
}
