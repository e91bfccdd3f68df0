//! A sorted map that costs little while it is small, as in most channels it is.

use std::collections::BTreeMap;
use std::ops::Bound;

/// With so many entries a search through all costs no more than a tree: a host and the viewers it
/// serves by itself are fewer.
const FEW: usize = 16;

/// A map in the order of its keys. A B-tree has room for eleven entries as soon as it has one; here
/// a few entries take the space of a few entries.
#[derive(Debug)]
pub(crate) struct SmallMap<K, V> {
    /// In order. One of the two is empty.
    few: Vec<(K, V)>,
    many: BTreeMap<K, V>,
}

impl<K: Ord, V> SmallMap<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.few.len().saturating_add(self.many.len())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        if self.many.is_empty() {
            let at = self.place(key).ok()?;
            return self.few.get(at).map(|(_, value)| value);
        }
        self.many.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        if self.many.is_empty() {
            let at = self.place(key).ok()?;
            return self.few.get_mut(at).map(|(_, value)| value);
        }
        self.many.get_mut(key)
    }

    /// Puts an entry in, and gives back the one that it replaces.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        if self.many.is_empty() {
            match self.place(&key) {
                Ok(at) => {
                    let old = self.few.get_mut(at);
                    return old.map(|(_, old)| std::mem::replace(old, value));
                }
                Err(at) if self.few.len() < FEW => {
                    self.few.reserve_exact(1);
                    self.few.insert(at, (key, value));
                    return None;
                }
                Err(_) => self.many = std::mem::take(&mut self.few).into_iter().collect(),
            }
        }
        self.many.insert(key, value)
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        if self.many.is_empty() {
            let at = self.place(key).ok()?;
            return Some(self.few.remove(at).1);
        }
        self.many.remove(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.range(Bound::Unbounded)
    }

    /// The entries from a key on.
    pub(crate) fn range<'a>(
        &'a self,
        start: Bound<&K>,
    ) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V> {
        let is_before = |(key, _): &(K, V)| match start {
            Bound::Excluded(start) => key <= start,
            Bound::Included(start) => key < start,
            Bound::Unbounded => false,
        };
        let before = self.few.partition_point(is_before);
        let few = self.few.get(before..).unwrap_or_default();
        let many = self.many.range((start, Bound::Unbounded));
        few.iter().map(|(key, value)| (key, value)).chain(many)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Where a key is among a few, or where it belongs.
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.few.binary_search_by(|(other, _)| other.cmp(key))
    }
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        Self {
            few: Vec::new(),
            many: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(map: &SmallMap<u8, u8>) -> Vec<(u8, u8)> {
        map.iter().map(|(key, value)| (*key, *value)).collect()
    }

    proptest! {
        /// Few, many, and few again: the operations come in a row that grows and shrinks the map.
        #[test]
        fn is_a_sorted_map(
            operations in prop::collection::vec((any::<bool>(), 0..40_u8, any::<u8>()), 0..400),
            start in 0..40_u8,
        ) {
            let (mut map, mut truth) = (SmallMap::default(), BTreeMap::new());
            for (is_insertion, key, value) in operations {
                if is_insertion {
                    prop_assert_eq!(map.insert(key, value), truth.insert(key, value));
                } else {
                    prop_assert_eq!(map.remove(&key), truth.remove(&key));
                }
                prop_assert_eq!(map.get(&key), truth.get(&key));
                prop_assert_eq!(map.get_mut(&key), truth.get_mut(&key));
                prop_assert_eq!((map.len(), map.is_empty()), (truth.len(), truth.is_empty()));
                prop_assert!(map.few.is_empty() || map.many.is_empty());
            }
            prop_assert!(map.iter().eq(truth.iter()));
            for bound in [Bound::Included(&start), Bound::Excluded(&start)] {
                let expected = truth.range((bound, Bound::Unbounded));
                prop_assert!(map.range(bound).eq(expected));
            }
        }
    }

    #[test]
    fn is_few_again_once_it_has_been_empty() {
        let mut map = SmallMap::default();
        for key in 0..100 {
            map.insert(key, key);
        }
        assert_eq!(map.few.capacity(), 0);
        for key in 1..100 {
            map.remove(&key);
        }
        assert_eq!(entries(&map), [(0, 0)]);
        map.remove(&0);
        map.insert(5, 5);
        assert_eq!((map.few.len(), map.few.capacity()), (1, 1));
    }
}
