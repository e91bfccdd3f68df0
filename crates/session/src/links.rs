//! The links of one page, as the server opens and closes them.

use crate::connection::Purpose;
use crate::context::Context;
use crate::link::{Link, LinkNews};
use crate::timer::{Due, Reason};
use crate::{LinkEffect, LinkReport, LinkStats};
use protocol::limits::MAX_KEPT_LINKS;
use protocol::time::Duration;
use protocol::{
    Command, Direction, End, LinkFailed, LinkFailure, LinkId, LinkKind, LinkOpened,
    ReceiveCandidates, ReceiveDescriptor,
};
use std::collections::BTreeMap;

/// How long a link waits for the server to open it again, counted from the join that named it.
const KEPT: Duration = Duration::from_secs(30);

/// What `linkOpened` led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// A new link.
    New,
    /// The link was there already.
    Known,
    /// The server believes that this tab holds a link that it does not hold, or means a kind of
    /// link that this build does not know; the server was told.
    Refused,
}

/// The set of links.
#[derive(Debug, Default)]
pub(crate) struct Links(BTreeMap<LinkId, Link>);

impl Links {
    pub(crate) fn get(&self, id: LinkId) -> Option<&Link> {
        self.0.get(&id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ids, in a fixed order.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = LinkId> + '_ {
        self.0.keys().copied()
    }

    /// How many of the other ends are reached.
    pub(crate) fn connected(&self) -> usize {
        self.0.values().filter(|link| link.is_connected()).count()
    }

    /// What all of them carry together.
    pub(crate) fn bits_per_second(&self) -> u64 {
        self.0.values().fold(0, |sum: u64, link| {
            sum.saturating_add(link.stats().bits_per_second)
        })
    }

    pub(crate) fn stats(&self, id: LinkId) -> Option<LinkStats> {
        self.0.get(&id).map(Link::stats)
    }

    /// Whether media pass on one of them, as far as this end can tell.
    pub(crate) fn carries_media(&self) -> bool {
        self.0.values().any(Link::carries_media)
    }

    /// How many send, and how many of those the network keeps from a better picture.
    pub(crate) fn sending(&self) -> (usize, usize) {
        let sending = self.0.values().filter(|link| link.is_sending());
        let limited = sending.clone().filter(|link| link.stats().limited);
        (sending.count(), limited.count())
    }

    /// What the network is believed to take for all of them; absent if one does not know.
    pub(crate) fn available_bits(&self) -> Option<u64> {
        let sending = self.0.values().filter(|link| link.is_sending());
        sending.map(|link| link.stats().available_bits).sum()
    }

    /// The tab slept: what is known of the links may be out of date.
    pub(crate) fn doubt(&mut self) {
        for link in self.0.values_mut() {
            link.doubt();
        }
    }

    /// Whether media still flow that the server may know nothing of.
    pub(crate) fn keeps_media(&self) -> bool {
        self.0
            .values()
            .any(|link| link.is_kept() && link.carries_media())
    }

    /// The server wants a link.
    pub(crate) fn open(&mut self, opened: &LinkOpened, cx: &mut Context) -> Opening {
        if let Some(link) = self.0.get_mut(&opened.link) {
            link.adopt(opened.peer, cx);
            return Opening::Known;
        }
        let readable = opened.direction != Direction::Unknown
            && opened.kind != LinkKind::Unknown
            && opened.peer != End::Unknown;
        if opened.kept || !readable {
            let link = opened.link;
            let reason = match readable {
                true => LinkFailure::Connectivity,
                false => LinkFailure::Negotiation,
            };
            let command = Command::LinkFailed(LinkFailed { link, reason });
            cx.request(command, Purpose::Link(link));
            return Opening::Refused;
        }
        self.0.insert(opened.link, Link::open(opened, cx));
        Opening::New
    }

    /// A link is over. Whether there was one.
    pub(crate) fn close(&mut self, id: LinkId, cx: &mut Context) -> bool {
        let existed = self.0.remove(&id).is_some();
        if existed {
            cx.link(LinkEffect::Close(id));
        }
        existed
    }

    pub(crate) fn close_all(&mut self, cx: &mut Context) {
        for (id, _) in core::mem::take(&mut self.0) {
            cx.link(LinkEffect::Close(id));
        }
    }

    /// Closes those that wait to be opened again, for a new one has taken their place. Returns
    /// which.
    pub(crate) fn close_kept(&mut self, cx: &mut Context) {
        self.close_where(|link| link.is_kept(), cx);
    }

    /// An offer or answer came.
    pub(crate) fn receive(&mut self, event: &ReceiveDescriptor, cx: &mut Context) {
        if let Some(link) = self.0.get_mut(&event.link) {
            link.receive(event, cx);
        }
    }

    /// Candidates came.
    pub(crate) fn receive_candidates(&mut self, event: ReceiveCandidates, cx: &mut Context) {
        if let Some(link) = self.0.get_mut(&event.link) {
            link.receive_candidates(event, cx);
        }
    }

    /// The other end asks for another network path of this link.
    pub(crate) fn wished(&mut self, id: LinkId, cx: &mut Context) {
        if let Some(link) = self.0.get_mut(&id) {
            link.wished(cx);
        }
    }

    /// The path of this link is there, but media do not come.
    pub(crate) fn give_up(&mut self, id: LinkId, cx: &mut Context) -> Option<LinkNews> {
        let news = self.0.get_mut(&id)?.give_up(cx);
        if news == Some(LinkNews::Closed) {
            self.close(id, cx);
        }
        news
    }

    /// This page asks for another network path of this link.
    pub(crate) fn renew(&mut self, id: LinkId, cx: &mut Context) {
        if let Some(link) = self.0.get_mut(&id) {
            link.renew(cx);
        }
    }

    /// The network is another one: every link looks for another path.
    pub(crate) fn network_changed(&mut self, cx: &mut Context) {
        for link in self.0.values_mut() {
            link.network_changed(cx);
        }
    }

    /// Signals pass again, and nothing was missed.
    pub(crate) fn came_online(&mut self, cx: &mut Context) {
        for link in self.0.values_mut() {
            link.came_online(cx);
        }
    }

    /// The server has forgotten everything: what carries media is kept, the rest is closed.
    /// Returns what to name in the next join.
    pub(crate) fn keep_carrying(&mut self, cx: &mut Context) -> Vec<LinkId> {
        self.close_where(|link| !link.carries_media(), cx);
        self.keep_all()
    }

    /// The server may have closed some. Returns what to name in the next join.
    pub(crate) fn keep_all(&mut self) -> Vec<LinkId> {
        for link in self.0.values_mut() {
            link.keep();
        }
        self.ids().take(MAX_KEPT_LINKS).collect()
    }

    /// The join that named the kept links was answered.
    pub(crate) fn limit_keeping(&mut self, cx: &Context) {
        for link in self.0.values_mut() {
            link.limit_keeping(cx.now + KEPT);
        }
    }

    /// What the shell saw of a link's peer connection.
    pub(crate) fn handle_report(
        &mut self,
        id: LinkId,
        report: LinkReport,
        cx: &mut Context,
    ) -> Option<LinkNews> {
        let news = self.0.get_mut(&id)?.handle_report(report, cx);
        if news == Some(LinkNews::Closed) {
            self.close(id, cx);
        }
        news
    }

    pub(crate) fn handle_timeout(&mut self, cx: &mut Context) -> Vec<(LinkId, LinkNews)> {
        let mut all = Vec::new();
        for (id, link) in &mut self.0 {
            all.extend(link.handle_timeout(cx).map(|news| (*id, news)));
        }
        for (id, news) in &all {
            if *news == LinkNews::Closed {
                self.close(*id, cx);
            }
        }
        all
    }

    pub(crate) fn next_timeout(&self, online: bool) -> Due {
        let next = self.0.values().filter_map(|link| link.next_timeout(online));
        next.min().map(|at| (at, Reason::Link))
    }

    fn close_where(&mut self, condition: impl Fn(&Link) -> bool, cx: &mut Context) {
        self.0.retain(|id, link| {
            let close = condition(link);
            if close {
                cx.link(LinkEffect::Close(*id));
            }
            !close
        });
    }
}
