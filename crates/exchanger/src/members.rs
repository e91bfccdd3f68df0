//! Who is in a channel, in the order in which they came.

use crate::claims::Claims;
use crate::ids::Arrival;
use crate::plan::Planned;
use crate::port::Source;
use crate::queue::{Precedence, Queue};
use crate::small_map::SmallMap;
use protocol::limits::MAX_VIEWERS_PER_PAGE;
use protocol::time::Instant;
use protocol::{LinkId, PeerId, PeerSummary, Role, User, Viewers};
use std::ops::Bound;

/// A channel's members. At most one of them is the host.
///
/// Bound: a peer is a member of at most one channel, so all channels together have no more members
/// than there are peers.
#[derive(Debug, Default)]
pub(crate) struct Members {
    by_peer: SmallMap<PeerId, Member>,
    by_arrival: SmallMap<Arrival, PeerId>,
    queue: Queue,
    host: Option<PeerId>,
    demotions: u64,
}

#[derive(Debug)]
struct Member {
    arrival: Arrival,
    source: Source,
    precedence: Precedence,
    user: User,
    claims: Claims,
}

impl Members {
    /// Takes a peer in behind the others.
    pub(crate) fn insert(
        &mut self,
        (peer, source, arrival): (PeerId, Source, Arrival),
        user: User,
        role: Role,
        claims: Claims,
    ) {
        let precedence = Precedence::Regular(arrival);
        let member = Member {
            arrival,
            source,
            precedence,
            user,
            claims,
        };
        self.by_peer.insert(peer, member);
        self.by_arrival.insert(arrival, peer);
        if role == Role::Host {
            self.host = Some(peer);
        } else {
            self.queue.insert(source, precedence, peer);
        }
    }

    /// Lets a peer go, and says who it was.
    pub(crate) fn remove(&mut self, peer: PeerId) -> Option<(PeerSummary, Arrival)> {
        let summary = self.summary(peer)?;
        let member = self.by_peer.remove(&peer)?;
        self.by_arrival.remove(&member.arrival);
        if summary.role != Role::Host {
            self.queue.remove(member.source, member.precedence);
        }
        self.host = self.host.filter(|host| *host != peer);
        Some((summary, member.arrival))
    }

    pub(crate) fn contains(&self, peer: PeerId) -> bool {
        self.by_peer.contains_key(&peer)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_peer.is_empty()
    }

    pub(crate) const fn host(&self) -> Option<PeerId> {
        self.host
    }

    pub(crate) fn is_host(&self, peer: PeerId) -> bool {
        self.host == Some(peer)
    }

    /// The member's role, if it is one.
    pub(crate) fn role(&self, peer: PeerId) -> Option<Role> {
        self.contains(peer).then(|| {
            if self.is_host(peer) {
                Role::Host
            } else {
                Role::Viewer
            }
        })
    }

    /// The member as others see it.
    pub(crate) fn summary(&self, peer: PeerId) -> Option<PeerSummary> {
        let role = self.role(peer)?;
        self.by_peer.get(&peer).map(|member| PeerSummary {
            peer,
            user: member.user.clone(),
            role,
        })
    }

    /// The member's number in the order of joining.
    pub(crate) fn arrival(&self, peer: PeerId) -> Option<Arrival> {
        Some(self.by_peer.get(&peer)?.arrival)
    }

    /// All members in join order.
    pub(crate) fn all(&self) -> impl Iterator<Item = PeerId> {
        self.by_arrival.values().copied()
    }

    /// All members with their numbers in the order of joining.
    pub(crate) fn arrivals(&self) -> impl Iterator<Item = (Arrival, PeerId)> {
        self.by_arrival
            .iter()
            .map(|(arrival, peer)| (*arrival, *peer))
    }

    /// All members but one, in join order.
    pub(crate) fn others(&self, peer: PeerId) -> impl Iterator<Item = PeerId> {
        self.all().filter(move |other| *other != peer)
    }

    /// The viewers in join order.
    pub(crate) fn viewers(&self) -> impl Iterator<Item = PeerId> {
        self.all().filter(|peer| !self.is_host(*peer))
    }

    /// The viewers in the order in which they get links.
    pub(crate) fn viewers_by_precedence(&self) -> impl Iterator<Item = PeerId> {
        self.queue.in_order()
    }

    /// Puts those first who claim a link that the host claims, too. `peer` has just come: a viewer
    /// is compared with the host, the host with all.
    pub(crate) fn prefer_keepers(&mut self, peer: PeerId, now: Instant) {
        let held: Vec<LinkId> = self.host.map_or(Vec::new(), |host| self.claims(host, now));
        if held.is_empty() {
            return;
        }
        let keeps = |viewer: &PeerId| self.claims_any(*viewer, &held, now);
        let keepers: Vec<PeerId> = if self.is_host(peer) {
            self.viewers().filter(keeps).collect()
        } else {
            Some(peer).filter(keeps).into_iter().collect()
        };
        for keeper in keepers {
            if let Some(member) = self.by_peer.get(&keeper) {
                self.set_precedence(keeper, Precedence::Keeping(member.arrival));
            }
        }
    }

    /// The links that a member claims.
    pub(crate) fn claims(&self, peer: PeerId, now: Instant) -> Vec<LinkId> {
        let member = self.by_peer.get(&peer).into_iter();
        member.flat_map(|member| member.claims.at(now)).collect()
    }

    /// Whether a member claims this link.
    pub(crate) fn is_claimed(&self, link: LinkId, peer: PeerId, now: Instant) -> bool {
        let member = self.by_peer.get(&peer);
        member.is_some_and(|member| member.claims.contains(link, now))
    }

    /// The sources of the viewers who claim one of these links.
    pub(crate) fn sources_that_claim(
        &self,
        links: &[LinkId],
        now: Instant,
    ) -> impl Iterator<Item = Source> {
        let viewers = self.viewers();
        let claiming = viewers.filter(move |viewer| self.claims_any(*viewer, links, now));
        claiming.filter_map(|viewer| self.source(viewer))
    }

    /// A member does not hold a link any more that it claimed.
    pub(crate) fn forget_claim(&mut self, peer: PeerId, link: LinkId) {
        if let Some(member) = self.by_peer.get_mut(&peer) {
            member.claims.settle(link);
        }
    }

    /// Whether a member is behind all others for links.
    pub(crate) fn is_demoted(&self, peer: PeerId) -> bool {
        let member = self.by_peer.get(&peer);
        member.is_some_and(|member| member.precedence.is_demoted())
    }

    pub(crate) fn source(&self, peer: PeerId) -> Option<Source> {
        Some(self.by_peer.get(&peer)?.source)
    }

    fn claims_any(&self, peer: PeerId, links: &[LinkId], now: Instant) -> bool {
        let member = self.by_peer.get(&peer);
        let claims = member.map(|member| &member.claims);
        let claims = claims.filter(|claims| claims.at(now).next().is_some());
        claims.is_some_and(|claims| links.iter().any(|link| claims.contains(*link, now)))
    }

    /// Puts a member behind all others for links.
    pub(crate) fn demote(&mut self, peer: PeerId) {
        self.demotions = self.demotions.saturating_add(1);
        let behind_all = Precedence::Demoted(self.demotions);
        self.set_precedence(peer, behind_all);
    }

    /// Puts a member back to where it was when it came.
    pub(crate) fn restore(&mut self, peer: PeerId) {
        if let Some(member) = self.by_peer.get(&peer)
            && member.precedence.is_demoted()
        {
            self.set_precedence(peer, Precedence::Regular(member.arrival));
        }
    }

    /// Puts all back: what failed with one host may work with the next.
    pub(crate) fn restore_all(&mut self) {
        let demoted: Vec<PeerId> = self.queue.demoted().collect();
        for peer in demoted {
            self.restore(peer);
        }
    }

    fn set_precedence(&mut self, peer: PeerId, precedence: Precedence) {
        let is_host = self.is_host(peer);
        if let Some(member) = self.by_peer.get_mut(&peer)
            && !is_host
        {
            self.queue.remove(member.source, member.precedence);
            member.precedence = precedence;
            self.queue.insert(member.source, precedence, peer);
        }
    }

    pub(crate) fn viewer_count(&self) -> usize {
        let hosts = usize::from(self.host.is_some());
        self.by_peer.len().saturating_sub(hosts)
    }

    /// The page of viewers behind `after`; `None` if that one is not here.
    pub(crate) fn page(&self, after: Option<PeerId>) -> Option<Viewers> {
        let start = match after {
            Some(peer) => Bound::Excluded(&self.by_peer.get(&peer)?.arrival),
            None => Bound::Unbounded,
        };
        let mut rest = self
            .by_arrival
            .range(start)
            .map(|(_, peer)| *peer)
            .filter(|peer| !self.is_host(*peer));
        let users = rest
            .by_ref()
            .take(MAX_VIEWERS_PER_PAGE)
            .filter_map(|peer| self.summary(peer))
            .collect();
        Some(Viewers {
            users,
            count: self.viewer_count(),
            more: rest.next().is_some(),
        })
    }

    /// Changes how a member is seen; says how it was seen, if that is a change.
    pub(crate) fn rename(&mut self, peer: PeerId, user: User) -> Option<User> {
        let member = self.by_peer.get_mut(&peer)?;
        let before = std::mem::replace(&mut member.user, user);
        (before != member.user).then_some(before)
    }

    pub(crate) fn claim(&mut self, peer: PeerId, claims: Claims) {
        if let Some(member) = self.by_peer.get_mut(&peer) {
            member.claims = claims;
        }
    }

    /// The first id that both ends of a planned link claim and that is `free`.
    pub(crate) fn claimed_by_both(
        &self,
        planned: &Planned,
        now: Instant,
        free: impl Fn(LinkId) -> bool,
    ) -> Option<LinkId> {
        let (from, to) = (planned.from.peer()?, planned.to.peer()?);
        let member = self.by_peer.get(&from)?;
        let mut claimed = member.claims.at(now);
        claimed.find(|link| self.is_claimed(*link, to, now) && free(*link))
    }

    /// Forgets that the ends of a planned link claim an id: it is an ordinary link from now on.
    pub(crate) fn settle_claim(&mut self, planned: &Planned, link: LinkId) {
        for peer in [planned.from.peer(), planned.to.peer()]
            .into_iter()
            .flatten()
        {
            if let Some(member) = self.by_peer.get_mut(&peer) {
                member.claims.settle(link);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;
    use protocol::UserName;

    fn peer(bits: u64) -> PeerId {
        PeerId::from_bits(bits)
    }

    fn with_viewers(count: u64) -> Members {
        let user = User {
            name: UserName::parse("Mina").unwrap(),
        };
        let (mut members, mut ids) = (Members::default(), Ids::new([1; 32]));
        for bits in (1..=count).rev() {
            let viewer = (peer(bits), Source(bits), ids.arrival());
            members.insert(viewer, user.clone(), Role::Viewer, Claims::default());
        }
        let host = (peer(0), Source(0), ids.arrival());
        members.insert(host, user, Role::Host, Claims::default());
        members
    }

    #[test]
    fn keeps_the_order_of_joining() {
        let mut members = with_viewers(3);
        members.remove(peer(2));
        assert_eq!(
            members.all().collect::<Vec<_>>(),
            [peer(3), peer(1), peer(0)]
        );
        assert_eq!(members.viewers().collect::<Vec<_>>(), [peer(3), peer(1)]);
    }

    #[test]
    fn who_is_demoted_comes_last_until_it_is_restored() {
        let mut members = with_viewers(3);
        let order = |members: &Members| members.viewers_by_precedence().collect::<Vec<_>>();
        members.demote(peer(3));
        assert_eq!(order(&members), [peer(2), peer(1), peer(3)]);
        members.demote(peer(2));
        assert_eq!(order(&members), [peer(1), peer(3), peer(2)]);
        assert_eq!(members.viewers().next(), Some(peer(3)), "it came first");
        members.restore(peer(2));
        assert_eq!(order(&members), [peer(2), peer(1), peer(3)]);
        members.demote(peer(2));
        members.restore_all();
        assert_eq!(order(&members), [peer(3), peer(2), peer(1)]);
        members.remove(peer(2));
        assert_eq!(order(&members), [peer(3), peer(1)]);
    }

    #[test]
    fn pages_cover_all_viewers_once() {
        let members = with_viewers(150);
        let first = members.page(None).unwrap();
        assert_eq!(
            (first.users.len(), first.count, first.more),
            (100, 150, true)
        );
        let last = first.users.last().map(|user| user.peer);
        let second = members.page(last).unwrap();
        assert_eq!((second.users.len(), second.more), (50, false));
        assert_eq!(second.users.first().unwrap().peer, peer(50));
        assert_eq!(members.page(Some(peer(999))), None);
    }
}
