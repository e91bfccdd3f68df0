//! Outputs as lines, with names for random ids.

use crate::Output;
use protocol::room::RoomEvent;
use protocol::{
    Direction, End, ErrorCode, ErrorReply, Event, LinkId, LiveChannel, LiveStream, PeerId,
    PeerSummary, Reply, Role, StreamId,
};
use std::collections::BTreeMap;

/// The names that ids were given so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) peers: BTreeMap<PeerId, String>,
    links: Vec<LinkId>,
    streams: Vec<StreamId>,
}

impl Names {
    pub(super) fn link_called(&self, name: &str) -> LinkId {
        let number: usize = name.strip_prefix('k').unwrap().parse().unwrap();
        self.links[number - 1]
    }

    pub(super) fn output(&mut self, output: &Output) -> String {
        match output {
            Output::Event { seat, seq, event } => {
                let text = self.event(event);
                match seq {
                    Some(seq) => format!("{} #{} {text}", seat.0, seq.0),
                    None => format!("{} {text}", seat.0),
                }
            }
            Output::Reply { seat, result, .. } => format!("{} {}", seat.0, self.reply(result)),
            Output::Room { seat, event } => format!("{} {}", seat.0, self.room_event(event)),
            Output::Close { seat, code } => format!("{} closed {}", seat.0, code.number()),
        }
    }

    fn reply(&mut self, result: &Result<Reply, ErrorReply>) -> String {
        match result {
            Ok(Reply::Done(_)) => "done".to_owned(),
            Ok(Reply::Joined(joined)) => {
                let (name, role) = (&joined.channel_name, role(joined.role));
                let live = joined.live.as_ref().map(|live| self.live(live));
                let live = live.unwrap_or_else(|| "not live".to_owned());
                format!("joined {name} {role}, {live}, viewers {}", joined.viewers)
            }
            Ok(Reply::Lobby(lobby)) => format!("lobby{}", lobby_list(&lobby.channels)),
            Ok(Reply::Viewers(page)) => {
                let more = if page.more { " more" } else { "" };
                let users = self.users(&page.users);
                format!("viewers{users} of {}{more}", page.count)
            }
            Ok(Reply::Welcome(welcome)) => {
                let peer = self.peer(welcome.peer);
                let epoch = welcome.epoch.0;
                format!("welcome {peer} {:?} epoch {epoch}", welcome.resumed).to_lowercase()
            }
            Err(error) => format!("refused {}", code(error.code)),
        }
    }

    fn room_event(&self, event: &RoomEvent) -> String {
        match event {
            RoomEvent::AllStreamUsers(ids) => {
                let ids: Vec<&str> = ids.iter().map(|id| self.peers[id].as_str()).collect();
                format!("allStreamUsers [{}]", ids.join(" "))
            }
            RoomEvent::UserJoinedStream(user) => format!("userJoinedStream {}", user.json()),
            RoomEvent::UserLeftStream(user) => format!("userLeftStream {}", user.json()),
            RoomEvent::Received(kind, payload) => format!("receive{kind:?} {}", payload.json()),
        }
    }

    fn event(&mut self, event: &Event) -> String {
        match event {
            Event::AllStreamUsers(data) => format!("allStreamUsers{}", self.users(&data.users)),
            Event::Audience(data) if data.waiting > 0 => {
                format!("audience {} waiting {}", data.count, data.waiting)
            }
            Event::Audience(data) => format!("audience {}", data.count),
            Event::LinkClosed(data) => {
                let reason = format!("{:?}", data.reason).to_lowercase();
                format!("linkClosed {} {reason}", self.link(data.link))
            }
            Event::LinkOpened(data) => {
                let way = match data.direction {
                    Direction::Receive => "from",
                    Direction::Send => "to",
                    Direction::Unknown => "?",
                };
                let kept = if data.kept { " kept" } else { "" };
                let link = self.link(data.link);
                format!("linkOpened {link} {way} {}{kept}", self.end(data.peer))
            }
            Event::Lobby(data) => format!("lobby{}", lobby_list(&data.channels)),
            Event::LobbyChanged(data) => {
                let gone: Vec<&str> = data.gone.iter().map(|name| name.as_str()).collect();
                format!("lobbyChanged{} gone {gone:?}", lobby_list(&data.changed))
            }
            Event::Ping => "ping".to_owned(),
            Event::Unknown => "unknown".to_owned(),
            Event::ReceiveAnswer(data) => {
                let (link, from) = (self.link(data.link), self.end(data.from));
                format!("receiveAnswer {link}/{} from {from}", data.generation.0)
            }
            Event::ReceiveCandidate(data) => {
                let (link, from) = (self.link(data.link), self.end(data.from));
                let end = if data.end { " end" } else { "" };
                let (generation, count) = (data.generation.0, data.candidates.len());
                format!("receiveCandidate {link}/{generation} from {from} x{count}{end}")
            }
            Event::ReceiveOffer(data) => {
                let (link, from) = (self.link(data.link), self.end(data.from));
                format!("receiveOffer {link}/{} from {from}", data.generation.0)
            }
            Event::ReceiveRestartIce(data) => {
                let (link, from) = (self.link(data.link), self.end(data.from));
                format!("receiveRestartIce {link} from {from}")
            }
            Event::StreamEnded(data) => {
                format!(
                    "streamEnded {}",
                    format!("{:?}", data.reason).to_lowercase()
                )
            }
            Event::StreamFull(data) => format!("streamFull {}", data.limit),
            Event::StreamStarted(live) => format!("streamStarted {}", self.live(live)),
            Event::StreamUpdated(data) => {
                let title = data.title.as_ref().map_or("-", |title| title.as_str());
                let (audio, video) = (data.media.audio, data.media.video);
                let away = if data.host_away { " host away" } else { "" };
                format!("streamUpdated {title:?} audio {audio} video {video}{away}")
            }
            Event::UserJoinedStream(data) => format!("userJoinedStream {}", self.user(data)),
            Event::UserLeftStream(data) => {
                let reason = format!("{:?}", data.reason).to_lowercase();
                format!("userLeftStream {} {reason}", self.peer(data.peer))
            }
            Event::UserUpdated(data) => {
                format!("userUpdated {} {}", self.user(data), data.user.name)
            }
        }
    }

    fn live(&mut self, live: &LiveStream) -> String {
        let stream = name_of("s", live.stream, &mut self.streams);
        let host = self.peer(live.host.peer);
        let title = live.title.as_ref().map_or("-", |title| title.as_str());
        let seconds = live.live_for_ms / 1_000;
        format!("{stream} of {host} {title:?} for {seconds} s")
    }

    fn users(&self, users: &[PeerSummary]) -> String {
        users
            .iter()
            .map(|user| format!(" {}", self.user(user)))
            .collect()
    }

    fn user(&self, user: &PeerSummary) -> String {
        let peer = self.peer(user.peer);
        match user.role {
            Role::Host => format!("{peer}:host"),
            Role::Viewer | Role::Unknown => peer,
        }
    }

    fn link(&mut self, link: LinkId) -> String {
        name_of("k", link, &mut self.links)
    }

    fn end(&self, end: End) -> String {
        end.peer()
            .map_or_else(|| "relay".to_owned(), |peer| self.peer(peer))
    }

    fn peer(&self, peer: PeerId) -> String {
        self.peers[&peer].clone()
    }
}

fn name_of<T: Copy + PartialEq>(prefix: &str, id: T, known: &mut Vec<T>) -> String {
    let index = known
        .iter()
        .position(|known| *known == id)
        .unwrap_or_else(|| {
            known.push(id);
            known.len() - 1
        });
    format!("{prefix}{}", index + 1)
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Host => "host",
        Role::Viewer => "viewer",
        Role::Unknown => "unknown",
    }
}

fn lobby_list(channels: &[LiveChannel]) -> String {
    channels
        .iter()
        .map(|channel| {
            let title = channel
                .title
                .as_ref()
                .map(|title| format!(" {:?}", title.as_str()));
            let (name, viewers) = (&channel.channel_name, channel.viewers);
            format!(" [{name} {viewers}{}]", title.unwrap_or_default())
        })
        .collect()
}

fn code(code: ErrorCode) -> String {
    serde_name(&format!("{code:?}"))
}

/// `StaleLink` as the wire writes it.
fn serde_name(variant: &str) -> String {
    let mut name = String::new();
    for char in variant.chars() {
        if char.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(char.to_lowercase());
    }
    name
}
