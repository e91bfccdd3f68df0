use super::Witness;
use crate::tab::TabId;
use protocol::wire::{ReplyData, Request, ServerMessage};
use protocol::{
    AllStreamUsers, ChannelName, Command, Done, Epoch, Event, Hello, JoinStream, Joined, PeerId,
    PeerSummary, Reply, RequestId, Resumed, Role, Secret, Seq, SessionId, User, UserLeftStream,
    UserName, Welcome,
};
use protocol::{LeaveReason, Resume};
use std::sync::Arc;

const TAB: TabId = TabId(3);

fn user() -> User {
    let name = UserName::parse("Mina").expect("a name");
    User { name }
}

fn viewer(peer: u64) -> PeerSummary {
    PeerSummary {
        peer: PeerId::from_bits(peer),
        user: user(),
        role: Role::Viewer,
    }
}

fn channel() -> ChannelName {
    ChannelName::parse("mina").expect("a name")
}

/// A witness, and what it overhears.
#[derive(Default)]
struct Wire {
    witness: Witness,
    requests: u64,
    events: u64,
}

impl Wire {
    fn says(&mut self, command: Command) -> RequestId {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.says_again(id, command);
        id
    }

    fn says_again(&mut self, id: RequestId, command: Command) {
        let id = Some(id);
        self.witness.says(&Request { id, command });
    }

    fn replies(&mut self, re: RequestId, reply: &Reply) {
        let result = Ok(ReplyData::of(reply).expect("JSON"));
        self.witness
            .hears(TAB, &ServerMessage::Reply { re, result });
    }

    fn hears(&mut self, event: Event) {
        self.events += 1;
        self.hears_as(self.events, event);
    }

    fn hears_as(&mut self, seq: u64, event: Event) {
        let seq = Some(Seq(seq));
        self.witness
            .hears(TAB, &ServerMessage::Event { seq, event });
    }

    fn connects(&mut self, resumed: Resumed) {
        let (session, secret) = (SessionId::from_bits(1), Secret::from_bytes([1; 16]));
        let resume = Resume {
            session,
            secret,
            last_seq: Seq(self.events),
        };
        let hello = Hello {
            resume: (resumed == Resumed::Replayed).then_some(resume),
            ..Hello::default()
        };
        let re = self.says(Command::Hello(hello));
        let welcome = Welcome {
            version: 1,
            peer: PeerId::from_bits(1),
            session,
            secret,
            epoch: Epoch(0),
            resumed,
            ping_interval_ms: 0,
            ping_timeout_ms: 0,
            grace_ms: 0,
            max_message_bytes: 0,
            ice_servers: Arc::new([]),
            ice_expires_in_ms: None,
        };
        self.replies(re, &Reply::Welcome(Box::new(welcome)));
    }

    fn joins(&mut self, others: &[u64]) {
        let re = self.says(join());
        self.replies(re, &joined(others.len() + 1));
        let users = others.iter().map(|peer| viewer(*peer)).collect();
        self.hears(Event::AllStreamUsers(AllStreamUsers { users }));
    }
}

fn join() -> Command {
    Command::JoinStream(JoinStream::new(channel(), user(), Role::Viewer))
}

fn joined(viewers: usize) -> Reply {
    Reply::Joined(Joined {
        channel_name: channel(),
        role: Role::Viewer,
        live: None,
        viewers,
        waiting: 0,
    })
}

fn comes(peer: u64) -> Event {
    Event::UserJoinedStream(viewer(peer))
}

fn goes(peer: u64) -> Event {
    Event::UserLeftStream(UserLeftStream {
        peer: PeerId::from_bits(peer),
        user: user(),
        reason: LeaveReason::Left,
    })
}

/// A member of a channel with one other viewer.
fn member() -> Wire {
    let mut wire = Wire::default();
    wire.connects(Resumed::Fresh);
    wire.joins(&[2]);
    wire
}

#[test]
fn a_wire_without_faults_is_accepted() {
    let mut wire = member();
    wire.hears(comes(3));
    wire.hears(goes(2));
    wire.connects(Resumed::Replayed);
    wire.hears(goes(3));
    wire.hears(comes(3));
    let re = wire.says(Command::LeaveStream);
    wire.hears(comes(4));
    wire.replies(re, &Reply::Done(Done {}));
    wire.joins(&[]);
}

#[test]
#[should_panic(expected = "misses or repeats")]
fn a_number_that_is_skipped_is_noticed() {
    member().hears_as(3, comes(3));
}

#[test]
#[should_panic(expected = "misses or repeats")]
fn a_number_that_comes_twice_is_noticed() {
    member().hears_as(1, comes(3));
}

#[test]
#[should_panic(expected = "without a number")]
fn an_event_without_a_number_is_noticed() {
    let event = comes(3);
    let message = ServerMessage::Event { seq: None, event };
    member().witness.hears(TAB, &message);
}

#[test]
#[should_panic(expected = "is told")]
fn whoever_comes_twice_is_noticed() {
    member().hears(comes(2));
}

#[test]
#[should_panic(expected = "is told")]
fn whoever_goes_without_having_come_is_noticed() {
    member().hears(goes(3));
}

#[test]
#[should_panic(expected = "is told")]
fn a_tab_that_is_told_of_itself_is_noticed() {
    member().hears(comes(1));
}

#[test]
#[should_panic(expected = "is in no channel")]
fn what_is_told_after_leaving_is_noticed() {
    let mut wire = member();
    let re = wire.says(Command::LeaveStream);
    wire.replies(re, &Reply::Done(Done {}));
    wire.hears(comes(3));
}

#[test]
fn after_a_lost_reply_only_numbers_are_watched_until_the_next_join_is_answered() {
    let mut wire = member();
    let lost = wire.says(Command::LeaveStream);
    wire.connects(Resumed::Replayed);
    wire.hears(comes(2));
    wire.says_again(lost, Command::LeaveStream);
    wire.replies(lost, &Reply::Done(Done {}));
    wire.hears(comes(2));
    wire.joins(&[2]);
    wire.hears(goes(2));
}
