//! Requests that have no reply yet. What was asked is kept until then, for a lost socket takes
//! requests and replies with it, and the server repeats a reply rather than carry out twice.

use crate::random::Random;
use protocol::wire::Request;
use protocol::{Command, LinkId, RequestId};
use std::collections::VecDeque;

/// The most requests that are kept. More only gather while the server is away for long, and then
/// the oldest have lost their meaning.
const MAX_PENDING: usize = 128;
/// The highest number that requests may start after: far from the highest that JSON can hold.
const MAX_FIRST: u64 = (1 << 48) - 1;

/// Whom the reply concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The lobby: `followLobby`.
    Follow,
    /// The open page: `joinStream`.
    Join,
    /// A link.
    Link(LinkId),
    /// Nobody.
    Notice,
}

#[derive(Debug)]
struct Pending {
    id: RequestId,
    command: Command,
    purpose: Purpose,
}

/// The requests without reply, in order.
#[derive(Debug)]
pub(crate) struct Requests {
    last: RequestId,
    pending: VecDeque<Pending>,
}

impl Requests {
    /// Starts at a random number: a page that was loaded anew goes on with the session of the one
    /// before, where the server repeats its old reply to every id that it knows.
    pub(crate) const fn new(random: &mut Random) -> Self {
        Self {
            last: RequestId(random.up_to(MAX_FIRST)),
            pending: VecDeque::new(),
        }
    }

    /// An id that no request had.
    pub(crate) const fn number(&mut self) -> RequestId {
        self.last = self.last.next();
        self.last
    }

    /// Keeps a request and returns it for sending.
    pub(crate) fn add(&mut self, command: Command, purpose: Purpose) -> Request {
        if self.pending.len() == MAX_PENDING {
            self.pending.pop_front();
        }
        let id = self.number();
        let request = Request {
            id: Some(id),
            command: command.clone(),
        };
        self.pending.push_back(Pending {
            id,
            command,
            purpose,
        });
        request
    }

    /// The reply has come.
    pub(crate) fn settle(&mut self, re: RequestId) -> Option<Purpose> {
        let index = self.pending.iter().position(|pending| pending.id == re)?;
        self.pending.remove(index).map(|pending| pending.purpose)
    }

    /// Whether the page has no reply to its `joinStream` yet.
    pub(crate) fn is_joining(&self) -> bool {
        let mut pending = self.pending.iter();
        pending.any(|pending| pending.purpose == Purpose::Join)
    }

    /// What has to be sent again on a new socket of the same session.
    pub(crate) fn again(&self) -> impl Iterator<Item = Request> {
        self.pending.iter().map(|pending| Request {
            id: Some(pending.id),
            command: pending.command.clone(),
        })
    }

    /// The session that they belonged to is gone.
    pub(crate) fn clear(&mut self) {
        self.pending.clear();
    }

    /// The page enters anew and needs no reply to what it asked before.
    pub(crate) fn drop_entries(&mut self) {
        self.pending
            .retain(|pending| !matches!(pending.purpose, Purpose::Follow | Purpose::Join));
    }

    /// Another page is open: replies to the one before concern nobody.
    pub(crate) fn disown(&mut self) {
        for pending in &mut self.pending {
            pending.purpose = Purpose::Notice;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests() -> Requests {
        Requests::new(&mut Random::new(1))
    }

    #[test]
    fn a_page_that_is_loaded_anew_uses_other_ids() {
        let mut random = Random::new(1);
        let (mut first, mut second) = (Requests::new(&mut random), Requests::new(&mut random));
        let before: Vec<RequestId> = (0..1_000).map(|_| first.number()).collect();
        assert!((0..1_000).all(|_| !before.contains(&second.number())));
    }

    #[test]
    fn a_reply_settles_its_request_and_only_once() {
        let mut requests = requests();
        let request = requests.add(Command::FollowLobby, Purpose::Follow);
        let id = request.id.unwrap();
        assert_eq!(requests.settle(id), Some(Purpose::Follow));
        assert_eq!(requests.settle(id), None);
        assert_eq!(requests.again().count(), 0);
    }

    #[test]
    fn what_has_no_reply_is_sent_again_under_the_same_ids() {
        let mut requests = requests();
        let first = requests.add(Command::LeaveStream, Purpose::Notice);
        let second = requests.add(Command::FollowLobby, Purpose::Follow);
        assert_eq!(
            requests.again().collect::<Vec<_>>(),
            [first.clone(), second]
        );
        requests.drop_entries();
        assert_eq!(requests.again().collect::<Vec<_>>(), [first]);
    }

    #[test]
    fn the_oldest_go_when_too_many_gather() {
        let mut requests = requests();
        let oldest = requests.add(Command::LeaveStream, Purpose::Notice).id;
        for _ in 0..MAX_PENDING {
            requests.add(Command::LeaveStream, Purpose::Notice);
        }
        let first = requests.again().next().and_then(|request| request.id);
        assert_eq!(first, oldest.map(RequestId::next));
        assert_eq!(requests.again().count(), MAX_PENDING);
    }
}
