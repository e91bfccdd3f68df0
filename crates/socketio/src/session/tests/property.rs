//! Any inputs in any order.

use super::*;
use crate::limits::{MAX_QUEUED_BYTES, MAX_QUEUED_PACKETS};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Step {
    Binary(usize, Vec<u8>),
    Body(usize, String),
    BodyTooLarge(usize),
    Close,
    Gone(usize),
    Pass(u16),
    Poll,
    Post(bool),
    Socket,
    Tell(usize),
    Text(usize, String),
    Welcome,
    Written(usize),
}

fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "2probe",
        "3",
        "5",
        "6",
        "40",
        "40/x,",
        "41",
        "42[\"chat\"]",
        "42[\"offer\",{\"channelName\":\"a\"}]",
        "451-[\"offer\",{\"candidate\":{\"_placeholder\":true,\"num\":0}}]",
        "bAQID",
    ]);
    prop_oneof![
        8 => known.prop_map(str::to_owned),
        1 => "[0-6b]?[0-6]?.{0,8}",
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let body = prop::collection::vec(text(), 1..4).prop_map(|packets| packets.join("\u{1E}"));
    let line = 0_usize..4;
    prop_oneof![
        1 => (line.clone(), any::<Vec<u8>>()).prop_map(|(line, bytes)| Step::Binary(line, bytes)),
        4 => (line.clone(), body).prop_map(|(line, body)| Step::Body(line, body)),
        1 => line.clone().prop_map(Step::BodyTooLarge),
        1 => Just(Step::Close),
        1 => line.clone().prop_map(Step::Gone),
        2 => any::<u16>().prop_map(Step::Pass),
        6 => Just(Step::Poll),
        4 => prop::bool::weighted(0.05).prop_map(Step::Post),
        2 => Just(Step::Socket),
        3 => (0_usize..600_000).prop_map(Step::Tell),
        8 => (line.clone(), text()).prop_map(|(line, text)| Step::Text(line, text)),
        4 => Just(Step::Welcome),
        4 => line.prop_map(Step::Written),
    ]
}

/// What must be true of the outputs, whatever the inputs.
struct Witness {
    world: World,
    /// Requests without an answer.
    requests: BTreeSet<Line>,
    sockets: BTreeSet<Line>,
    /// How many writes each WebSocket has been asked for that it has not done.
    writing: BTreeMap<Line, usize>,
    lines: u64,
    is_seated: bool,
    is_closed: bool,
}

impl Witness {
    fn new(opening: Opening) -> Self {
        let (world, outputs) = World::opened(opening);
        let mut witness = Self {
            world,
            requests: BTreeSet::new(),
            sockets: BTreeSet::new(),
            writing: BTreeMap::new(),
            lines: 0,
            is_seated: false,
            is_closed: false,
        };
        match opening {
            Opening::Polling(line) => witness.requests.insert(line),
            Opening::Socket(line) => witness.sockets.insert(line),
        };
        witness.observe(outputs);
        witness
    }

    fn line(&mut self) -> Line {
        self.lines += 1;
        Line(self.lines)
    }

    fn request(&mut self) -> Line {
        let line = self.line();
        self.requests.insert(line);
        line
    }

    /// One of the newest lines.
    fn recent(&self, back: usize) -> Line {
        Line(self.lines.saturating_sub(u64::try_from(back).unwrap()))
    }

    fn step(&mut self, step: &Step) {
        let input = match step {
            Step::Binary(back, bytes) => Input::Binary {
                line: self.recent(*back),
                bytes,
            },
            Step::Body(back, body) => Input::Body {
                line: self.recent(*back),
                bytes: body.as_bytes(),
            },
            Step::BodyTooLarge(back) => Input::BodyTooLarge(self.recent(*back)),
            Step::Close => Input::Close,
            Step::Gone(back) => {
                let line = self.recent(*back);
                self.requests.remove(&line);
                self.sockets.remove(&line);
                Input::Gone(line)
            }
            Step::Pass(millis) => {
                let span = Duration::from_millis((*millis).into());
                let outputs = self.world.pass(span);
                return self.observe(outputs.into_iter().map(|(_, output)| output).collect());
            }
            Step::Poll => Input::Poll(self.request()),
            Step::Post(is_binary) => Input::Post {
                line: self.request(),
                is_binary: *is_binary,
            },
            Step::Socket => {
                let line = self.line();
                self.sockets.insert(line);
                Input::Socket(line)
            }
            Step::Tell(size) => {
                let outputs = self.world.tell(&format!("\"{}\"", "x".repeat(*size)));
                return self.observe(outputs);
            }
            Step::Text(back, text) => Input::Text {
                line: self.recent(*back),
                text,
            },
            Step::Welcome => Input::Welcome(PeerId::from_bits(1)),
            Step::Written(back) => {
                let line = self.recent(*back);
                self.writing.remove(&line);
                Input::Written(line)
            }
        };
        let outputs = self.world.feed(input);
        self.observe(outputs);
    }

    fn observe(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Respond { line, .. } => {
                    assert!(self.requests.remove(&line), "{line:?} is answered twice");
                }
                Output::Write { line, frames } => {
                    assert!(self.sockets.contains(&line), "{line:?} is no WebSocket");
                    assert!(!frames.is_empty());
                    let writing = self.writing.entry(line).or_default();
                    *writing += 1;
                    assert_eq!(*writing, 1, "{line:?} was still writing");
                }
                Output::CloseSocket(line) => {
                    assert!(self.sockets.remove(&line), "{line:?} is closed twice");
                }
                Output::Connect => {
                    assert!(!self.is_seated && !self.is_closed);
                    self.is_seated = true;
                }
                Output::Disconnect => {
                    assert!(self.is_seated && !self.is_closed);
                    self.is_seated = false;
                }
                Output::Command(_) => assert!(self.is_seated),
                Output::Closed(_) => {
                    assert!(!self.is_seated && !self.is_closed);
                    self.is_closed = true;
                }
            }
        }
        let session = &self.world.session;
        assert_eq!(session.is_closed(), self.is_closed);
        assert!(session.queued_packets() <= MAX_QUEUED_PACKETS);
        assert!(session.queued_bytes() <= MAX_QUEUED_BYTES + MAX_PAYLOAD);
        if self.is_closed {
            assert_eq!(session.poll_timeout(), None);
            assert!(self.requests.is_empty(), "{:?}", self.requests);
            assert!(self.sockets.is_empty(), "{:?}", self.sockets);
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_answered_twice_or_left_open(
        by_socket in any::<bool>(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let opening = if by_socket { Opening::Socket(FIRST) } else { Opening::Polling(FIRST) };
        let mut witness = Witness::new(opening);
        for step in &steps {
            witness.step(step);
        }
        // A client that says nothing any more is gone in the end.
        witness.step(&Step::Pass(u16::MAX));
        witness.step(&Step::Pass(u16::MAX));
        prop_assert!(witness.is_closed);
    }
}
