//! An honest person's client: exchanges signals as a browser does, comes back when it is thrown out,
//! and counts what it has lost. Media do not pass through the server, so there are none.

use crate::signaling::connection::Incoming;
use crate::signaling::crowd::{Clients, Crowd};
use crate::signaling::framing::text_frame;
use crate::signaling::load;
use anyhow::Result;
use protocol::{CloseCode, DescriptorKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// How many candidates a browser finds for one offer or answer. Each is sent alone, as clients do
/// that gather none.
const CANDIDATES: u32 = 12;
/// One candidate after the other.
const TRICKLE: Duration = Duration::from_millis(5);
/// From an answer to the first frame.
const TO_FIRST_FRAME: Duration = Duration::from_millis(200);
/// How often the streamer negotiates anew, which tells whether signals still pass.
const RENEGOTIATION: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(125);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// After these nobody comes back by itself.
const FOR_GOOD: [CloseCode; 4] = [
    CloseCode::Protocol,
    CloseCode::Unauthenticated,
    CloseCode::Forbidden,
    CloseCode::Replaced,
];
/// When somebody asks again who was refused for good: a person presses the button again.
const ONCE_MORE: Duration = Duration::from_secs(1);

/// What went wrong for one person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Losses {
    /// Numbered events that never came.
    pub(crate) events: u64,
    /// Offers of a link that stayed, without an answer.
    pub(crate) negotiations: u64,
    /// Links that carried media and were closed.
    pub(crate) links: u64,
    /// How the server closed the connection, each time.
    pub(crate) closes: Vec<u16>,
    /// What was refused for good.
    pub(crate) refusals: Vec<String>,
}

/// One person.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) client: usize,
    from: Ipv4Addr,
    channel: &'static str,
    role: &'static str,
    next_id: u64,
    session: Option<(Value, Value)>,
    pub(crate) peer: Option<String>,
    last_seq: Option<u64>,
    /// What has no reply yet.
    pending: BTreeMap<u64, Value>,
    /// What is sent later.
    later: Vec<(Instant, Value)>,
    links: BTreeMap<String, Link>,
    /// Who streams, as this person was told last.
    pub(crate) host: Option<String>,
    connects_at: Option<Instant>,
    pause: Duration,
    /// Closed with a code that forbids to come back.
    pub(crate) is_banned: bool,
    /// How many links it was told to open.
    pub(crate) opened: u64,
    /// When a link first carried media.
    pub(crate) flowing_since: Option<Instant>,
    pub(crate) received: u64,
    pub(crate) losses: Losses,
    renegotiates_at: Option<Instant>,
}

#[derive(Debug)]
struct Link {
    peer: Value,
    generation: u32,
    answered: u32,
    flows_at: Option<Instant>,
    is_flowing: bool,
}

impl Person {
    /// Somebody who connects now.
    pub(crate) fn arrive(
        crowd: &mut Crowd,
        from: Ipv4Addr,
        channel: &'static str,
        role: &'static str,
    ) -> Result<Self> {
        Ok(Self {
            client: crowd.connect_from(from)?,
            from,
            channel,
            role,
            next_id: 1,
            session: None,
            peer: None,
            last_seq: None,
            pending: BTreeMap::new(),
            later: Vec::new(),
            links: BTreeMap::new(),
            host: None,
            connects_at: None,
            pause: FIRST_PAUSE,
            is_banned: false,
            opened: 0,
            flowing_since: None,
            received: 0,
            losses: Losses::default(),
            renegotiates_at: None,
        })
    }

    /// Whether a link carries media now.
    pub(crate) fn is_linked(&self) -> bool {
        self.links.values().any(|link| link.is_flowing)
    }

    /// Whether it is connected, and allowed to be.
    pub(crate) const fn is_present(&self) -> bool {
        self.connects_at.is_none() && !self.is_banned
    }

    /// Begins to negotiate anew with the other half of the pair, now and then.
    pub(crate) const fn renegotiate_from(&mut self, now: Instant) {
        self.renegotiates_at = Some(now);
    }

    /// Forgets what has been lost so far.
    pub(crate) fn count_from_here(&mut self) {
        self.losses = Losses::default();
        (self.opened, self.received) = (0, 0);
    }

    /// Does what is due.
    pub(crate) fn tick(
        &mut self,
        crowd: &mut Crowd,
        now: Instant,
        other: Option<&str>,
    ) -> Result<()> {
        if self.connects_at.is_some_and(|at| at <= now) {
            self.connects_at = None;
            self.client = crowd.connect_from(self.from)?;
        }
        let clients = crowd.clients();
        while let Some(nth) = self.later.iter().position(|(due, _)| *due <= now) {
            let (_, message) = self.later.remove(nth);
            self.send(clients, &message)?;
        }
        let mut flowing = Vec::new();
        for (id, link) in &mut self.links {
            if link.flows_at.is_some_and(|at| at <= now) {
                (link.flows_at, link.is_flowing) = (None, true);
                flowing.push(json!({"link": id}));
            }
        }
        for data in flowing {
            self.flowing_since.get_or_insert(now);
            self.request(clients, "linkFlowing", data)?;
        }
        if self.renegotiates_at.is_some_and(|at| at <= now) {
            self.renegotiates_at = Some(now + RENEGOTIATION);
            self.negotiate_anew(clients, other)?;
        }
        Ok(())
    }

    fn negotiate_anew(&mut self, clients: &mut Clients, other: Option<&str>) -> Result<()> {
        let mine = |link: &&mut Link| link.peer.as_str() == other && other.is_some();
        let Some((id, link)) = self.links.iter_mut().find(|(_, link)| mine(link)) else {
            return Ok(());
        };
        if link.answered < link.generation {
            self.losses.negotiations += 1;
        }
        link.generation += 1;
        let offer = describe(id, link, DescriptorKind::Offer)?;
        self.request(clients, "offer", offer)
    }

    /// Hears something on its connection.
    pub(crate) fn hear(
        &mut self,
        clients: &mut Clients,
        incoming: Incoming<'_>,
        now: Instant,
    ) -> Result<()> {
        match incoming {
            Incoming::Upgraded => self.greet(clients),
            Incoming::Closed(code) => {
                self.close(code.unwrap_or(1006), now);
                Ok(())
            }
            Incoming::Refused(_) => {
                self.come_back(now);
                Ok(())
            }
            Incoming::Text(text) => {
                self.received += text.len() as u64;
                let message: Value = serde_json::from_slice(text)?;
                if message.get("re").is_some() {
                    self.hear_reply(clients, &message, now)
                } else {
                    self.hear_event(clients, &message, now)
                }
            }
        }
    }

    fn close(&mut self, code: u16, now: Instant) {
        self.losses.closes.push(code);
        if FOR_GOOD.iter().any(|it| it.number() == code) {
            self.is_banned = true;
        } else {
            self.come_back(now);
        }
    }

    fn come_back(&mut self, now: Instant) {
        self.connects_at = Some(now + self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    fn greet(&mut self, clients: &mut Clients) -> Result<()> {
        let mut data = json!({"versions": [1], "features": ["lobbyChanges"]});
        if let Some((session, secret)) = &self.session {
            let last_seq = self.last_seq.unwrap_or(0);
            data["resume"] = json!({"session": session, "secret": secret, "lastSeq": last_seq});
        }
        let id = self.next_id;
        self.next_id += 1;
        self.send(clients, &json!({"id": id, "event": "hello", "data": data}))
    }

    fn hear_reply(&mut self, clients: &mut Clients, reply: &Value, now: Instant) -> Result<()> {
        if reply["data"].get("resumed").is_some() {
            return self.welcome(clients, &reply["data"]);
        }
        let id = reply["re"].as_u64().unwrap_or_default();
        let asked = self.pending.remove(&id);
        if let Some(error) = reply.get("error") {
            return self.refused(asked, error, now);
        }
        if reply["data"].get("role").is_some() {
            self.note_host(&reply["data"]["live"]);
        }
        Ok(())
    }

    fn welcome(&mut self, clients: &mut Clients, welcome: &Value) -> Result<()> {
        self.session = Some((welcome["session"].clone(), welcome["secret"].clone()));
        self.peer = welcome["peer"].as_str().map(str::to_owned);
        self.pause = FIRST_PAUSE;
        if welcome["resumed"] == "replayed" {
            for message in self.pending.clone().into_values() {
                self.send(clients, &message)?;
            }
            return Ok(());
        }
        self.last_seq = None;
        self.pending.clear();
        self.later.clear();
        self.join(clients)
    }

    fn join(&mut self, clients: &mut Clients) -> Result<()> {
        let data = self.join_data();
        self.request(clients, "joinStream", data)
    }

    fn join_data(&self) -> Value {
        let flowing = self.links.iter().filter(|(_, link)| link.is_flowing);
        let mut data = json!({
            "channelName": self.channel, "user": {"name": "Honest"}, "role": self.role,
            "keep": flowing.map(|(id, _)| id).collect::<Vec<_>>(),
        });
        if self.role == "host" {
            data["key"] = json!("9f8e7d6c5b4a39281706f5e4d3c2b1a0");
            data["liveForMs"] = json!(60_000);
        }
        data
    }

    fn refused(&mut self, asked: Option<Value>, error: &Value, now: Instant) -> Result<()> {
        let Some(asked) = asked else {
            return Ok(());
        };
        if let Some(wait) = error["retryAfterMs"].as_u64() {
            self.later.push((now + Duration::from_millis(wait), asked));
            return Ok(());
        }
        let code = error["code"].as_str().unwrap_or_default();
        // What has crossed with the server's own words harms nothing.
        if !["stale_generation", "stale_link", "no_such_peer"].contains(&code) {
            let event = asked["event"].as_str().unwrap_or_default();
            self.losses.refusals.push(format!("{event}: {code}"));
        }
        if asked["event"] == "joinStream" {
            let id = self.next_id;
            self.next_id += 1;
            let data = self.join_data();
            let again = json!({"id": id, "event": "joinStream", "data": data});
            self.later.push((now + ONCE_MORE, again));
        }
        Ok(())
    }

    fn hear_event(&mut self, clients: &mut Clients, event: &Value, now: Instant) -> Result<()> {
        if let Some(seq) = event["seq"].as_u64() {
            if let Some(last) = self.last_seq {
                self.losses.events += seq.saturating_sub(last + 1);
            }
            self.last_seq = Some(seq);
        }
        let data = &event["data"];
        match event["event"].as_str().unwrap_or_default() {
            "streamStarted" => self.note_host(data),
            "streamEnded" => self.host = None,
            "linkOpened" => return self.open_link(clients, data, now),
            "linkClosed" => {
                let link = data["link"].as_str().and_then(|id| self.links.remove(id));
                self.losses.links += u64::from(link.is_some_and(|link| link.is_flowing));
            }
            "receiveOffer" => return self.answer(clients, data, now),
            "receiveAnswer" => {
                let id = data["link"].as_str().unwrap_or_default();
                if let Some(link) = self.links.get_mut(id) {
                    link.answered = generation(data);
                    link.is_flowing = true;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn note_host(&mut self, live: &Value) {
        self.host = live["host"]["peer"].as_str().map(str::to_owned);
    }

    fn open_link(&mut self, clients: &mut Clients, data: &Value, now: Instant) -> Result<()> {
        self.opened += 1;
        let id = data["link"].as_str().unwrap_or_default().to_owned();
        let is_sender = data["direction"] == "send";
        if data["kept"] == true {
            if let Some(link) = self.links.get_mut(&id) {
                link.peer = data["peer"].clone();
            }
            return Ok(());
        }
        let link = Link {
            peer: data["peer"].clone(),
            generation: u32::from(is_sender),
            answered: 0,
            flows_at: None,
            is_flowing: false,
        };
        if is_sender {
            let offer = describe(&id, &link, DescriptorKind::Offer)?;
            self.request(clients, "offer", offer)?;
            self.trickle(&id, &link, now);
        }
        self.links.insert(id, link);
        Ok(())
    }

    fn answer(&mut self, clients: &mut Clients, data: &Value, now: Instant) -> Result<()> {
        let id = data["link"].as_str().unwrap_or_default().to_owned();
        let Some(mut link) = self.links.remove(&id) else {
            return Ok(());
        };
        link.generation = generation(data);
        let answer = describe(&id, &link, DescriptorKind::Answer)?;
        self.request(clients, "answer", answer)?;
        if !link.is_flowing {
            link.flows_at = Some(now + TO_FIRST_FRAME);
            self.trickle(&id, &link, now);
        }
        self.links.insert(id, link);
        Ok(())
    }

    fn trickle(&mut self, id: &str, link: &Link, now: Instant) {
        for nth in 1..=CANDIDATES {
            let line = format!(
                "candidate:{nth} 1 udp 2122260223 192.0.2.1 {} typ host",
                50_000 + nth
            );
            let data = json!({
                "to": link.peer, "link": id, "generation": link.generation,
                "candidates": [{"candidate": line, "sdpMid": "0", "sdpMLineIndex": 0}],
                "end": nth == CANDIDATES,
            });
            let request_id = self.next_id;
            self.next_id += 1;
            let message = json!({"id": request_id, "event": "candidate", "data": data});
            self.later.push((now + TRICKLE * nth, message));
        }
    }

    fn request(&mut self, clients: &mut Clients, event: &str, data: Value) -> Result<()> {
        let id = self.next_id;
        self.next_id += 1;
        let message = Map::from_iter([
            ("id".to_owned(), json!(id)),
            ("event".to_owned(), json!(event)),
            ("data".to_owned(), data),
        ]);
        self.send(clients, &Value::Object(message))
    }

    fn send(&mut self, clients: &mut Clients, message: &Value) -> Result<()> {
        if let Some(id) = message["id"]
            .as_u64()
            .filter(|_| message["event"] != "hello")
        {
            self.pending.insert(id, message.clone());
        }
        clients.send(self.client, &text_frame(message.to_string()))
    }
}

/// The data of an offer or an answer.
fn describe(id: &str, link: &Link, kind: DescriptorKind) -> Result<Value> {
    Ok(json!({
        "to": link.peer, "link": id, "generation": link.generation,
        "sessionDescriptor": serde_json::to_value(load::descriptor(kind, "-")?)?,
    }))
}

fn generation(data: &Value) -> u32 {
    let number = data["generation"].as_u64().and_then(|n| n.try_into().ok());
    number.unwrap_or_default()
}
