//! A channel full of peers, at an exchanger without transports.

use anyhow::{Context as _, Result};
use exchanger::{ClosedBy, Config, Exchanger, Input, Output, Seat, SeatKind, Source};
use protocol::time::{Duration, Instant};
use protocol::{
    ChannelName, Command, DescriptorKind, Event, Generation, Hello, JoinStream, LinkOpened,
    RequestId, Role, SendDescriptor, SessionDescriptor, User, UserName, VERSIONS,
};

/// About what a Chromium offer weighs.
const SDP_BYTES: usize = 2_000;

/// One host and many viewers.
pub(crate) struct Channel {
    exchanger: Exchanger,
    now: Instant,
    name: ChannelName,
    seats: u64,
    requests: u64,
    host: Seat,
    link: LinkOpened,
    viewer: Seat,
    viewer_end: protocol::End,
    generation: Generation,
    descriptors: [SessionDescriptor; 2],
}

impl Channel {
    /// A channel in which `size` peers are.
    pub(crate) fn filled(size: usize) -> Result<Self> {
        let sdp = format!(
            "v=0\r\nm=audio 9 UDP 0\r\n{}",
            "a=x\r\n".repeat(SDP_BYTES / 5)
        );
        let name = ChannelName::parse("bench")?;
        let mut exchanger = Exchanger::new(Config::new([7; 32]));
        let (mut seats, mut requests, now) = (0, 0, Instant::ORIGIN);
        let mut enter = |role| {
            seats += 1;
            let seat = Seat(seats);
            exchanger.handle_input(
                now,
                Input::Connect {
                    seat,
                    kind: SeatKind::NATIVE,
                    source: Source(seat.0),
                },
            );
            let mut outputs = drain(&mut exchanger);
            for command in [hello(), join(&name, role)?] {
                requests += 1;
                let id = Some(RequestId(requests));
                exchanger.handle_input(now, Input::Command { seat, id, command });
                outputs.extend(drain(&mut exchanger));
            }
            Ok::<_, anyhow::Error>((seat, outputs))
        };
        let (host, _) = enter(Role::Host)?;
        let (viewer, outputs) = enter(Role::Viewer)?;
        for _ in 2..size {
            enter(Role::Viewer)?;
        }
        let opened = |at: Seat| outputs.iter().find_map(|output| opened(output, at));
        let link = opened(host).context("the first viewer has no link")?;
        let viewer_end = opened(viewer).context("the first viewer has no link")?.peer;
        let descriptors = [
            SessionDescriptor::new(DescriptorKind::Offer, &sdp)?,
            SessionDescriptor::new(DescriptorKind::Answer, &sdp)?,
        ];
        Ok(Self {
            exchanger,
            now,
            name,
            seats,
            requests,
            host,
            link,
            viewer,
            viewer_end,
            generation: Generation(0),
            descriptors,
        })
    }

    /// The host offers and the first viewer answers, again and again: two messages each round.
    pub(crate) fn relay(&mut self, rounds: u32) {
        for _ in 0..rounds {
            self.generation = self.generation.next();
            let [offer, answer] = self.descriptors.clone();
            let (link, generation) = (self.link.link, self.generation);
            let to_viewer = SendDescriptor {
                to: self.link.peer,
                link,
                generation,
                session_descriptor: offer,
            };
            let to_host = SendDescriptor {
                to: self.viewer_end,
                link,
                generation,
                session_descriptor: answer,
            };
            self.command(self.host, Command::Offer(to_viewer));
            self.command(self.viewer, Command::Answer(to_host));
        }
    }

    /// One more viewer comes and goes, again and again.
    pub(crate) fn join_and_leave(&mut self, rounds: u32) {
        for _ in 0..rounds {
            self.seats += 1;
            let seat = Seat(self.seats);
            let kind = SeatKind {
                resumable: false,
                probed: false,
                in_rooms: false,
            };
            self.feed(Input::Connect {
                seat,
                kind,
                source: Source(seat.0),
            });
            self.command(seat, hello());
            if let Ok(join) = join(&self.name, Role::Viewer) {
                self.command(seat, join);
            }
            self.feed(Input::Disconnect {
                seat,
                by: ClosedBy::Client,
            });
        }
    }

    fn command(&mut self, seat: Seat, command: Command) {
        self.requests += 1;
        self.feed(Input::Command {
            seat,
            id: Some(RequestId(self.requests)),
            command,
        });
    }

    fn feed(&mut self, input: Input) {
        self.now = self.now + Duration::from_micros(10);
        self.exchanger.handle_input(self.now, input);
        while self.exchanger.poll_output().is_some() {}
        if self
            .exchanger
            .poll_timeout()
            .is_some_and(|(at, _)| at <= self.now)
        {
            self.exchanger.handle_timeout(self.now);
            while self.exchanger.poll_output().is_some() {}
        }
    }
}

fn opened(output: &Output, at: Seat) -> Option<LinkOpened> {
    let Output::Event { seat, event, .. } = output else {
        return None;
    };
    let Event::LinkOpened(link) = **event else {
        return None;
    };
    (*seat == at).then_some(link)
}

fn drain(exchanger: &mut Exchanger) -> Vec<Output> {
    std::iter::from_fn(|| exchanger.poll_output()).collect()
}

fn hello() -> Command {
    Command::Hello(Hello {
        versions: VERSIONS.to_vec(),
        ..Hello::default()
    })
}

fn join(channel_name: &ChannelName, role: Role) -> Result<Command> {
    let user = User {
        name: UserName::parse("somebody")?,
    };
    let join = JoinStream::new(channel_name.clone(), user, role);
    Ok(Command::JoinStream(join))
}
