//! What must be true of everybody, whatever has happened.

use crate::client::Client;
use crate::operation::PEOPLE;
use crate::world::{DIRECT_VIEWERS, World};
use protocol::{ChannelName, Direction, PeerId, Role};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// Compares what everybody believes with what must be true.
    pub(crate) fn check(&self) {
        let seated = self.people.iter().filter(|person| person.seat.is_some());
        let seated: BTreeMap<PeerId, &Client> = seated
            .filter_map(|person| person.client.as_ref())
            .map(|client| (client.welcome.peer, client))
            .collect();
        for (peer, client) in &seated {
            self.check_place(*peer, client);
            self.check_links(*peer, client, &seated);
        }
        let sessions = seated.len() + self.away.len();
        assert_eq!(
            self.exchanger.peers(),
            sessions,
            "nobody is forgotten or kept too long"
        );
    }

    pub(crate) fn knows_names(&self) -> bool {
        self.large_stream_viewers >= PEOPLE
    }

    fn check_place(&self, peer: PeerId, client: &Client) {
        let Some(member) = self.members.get(&peer) else {
            assert_eq!(client.place, None);
            return;
        };
        assert_eq!(client.place, Some((member.channel.clone(), member.role)));
        let others: BTreeSet<PeerId> = self.members_of(&member.channel).collect();
        let host = self.host_of(&member.channel);
        let viewers = others.len() - usize::from(host.is_some());
        assert_eq!(client.live.map(|(_, host)| host), host);
        // What comes too fast is told a little later.
        let is_told = self.settled || !self.is_busy(&member.channel);
        let is_few = self.settled && viewers <= self.large_stream_viewers;
        if (self.knows_names() && is_told) || (is_few && client.lists_all) {
            let others: BTreeSet<PeerId> = others.into_iter().filter(|p| *p != peer).collect();
            assert_eq!(client.users, others, "{peer} knows who is there");
        }
        if (self.knows_names() && is_told) || self.settled {
            assert_eq!(client.viewers, viewers, "{peer} knows how many there are");
        }
        let state = self.exchanger.channel(&member.channel, self.now);
        let state = state.expect("a channel with a member is there");
        let places = host.map_or(0, |_| DIRECT_VIEWERS);
        let waiting = viewers.saturating_sub(places);
        assert_eq!((state.viewers, state.waiting), (viewers - waiting, waiting));
        if let (true, Some(host), Some(live)) = (self.settled, host, &state.live) {
            assert_eq!(client.waiting, waiting, "{peer} knows how many wait");
            assert_eq!(live.host_away, self.away.contains_key(&host));
            if host != peer {
                let shown = (client.host_away, &client.title);
                assert_eq!(shown, (live.host_away, &live.title), "{peer} is shown");
            }
        }
        assert_eq!(
            state.live.map(|live| (live.stream, live.host.peer)),
            client.live
        );
    }

    fn check_links(&self, peer: PeerId, client: &Client, seated: &BTreeMap<PeerId, &Client>) {
        let wanted = self.wanted_links(peer);
        let mut actual = BTreeSet::new();
        for (link, (direction, other)) in &client.links {
            let other = other.peer().expect("no link has the relay at its end");
            let (pair, opposite) = match direction {
                Direction::Send => ((peer, other), Direction::Receive),
                Direction::Receive => ((other, peer), Direction::Send),
                Direction::Unknown => panic!("the server knows all directions"),
            };
            assert!(actual.insert(pair), "two links for {pair:?}");
            assert!(
                wanted.contains(&pair) || self.may_be_out_of_order(peer),
                "{pair:?} is not planned"
            );
            if let Some(end) = seated.get(&other) {
                assert_eq!(end.links.get(link), Some(&(opposite, peer.into())));
            }
        }
        for pair in wanted.difference(&actual) {
            assert!(
                self.waiting.contains(pair)
                    || self.may_be_out_of_order(peer)
                    || self.may_be_held_back(peer),
                "{pair:?} has no link"
            );
        }
        assert!(actual.len() <= DIRECT_VIEWERS);
    }

    /// Whether so much has happened in a channel lately that news may be told later.
    fn is_busy(&self, channel: &ChannelName) -> bool {
        const TOLD_AT_ONCE: usize = 16;
        let churn = self.churn.get(channel).copied().unwrap_or_default();
        2 * churn > TOLD_AT_ONCE
    }

    /// Whether so much has happened in the peer's channel lately that links may open later.
    fn may_be_held_back(&self, peer: PeerId) -> bool {
        const OPENED_AT_ONCE: usize = 8;
        let member = self.members.get(&peer);
        let churn = member.and_then(|member| self.churn.get(&member.channel));
        churn.copied().unwrap_or_default() * DIRECT_VIEWERS > OPENED_AT_ONCE
    }

    /// Whether somebody in the peer's channel has failed so often that others may go first.
    fn may_be_out_of_order(&self, peer: PeerId) -> bool {
        const GIVES_WAY_AFTER: usize = 4;
        let setbacks = |peer: PeerId| self.setbacks.get(&peer).copied().unwrap_or_default();
        self.members.get(&peer).is_some_and(|member| {
            self.members_of(&member.channel)
                .any(|peer| setbacks(peer) >= GIVES_WAY_AFTER)
        })
    }

    /// The pairs that must be linked and of which `peer` is one.
    fn wanted_links(&self, peer: PeerId) -> BTreeSet<(PeerId, PeerId)> {
        let Some(member) = self.members.get(&peer) else {
            return BTreeSet::new();
        };
        let Some(host) = self.host_of(&member.channel) else {
            return BTreeSet::new();
        };
        self.members_of(&member.channel)
            .filter(|viewer| *viewer != host)
            .take(DIRECT_VIEWERS)
            .map(|viewer| (host, viewer))
            .filter(|(host, viewer)| *host == peer || *viewer == peer)
            .collect()
    }

    pub(crate) fn members_of(&self, channel: &ChannelName) -> impl Iterator<Item = PeerId> {
        let is_there = move |peer: &PeerId| self.members[peer].channel == *channel;
        self.order.iter().copied().filter(is_there)
    }

    pub(crate) fn host_of(&self, channel: &ChannelName) -> Option<PeerId> {
        self.members_of(channel)
            .find(|peer| self.members[peer].role == Role::Host)
    }
}
