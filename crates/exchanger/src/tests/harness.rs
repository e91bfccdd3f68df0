//! An exchanger, a clock, and small verbs.

use super::render::Names;
use crate::{ClosedBy, Config, Exchanger, Input, Output, Seat, SeatKind, Source};
use protocol::room::RoomCommand;
use protocol::time::{Duration, Instant};
use protocol::{Command, Hello, LinkId, PeerId, Reply, RequestId, Resume, Seq, Welcome};
use std::collections::BTreeMap;

pub(super) struct Harness {
    pub(super) exchanger: Exchanger,
    pub(super) now: Instant,
    names: Names,
    welcomes: BTreeMap<u64, Welcome>,
    last_seqs: BTreeMap<u64, Seq>,
    requests: u64,
}

impl Harness {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::new([7; 32]);
        configure(&mut config);
        Self {
            exchanger: Exchanger::new(config),
            now: Instant::from_micros(1_000_000_000),
            names: Names::default(),
            welcomes: BTreeMap::new(),
            last_seqs: BTreeMap::new(),
            requests: 0,
        }
    }

    /// With a peer on each of the seats.
    pub(super) fn with_peers(seats: impl IntoIterator<Item = u64>) -> Self {
        let mut harness = Self::new();
        for seat in seats {
            harness.arrive(seat);
        }
        harness
    }

    pub(super) fn connect(&mut self, seat: u64) -> Vec<String> {
        self.connect_as(seat, SeatKind::NATIVE)
    }

    pub(super) fn connect_as(&mut self, seat: u64, kind: SeatKind) -> Vec<String> {
        let source = Source(seat);
        let seat = Seat(seat);
        self.feed(Input::Connect { seat, kind, source })
    }

    /// Connects from an address and says hello.
    pub(super) fn arrive_from(&mut self, source: u64, seat: u64) {
        let (number, kind) = (Seat(seat), SeatKind::NATIVE);
        let connect = Input::Connect {
            seat: number,
            kind,
            source: Source(source),
        };
        assert_eq!(self.feed(connect), super::NOTHING);
        let lines = self.send(seat, super::hello());
        assert_eq!(lines, [format!("{seat} welcome p{seat} fresh epoch 0")]);
    }

    /// Connects and says hello.
    pub(super) fn arrive(&mut self, seat: u64) {
        assert_eq!(self.connect(seat), super::NOTHING);
        let lines = self.send(seat, super::hello());
        assert_eq!(lines, [format!("{seat} welcome p{seat} fresh epoch 0")]);
    }

    /// Connects as a client of the old system.
    pub(super) fn arrive_old(&mut self, seat: u64) {
        assert_eq!(self.connect_as(seat, SeatKind::OLD), super::NOTHING);
        let lines = self.send(seat, super::hello());
        assert_eq!(lines, [format!("{seat} welcome p{seat} fresh epoch 0")]);
    }

    pub(super) fn say(&mut self, seat: u64, command: RoomCommand) -> Vec<String> {
        let seat = Seat(seat);
        self.feed(Input::Room { seat, command })
    }

    /// Connects on a new seat and resumes what `of` was told it may resume.
    pub(super) fn resume(&mut self, seat: u64, of: u64) -> Vec<String> {
        let resume = self.resumption(of);
        self.resume_with(seat, resume)
    }

    pub(super) fn resume_with(&mut self, seat: u64, resume: Resume) -> Vec<String> {
        assert_eq!(self.connect(seat), super::NOTHING);
        let hello = Hello {
            versions: vec![1],
            resume: Some(resume),
            ..Hello::default()
        };
        self.send(seat, Command::Hello(hello))
    }

    /// What the client that sat on `seat` would show to resume.
    pub(super) fn resumption(&self, seat: u64) -> Resume {
        let welcome = &self.welcomes[&seat];
        Resume {
            session: welcome.session,
            secret: welcome.secret,
            last_seq: self.last_seqs.get(&seat).copied().unwrap_or_default(),
        }
    }

    pub(super) fn send(&mut self, seat: u64, command: Command) -> Vec<String> {
        self.requests += 1;
        self.send_as(seat, self.requests, command)
    }

    pub(super) fn send_as(&mut self, seat: u64, id: u64, command: Command) -> Vec<String> {
        let (seat, id) = (Seat(seat), Some(RequestId(id)));
        self.feed(Input::Command { seat, id, command })
    }

    pub(super) fn send_without_id(&mut self, seat: u64, command: Command) -> Vec<String> {
        let (seat, id) = (Seat(seat), None);
        self.feed(Input::Command { seat, id, command })
    }

    pub(super) fn disconnect(&mut self, seat: u64) -> Vec<String> {
        self.feed(Input::Disconnect {
            seat: Seat(seat),
            by: ClosedBy::Client,
        })
    }

    /// The server closes the connection.
    pub(super) fn shut_out(&mut self, seat: u64) -> Vec<String> {
        self.feed(Input::Disconnect {
            seat: Seat(seat),
            by: ClosedBy::Server,
        })
    }

    /// What the last request of a seat was refused with, in milliseconds.
    pub(super) fn retry_after(&mut self, seat: u64, command: Command) -> Option<u64> {
        self.requests += 1;
        let (seat, id) = (Seat(seat), Some(RequestId(self.requests)));
        let input = Input::Command { seat, id, command };
        self.exchanger.handle_input(self.now, input);
        let outputs = std::iter::from_fn(|| self.exchanger.poll_output());
        let outputs: Vec<Output> = outputs.collect();
        match outputs.first() {
            Some(Output::Reply {
                result: Err(error), ..
            }) => error.retry_after_ms,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// Lets time pass, calling the machine whenever it wants to be called.
    pub(super) fn pass(&mut self, span: Duration) -> Vec<String> {
        let end = self.now + span;
        let mut lines = Vec::new();
        while let Some((at, _)) = self.exchanger.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.exchanger.handle_timeout(self.now);
            lines.extend(self.drain());
        }
        self.now = end;
        lines
    }

    /// Like [`pass`](Self::pass), while the clients on `seats` answer their pings.
    pub(super) fn pass_alive(&mut self, span: Duration, seats: &[u64]) -> Vec<String> {
        let end = self.now + span;
        let mut lines = Vec::new();
        while self.now < end {
            let step = super::seconds(1).min(end.since(self.now));
            lines.extend(self.pass(step));
            for seat in seats {
                lines.extend(self.send_without_id(*seat, Command::Pong));
            }
        }
        lines.retain(|line| !line.ends_with(" ping"));
        lines
    }

    pub(super) fn peer(&self, seat: u64) -> PeerId {
        self.welcomes[&seat].peer
    }

    pub(super) fn welcome(&self, seat: u64) -> &Welcome {
        &self.welcomes[&seat]
    }

    /// The link that lines call `k1`.
    pub(super) fn link(&self, name: &str) -> LinkId {
        self.names.link_called(name)
    }

    fn feed(&mut self, input: Input) -> Vec<String> {
        self.exchanger.handle_input(self.now, input);
        self.drain()
    }

    fn drain(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(output) = self.exchanger.poll_output() {
            self.note(&output);
            lines.push(self.names.output(&output));
        }
        lines
    }

    fn note(&mut self, output: &Output) {
        match output {
            Output::Event { seat, seq, .. } => {
                if let Some(seq) = seq {
                    self.last_seqs.insert(seat.0, *seq);
                }
            }
            Output::Reply { seat, result, .. } => {
                if let Ok(Reply::Welcome(welcome)) = result {
                    let name = || format!("p{}", seat.0);
                    self.names.peers.entry(welcome.peer).or_insert_with(name);
                    self.welcomes.insert(seat.0, (**welcome).clone());
                }
            }
            Output::Close { .. } | Output::Room { .. } => {}
        }
    }
}
