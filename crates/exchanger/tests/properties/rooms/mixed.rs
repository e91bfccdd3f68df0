//! Clients of both protocols in the same channels: who must be told what, and what nobody must be
//! told.

use super::native::Native;
use super::old_client::{arrive, join, json, rooms};
use super::operation::{MixedOperation, NATIVES, Name, OLD, Operation};
use super::truth::Answer;
use exchanger::{ClosedBy, Config, Exchanger, Input, Seat, SeatKind};
use protocol::room::{RoomCommand, RoomName, Rooms, SignalKind};
use protocol::time::{Duration, Instant};
use protocol::{
    Candidate, ChannelName, Command, DescriptorKind, ErrorCode, Generation, JoinStream, PeerId,
    Reply, RequestId, Role, SendCandidates, SendDescriptor, SessionDescriptor, User, UserName,
};
use std::collections::{BTreeMap, BTreeSet};

const GRACE: Duration = Duration::from_secs(30);
/// How long a native host must be lost before another takes over.
const HOST_LOSS: Duration = Duration::from_secs(10);
/// How many comings and goings are told at once, and how soon all are again.
const TOLD_AT_ONCE: usize = 14;
const TELLING: Duration = Duration::from_secs(2);
/// How many joins of one peer come at once at least.
const JOINS_AT_ONCE: usize = 8;

const SDP: &str = "v=0\r\nm=audio 9 UDP 0\r\n";

/// Native clients come back with a new session, as a page does that was closed.
const NATIVE: SeatKind = SeatKind {
    resumable: true,
    probed: false,
    in_rooms: false,
};

/// A client of the old system.
#[derive(Debug)]
pub(crate) struct Old {
    pub(crate) seat: Seat,
    pub(crate) peer: PeerId,
    /// The natives that it knows to be in its channel, by the name that it was told.
    pub(crate) natives: BTreeSet<String>,
}

pub(crate) struct Mixed {
    pub(crate) exchanger: Exchanger,
    pub(crate) now: Instant,
    pub(crate) old: [Option<Old>; OLD],
    pub(crate) natives: [Option<(Seat, Native)>; NATIVES],
    /// The ids of all clients, the old ones first; of those who are gone, the last.
    ids: [String; OLD + NATIVES],
    /// Who is in which channel, and by which name old clients know it if it is native.
    pub(crate) members: BTreeMap<PeerId, (ChannelName, Option<String>)>,
    /// Members whose connection is lost, until their grace is over.
    pub(crate) away: BTreeMap<PeerId, Instant>,
    /// How often each native has joined since it connected.
    joins: [usize; NATIVES],
    /// How much may have happened in a channel since the last quiet time, at most.
    churn: usize,
    next_number: u64,
}

impl Mixed {
    pub(crate) fn run(operations: Vec<MixedOperation>) {
        let mut config = Config::new([5; 32]);
        config.grace = GRACE;
        config.max_direct_viewers = 2;
        let mut mixed = Self {
            exchanger: Exchanger::new(config),
            now: Instant::ORIGIN,
            old: Default::default(),
            natives: Default::default(),
            ids: std::array::from_fn(|client| format!("nobody {client}")),
            members: BTreeMap::new(),
            away: BTreeMap::new(),
            joins: [0; NATIVES],
            churn: 0,
            next_number: 0,
        };
        for operation in operations {
            mixed.carry_out(operation);
            // A burst is told at once, what comes faster with the next telling.
            mixed.churn += 2;
            if mixed.churn > TOLD_AT_ONCE {
                mixed.pass(TELLING);
                mixed.churn = 0;
            }
            mixed.check();
        }
        mixed.end();
    }

    fn carry_out(&mut self, operation: MixedOperation) {
        match operation {
            MixedOperation::Connect { native } => {
                self.disconnect_native(native);
                self.connect_native(native);
            }
            MixedOperation::Disconnect { native } => self.disconnect_native(native),
            MixedOperation::Join {
                native,
                channel,
                role,
            } => self.join_native(native, channel, role),
            MixedOperation::Leave { native } => self.leave_native(native),
            MixedOperation::Old(operation) => self.carry_out_old(operation),
            MixedOperation::PassTime { millis } => self.pass(Duration::from_millis(millis)),
            MixedOperation::Signal { native, link, kind } => self.signal_native(native, link, kind),
        }
    }

    fn end(&mut self) {
        for client in 0..OLD {
            self.disconnect_old(client);
        }
        for native in 0..NATIVES {
            self.disconnect_native(native);
        }
        self.pass(GRACE);
        assert_eq!((self.exchanger.peers(), self.exchanger.seats()), (0, 0));
        for name in ["a", "b"] {
            assert_eq!(self.exchanger.channel(&channel(name), self.now), None);
        }
        assert!(self.exchanger.lobby(self.now).channels.is_empty());
        assert_eq!(self.exchanger.poll_timeout(), None);
    }

    // What old clients do.

    fn carry_out_old(&mut self, operation: Operation) {
        match operation {
            Operation::Connect { client } => {
                self.disconnect_old(client);
                self.connect_old(client);
            }
            Operation::Disconnect { client } => self.disconnect_old(client),
            Operation::Join { client, name, .. } => self.join_old(client, &name),
            Operation::Leave { client, name, .. } => self.leave_old(client, &name),
            Operation::Signal { client, name, kind } => {
                let payload = match kind {
                    SignalKind::Answer => descriptor(DescriptorKind::Answer).json().to_owned(),
                    SignalKind::Candidate => r#"{"candidate":"candidate:1"}"#.to_owned(),
                    SignalKind::Offer => descriptor(DescriptorKind::Offer).json().to_owned(),
                };
                let command = RoomCommand::Signal {
                    rooms: rooms(&name, &self.ids),
                    kind,
                    payload: json(&payload),
                };
                self.say_old(client, command);
            }
        }
    }

    fn connect_old(&mut self, client: usize) {
        let seat = self.next_seat();
        let peer = arrive(&mut self.exchanger, self.now, seat, SeatKind::OLD).peer;
        self.ids[client] = peer.to_string();
        let natives = BTreeSet::new();
        self.old[client] = Some(Old {
            seat,
            peer,
            natives,
        });
    }

    fn disconnect_old(&mut self, client: usize) {
        if let Some(Old { seat, peer, .. }) = self.old[client].take() {
            self.members.remove(&peer);
            self.feed(Input::Disconnect {
                seat,
                by: ClosedBy::Client,
            });
        }
    }

    fn join_old(&mut self, client: usize, name: &Name) {
        let rooms = rooms(name, &self.ids);
        let Some(Old { peer, .. }) = self.old[client] else {
            return;
        };
        let ignored = self.exchanger.ignored();
        // The channel is told in the list before the join itself is done.
        let before = self.members.remove(&peer);
        if let Some(channel) = channel_of(&rooms) {
            self.members.insert(peer, (channel, None));
        }
        self.say_old(client, join(rooms, &old_user(client)));
        if self.exchanger.ignored() > ignored {
            self.members.remove(&peer);
            self.members.extend(before.map(|before| (peer, before)));
        }
    }

    fn leave_old(&mut self, client: usize, name: &Name) {
        let rooms = rooms(name, &self.ids);
        let Some(Old { peer, .. }) = self.old[client] else {
            return;
        };
        // Who has left its own room hears itself: that is the old system's way, and tested there.
        if matches!(&rooms, Rooms::One(name) if name.is_text(&peer.to_string())) {
            return;
        }
        let ignored = self.exchanger.ignored();
        let user = json(&old_user(client));
        self.say_old(client, RoomCommand::Leave { rooms, user });
        if self.exchanger.ignored() == ignored {
            self.members.remove(&peer);
            if let Some(old) = &mut self.old[client] {
                old.natives.clear();
            }
        }
    }

    fn say_old(&mut self, client: usize, command: RoomCommand) {
        if let Some(Old { seat, .. }) = self.old[client] {
            self.feed(Input::Room { seat, command });
        }
    }

    // What natives do.

    fn connect_native(&mut self, native: usize) {
        let seat = self.next_seat();
        let peer = arrive(&mut self.exchanger, self.now, seat, NATIVE).peer;
        self.ids[OLD + native] = peer.to_string();
        self.natives[native] = Some((seat, Native::new(peer)));
        self.joins[native] = 0;
    }

    fn disconnect_native(&mut self, native: usize) {
        if let Some((seat, Native { peer, .. })) = self.natives[native].take() {
            self.away.insert(peer, self.now + GRACE);
            self.feed(Input::Disconnect {
                seat,
                by: ClosedBy::Client,
            });
        }
    }

    fn join_native(&mut self, native: usize, number: usize, role: Role) {
        let Some(peer) = self.native_peer(native) else {
            return;
        };
        let channel_name = channel(["a", "b"][number]);
        let name = format!("native {}", self.ids[OLD + native]);
        let user = User {
            name: UserName::parse(&name).expect("valid"),
        };
        let join = JoinStream::new(channel_name.clone(), user, role);
        let host = self.exchanger.channel(&channel_name, self.now);
        let host = host
            .and_then(|channel| channel.live)
            .map(|live| live.host.peer);
        self.joins[native] += 1;
        match self.request(native, Command::JoinStream(join)) {
            Some(Ok(Reply::Joined(_))) => {
                // Only who was away gives way to another native.
                if let Some(replaced) = host.filter(|host| role == Role::Host && *host != peer)
                    && self.away.remove(&replaced).is_some()
                {
                    self.members.remove(&replaced);
                }
                let user = format!(r#"{{"name":"{name}"}}"#);
                self.members.insert(peer, (channel_name, Some(user)));
            }
            Some(Err(error)) if error.code == ErrorCode::TooFast => {
                assert!(self.joins[native] > JOINS_AT_ONCE, "{error:?}");
            }
            refused => {
                let yields = |host| {
                    let lost_at = self.away.get(&host).map(|until| *until - GRACE);
                    lost_at.is_some_and(|lost_at| self.now.since(lost_at) >= HOST_LOSS)
                };
                let is_busy = host.is_some_and(|host| host != peer && !yields(host));
                assert!(role == Role::Host && is_busy, "{refused:?}");
            }
        }
    }

    fn leave_native(&mut self, native: usize) {
        if let Some(peer) = self.native_peer(native) {
            self.request(native, Command::LeaveStream);
            self.members.remove(&peer);
            if let Some((_, native)) = &mut self.natives[native] {
                native.left();
            }
        }
    }

    fn signal_native(&mut self, native: usize, number: usize, kind: SignalKind) {
        let Some((_, client)) = &self.natives[native] else {
            return;
        };
        let Some((link, (_, to))) = client.links.iter().nth(number) else {
            return;
        };
        let (link, to, generation) = (*link, *to, Generation(self.now_generation()));
        let describe = |kind| SendDescriptor {
            to,
            link,
            generation,
            session_descriptor: descriptor(kind),
        };
        let command = match kind {
            SignalKind::Answer => Command::Answer(describe(DescriptorKind::Answer)),
            SignalKind::Offer => Command::Offer(describe(DescriptorKind::Offer)),
            SignalKind::Candidate => Command::Candidate(SendCandidates {
                to,
                link,
                generation,
                candidates: Candidate::from_json("{}").into_iter().collect(),
                end: true,
            }),
        };
        self.request(native, command);
    }

    /// A generation that is now and then that of the newest offer.
    fn now_generation(&self) -> u32 {
        u32::try_from(self.next_number / 4).expect("few") + 1
    }

    fn request(&mut self, native: usize, command: Command) -> Option<Answer> {
        let seat = self.natives[native].as_ref()?.0;
        let id = Some(RequestId(self.next_number()));
        self.feed(Input::Command { seat, id, command })
    }

    fn native_peer(&self, native: usize) -> Option<PeerId> {
        Some(self.natives[native].as_ref()?.1.peer)
    }

    fn next_seat(&mut self) -> Seat {
        Seat(self.next_number())
    }

    fn next_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }
}

/// By what old clients know one of themselves, wherever it is.
pub(crate) fn old_user(client: usize) -> String {
    format!(r#"{{"nickname":"old {client}"}}"#)
}

fn channel(name: &str) -> ChannelName {
    ChannelName::parse(name).expect("valid")
}

fn channel_of(rooms: &Rooms) -> Option<ChannelName> {
    match rooms {
        Rooms::One(name) => RoomName::channel(name),
        Rooms::Many(_) => None,
    }
}

fn descriptor(kind: DescriptorKind) -> SessionDescriptor {
    SessionDescriptor::new(kind, SDP).expect("valid")
}
