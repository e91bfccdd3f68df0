//! One example of every message. They are the snapshots' and the ones in `docs/protocol.md`.

use protocol::wire::{self, Request};
use protocol::*;
use std::sync::Arc;

const SDP: &str =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

/// The requests as they are written, numbered from 1. A `pong` needs no reply, so it has no number.
pub(crate) fn requests() -> Vec<Request> {
    let number = |(id, command): (u64, Command)| Request {
        id: (!matches!(command, Command::Pong)).then_some(RequestId(id)),
        command,
    };
    (1..).zip(commands()).map(number).collect()
}

pub(crate) fn request_lines() -> Vec<String> {
    let encode = |request: &Request| wire::encode_request(request).expect("the examples are valid");
    requests().iter().map(encode).collect()
}

/// Each reply has the number of the request among the examples that it answers.
pub(crate) fn reply_lines() -> Vec<String> {
    let encode =
        |(re, reply)| wire::encode_reply(RequestId(re), &reply).expect("the examples are valid");
    replies().into_iter().map(encode).collect()
}

/// The events as they are written. What is not replayed has no number.
pub(crate) fn event_lines() -> Vec<String> {
    let encode = |(seq, event): (u64, Event)| {
        let is_replayed = !matches!(
            event,
            Event::Lobby(_) | Event::LobbyChanged(_) | Event::Ping
        );
        wire::encode_event(is_replayed.then_some(Seq(seq)), &event).expect("the examples are valid")
    };
    (1..).zip(events()).map(encode).collect()
}

pub(crate) fn commands() -> Vec<Command> {
    vec![
        Command::Hello(Hello {
            versions: vec![1],
            features: vec![],
            resume: None,
        }),
        Command::Hello(Hello {
            versions: vec![1],
            features: vec![Feature::LobbyChanges],
            resume: Some(Resume {
                session: session(),
                secret: secret(),
                last_seq: Seq(203),
            }),
        }),
        Command::JoinStream(JoinStream {
            channel_name: name("mina"),
            user: user("Mina"),
            role: Role::Host,
            key: HostKey::parse("0f1e2d3c").ok(),
            title: Title::parse("Baking bread").ok(),
            media: Media::default(),
            live_for_ms: 61_000,
            keep: vec![link()],
        }),
        Command::JoinStream(JoinStream {
            channel_name: name("한국어 채널"),
            user: user("손님 4821"),
            role: Role::Viewer,
            key: None,
            title: None,
            media: Media::default(),
            live_for_ms: 0,
            keep: vec![],
        }),
        Command::LeaveStream,
        Command::UpdateStream(UpdateStream {
            title: Some(Title::parse("Baking more bread").ok()),
            media: Some(Media {
                audio: false,
                video: true,
            }),
        }),
        Command::UpdateUser(UpdateUser { user: user("Jun") }),
        Command::ListViewers(ListViewers {
            after: Some(viewer()),
        }),
        Command::Offer(descriptor(viewer(), DescriptorKind::Offer)),
        Command::Answer(descriptor(host(), DescriptorKind::Answer)),
        Command::Candidate(SendCandidates {
            to: viewer().into(),
            link: link(),
            generation: Generation(1),
            candidates: vec![candidate()],
            end: false,
        }),
        Command::LinkFlowing(LinkTarget { link: link() }),
        Command::LinkFailed(LinkFailed {
            link: link(),
            reason: LinkFailure::Connectivity,
        }),
        Command::RestartIce(LinkTarget { link: link() }),
        Command::FollowLobby,
        Command::UnfollowLobby,
        Command::UpdateStream(UpdateStream {
            title: Some(None),
            media: None,
        }),
        Command::Pong,
    ]
}

pub(crate) fn replies() -> Vec<(u64, Result<Reply, ErrorReply>)> {
    let resumed = Welcome {
        epoch: Epoch(1),
        resumed: Resumed::Replayed,
        ..welcome()
    };
    vec![
        (1, Ok(Reply::Welcome(Box::new(welcome())))),
        (2, Ok(Reply::Welcome(Box::new(resumed)))),
        (
            4,
            Ok(Reply::Joined(Joined {
                channel_name: name("한국어 채널"),
                role: Role::Viewer,
                live: Some(live()),
                viewers: 3,
                waiting: 1,
            })),
        ),
        (
            8,
            Ok(Reply::Viewers(Viewers {
                users: vec![PeerSummary {
                    peer: PeerId::from_bits(0x9a4),
                    user: user("Ann"),
                    role: Role::Viewer,
                }],
                count: 101,
                more: false,
            })),
        ),
        (15, Ok(Reply::Lobby(lobby()))),
        (5, Ok(Reply::DONE)),
        (
            9,
            Err(ErrorReply::new(
                ErrorCode::NoSuchPeer,
                "`to` is not the link's other end",
            )),
        ),
        (
            11,
            Err(ErrorReply::new(ErrorCode::TooFast, "too much at once").retry_after_ms(1500)),
        ),
    ]
}

fn welcome() -> Welcome {
    Welcome {
        version: 1,
        peer: host(),
        session: session(),
        secret: secret(),
        epoch: Epoch(0),
        resumed: Resumed::Fresh,
        ping_interval_ms: 20_000,
        ping_timeout_ms: 10_000,
        grace_ms: 30_000,
        max_message_bytes: 262_144,
        ice_servers: Arc::new([IceServer {
            urls: vec!["stun:stun.example.org:3478".to_owned()],
            username: None,
            credential: None,
        }]),
        ice_expires_in_ms: None,
    }
}

pub(crate) fn events() -> Vec<Event> {
    let received = |from: PeerId, kind| {
        let SendDescriptor {
            link,
            generation,
            session_descriptor,
            ..
        } = descriptor(from, kind);
        ReceiveDescriptor {
            from: from.into(),
            link,
            generation,
            session_descriptor,
        }
    };
    let mut events = vec![
        Event::AllStreamUsers(AllStreamUsers {
            users: vec![streaming(), watching()],
        }),
        Event::UserJoinedStream(watching()),
        Event::UserUpdated(watching()),
        Event::UserLeftStream(UserLeftStream {
            peer: viewer(),
            user: user("Jun"),
            reason: LeaveReason::Lost,
        }),
        Event::Audience(Audience {
            count: 1204,
            waiting: 3,
        }),
        Event::StreamStarted(live()),
        Event::StreamUpdated(StreamUpdated {
            title: None,
            media: Media::default(),
            host_away: false,
        }),
        Event::StreamEnded(StreamEnded {
            reason: LeaveReason::Left,
        }),
        Event::StreamFull(StreamFull { limit: 8 }),
        Event::LinkOpened(LinkOpened {
            link: link(),
            peer: viewer().into(),
            direction: Direction::Send,
            kind: LinkKind::Direct,
            kept: false,
        }),
        Event::LinkOpened(LinkOpened {
            link: link(),
            peer: host().into(),
            direction: Direction::Receive,
            kind: LinkKind::Direct,
            kept: true,
        }),
        Event::LinkOpened(LinkOpened {
            link: link(),
            peer: End::Relay,
            direction: Direction::Receive,
            kind: LinkKind::Relay,
            kept: false,
        }),
        Event::LinkClosed(LinkClosed {
            link: link(),
            reason: LinkCloseReason::Replaced,
        }),
        Event::ReceiveOffer(received(host(), DescriptorKind::Offer)),
        Event::ReceiveAnswer(received(viewer(), DescriptorKind::Answer)),
        Event::ReceiveCandidate(ReceiveCandidates {
            from: host().into(),
            link: link(),
            generation: Generation(1),
            candidates: vec![],
            end: true,
        }),
        Event::ReceiveRestartIce(ReceiveRestart {
            from: viewer().into(),
            link: link(),
        }),
    ];
    events.extend(later_events());
    events
}

/// What came after the first release, and what is not numbered.
fn later_events() -> Vec<Event> {
    vec![
        Event::StreamUpdated(StreamUpdated {
            title: Title::parse("Baking bread").ok(),
            media: Media::default(),
            host_away: true,
        }),
        Event::Lobby(lobby()),
        Event::LobbyChanged(LobbyChanged {
            changed: lobby().channels.to_vec(),
            gone: vec![name("jun")],
        }),
        Event::Ping,
    ]
}

fn lobby() -> Lobby {
    let LiveStream {
        host,
        title,
        media,
        live_for_ms,
        ..
    } = live();
    Lobby {
        channels: Arc::new([LiveChannel {
            channel_name: name("mina"),
            user: host.user,
            title,
            media,
            viewers: 3,
            live_for_ms,
        }]),
    }
}

fn live() -> LiveStream {
    LiveStream {
        stream: StreamId::from_bits(0x51),
        host: streaming(),
        title: Title::parse("Baking bread").ok(),
        media: Media::default(),
        live_for_ms: 61_000,
        host_away: false,
    }
}

fn descriptor(to: PeerId, kind: DescriptorKind) -> SendDescriptor {
    SendDescriptor {
        to: to.into(),
        link: link(),
        generation: Generation(1),
        session_descriptor: SessionDescriptor::new(kind, SDP).expect("the examples are valid"),
    }
}

fn candidate() -> Candidate {
    Candidate::from_json(
        r#"{"candidate":"candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"EsAw"}"#,
    )
    .expect("the examples are valid")
}

fn streaming() -> PeerSummary {
    PeerSummary {
        peer: host(),
        user: user("Mina"),
        role: Role::Host,
    }
}

fn watching() -> PeerSummary {
    PeerSummary {
        peer: viewer(),
        user: user("Jun"),
        role: Role::Viewer,
    }
}

fn name(text: &str) -> ChannelName {
    ChannelName::parse(text).expect("the examples are valid")
}

fn user(name: &str) -> User {
    User {
        name: UserName::parse(name).expect("the examples are valid"),
    }
}

fn host() -> PeerId {
    PeerId::from_bits(0x31c)
}

fn viewer() -> PeerId {
    PeerId::from_bits(0x8f2)
}

fn link() -> LinkId {
    LinkId::from_bits(0x31)
}

fn session() -> SessionId {
    SessionId::from_bits(0x77)
}

fn secret() -> Secret {
    Secret::from_bytes([0x5a; 16])
}
