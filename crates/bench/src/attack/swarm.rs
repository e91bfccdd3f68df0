//! The attacker's connections: many scripts in one thread, which reads and forgets.

use crate::clock::now;
use crate::signaling::source;
use anyhow::{Context as _, Result};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What one hostile connection says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    /// When the socket is there.
    pub(crate) opening: Arc<[u8]>,
    /// When the server has answered the opening with 101; `None` if the opening asks for no upgrade.
    pub(crate) upgraded: Option<Arc<[u8]>>,
    /// From then on, one after the other and again from the first.
    pub(crate) verses: Vec<Arc<[u8]>>,
    /// The pause between two verses.
    pub(crate) every: Duration,
    /// How soon it comes back when it is thrown out; never, if there is no pause.
    pub(crate) returns_after: Option<Duration>,
}

/// What the attacker has done and got.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sent: u64,
    pub(crate) received: u64,
    /// How often a connection was refused, or ended by the server.
    pub(crate) thrown_out: u64,
}

/// All connections of one attack.
pub(crate) struct Swarm {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    target: SocketAddr,
    members: Vec<Member>,
    tally: Tally,
}

struct Member {
    from: Ipv4Addr,
    script: Script,
    stream: Option<TcpStream>,
    phase: Phase,
    unsent: Vec<u8>,
    /// The head of the answer to the opening, as far as it has come.
    head: Vec<u8>,
    /// When it does the next thing.
    due: Option<Instant>,
    verse: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Away,
    Asking,
    Talking,
}

/// So much may wait in a connection before it says no more.
const MOST_UNSENT: usize = 64 * 1024;
const MAX_EVENTS: usize = 1_024;
const BUFFER_BYTES: usize = 256 * 1024;

impl Swarm {
    /// So many connections with a script each, which begin one after the other within this span.
    pub(crate) fn new(
        target: SocketAddr,
        scripts: Vec<(Ipv4Addr, Script)>,
        within: Duration,
    ) -> Result<Self> {
        let count = u32::try_from(scripts.len()).unwrap_or(u32::MAX).max(1);
        let began = now();
        let member = |(nth, (from, script)): (u32, (Ipv4Addr, Script))| Member {
            from,
            script,
            stream: None,
            phase: Phase::Away,
            unsent: Vec::new(),
            head: Vec::new(),
            due: Some(began + within * nth / count),
            verse: 0,
        };
        Ok(Self {
            poll: Poll::new().context("creating a poll")?,
            events: Events::with_capacity(MAX_EVENTS),
            buffer: vec![0; BUFFER_BYTES],
            target,
            members: (0..).zip(scripts).map(member).collect(),
            tally: Tally::default(),
        })
    }

    /// Attacks until then.
    pub(crate) fn run(mut self, until: Instant) -> Result<Tally> {
        while now() < until {
            let patience = Some(Duration::from_millis(1));
            if let Err(error) = self.poll.poll(&mut self.events, patience)
                && error.kind() != ErrorKind::Interrupted
            {
                return Err(error).context("waiting for sockets");
            }
            for event in &self.events {
                let Token(nth) = event.token();
                let member = &mut self.members[nth];
                if event.is_writable() {
                    member.flush(&mut self.tally);
                }
                if event.is_readable() {
                    member.read(&mut self.buffer, &mut self.tally);
                }
            }
            let now = now();
            for (nth, member) in self.members.iter_mut().enumerate() {
                if member.due.is_some_and(|due| due <= now) {
                    member.act(now, &self.poll, Token(nth), self.target, &mut self.tally)?;
                }
            }
        }
        Ok(self.tally)
    }
}

impl Member {
    /// Does what is due.
    fn act(
        &mut self,
        now: Instant,
        poll: &Poll,
        token: Token,
        target: SocketAddr,
        tally: &mut Tally,
    ) -> Result<()> {
        self.due = None;
        if self.phase == Phase::Away {
            let mut stream = TcpStream::from_std(source::connect(self.from, target)?);
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(&mut stream, token, interest)
                .context("registering a socket")?;
            self.stream = Some(stream);
            self.unsent.clear();
            self.head.clear();
            self.phase = if self.script.upgraded.is_some() {
                Phase::Asking
            } else {
                self.due = Some(now + self.script.every);
                Phase::Talking
            };
            let opening = Arc::clone(&self.script.opening);
            self.say(&opening, tally);
            return Ok(());
        }
        let verses = &self.script.verses;
        if self.phase == Phase::Talking && !verses.is_empty() {
            let verse = Arc::clone(&verses[self.verse % verses.len()]);
            if self.unsent.len() < MOST_UNSENT {
                self.verse += 1;
                self.say(&verse, tally);
            }
            if self.phase == Phase::Talking {
                self.due = Some(now + self.script.every);
            }
        }
        Ok(())
    }

    fn say(&mut self, bytes: &[u8], tally: &mut Tally) {
        self.unsent.extend(bytes);
        self.flush(tally);
    }

    fn flush(&mut self, tally: &mut Tally) {
        while !self.unsent.is_empty() {
            let Some(stream) = &mut self.stream else {
                return;
            };
            match stream.write(&self.unsent) {
                Ok(taken) => {
                    tally.sent += taken as u64;
                    self.unsent.drain(..taken);
                }
                Err(error) if is_not_yet(error.kind()) => return,
                Err(_) => return self.leave(tally),
            }
        }
    }

    fn read(&mut self, buffer: &mut [u8], tally: &mut Tally) {
        loop {
            let Some(stream) = &mut self.stream else {
                return;
            };
            match stream.read(buffer) {
                Ok(0) => return self.leave(tally),
                Ok(read) => {
                    tally.received += read as u64;
                    if self.phase == Phase::Asking {
                        self.head.extend(&buffer[..read]);
                        self.look_at_head(tally);
                    }
                }
                Err(error) if is_not_yet(error.kind()) => return,
                Err(_) => return self.leave(tally),
            }
        }
    }

    fn look_at_head(&mut self, tally: &mut Tally) {
        const END: &[u8] = b"\r\n\r\n";
        if !self.head.windows(END.len()).any(|bytes| bytes == END) {
            return;
        }
        let is_upgraded = self.head.starts_with(b"HTTP/1.1 101");
        match self.script.upgraded.clone().filter(|_| is_upgraded) {
            Some(words) => {
                self.phase = Phase::Talking;
                self.due = Some(now() + self.script.every);
                self.say(&words, tally);
            }
            None => self.leave(tally),
        }
    }

    /// The connection is over.
    fn leave(&mut self, tally: &mut Tally) {
        tally.thrown_out += 1;
        self.stream = None;
        self.phase = Phase::Away;
        self.due = self.script.returns_after.map(|pause| now() + pause);
    }
}

fn is_not_yet(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::NotConnected
    )
}
