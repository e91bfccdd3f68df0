//! What goes into the exchanger and what comes out: the same for every transport.

use protocol::room::{RoomCommand, RoomEvent};
use protocol::{CloseCode, Command, ErrorReply, Event, LiveStream, Reply, RequestId, Seq};
use std::sync::Arc;

/// One transport connection's place at the exchanger. The shell numbers them and never reuses a
/// number; which peer sits there, the exchanger knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(pub u64);

/// Where a connection comes from, as the shell counts it: connections of one address, or of one
/// small network, have the same number. What one source does to a channel is bounded together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(pub u64);

/// Who ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedBy {
    /// The client, or the network between.
    Client,
    /// The shell, because the client broke a limit or the server stops. Nobody without its key
    /// takes over a host that was closed by the server.
    Server,
}

/// What the transport of a seat can do. This is all the exchanger knows about transports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatKind {
    /// The client can come back on another seat with `hello` and a secret, so a lost seat starts a
    /// grace period. Otherwise its loss is a departure.
    pub resumable: bool,
    /// The client answers `ping`, so its silence is noticed. Otherwise the transport has its own
    /// way to find out.
    pub probed: bool,
    /// The client is one of the old system: once it has said hello it sends [`Input::Room`] and is
    /// told [`Output::Room`], and no other events. Its transport sees to it that hello comes in time.
    pub in_rooms: bool,
}

impl SeatKind {
    /// The native WebSocket.
    pub const NATIVE: Self = Self {
        resumable: true,
        probed: true,
        in_rooms: false,
    };

    /// Socket.IO.
    pub const OLD: Self = Self {
        resumable: false,
        probed: false,
        in_rooms: true,
    };
}

/// What a transport passes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A connection was accepted.
    Connect {
        /// Its seat, new.
        seat: Seat,
        /// What it can do.
        kind: SeatKind,
        /// Where it comes from.
        source: Source,
    },
    /// A client asks for something.
    Command {
        /// Where it sits.
        seat: Seat,
        /// What the reply is to repeat; without it there is no reply.
        id: Option<RequestId>,
        /// What it asks for.
        command: Command,
    },
    /// A client of the old system asks for something. It is not answered.
    Room {
        /// Where it sits.
        seat: Seat,
        /// What it asks for.
        command: RoomCommand,
    },
    /// A connection is gone. Nothing comes out for this seat any more.
    Disconnect {
        /// Which.
        seat: Seat,
        /// Who ended it.
        by: ClosedBy,
    },
}

/// What a transport must pass out.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Something happened.
    Event {
        /// Where to.
        seat: Seat,
        /// Its number in the session; absent for what is not replayed.
        seq: Option<Seq>,
        /// What; shared by all who are told the same.
        event: Arc<Event>,
    },
    /// A request was carried out or refused.
    Reply {
        /// Where to.
        seat: Seat,
        /// Which request.
        re: RequestId,
        /// Its outcome.
        result: Result<Reply, ErrorReply>,
    },
    /// Something happened, for a client of the old system.
    Room {
        /// Where to.
        seat: Seat,
        /// What; shared by all who are told the same.
        event: Arc<RoomEvent>,
    },
    /// The connection is to be closed; the seat is gone already, and no `Disconnect` is owed.
    Close {
        /// Which.
        seat: Seat,
        /// Why.
        code: CloseCode,
    },
}

/// Which timer wants to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// An audience count or the lobby is to be told.
    Coalesced,
    /// A lost peer's grace is over.
    Grace,
    /// A connection has not said hello.
    Hello,
    /// A failed link is to be opened anew.
    LinkRetry,
    /// A peer is to be asked for a sign of life, or has not given one.
    Liveness,
}

/// A channel as a page shows it before anybody has joined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelState {
    /// The stream, if it is on.
    pub live: Option<LiveStream>,
    /// How many watch: they have a place at the stream.
    pub viewers: usize,
    /// How many wait for a place, or for a stream to begin.
    pub waiting: usize,
}
