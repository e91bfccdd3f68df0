//! Connections that are dead without saying so, and sessions that more than one client claims.

use crate::calm::Calm;
use crate::support::{Client, PATIENCE, Peer, config, impatient, start, start_with, until_left};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::protocol::Message;

/// A cable between a client and the server, until it is cut: then both ends stay open, and nothing
/// that they write arrives.
struct Cable {
    address: SocketAddr,
    cut: watch::Sender<bool>,
}

impl Cable {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, mut is_cut) = watch::channel(false);
        tokio::spawn(async move {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = TcpStream::connect(server).await.unwrap();
            tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => return,
                _ = is_cut.wait_for(|cut| *cut) => {}
            }
            std::future::pending::<()>().await;
        });
        Self { address, cut }
    }
}

#[tokio::test]
async fn a_dead_connection_is_noticed_and_its_peer_leaves() {
    let server = start_with(&config(), impatient()).await;
    let mut calm = Calm::beside(&server).await;
    let cable = Cable::to(server.address()).await;
    let (_dead, peer) = Client::joined(cable.address, "mina", "host").await;
    let (mut viewer, _) = Client::joined(server.address(), "mina", "viewer").await;
    cable.cut.send_replace(true);
    let left = loop {
        let message = viewer.next().await;
        match message["event"].as_str() {
            Some("ping") => viewer.say(r#"{"event":"pong"}"#).await,
            Some("userLeftStream") => break message["data"].clone(),
            _ => {}
        }
    };
    assert_eq!(left["peer"], peer.id.as_str());
    assert_eq!(left["reason"], "lost");
    drop(viewer);
    until_left(&server, 2, 2).await;
    calm.is_unaffected().await;
}

fn resume(session: &Value, secret: &Value, last_seq: u64) -> Value {
    let resume = json!({"session": session, "secret": secret, "lastSeq": last_seq});
    json!({"versions": [1], "resume": resume})
}

/// What the peer's own client shows to resume.
fn own(peer: &Peer, last_seq: u64) -> Value {
    resume(&peer.welcome["session"], &peer.welcome["secret"], last_seq)
}

#[tokio::test]
async fn a_session_without_its_secret_is_worth_nothing() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let (mut victim, peer) = Client::joined(server.address(), "mina", "viewer").await;
    let session = &peer.welcome["session"];
    let (mut thief, own) = Client::welcomed(server.address()).await;
    for secret in [own["secret"].clone(), json!("0".repeat(32))] {
        let mut client = Client::connect(server.address()).await;
        let welcome = client.ask("hello", resume(session, &secret, 0)).await;
        assert_eq!(
            (&welcome["resumed"], &welcome["epoch"]),
            (&json!("fresh"), &json!(0))
        );
        assert_ne!(welcome["peer"], peer.id.as_str());
    }
    for secret in [json!(""), json!(0), json!(null), json!("+".repeat(32))] {
        let mut client = Client::connect(server.address()).await;
        let code = client.refusal("hello", resume(session, &secret, 0)).await;
        assert_eq!(code, "bad_request", "{secret}");
    }
    // Late is as bad as wrong.
    let late = resume(session, &peer.welcome["secret"], 0);
    assert_eq!(thief.refusal("hello", late).await, "bad_hello");
    victim.ask("pong", json!({})).await;
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_stolen_secret_works_once_and_its_owner_takes_the_session_back() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let (mut victim, peer) = Client::joined(server.address(), "mina", "viewer").await;
    let mut thief = Client::connect(server.address()).await;
    let welcome = thief.ask("hello", own(&peer, 1)).await;
    assert_eq!(
        (&welcome["resumed"], &welcome["epoch"]),
        (&json!("replayed"), &json!(1))
    );
    assert_eq!(victim.close_code().await, 4409);
    let mut back = Client::connect(server.address()).await;
    assert_eq!(back.ask("hello", own(&peer, 1)).await["epoch"], 2);
    assert_eq!(thief.close_code().await, 4409);
    back.ask("pong", json!({})).await;
    calm.is_unaffected().await;
}

#[tokio::test]
async fn of_many_resumes_that_race_one_goes_on_and_no_event_comes_twice() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    let (mut first, peer) = Client::joined(server.address(), "mina", "viewer").await;
    first.event("linkOpened").await;
    host.ask("updateStream", json!({"title": "missed"})).await;
    let mut racers = Vec::new();
    for _ in 0..8 {
        racers.push(Client::connect(server.address()).await);
    }
    for racer in &mut racers {
        racer.request("hello", own(&peer, 2)).await;
    }
    // Everybody has its answer, and all but one are told that another one goes on.
    host.ask("updateStream", json!({"title": "the end"})).await;
    let mut heard = Vec::new();
    for racer in &mut racers {
        heard.push(listen(racer, "the end").await);
    }
    let winners = heard.iter().filter(|heard| heard.code.is_none()).count();
    let replaced = heard
        .iter()
        .filter(|heard| heard.code == Some(4409))
        .count();
    assert_eq!((winners, replaced), (1, 7));
    let epochs: BTreeSet<_> = heard.iter().map(|heard| heard.epoch).collect();
    assert_eq!(epochs, (1..=8).collect());
    assert_eq!(first.close_code().await, 4409);
    calm.is_unaffected().await;
}

/// What one racer heard.
struct Heard {
    epoch: u64,
    code: Option<u16>,
}

/// Listens until the stream has this title or the connection ends; every event comes once.
async fn listen(client: &mut Client, title: &str) -> Heard {
    let mut seqs = BTreeSet::new();
    let mut heard = Heard {
        epoch: 0,
        code: None,
    };
    loop {
        let frame = tokio::time::timeout(PATIENCE, client.answer()).await;
        let frame = frame.expect("nothing came");
        if let Message::Close(frame) = frame {
            heard.code = frame.map(|frame| frame.code.into());
            return heard;
        }
        let message: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
        if let Some(epoch) = message["data"]["epoch"].as_u64() {
            heard.epoch = epoch;
        }
        if let Some(seq) = message["seq"].as_u64() {
            assert!(seq > 2 && seqs.insert(seq), "{message}");
        }
        if message["data"]["title"] == title {
            return heard;
        }
    }
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_answered_again_and_done_once() {
    let server = start().await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    let (mut viewer, welcome) = Client::welcomed(server.address()).await;
    let data = json!({"channelName": "mina", "user": {"name": "Ann"}, "role": "viewer"});
    let join = json!({"id": 500, "event": "joinStream", "data": data}).to_string();
    for _ in 0..3 {
        viewer.say(join.as_str()).await;
    }
    let mut again = Client::connect(server.address()).await;
    let hello = resume(&welcome["session"], &welcome["secret"], 0);
    again.ask("hello", hello).await;
    again.say(join.as_str()).await;
    let reply = loop {
        let message = again.next().await;
        if message["re"] == 500 {
            break message;
        }
    };
    assert_eq!(reply["data"]["viewers"], 1, "{reply}");

    host.ask("updateStream", json!({"title": "seen"})).await;
    host.ask("pong", json!({})).await;
    let users = host.ask("listViewers", json!({})).await["users"].clone();
    assert_eq!(users.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn who_resumes_from_long_ago_is_told_everything_since_and_the_later_one_ends() {
    let server = start().await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    let (mut old, peer) = Client::joined(server.address(), "mina", "viewer").await;
    old.event("linkOpened").await;
    for title in ["one", "two"] {
        host.ask("updateStream", json!({"title": title})).await;
    }
    let mut newer = Client::connect(server.address()).await;
    newer.ask("hello", own(&peer, 2)).await;
    assert_eq!(newer.event("streamUpdated").await["title"], "one");
    assert_eq!(newer.event("streamUpdated").await["title"], "two");
    assert_eq!(old.close_code().await, 4409);

    // A page that was frozen meanwhile knows nothing of the second connection.
    let mut frozen = Client::connect(server.address()).await;
    let welcome = frozen.ask("hello", own(&peer, 2)).await;
    assert_eq!(
        (&welcome["resumed"], &welcome["epoch"]),
        (&json!("replayed"), &json!(2))
    );
    for (seq, title) in [(3, "one"), (4, "two")] {
        let missed = frozen.next().await;
        assert_eq!(
            (&missed["seq"], &missed["data"]["title"]),
            (&json!(seq), &json!(title))
        );
    }
    assert_eq!(newer.close_code().await, 4409);
}
