//! How long a message takes, and whether it arrives.
//!
//! What a lost packet does depends on what it belongs to. A socket is a TCP connection, reliable
//! and in order: loss and reordering show as delays, in which everything behind the packet waits
//! too, or as a socket that breaks; no message ever overtakes another one of its socket. Media and
//! the checks that keep a peer connection's path alive are UDP: they are lost for real, and what
//! different sockets and peer connections do is not ordered at all.

use crate::random::Random;
use crate::tab::TabId;
use protocol::time::{Duration, Instant};
use session::SocketId;
use std::collections::{BTreeMap, BTreeSet};

/// What a tab's signaling meets on its way to the server and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Path {
    /// Messages arrive. On a socket that has lost some nothing will, for TCP never skips any; its
    /// tab learns that when it sends something.
    #[default]
    Up,
    /// What the server sends is lost, what the tab sends arrives: the server hears a tab that does
    /// not hear it. Nobody is told.
    Deaf,
    /// Sockets break at once and new ones are refused, as when Wi-Fi is switched off.
    Down,
    /// What the tab sends is lost, what the server sends arrives. Nobody is told.
    Mute,
    /// Nothing arrives and nobody is told, as behind a router that forgot.
    Silent,
    /// Nothing arrives for now. TCP keeps it: once the path is up, all arrives in order.
    Stalled,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// One direction of one socket: what keeps its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Way {
    pub(crate) tab: TabId,
    pub(crate) direction: Direction,
    pub(crate) socket: SocketId,
}

/// The network between the tabs and the server, and between the tabs.
#[derive(Clone, Debug)]
pub struct Network {
    /// The shortest way, one direction.
    pub delay: Duration,
    /// What is added at random, at most.
    pub jitter: Duration,
    /// How many packets of a hundred have to be sent again.
    pub loss_percent: u8,
    /// How many messages of a hundred meet a moment in which nothing passes.
    pub spike_percent: u8,
    /// How long such a moment lasts, at most.
    pub spike: Duration,
    /// How many packets of media and path checks of a hundred are lost for good.
    pub media_loss_percent: u8,
    random: Random,
    last_arrival: BTreeMap<Way, Instant>,
    /// Where something was lost: TCP never skips, so nothing comes after it.
    gaps: BTreeSet<Way>,
    paths: BTreeMap<TabId, Path>,
    /// In bytes per second; the others are fast.
    speeds: BTreeMap<TabId, u64>,
    busy_until: BTreeMap<(TabId, Direction), Instant>,
    without_media: BTreeSet<TabId>,
    islands: BTreeMap<TabId, u32>,
}

const RETRANSMISSION: Duration = Duration::from_millis(200);

impl Network {
    /// A network of 20 ms with a little jitter.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            delay: Duration::from_millis(20),
            jitter: Duration::from_millis(10),
            loss_percent: 0,
            spike_percent: 0,
            spike: Duration::from_secs(5),
            media_loss_percent: 0,
            random: Random::new(seed),
            last_arrival: BTreeMap::new(),
            gaps: BTreeSet::new(),
            paths: BTreeMap::new(),
            speeds: BTreeMap::new(),
            busy_until: BTreeMap::new(),
            without_media: BTreeSet::new(),
            islands: BTreeMap::new(),
        }
    }

    /// Takes over how another network delays and loses; who reaches whom stays as it is.
    pub const fn behave_like(&mut self, other: &Self) {
        self.delay = other.delay;
        self.jitter = other.jitter;
        self.loss_percent = other.loss_percent;
        self.spike_percent = other.spike_percent;
        self.spike = other.spike;
        self.media_loss_percent = other.media_loss_percent;
    }

    /// When a message of so many bytes that leaves now arrives.
    pub(crate) fn arrival(&mut self, now: Instant, way: Way, bytes: usize) -> Instant {
        let jitter = micros(self.jitter).saturating_add(1);
        let mut delay = self.delay + Duration::from_micros(self.random.next() % jitter);
        while self.random.percent(self.loss_percent) {
            delay += RETRANSMISSION;
        }
        if self.spike_percent > 0 && self.random.percent(self.spike_percent) {
            let longest = micros(self.spike).max(1);
            delay += Duration::from_micros(self.random.next() % longest);
        }
        let sent = self.sent(now, way, bytes);
        let earliest = self.last_arrival.get(&way).copied().unwrap_or_default();
        let arrival = earliest.max(sent + delay);
        self.last_arrival.insert(way, arrival);
        arrival
    }

    /// A new socket: what is over of the tab's older ones needs no order any more.
    pub(crate) fn dialled(&mut self, now: Instant, tab: TabId) {
        self.last_arrival
            .retain(|way, last| way.tab != tab || *last > now);
        self.gaps.retain(|way| way.tab != tab);
    }

    /// A message is lost on its way.
    pub(crate) fn lose(&mut self, way: Way) {
        self.gaps.insert(way);
    }

    /// Whether something is lost on this way.
    pub(crate) fn has_gap(&self, way: Way) -> bool {
        self.gaps.contains(&way)
    }

    pub(crate) fn random(&mut self) -> u64 {
        self.random.next()
    }

    // ── Who reaches whom ───────────────────────────────────────────────────────────────────────

    pub(crate) fn path(&self, tab: TabId) -> Path {
        self.paths.get(&tab).copied().unwrap_or_default()
    }

    /// Returns what the tab's path was before.
    pub(crate) fn set_path(&mut self, tab: TabId, path: Path) -> Path {
        self.paths.insert(tab, path).unwrap_or_default()
    }

    pub(crate) fn set_speed(&mut self, tab: TabId, bytes_per_second: Option<u64>) {
        match bytes_per_second {
            Some(speed) => self.speeds.insert(tab, speed.max(1)),
            None => self.speeds.remove(&tab),
        };
    }

    pub(crate) fn set_media(&mut self, tab: TabId, flows: bool) {
        if flows {
            self.without_media.remove(&tab);
        } else {
            self.without_media.insert(tab);
        }
    }

    pub(crate) fn set_island(&mut self, tab: TabId, island: u32) {
        self.islands.insert(tab, island);
    }

    /// Whether packets can go from one tab to another, and back.
    pub(crate) fn connects(&self, one: TabId, other: TabId) -> bool {
        let island = |tab| self.islands.get(&tab).copied().unwrap_or_default();
        let is_cut = |tab| self.without_media.contains(&tab);
        !is_cut(one) && !is_cut(other) && island(one) == island(other)
    }

    /// Whether the packets of this moment arrive.
    pub(crate) fn passes_media(&mut self) -> bool {
        self.media_loss_percent == 0 || !self.random.percent(self.media_loss_percent)
    }

    /// When the last byte of a message has left. A slow link carries one message after the other,
    /// whichever socket they belong to.
    fn sent(&mut self, now: Instant, way: Way, bytes: usize) -> Instant {
        let Some(speed) = self.speeds.get(&way.tab) else {
            return now;
        };
        let micros = u64::try_from(bytes).unwrap_or(u64::MAX) * 1_000_000 / speed;
        let line = (way.tab, way.direction);
        let free = self.busy_until.get(&line).copied().unwrap_or_default();
        let sent = free.max(now) + Duration::from_micros(micros);
        self.busy_until.insert(line, sent);
        sent
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAB: TabId = TabId(0);

    fn way(socket: u32, direction: Direction) -> Way {
        let (tab, socket) = (TAB, SocketId(socket));
        Way {
            tab,
            direction,
            socket,
        }
    }

    fn at(millis: u64) -> Instant {
        Instant::from_micros(millis * 1_000)
    }

    fn rough(seed: u64) -> Network {
        let mut network = Network::new(seed);
        network.jitter = Duration::from_millis(500);
        network.loss_percent = 30;
        network.spike_percent = 20;
        network
    }

    #[test]
    fn a_socket_keeps_its_order_however_rough_the_network_is() {
        let mut network = rough(1);
        let mut last = Instant::ORIGIN;
        for millis in 0..1_000 {
            let arrival = network.arrival(at(millis), way(1, Direction::Up), 100);
            assert!(arrival >= last && arrival >= at(millis) + network.delay);
            last = arrival;
        }
    }

    #[test]
    fn messages_of_different_sockets_overtake_each_other() {
        let mut network = rough(2);
        let overtaken = (0..1_000).any(|_| {
            let old = network.arrival(at(0), way(1, Direction::Up), 100);
            let new = network.arrival(at(1), way(2, Direction::Up), 100);
            network.dialled(at(1_000_000), TAB);
            new < old
        });
        assert!(overtaken);
    }

    #[test]
    fn a_slow_link_carries_one_message_after_the_other() {
        let mut network = Network::new(3);
        network.jitter = Duration::ZERO;
        network.set_speed(TAB, Some(1_000));
        let down = way(1, Direction::Down);
        assert_eq!(network.arrival(at(0), down, 500), at(520));
        assert_eq!(network.arrival(at(100), down, 500), at(1_020));
        assert_eq!(
            network.arrival(at(100), way(1, Direction::Up), 500),
            at(620)
        );
        network.set_speed(TAB, None);
        assert_eq!(network.arrival(at(2_000), down, 500), at(2_020));
    }

    #[test]
    fn tabs_reach_each_other_on_one_island_only() {
        let mut network = Network::new(4);
        let (one, other) = (TabId(1), TabId(2));
        assert!(network.connects(one, other));
        network.set_island(other, 7);
        assert!(!network.connects(one, other) && !network.connects(other, one));
        network.set_island(one, 7);
        assert!(network.connects(one, other));
        network.set_media(one, false);
        assert!(!network.connects(one, other) && !network.connects(other, one));
    }
}
