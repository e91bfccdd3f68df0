//! How long a message takes, and whether it arrives.

use protocol::time::{Duration, Instant};
use std::collections::BTreeMap;

use crate::tab::TabId;

/// What a tab's signaling meets on its way to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Path {
    /// Messages arrive.
    #[default]
    Up,
    /// Sockets break at once and new ones are refused, as when Wi-Fi is switched off.
    Down,
    /// Nothing arrives and nobody is told, as behind a router that forgot.
    Silent,
}

/// The network between the tabs and the server. A socket is a TCP connection: it delays, but never
/// reorders and never loses; a lost packet is a longer delay.
#[derive(Clone, Debug)]
pub struct Network {
    /// The shortest way, one direction.
    pub delay: Duration,
    /// What is added at random, at most.
    pub jitter: Duration,
    /// How many packets of a hundred have to be sent again.
    pub loss_percent: u8,
    random: u64,
    last_arrival: BTreeMap<(TabId, Direction), Instant>,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    Up,
    Down,
}

const RETRANSMISSION: Duration = Duration::from_millis(200);

impl Network {
    /// A network of 20 ms with a little jitter.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            delay: Duration::from_millis(20),
            jitter: Duration::from_millis(10),
            loss_percent: 0,
            random: seed,
            last_arrival: BTreeMap::new(),
        }
    }

    /// When a message that leaves now arrives.
    pub(crate) fn arrival(&mut self, now: Instant, tab: TabId, direction: Direction) -> Instant {
        let jitter = micros(self.jitter).saturating_add(1);
        let mut delay = self.delay + Duration::from_micros(self.random() % jitter);
        while self.random() % 100 < u64::from(self.loss_percent) {
            delay += RETRANSMISSION;
        }
        let earliest = self
            .last_arrival
            .get(&(tab, direction))
            .copied()
            .unwrap_or_default();
        let arrival = earliest.max(now + delay);
        self.last_arrival.insert((tab, direction), arrival);
        arrival
    }

    /// SplitMix64: enough for jitter, and the same on every machine.
    pub(crate) fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
