//! To whom a channel belongs, for as long as its stream and some minutes longer.
//!
//! A table of its own, because a channel is gone as soon as nobody is in it.

use crate::port::Source;
use protocol::limits::RIGHTS_LAST;
use protocol::time::Instant;
use protocol::{ChannelName, HostKey};
use std::collections::{BTreeMap, BTreeSet};

/// How many rights are kept of channels where no stream is on.
const MAX_RIGHTS: usize = 10_000;

/// How many of those one source may have, so that it cannot push out everybody else's.
const MAX_RIGHTS_OF_SOURCE: usize = 256;

/// The rights to all channels.
///
/// Bound: one for each live channel, and [`MAX_RIGHTS`] more; the soonest to lapse goes first.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    by_channel: BTreeMap<ChannelName, Right>,
    lapsing: BTreeSet<(Instant, ChannelName)>,
    lapsing_by_source: BTreeMap<Source, BTreeSet<(Instant, ChannelName)>>,
}

#[derive(Debug)]
struct Right {
    key: HostKey,
    source: Source,
    /// When it lapses; `None` while a stream is on.
    lapses_at: Option<Instant>,
}

impl Rights {
    /// The key of the channel, if there is a right to it.
    pub(crate) fn key(&self, channel: &ChannelName, now: Instant) -> Option<&HostKey> {
        let right = self.by_channel.get(channel)?;
        let lasts = right.lapses_at.is_none_or(|lapses_at| now < lapses_at);
        lasts.then_some(&right.key)
    }

    /// A host begins a stream. Its key is the channel's if the channel has none.
    pub(crate) fn begin(
        &mut self,
        channel: &ChannelName,
        key: Option<&HostKey>,
        source: Source,
        now: Instant,
    ) {
        if self.key(channel, now).is_some() {
            self.set_lapse(channel, None);
        } else {
            self.replace(channel, key, source);
        }
    }

    /// A host has shown that the stream on the channel is its own.
    pub(crate) fn replace(&mut self, channel: &ChannelName, key: Option<&HostKey>, source: Source) {
        self.remove(channel);
        if let Some(key) = key.cloned() {
            let right = Right {
                key,
                source,
                lapses_at: None,
            };
            self.by_channel.insert(channel.clone(), right);
        }
    }

    /// No stream is on any more.
    pub(crate) fn end(&mut self, channel: &ChannelName, now: Instant) {
        self.set_lapse(channel, Some(now + RIGHTS_LAST));
        while let Some(lapsed) = self.surplus(now) {
            self.remove(&lapsed);
        }
        let source = self.by_channel.get(channel).map(|right| right.source);
        let of_source = source.and_then(|source| self.lapsing_by_source.get(&source));
        let too_many = of_source.filter(|rights| rights.len() > MAX_RIGHTS_OF_SOURCE);
        let soonest = too_many.and_then(|rights| rights.first().cloned());
        if let Some((_, soonest)) = soonest {
            self.remove(&soonest);
        }
    }

    /// A right that is over, or one too many.
    fn surplus(&self, now: Instant) -> Option<ChannelName> {
        let (lapses_at, channel) = self.lapsing.first()?;
        let is_surplus = *lapses_at <= now || self.lapsing.len() > MAX_RIGHTS;
        is_surplus.then(|| channel.clone())
    }

    fn set_lapse(&mut self, channel: &ChannelName, lapses_at: Option<Instant>) {
        let Some(right) = self.by_channel.get_mut(channel) else {
            return;
        };
        let source = right.source;
        let before = std::mem::replace(&mut right.lapses_at, lapses_at);
        if let Some(before) = before {
            let entry = (before, channel.clone());
            if let Some(of_source) = self.lapsing_by_source.get_mut(&source) {
                of_source.remove(&entry);
                if of_source.is_empty() {
                    self.lapsing_by_source.remove(&source);
                }
            }
            self.lapsing.remove(&entry);
        }
        if let Some(lapses_at) = lapses_at {
            let entry = (lapses_at, channel.clone());
            let of_source = self.lapsing_by_source.entry(source).or_default();
            of_source.insert(entry.clone());
            self.lapsing.insert(entry);
        }
    }

    fn remove(&mut self, channel: &ChannelName) {
        self.set_lapse(channel, None);
        self.by_channel.remove(channel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::time::Duration;

    fn channel(number: usize) -> ChannelName {
        ChannelName::parse(&format!("channel {number}")).unwrap()
    }

    fn key(text: &str) -> HostKey {
        HostKey::parse(text).unwrap()
    }

    fn at(seconds: u64) -> Instant {
        Instant::ORIGIN + Duration::from_secs(seconds)
    }

    /// A stream with this key is over since `ended`.
    fn stream(rights: &mut Rights, number: usize, text: &str, source: u64, ended: u64) {
        let key = key(text);
        rights.begin(&channel(number), Some(&key), Source(source), at(0));
        rights.end(&channel(number), at(ended));
    }

    #[test]
    fn the_first_key_stays_until_ten_minutes_after_the_last_stream() {
        let mut rights = Rights::default();
        stream(&mut rights, 1, "mine", 1, 100);
        rights.begin(&channel(1), Some(&key("other")), Source(2), at(699));
        assert_eq!(rights.key(&channel(1), at(9_000)), Some(&key("mine")));
        rights.end(&channel(1), at(10_000));
        assert_eq!(rights.key(&channel(1), at(10_599)), Some(&key("mine")));
        assert_eq!(rights.key(&channel(1), at(10_600)), None);
        rights.begin(&channel(1), Some(&key("other")), Source(2), at(10_600));
        assert_eq!(rights.key(&channel(1), at(10_600)), Some(&key("other")));
    }

    #[test]
    fn a_stream_without_a_key_gives_nobody_a_right() {
        let mut rights = Rights::default();
        rights.begin(&channel(1), None, Source(1), at(0));
        rights.end(&channel(1), at(1));
        assert!(rights.by_channel.is_empty() && rights.lapsing.is_empty());
    }

    #[test]
    fn the_soonest_to_lapse_makes_room() {
        let mut rights = Rights::default();
        for number in 0..=MAX_RIGHTS {
            let number_of_source = u64::try_from(number).unwrap();
            stream(&mut rights, number, "key", number_of_source, 100);
        }
        rights.begin(&channel(0), Some(&key("key")), Source(0), at(100));
        assert_eq!(rights.lapsing.len(), MAX_RIGHTS);
        assert_eq!(rights.lapsing.len(), rights.lapsing_by_source.len());
    }

    #[test]
    fn one_source_pushes_out_its_own_rights_first() {
        let mut rights = Rights::default();
        stream(&mut rights, 0, "mine", 1, 50);
        for number in 1..=2 * MAX_RIGHTS_OF_SOURCE {
            stream(&mut rights, number, "stranger", 2, 100);
        }
        assert_eq!(rights.key(&channel(0), at(101)), Some(&key("mine")));
        assert_eq!(rights.lapsing.len(), 1 + MAX_RIGHTS_OF_SOURCE);
    }

    #[test]
    fn what_has_lapsed_is_forgotten() {
        let mut rights = Rights::default();
        stream(&mut rights, 1, "one", 1, 0);
        stream(&mut rights, 2, "two", 1, 600);
        assert_eq!(rights.by_channel.len(), 1);
    }
}
