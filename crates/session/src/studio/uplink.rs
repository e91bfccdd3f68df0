//! Divides what this browser can send between the links. Each link adapts to its network by itself,
//! but links that know nothing of each other ask for too much together, and all of them suffer.

use crate::LinkEffect;
use crate::context::Context;
use crate::links::Links;
use protocol::time::{Duration, Instant};

/// What is sent on all links together, in bits per second, until the network says that it is less.
const MOST: u64 = 10_000_000;
const LEAST: u64 = 1_000_000;
/// What one link needs at most, and for less than which a picture is not worth sending.
const ENOUGH: u64 = 4_000_000;
const TOO_LITTLE: u64 = 150_000;
/// How long a change is watched before the next.
const LESS_AFTER: Duration = Duration::from_secs(3);
const MORE_AFTER: Duration = Duration::from_secs(10);

/// The machine of the division.
#[derive(Debug)]
pub(crate) struct Uplink {
    total: u64,
    changed: Instant,
    told: u64,
}

impl Default for Uplink {
    fn default() -> Self {
        Self {
            total: MOST,
            changed: Instant::ORIGIN,
            told: ENOUGH,
        }
    }
}

impl Uplink {
    /// To be called after every input.
    pub(crate) fn settle(&mut self, links: &Links, cx: &mut Context) {
        let (count, limited) = links.sending();
        let Ok(count) = u64::try_from(count) else {
            return;
        };
        if count == 0 {
            return;
        }
        let available = links.available_bits().filter(|bits| *bits > 0);
        // A link that is limited by its own share, or by its viewer's network, says nothing about
        // this side's: what all links together can carry does.
        let has_room = available.is_some_and(|bits| bits > self.total);
        let is_strained = count > 1 && !has_room && limited.saturating_mul(2) >= links.sending().0;
        self.adapt(is_strained, limited == 0 || has_room, available, cx.now);
        let share = (self.total / count).clamp(TOO_LITTLE, ENOUGH);
        // Small changes are not worth telling every link.
        if share.abs_diff(self.told) * 20 > self.told {
            self.told = share;
            cx.link(LinkEffect::Limit(u32::try_from(share).unwrap_or(u32::MAX)));
        }
    }

    fn adapt(&mut self, strained: bool, eased: bool, available: Option<u64>, now: Instant) {
        let since = now.since(self.changed);
        if strained && since >= LESS_AFTER {
            let available = available.unwrap_or(MOST);
            self.total = (self.total * 85 / 100).min(available).max(LEAST);
            self.changed = now;
        } else if eased && self.total < MOST && since >= MORE_AFTER {
            self.total = (self.total * 110 / 100).min(MOST);
            self.changed = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::harness::{Tab, opened};
    use crate::{Effect, LinkEffect, LinkReport, LinkStats};
    use protocol::time::Duration;
    use protocol::{Direction, LinkId};

    fn limits(effects: &[Effect]) -> Vec<u32> {
        let limit = |effect: &Effect| {
            let Effect::Link(LinkEffect::Limit(bits)) = effect else {
                return None;
            };
            Some(*bits)
        };
        effects.iter().filter_map(limit).collect()
    }

    fn serving(count: u64) -> (Tab, Vec<Effect>) {
        let mut tab = Tab::live();
        let mut all = Vec::new();
        for number in 1..=count {
            let link = LinkId::from_bits(number);
            all.extend(tab.event(opened(link, Direction::Send)));
            all.extend(tab.feed(link));
        }
        (tab, all)
    }

    #[test]
    fn eight_links_share_what_two_have_each_to_themselves() {
        let (_, effects) = serving(2);
        assert_eq!(limits(&effects), Vec::<u32>::new());
        let (_, effects) = serving(8);
        assert_eq!(limits(&effects).last(), Some(&1_250_000));
    }

    #[test]
    fn a_strained_network_gets_less_until_it_has_recovered() {
        let (mut tab, _) = serving(8);
        let report = |tab: &mut Tab, limited: bool| {
            let mut all = Vec::new();
            for number in 1..=8 {
                let stats = LinkStats {
                    limited,
                    available_bits: Some(500_000),
                    heard: true,
                    ..LinkStats::default()
                };
                all.extend(tab.link(LinkId::from_bits(number), LinkReport::Stats(stats)));
            }
            all
        };
        report(&mut tab, false);
        tab.wait(Duration::from_secs(3));
        let told = limits(&report(&mut tab, true));
        assert_eq!(told, [500_000]);
        assert!(limits(&report(&mut tab, false)).is_empty());
        tab.event(protocol::Event::Ping);
        assert_eq!(limits(&tab.wait(Duration::from_secs(10))), [550_000]);
    }
}
