mod binary;
mod lifetime;
mod polling;
mod property;
mod rooms;
mod upgrade;

use super::*;
use crate::event;
use crate::http::Response;
use crate::port::Line;
use protocol::PeerId;
use protocol::room::{Payload, RoomCommand, RoomEvent, RoomName, Rooms, SignalKind};
use protocol::time::Duration;
use std::sync::Arc;

const SID: &str = "0123456789abcdefghij";

/// The first line of a session.
const FIRST: Line = Line(0);

/// The POST that [`World::post`] makes.
const POST: Line = Line(1000);

/// A session, and the time.
struct World {
    session: Session,
    now: Instant,
}

impl World {
    fn opened(opening: Opening) -> (Self, Vec<Output>) {
        let now = Instant::from_micros(7);
        let session = Session::new(now, opening, SID);
        let mut world = Self { session, now };
        let outputs = world.drain();
        (world, outputs)
    }

    /// A session that began by polling. No poll waits.
    fn polling() -> Self {
        Self::opened(Opening::Polling(FIRST)).0
    }

    /// A session that began with a WebSocket, which is free.
    fn socket() -> Self {
        let mut world = Self::opened(Opening::Socket(FIRST)).0;
        assert_eq!(world.feed(Input::Written(FIRST)), []);
        world
    }

    /// As [`World::socket`], and the client has its seat.
    fn seated() -> Self {
        let mut world = Self::socket();
        assert_eq!(world.text("40"), [Output::Connect]);
        let welcome = world.feed(Input::Welcome(PeerId::from_bits(0x8f2)));
        assert_eq!(welcome, [write(FIRST, &[r#"40{"sid":"p_8f2"}"#])]);
        assert_eq!(world.feed(Input::Written(FIRST)), []);
        world
    }

    /// As [`World::polling`], and the client has its seat. No poll waits.
    fn seated_polling() -> Self {
        let mut world = Self::polling();
        assert_eq!(world.post("40"), [Output::Connect, taken()]);
        let welcome = world.feed(Input::Welcome(PeerId::from_bits(0x8f2)));
        assert_eq!(welcome, []);
        let poll = world.feed(Input::Poll(Line(1)));
        assert_eq!(poll, [packets(Line(1), r#"40{"sid":"p_8f2"}"#)]);
        world
    }

    fn feed(&mut self, input: Input<'_>) -> Vec<Output> {
        self.session.handle_input(self.now, input);
        self.drain()
    }

    /// Feeds a text message on the first line.
    fn text(&mut self, text: &str) -> Vec<Output> {
        self.feed(Input::Text { line: FIRST, text })
    }

    /// Feeds a whole POST.
    fn post(&mut self, body: &str) -> Vec<Output> {
        let (line, bytes) = (POST, body.as_bytes());
        let mut outputs = self.begin_post(line);
        outputs.extend(self.feed(Input::Body { line, bytes }));
        outputs
    }

    fn begin_post(&mut self, line: Line) -> Vec<Output> {
        let is_binary = false;
        self.feed(Input::Post { line, is_binary })
    }

    /// Feeds an event that is told to the client.
    fn tell(&mut self, user: &str) -> Vec<Output> {
        let user = Payload::new(user, Arc::new([]));
        let encoded = event::encode(&RoomEvent::UserLeftStream(user));
        self.feed(Input::Event(&encoded))
    }

    /// Lets time pass, timer by timer; gives what came out, and when.
    fn pass(&mut self, span: Duration) -> Vec<(u64, Output)> {
        let end = self.now + span;
        let mut outputs = Vec::new();
        while let Some((at, _)) = self.session.poll_timeout().filter(|(at, _)| *at <= end) {
            assert!(at > self.now, "a timer is not rearmed");
            self.now = at;
            self.session.handle_timeout(at);
            let millis = at.as_micros() / 1000;
            outputs.extend(self.drain().into_iter().map(|output| (millis, output)));
        }
        self.now = end;
        outputs
    }

    fn drain(&mut self) -> Vec<Output> {
        core::iter::from_fn(|| self.session.poll_output()).collect()
    }
}

fn packets(line: Line, body: &str) -> Output {
    let response = Response::Packets(body.to_owned());
    Output::Respond { line, response }
}

fn taken() -> Output {
    let (line, response) = (POST, Response::Taken);
    Output::Respond { line, response }
}

fn respond(line: Line, response: Response) -> Output {
    Output::Respond { line, response }
}

fn write(line: Line, texts: &[&str]) -> Output {
    let frames = texts.iter().map(|text| Frame::Text((*text).into()));
    Output::Write {
        line,
        frames: frames.collect(),
    }
}

fn closed(reason: CloseReason) -> Output {
    Output::Closed(reason)
}

fn offer(room: &str, json: &str) -> Output {
    Output::Command(RoomCommand::Signal {
        rooms: Rooms::One(RoomName::text(room)),
        kind: SignalKind::Offer,
        payload: Payload::new(json, Arc::new([])),
    })
}
