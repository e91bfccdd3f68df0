//! Requests that have no reply yet. What was asked is kept until then, for a lost socket takes
//! requests and replies with it, and the server repeats a reply rather than carry out twice. What is
//! refused for now is sent again when the server says so.

use super::superseded::{is_superseded, link_of, merge};
use crate::random::Random;
use protocol::time::{Duration, Instant};
use protocol::wire::Request;
use protocol::{Command, ErrorCode, ErrorReply, LinkId, RequestId, UpdateStream};
use std::collections::VecDeque;

/// The most requests that are kept. Beyond it none makes sense without the others, so all are
/// dropped, and the page enters anew.
const MAX_PENDING: usize = 128;
/// The highest number that requests may start after: far from the highest that JSON can hold.
const MAX_FIRST: u64 = (1 << 48) - 1;
/// How long to wait after a refusal for now that comes without advice.
const WITHOUT_ADVICE: Duration = Duration::from_secs(2);
/// The shortest and the longest pause before a refused request is sent again.
const SHORTEST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(600);
/// How often the pause doubles while a request is refused again and again.
const DOUBLINGS: u32 = 4;

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

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// To be sent when signals pass.
    Unsent,
    /// On its way, or its reply is.
    Sent,
    /// To be sent then: it was refused for now, or one that it depends on was.
    Due(Instant),
}

#[derive(Debug)]
struct Pending {
    id: RequestId,
    command: Command,
    purpose: Purpose,
    way: Way,
    refusals: u32,
}

impl Pending {
    fn request(&self) -> Request {
        Request {
            id: Some(self.id),
            command: self.command.clone(),
        }
    }
}

/// The requests without reply, in order.
#[derive(Debug)]
pub(crate) struct Requests {
    last: RequestId,
    pending: VecDeque<Pending>,
    overflowed: bool,
}

impl Requests {
    /// Starts at a random number: a page that was loaded anew goes on with the session of the one
    /// before, where the server repeats its old reply to every id that it knows.
    pub(crate) const fn new(random: &mut Random) -> Self {
        Self {
            last: RequestId(random.up_to(MAX_FIRST)),
            pending: VecDeque::new(),
            overflowed: false,
        }
    }

    /// An id that no request had.
    pub(crate) const fn number(&mut self) -> RequestId {
        self.last = self.last.next();
        self.last
    }

    /// Keeps a request. Returns it if it is to be sent now.
    pub(crate) fn add(
        &mut self,
        mut command: Command,
        purpose: Purpose,
        online: bool,
    ) -> Option<Request> {
        // What is on its way may be carried out: only what waits can be left out.
        let waits = |pending: &Pending| !online || pending.way != Way::Sent;
        self.pending.retain_mut(|old| {
            !waits(old)
                || (!merge(&mut command, &mut old.command)
                    && !is_superseded(&old.command, &command))
        });
        if self.pending.len() == MAX_PENDING {
            self.pending.clear();
            self.overflowed = true;
        }
        let way = self.way_of(&command, online);
        let pending = Pending {
            id: self.number(),
            command,
            purpose,
            way,
            refusals: 0,
        };
        let request = (way == Way::Sent).then(|| pending.request());
        self.pending.push_back(pending);
        request
    }

    /// The reply has come. Whom it concerns; nobody, if the request is sent again.
    pub(crate) fn settle(
        &mut self,
        re: RequestId,
        refusal: Option<&ErrorReply>,
        now: Instant,
    ) -> Option<Purpose> {
        let index = self.pending.iter().position(|pending| pending.id == re)?;
        let fresh_id = self.last.next();
        if refusal.is_some() && self.is_out_of_date(index) {
            return self.pending.remove(index).map(|pending| pending.purpose);
        }
        let pending = self.pending.get_mut(index)?;
        if let Some(error) = refusal {
            if let Some(pause) = pause(error, pending) {
                pending.refusals = pending.refusals.saturating_add(1);
                self.postpone(index, now + pause);
                return None;
            }
            if matches!(pending.way, Way::Due(_)) && error.code != ErrorCode::StaleLink {
                // It was refused because another one was, and goes again after that one. The server
                // may have kept this refusal for its id.
                pending.id = fresh_id;
                self.last = fresh_id;
                return None;
            }
        }
        self.pending.remove(index).map(|pending| pending.purpose)
    }

    /// Whether a request that was refused must not be sent again: what was asked after it says
    /// otherwise, or the page that wanted to enter is closed. Replies come in order, so what was
    /// asked later is still pending.
    fn is_out_of_date(&mut self, index: usize) -> bool {
        let (_, after) = self.pending.make_contiguous().split_at_mut(index);
        let Some((refused, later)) = after.split_first_mut() else {
            return false;
        };
        if let Command::UpdateStream(old) = &mut refused.command {
            for update in later.iter().filter_map(|it| update_of(&it.command)) {
                old.title = old.title.take().filter(|_| update.title.is_none());
                old.media = old.media.filter(|_| update.media.is_none());
            }
            if *old == UpdateStream::default() {
                return true;
            }
        }
        let enters = matches!(refused.command, Command::JoinStream(_));
        (enters && refused.purpose == Purpose::Notice)
            || later
                .iter()
                .any(|later| is_superseded(&refused.command, &later.command))
    }

    /// What is to be sent now.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Request> {
        let due = |pending: &&mut Pending| matches!(pending.way, Way::Due(at) if at <= now);
        let send = |pending: &mut Pending| {
            pending.way = Way::Sent;
            pending.request()
        };
        self.pending.iter_mut().filter(due).map(send).collect()
    }

    /// When something is to be sent next.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let due = self.pending.iter().filter_map(|pending| match pending.way {
            Way::Due(at) => Some(at),
            Way::Unsent | Way::Sent => None,
        });
        due.min()
    }

    /// Whether too many gathered, so that what the server knows and what this page knows differ.
    pub(crate) const fn has_overflowed(&self) -> bool {
        self.overflowed
    }

    /// Whether the page has no reply to its `joinStream` yet.
    pub(crate) fn is_joining(&self) -> bool {
        let mut pending = self.pending.iter();
        pending.any(|pending| pending.purpose == Purpose::Join)
    }

    /// What has to be sent again on a new socket of the same session.
    pub(crate) fn again(&mut self) -> Vec<Request> {
        self.overflowed = false;
        let send = |pending: &mut Pending| {
            pending.way = Way::Sent;
            pending.request()
        };
        self.pending.iter_mut().map(send).collect()
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

    /// A request about a link waits for those about it that wait: candidates are of no use before
    /// their description.
    fn way_of(&self, command: &Command, online: bool) -> Way {
        if !online {
            return Way::Unsent;
        }
        let Some(link) = link_of(command) else {
            return Way::Sent;
        };
        let of_link = |pending: &&Pending| link_of(&pending.command) == Some(link);
        let mut ways = self.pending.iter().filter(of_link).map(|it| it.way);
        ways.find(|way| matches!(way, Way::Due(_)))
            .unwrap_or(Way::Sent)
    }

    /// Sends one then, and after it what depends on it.
    fn postpone(&mut self, index: usize, until: Instant) {
        let Some(refused) = self.pending.get_mut(index) else {
            return;
        };
        // What waits for its description goes no earlier than that.
        let until = match refused.way {
            Way::Due(at) => until.max(at),
            Way::Sent | Way::Unsent => until,
        };
        refused.way = Way::Due(until);
        let described = matches!(refused.command, Command::Offer(_) | Command::Answer(_));
        let Some(link) = link_of(&refused.command).filter(|_| described) else {
            return;
        };
        for later in self.pending.iter_mut().skip(index.saturating_add(1)) {
            if link_of(&later.command) == Some(link) {
                later.way = Way::Due(until);
            }
        }
    }
}

fn update_of(command: &Command) -> Option<&UpdateStream> {
    if let Command::UpdateStream(update) = command {
        Some(update)
    } else {
        None
    }
}

/// How long to wait before a refused request is sent again; `None` if the refusal stands.
fn pause(error: &ErrorReply, pending: &Pending) -> Option<Duration> {
    let advice = error.retry_after_ms.map(Duration::from_millis);
    let base = match (&pending.command, error.code) {
        // Whether to insist is the page's decision.
        (Command::JoinStream(_), ErrorCode::ChannelBusy) => return None,
        // Too many of them, or told again by itself.
        (
            Command::Candidate(_) | Command::JoinStream(_) | Command::LinkFailed(_),
            ErrorCode::TooFast,
        ) => advice?,
        (_, ErrorCode::TooFast) => advice.unwrap_or(WITHOUT_ADVICE),
        (_, _) => advice?,
    };
    let doublings = pending.refusals.min(DOUBLINGS);
    let pause = base.clamp(SHORTEST, LONGEST) * (1 << doublings);
    Some(pause.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{LinkFailed, LinkFailure, LinkTarget, Title};

    const NOW: Instant = Instant::from_micros(1_000_000);

    fn requests() -> Requests {
        Requests::new(&mut Random::new(1))
    }

    fn later(millis: u64) -> Instant {
        NOW + Duration::from_millis(millis)
    }

    fn refusal(advice: Option<u64>) -> ErrorReply {
        let error = ErrorReply::new(ErrorCode::Unknown, "no");
        ErrorReply {
            retry_after_ms: advice,
            ..error
        }
    }

    fn titled(title: &str) -> Command {
        Command::UpdateStream(UpdateStream {
            title: Some(Title::parse(title).ok()),
            media: None,
        })
    }

    #[test]
    fn what_is_refused_is_not_sent_again_behind_what_undid_it() {
        let mut requests = requests();
        let busy = ErrorReply::new(ErrorCode::TooFast, "no").retry_after_ms(500);
        let add = |requests: &mut Requests, command, purpose| {
            requests
                .add(command, purpose, true)
                .and_then(|it| it.id)
                .unwrap()
        };
        let user = protocol::User {
            name: protocol::UserName::parse("Mina").unwrap(),
        };
        let channel = protocol::ChannelName::parse("mina").unwrap();
        let join = protocol::JoinStream::new(channel, user, protocol::Role::Host);
        let join = add(&mut requests, Command::JoinStream(join), Purpose::Join);
        add(&mut requests, Command::LeaveStream, Purpose::Notice);
        assert_eq!(requests.settle(join, Some(&busy), NOW), Some(Purpose::Join));
        assert_eq!(requests.next_due(), None);

        let media = |video| Some(protocol::Media { audio: true, video });
        let title = Some(Title::parse("Tea").ok());
        let update = |title, media| Command::UpdateStream(UpdateStream { title, media });
        let off = add(
            &mut requests,
            update(title.clone(), media(false)),
            Purpose::Notice,
        );
        add(&mut requests, update(None, media(true)), Purpose::Notice);
        assert_eq!(requests.settle(off, Some(&busy), NOW), None);
        let again = requests.due(NOW + Duration::from_secs(1));
        let again: Vec<_> = again.into_iter().map(|it| it.command).collect();
        assert_eq!(again, [update(title, None)]);
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
        let request = requests.add(Command::FollowLobby, Purpose::Follow, true);
        let id = request.unwrap().id.unwrap();
        assert_eq!(requests.settle(id, None, NOW), Some(Purpose::Follow));
        assert_eq!(requests.settle(id, None, NOW), None);
        assert_eq!(requests.again(), []);
    }

    #[test]
    fn what_has_no_reply_is_sent_again_under_the_same_ids() {
        let mut requests = requests();
        let first = requests.add(Command::LeaveStream, Purpose::Notice, true);
        let second = requests.add(Command::FollowLobby, Purpose::Follow, true);
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(requests.again(), [first.clone(), second]);
        requests.drop_entries();
        assert_eq!(requests.again(), [first]);
    }

    #[test]
    fn whatever_is_refused_for_now_is_sent_again_under_the_same_id() {
        let link = LinkId::from_bits(1);
        for command in [
            Command::FollowLobby,
            Command::LeaveStream,
            Command::RestartIce(LinkTarget { link }),
            Command::LinkFailed(LinkFailed {
                link,
                reason: LinkFailure::Codec,
            }),
            titled("a"),
        ] {
            let mut requests = requests();
            let sent = requests.add(command, Purpose::Notice, true).unwrap();
            let id = sent.id.unwrap();
            let (mut at, mut pause) = (NOW, 1_000);
            for _ in 0..3 {
                assert_eq!(requests.settle(id, Some(&refusal(Some(1_000))), at), None);
                at = at + Duration::from_millis(pause);
                assert_eq!(requests.next_due(), Some(at));
                assert_eq!(requests.due(at), std::slice::from_ref(&sent));
                pause *= 2;
            }
            assert_eq!(requests.settle(id, None, at), Some(Purpose::Notice));
            assert_eq!(requests.next_due(), None);
        }
    }

    #[test]
    fn a_refusal_without_advice_stands() {
        let mut requests = requests();
        let id = requests.add(titled("a"), Purpose::Notice, true);
        let id = id.unwrap().id.unwrap();
        let settled = requests.settle(id, Some(&refusal(None)), NOW);
        assert_eq!(settled, Some(Purpose::Notice));
    }

    #[test]
    fn what_waits_is_replaced_by_what_says_more() {
        let mut requests = requests();
        for command in [titled("a"), Command::FollowLobby, titled("b")] {
            assert_eq!(requests.add(command, Purpose::Notice, false), None);
        }
        let commands: Vec<_> = requests.again().into_iter().map(|it| it.command).collect();
        assert_eq!(commands, [Command::FollowLobby, titled("b")]);
    }

    #[test]
    fn too_many_at_once_are_all_dropped_and_that_is_known() {
        let mut requests = requests();
        for number in 0..=MAX_PENDING {
            let link = LinkId::from_bits(u64::try_from(number).unwrap());
            let command = Command::RestartIce(LinkTarget { link });
            requests.add(command, Purpose::Link(link), false);
        }
        assert!(requests.has_overflowed());
        assert_eq!(requests.again().len(), 1);
        assert!(!requests.has_overflowed());
        let later = later(1);
        assert_eq!(requests.due(later), []);
    }
}
