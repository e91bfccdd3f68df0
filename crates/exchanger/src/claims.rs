//! The links from before a server restart that a member says it still holds.

use indexmap::IndexSet;
use protocol::LinkId;
use protocol::limits::MAX_KEPT_LINKS;
use protocol::time::Instant;

/// What one member claims; most claim nothing.
///
/// Bound: [`MAX_KEPT_LINKS`] per member. A claim is good for a while only, because clients let go
/// of a link that nobody has adopted.
#[derive(Debug, Default)]
pub(crate) struct Claims(Option<Box<Claimed>>);

#[derive(Debug)]
struct Claimed {
    until: Instant,
    links: IndexSet<LinkId>,
}

impl Claims {
    pub(crate) fn new(links: impl IntoIterator<Item = LinkId>, until: Instant) -> Self {
        let mut links = links.into_iter().take(MAX_KEPT_LINKS).peekable();
        let is_any = links.peek().is_some();
        Self(is_any.then(|| {
            let links = links.collect();
            Box::new(Claimed { until, links })
        }))
    }

    /// The links, while the claim is good.
    pub(crate) fn at(&self, now: Instant) -> impl Iterator<Item = LinkId> {
        let claimed = self.0.iter().filter(move |claimed| now < claimed.until);
        claimed.flat_map(|claimed| claimed.links.iter().copied())
    }

    pub(crate) fn contains(&self, link: LinkId, now: Instant) -> bool {
        let claimed = self.0.as_ref().filter(|claimed| now < claimed.until);
        claimed.is_some_and(|claimed| claimed.links.contains(&link))
    }

    pub(crate) fn settle(&mut self, link: LinkId) {
        if let Some(claimed) = &mut self.0 {
            claimed.links.shift_remove(&link);
        }
    }
}
