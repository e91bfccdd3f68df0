//! Clients of the old system: what they say as commands, and what they hear as text.

use super::old_server::Heard;
use super::operation::Name;
use exchanger::{Exchanger, Input, Output, Seat, SeatKind, Source};
use protocol::room::{Payload, RoomCommand, RoomEvent, RoomName, Rooms, SignalKind};
use protocol::time::Instant;
use protocol::{Command, Hello, PeerId, Reply, RequestId, Welcome};
use std::sync::Arc;

/// A value of this JSON text.
pub(crate) fn json(text: &str) -> Payload {
    Payload::new(text, Arc::new([]))
}

/// The rooms of a name, where `ids` are those of the clients.
pub(crate) fn rooms(name: &Name, ids: &[String]) -> Rooms {
    match name.elements() {
        // As a parser does it, which leaves out what nobody else can name.
        Some(names) => Rooms::Many(names.iter().filter_map(|name| room(name, ids)).collect()),
        None => room(name, ids).map_or_else(|| Rooms::Many(Vec::new()), Rooms::One),
    }
}

fn room(name: &Name, ids: &[String]) -> Option<RoomName> {
    Some(match name {
        Name::Array(_) | Name::Object => return None,
        Name::Bool(bool) => RoomName::Bool(*bool),
        Name::IdOf(client) => RoomName::text(&ids[*client]),
        Name::Null => RoomName::Null,
        Name::Number(number) => RoomName::number(*number),
        Name::Text(text) => RoomName::text(text),
        Name::Undefined => RoomName::Missing,
    })
}

/// What others are told when a client says it.
pub(crate) const fn heard_as(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Answer => "receiveAnswer",
        SignalKind::Candidate => "receiveCandidate",
        SignalKind::Offer => "receiveOffer",
    }
}

pub(crate) fn heard(event: &RoomEvent) -> Heard {
    let (name, payload) = match event {
        RoomEvent::AllStreamUsers(ids) => {
            let ids = ids.iter().map(PeerId::to_string);
            return Heard::AllStreamUsers(ids.collect());
        }
        RoomEvent::Received(kind, payload) => (heard_as(*kind), payload),
        RoomEvent::UserJoinedStream(user) => ("userJoinedStream", user),
        RoomEvent::UserLeftStream(user) => ("userLeftStream", user),
    };
    Heard::Told(name, payload.json().to_owned())
}

/// Takes a seat and says hello; says whom the exchanger made of it.
pub(crate) fn arrive(
    exchanger: &mut Exchanger,
    now: Instant,
    seat: Seat,
    kind: SeatKind,
) -> Welcome {
    exchanger.handle_input(
        now,
        Input::Connect {
            seat,
            kind,
            source: Source(seat.0),
        },
    );
    assert_eq!(exchanger.poll_output(), None);
    let hello = Hello {
        versions: vec![1],
        ..Hello::default()
    };
    let (id, command) = (Some(RequestId(0)), Command::Hello(hello));
    exchanger.handle_input(now, Input::Command { seat, id, command });
    let reply = exchanger.poll_output();
    assert_eq!(exchanger.poll_output(), None);
    let Some(Output::Reply {
        result: Ok(Reply::Welcome(welcome)),
        ..
    }) = reply
    else {
        panic!("a hello is welcomed: {reply:?}");
    };
    *welcome
}

/// Everything that comes out of an input.
pub(crate) fn feed(exchanger: &mut Exchanger, now: Instant, input: Input) -> Vec<Output> {
    exchanger.handle_input(now, input);
    std::iter::from_fn(|| exchanger.poll_output()).collect()
}

/// A join with this user, by whose JSON others know it.
pub(crate) fn join(rooms: Rooms, user: &str) -> RoomCommand {
    let (user, name) = (json(user), None);
    RoomCommand::Join { rooms, user, name }
}
