//! What goes into a session and what comes out.

use crate::event::Encoded;
use crate::http::Response;
use crate::packet::Frame;
use protocol::PeerId;
use protocol::room::RoomCommand;
use protocol::time::Instant;

/// One HTTP request that waits for its answer, or one WebSocket. The shell numbers them; no number
/// is used twice in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line(pub u64);

/// How a session begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// By a GET, which is answered with the first packet. The client may change over later.
    Polling(Line),
    /// By a WebSocket.
    Socket(Line),
}

/// What the shell saw.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// A GET for this session.
    Poll(Line),
    /// A POST for this session; its body is still to come.
    Post {
        /// The request.
        line: Line,
        /// Whether its content type is [`BINARY_CONTENT_TYPE`](crate::http::BINARY_CONTENT_TYPE).
        is_binary: bool,
    },
    /// The whole body of a POST.
    Body {
        /// The request.
        line: Line,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The body of a POST has become larger than [`MAX_PAYLOAD`](crate::limits::MAX_PAYLOAD); the
    /// rest is not read.
    BodyTooLarge(Line),
    /// A WebSocket for this session.
    Socket(Line),
    /// A text message on a WebSocket.
    Text {
        /// The WebSocket.
        line: Line,
        /// The message.
        text: &'a str,
    },
    /// A binary message on a WebSocket.
    Binary {
        /// The WebSocket.
        line: Line,
        /// The message.
        bytes: &'a [u8],
    },
    /// What [`Output::Write`] asked for has been written.
    Written(Line),
    /// The other side ended a WebSocket or gave up a request, or it broke.
    Gone(Line),
    /// The seat that [`Output::Connect`] asked for is there, for this peer.
    Welcome(PeerId),
    /// The peer is told something.
    Event(&'a Encoded),
    /// The shell takes nothing more from the client before this time, because it said too much.
    Unread(Instant),
    /// The session is to end. The client takes it for a lost connection and comes back.
    Close,
}

/// What the shell is to do. Outputs are to be done in their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Answer a request.
    Respond {
        /// The request.
        line: Line,
        /// The answer.
        response: Response,
    },
    /// Write frames to a WebSocket and flush them, then tell [`Input::Written`].
    Write {
        /// The WebSocket.
        line: Line,
        /// What to write, in this order.
        frames: Vec<Frame>,
    },
    /// Close a WebSocket, without a status, after what is being written to it. A client that does
    /// not read keeps it no longer than [`CLOSE_TIMEOUT`](crate::limits::CLOSE_TIMEOUT).
    CloseSocket(Line),
    /// Ask for a seat. [`Input::Welcome`] answers it.
    Connect,
    /// Give the seat up: the client has left, or is lost. What is still told to it is meant for
    /// nobody; the next [`Connect`](Self::Connect) is a new peer.
    Disconnect,
    /// Pass on what the client said. The seat has been asked for before.
    Command(RoomCommand),
    /// The session is over: forget its id, for good. Nothing but answers to requests, and the
    /// closing of WebSockets that come too late, comes out from here on.
    Closed(CloseReason),
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloseReason {
    /// The server ended it: it was told to, or the client broke a rule of Socket.IO.
    Forced,
    /// More waited for the client than may.
    Overflow,
    /// A packet of Engine.IO could not be read.
    ParseError,
    /// A ping was not answered in time.
    PingTimeout,
    /// The client closed its WebSocket, or said that it closes.
    TransportClose,
    /// A request broke or came twice, or the client sent what only a server sends.
    TransportError,
}

/// Which timer a session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The client is late with asking for the namespace.
    Connect,
    /// A ping is due.
    Ping,
    /// The answer to a ping is late.
    Pong,
    /// The change to a WebSocket takes too long.
    Upgrade,
    /// A poll that holds the change up is to be ended.
    UpgradeCheck,
    /// The client does not fetch the news that the session is over.
    Close,
}
