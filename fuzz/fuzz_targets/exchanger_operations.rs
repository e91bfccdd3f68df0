//! Operations of clients that keep no rule: wrong ids, wrong ends, wrong order, at any time.
//!
//! The exchanger never panics and tells only seats that are there; once everybody is gone and time
//! has passed, nothing is left of them.

#![no_main]

use arbitrary::Arbitrary;
use exchanger::{ClosedBy, Config, Exchanger, Input, Output, Seat, SeatKind, Source};
use libfuzzer_sys::fuzz_target;
use protocol::room::{Payload, RoomCommand, RoomName, Rooms, SignalKind};
use protocol::time::{Duration, Instant};
use protocol::{
    Candidate, ChannelName, Command, DescriptorKind, End, Event, Generation, Hello, HostKey,
    JoinStream, LinkFailed, LinkFailure, LinkId, LinkTarget, ListViewers, Media, PeerId, Reply,
    RequestId, Resume, Role, SendCandidates, SendDescriptor, Seq, SessionDescriptor, Title,
    UpdateStream, UpdateUser, User, UserName, Welcome,
};
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Arbitrary, Debug)]
enum Operation {
    Answer {
        seat: u8,
        negotiation: Negotiation,
    },
    Candidate {
        seat: u8,
        negotiation: Negotiation,
    },
    Connect {
        seat: u8,
        kind: Kind,
    },
    Disconnect {
        seat: u8,
    },
    Feed {
        seat: u8,
        id: Option<u8>,
        simple: Simple,
    },
    Hello {
        seat: u8,
        version: u8,
        resume: Option<(u8, u8)>,
    },
    Join {
        seat: u8,
        channel: u8,
        is_host: bool,
        key: Option<u8>,
        keep: Vec<u8>,
    },
    Offer {
        seat: u8,
        negotiation: Negotiation,
    },
    PassTime {
        millis: u16,
    },
    Say {
        seat: u8,
        rooms: Vec<Room>,
        is_array: bool,
        saying: Saying,
    },
}

#[derive(Arbitrary, Debug)]
enum Kind {
    Native { resumable: bool, probed: bool },
    Old,
}

/// What a client of the old system names as a room.
#[derive(Arbitrary, Debug)]
enum Room {
    Bool(bool),
    Channel(u8),
    Null,
    Number(u8),
    OfPeer(u8),
}

#[derive(Arbitrary, Debug)]
enum Saying {
    Answer,
    Candidate,
    EndOfCandidates,
    Join(u8),
    Junk,
    Leave(u8),
    Offer,
}

#[derive(Arbitrary, Debug)]
struct Negotiation {
    to: Option<u8>,
    link: u8,
    generation: u8,
    is_offer: bool,
}

#[derive(Arbitrary, Debug)]
enum Simple {
    FollowLobby,
    Leave,
    LinkFailed(u8),
    LinkFlowing(u8),
    ListViewers(Option<u8>),
    Pong,
    Rename(u8),
    RestartIce(u8),
    Retitle(u8),
    UnfollowLobby,
}

/// An exchanger, and all ids that it has ever given out.
struct World {
    exchanger: Exchanger,
    now: Instant,
    seats: BTreeSet<Seat>,
    /// Those of clients of the old system.
    old: BTreeSet<Seat>,
    welcomes: Vec<Welcome>,
    links: Vec<LinkId>,
}

impl World {
    fn new(strict_rooms: bool) -> Self {
        let mut config = Config::new([1; 32]);
        config.strict_rooms = strict_rooms;
        config.max_seats = 16;
        config.max_direct_viewers = 2;
        config.large_stream_viewers = 3;
        Self {
            exchanger: Exchanger::new(config),
            now: Instant::ORIGIN,
            seats: BTreeSet::new(),
            old: BTreeSet::new(),
            welcomes: Vec::new(),
            links: Vec::new(),
        }
    }

    fn carry_out(&mut self, operation: Operation) {
        match operation {
            Operation::Answer { seat, negotiation } => {
                let data = self.descriptor(&negotiation);
                self.command(seat, None, Command::Answer(data));
            }
            Operation::Candidate { seat, negotiation } => {
                let data = SendCandidates {
                    to: self.end(negotiation.to),
                    link: self.link(negotiation.link),
                    generation: Generation(negotiation.generation.into()),
                    candidates: Candidate::from_json("{}").into_iter().collect(),
                    end: negotiation.is_offer,
                };
                self.command(seat, None, Command::Candidate(data));
            }
            Operation::Connect { seat, kind } => self.connect(Seat(seat.into()), kind),
            Operation::Disconnect { seat } => self.disconnect(Seat(seat.into())),
            Operation::Feed { seat, id, simple } => {
                let command = self.simple(simple);
                self.command(seat, id, command);
            }
            Operation::Hello {
                seat,
                version,
                resume,
            } => {
                let resume = resume.and_then(|(session, last_seq)| {
                    let welcome = pick(&self.welcomes, session)?;
                    Some(Resume {
                        session: welcome.session,
                        secret: welcome.secret,
                        last_seq: Seq(last_seq.into()),
                    })
                });
                let hello = Hello {
                    versions: vec![version.into()],
                    features: Vec::new(),
                    resume,
                };
                self.command(seat, Some(0), Command::Hello(hello));
            }
            Operation::Join {
                seat,
                channel,
                is_host,
                key,
                keep,
            } => {
                let join = JoinStream {
                    channel_name: ChannelName::parse(&format!("c{}", channel % 3)).expect("valid"),
                    user: user(channel),
                    role: if is_host { Role::Host } else { Role::Viewer },
                    key: key.and_then(|key| HostKey::parse(&format!("k{key}")).ok()),
                    title: None,
                    media: Media::default(),
                    live_for_ms: u64::from(channel).saturating_mul(1 << 56),
                    keep: keep.into_iter().map(|link| self.link(link)).collect(),
                };
                self.command(seat, None, Command::JoinStream(join));
            }
            Operation::Offer { seat, negotiation } => {
                let data = self.descriptor(&negotiation);
                self.command(seat, None, Command::Offer(data));
            }
            Operation::PassTime { millis } => self.pass(Duration::from_millis(millis.into())),
            Operation::Say {
                seat,
                rooms,
                is_array,
                saying,
            } => {
                let command = self.room_command(&rooms, is_array, saying);
                let seat = Seat(seat.into());
                self.feed(Input::Room { seat, command });
            }
        }
    }

    fn connect(&mut self, seat: Seat, kind: Kind) {
        let is_new = self.seats.insert(seat);
        let kind = match kind {
            Kind::Native { resumable, probed } => SeatKind {
                resumable,
                probed,
                in_rooms: false,
            },
            Kind::Old => SeatKind::OLD,
        };
        if is_new && kind.in_rooms {
            self.old.insert(seat);
        }
        self.feed(Input::Connect { seat, kind, source: Source(seat.0) });
    }

    fn room_command(&self, rooms: &[Room], is_array: bool, saying: Saying) -> RoomCommand {
        let mut names = rooms.iter().map(|room| match room {
            Room::Bool(bool) => RoomName::Bool(*bool),
            Room::Channel(number) => RoomName::text(format!("c{}", number % 3)),
            Room::Null => RoomName::Null,
            Room::Number(number) => RoomName::number(f64::from(*number)),
            Room::OfPeer(number) => RoomName::text(self.peer(*number).to_string()),
        });
        let rooms = if is_array {
            Rooms::Many(names.collect())
        } else {
            Rooms::One(names.next().unwrap_or(RoomName::Missing))
        };
        let (kind, payload) = match saying {
            Saying::Join(name) => {
                let (user, name) = (json("{}"), Some(user(name).name));
                return RoomCommand::Join { rooms, user, name };
            }
            Saying::Leave(name) => {
                let user = json(&name.to_string());
                return RoomCommand::Leave { rooms, user };
            }
            Saying::Answer => (SignalKind::Answer, descriptor(DescriptorKind::Answer)),
            Saying::Candidate => (SignalKind::Candidate, json("{}")),
            Saying::EndOfCandidates => (SignalKind::Candidate, Payload::null()),
            Saying::Junk => (SignalKind::Offer, json("5")),
            Saying::Offer => (SignalKind::Offer, descriptor(DescriptorKind::Offer)),
        };
        RoomCommand::Signal {
            rooms,
            kind,
            payload,
        }
    }

    fn simple(&self, simple: Simple) -> Command {
        let target = |link| LinkTarget {
            link: self.link(link),
        };
        match simple {
            Simple::FollowLobby => Command::FollowLobby,
            Simple::Leave => Command::LeaveStream,
            Simple::LinkFailed(link) => Command::LinkFailed(LinkFailed {
                link: self.link(link),
                reason: LinkFailure::Negotiation,
            }),
            Simple::LinkFlowing(link) => Command::LinkFlowing(target(link)),
            Simple::ListViewers(after) => Command::ListViewers(ListViewers {
                after: after.map(|peer| self.peer(peer)),
            }),
            Simple::Pong => Command::Pong,
            Simple::Rename(name) => Command::UpdateUser(UpdateUser { user: user(name) }),
            Simple::RestartIce(link) => Command::RestartIce(target(link)),
            Simple::Retitle(title) => Command::UpdateStream(UpdateStream {
                title: Title::parse(&format!("t{title}")).ok(),
                media: None,
            }),
            Simple::UnfollowLobby => Command::UnfollowLobby,
        }
    }

    fn command(&mut self, seat: u8, id: Option<u8>, command: Command) {
        let seat = Seat(seat.into());
        // The transport of the old system says nothing else.
        if self.old.contains(&seat) && !matches!(command, Command::Hello(_)) {
            return;
        }
        self.feed(Input::Command {
            seat,
            id: id.map(|id| RequestId(id.into())),
            command,
        });
    }

    fn disconnect(&mut self, seat: Seat) {
        self.seats.remove(&seat);
        self.old.remove(&seat);
        self.feed(Input::Disconnect { seat, by: ClosedBy::Client });
    }

    fn feed(&mut self, input: Input) {
        self.exchanger.handle_input(self.now, input);
        self.drain();
    }

    fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some((at, _)) = self.exchanger.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.exchanger.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn drain(&mut self) {
        while let Some(output) = self.exchanger.poll_output() {
            match output {
                Output::Event { seat, event, .. } => {
                    assert!(self.seats.contains(&seat), "{seat:?} is gone");
                    assert!(
                        !self.old.contains(&seat),
                        "{seat:?} has no word for {event:?}"
                    );
                    if let Event::LinkOpened(opened) = &*event {
                        self.links.push(opened.link);
                    }
                }
                Output::Reply { seat, result, .. } => {
                    assert!(self.seats.contains(&seat), "{seat:?} is gone");
                    if let Ok(Reply::Welcome(welcome)) = result {
                        self.welcomes.push(*welcome);
                    }
                }
                Output::Room { seat, event } => {
                    assert!(
                        self.old.contains(&seat),
                        "{seat:?} has no word for {event:?}"
                    );
                }
                Output::Close { seat, .. } => {
                    assert!(self.seats.remove(&seat), "{seat:?} is closed twice");
                    self.old.remove(&seat);
                }
            }
        }
        assert_eq!(self.exchanger.seats(), self.seats.len());
        assert!(self.exchanger.peers() <= 32, "twice as many as seats");
    }

    fn finish(mut self) {
        for seat in self.seats.clone() {
            self.disconnect(seat);
        }
        self.pass(Duration::from_secs(60));
        assert_eq!((self.exchanger.seats(), self.exchanger.peers()), (0, 0));
        assert!(self.exchanger.lobby(self.now).channels.is_empty());
        assert_eq!(self.exchanger.poll_timeout(), None);
    }

    fn descriptor(&self, negotiation: &Negotiation) -> SendDescriptor {
        let kind = if negotiation.is_offer {
            DescriptorKind::Offer
        } else {
            DescriptorKind::Answer
        };
        SendDescriptor {
            to: self.end(negotiation.to),
            link: self.link(negotiation.link),
            generation: Generation(negotiation.generation.into()),
            session_descriptor: SessionDescriptor::new(kind, "v=0\nm=audio").expect("valid"),
        }
    }

    fn link(&self, number: u8) -> LinkId {
        let unknown = LinkId::from_bits(number.into());
        pick(&self.links, number).copied().unwrap_or(unknown)
    }

    fn peer(&self, number: u8) -> PeerId {
        let unknown = PeerId::from_bits(number.into());
        pick(&self.welcomes, number).map_or(unknown, |welcome| welcome.peer)
    }

    fn end(&self, number: Option<u8>) -> End {
        number.map_or(End::Relay, |number| self.peer(number).into())
    }
}

/// One of the newest things, by a number that small inputs can name.
fn pick<T>(things: &[T], number: u8) -> Option<&T> {
    things.iter().rev().nth(number.into())
}

fn user(number: u8) -> User {
    User {
        name: UserName::parse(&format!("u{number}")).expect("valid"),
    }
}

fn json(text: &str) -> Payload {
    Payload::new(text, Arc::new([]))
}

fn descriptor(kind: DescriptorKind) -> Payload {
    let descriptor = SessionDescriptor::new(kind, "v=0\nm=audio").expect("valid");
    Payload::from(&descriptor)
}

fuzz_target!(|input: (bool, Vec<Operation>)| {
    let (strict_rooms, operations) = input;
    let mut world = World::new(strict_rooms);
    for operation in operations {
        world.carry_out(operation);
    }
    world.finish();
});
