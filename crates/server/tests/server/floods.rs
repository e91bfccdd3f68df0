//! Clients that send too much, or read too little. `ten_thousand_joins_in_a_row…` is in `refusals`.

use crate::calm::Calm;
use crate::raw::{Raw, text};
use crate::support::{Client, SDP, forgetful, start, start_with, unlimited, until_left};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use server::{Patience, Running};
use std::collections::BTreeMap;
use tokio_tungstenite::tungstenite::protocol::Message;

/// What came of a flood: how many were done, how many refused with which code, and the code that
/// ended it.
#[derive(Debug, Default)]
struct Flood {
    answers: BTreeMap<String, usize>,
    code: Option<u16>,
}

impl Flood {
    fn count(&self, answer: &str) -> usize {
        self.answers.get(answer).copied().unwrap_or_default()
    }
}

/// Sends requests as fast as the socket takes them, until the server closes it.
async fn flood(client: Client, request: impl Fn(u64) -> (&'static str, Value)) -> Flood {
    let (mut send, mut receive) = client.socket.split();
    let sending = async {
        for number in 1.. {
            let (event, data) = request(number);
            let text = json!({"id": number + 1_000, "event": event, "data": data}).to_string();
            if send.send(Message::text(text)).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut flood = Flood::default();
    let receiving = async {
        while let Some(Ok(frame)) = receive.next().await {
            if let Message::Close(frame) = frame {
                flood.code = frame.map(|frame| frame.code.into());
            } else if let Message::Text(text) = frame {
                flood.note(&serde_json::from_str(&text).unwrap());
            }
        }
    };
    tokio::select! {
        () = receiving => {}
        () = sending => {}
    }
    flood
}

impl Flood {
    fn note(&mut self, message: &Value) {
        if message.get("re").is_some() {
            let code = message["error"]["code"].as_str().unwrap_or("done");
            *self.answers.entry(code.to_owned()).or_default() += 1;
        }
    }
}

/// A host whose viewer reads everything, the viewer's id and their link.
async fn streaming(server: &Running, channel: &str) -> (Client, String, Value) {
    let (mut host, _) = Client::joined(server.address(), channel, "host").await;
    let (mut viewer, peer) = Client::joined(server.address(), channel, "viewer").await;
    tokio::spawn(async move { while viewer.socket.next().await.is_some() {} });
    let link = host.event("linkOpened").await["link"].clone();
    (host, peer.id, link)
}

/// As much as may come at once passes, the rest is refused, and in the end nothing is read.
fn assert_bounded(flood: &Flood, answer: &str) {
    let passed = flood.count(answer);
    assert!((1..320).contains(&passed), "{flood:?}");
    // The exchanger refuses as well, and nobody is closed for that.
    assert!((1..=400).contains(&flood.count("too_fast")), "{flood:?}");
    assert_eq!(flood.code, Some(4429), "{flood:?}");
}

#[tokio::test]
async fn floods_of_small_requests_are_refused_and_then_closed() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let chat = "x".repeat(200);
    let join = json!({"channelName": "mina", "user": {"name": "A"}, "role": "viewer"});
    let broken = json!({"channelName": "mina"});
    for (event, data, answer) in [
        ("joinStream", join, "done"),
        ("joinStream", broken, "bad_request"),
        ("leaveStream", json!({}), "not_joined"),
        ("followLobby", json!({}), "done"),
        ("chat", json!({"text": chat}), "unsupported"),
        ("pong", json!({}), "done"),
    ] {
        let (client, _) = Client::welcomed(server.address()).await;
        let flood = flood(client, |_| (event, data.clone())).await;
        assert_bounded(&flood, answer);
        calm.is_unaffected().await;
    }
}

#[tokio::test]
async fn floods_of_offers_and_candidates_are_refused_and_then_closed() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let (host, to, link) = streaming(&server, "one").await;
    let offers = flood(host, |number| {
        let descriptor = json!({"type": "offer", "sdp": SDP});
        let data = json!({
            "to": to, "link": link, "generation": number, "sessionDescriptor": descriptor,
        });
        ("offer", data)
    });
    assert_bounded(&offers.await, "done");
    calm.is_unaffected().await;

    let (mut host, to, link) = streaming(&server, "two").await;
    let descriptor = json!({"type": "offer", "sdp": SDP});
    let offer = json!({"to": to, "link": link, "generation": 1, "sessionDescriptor": descriptor});
    host.ask("offer", offer).await;
    let candidates = flood(host, |number| {
        let candidates = json!([{"candidate": format!("candidate:{number}")}]);
        let data = json!({"to": to, "link": link, "generation": 1, "candidates": candidates});
        ("candidate", data)
    })
    .await;
    // So many candidates has no browser: the exchanger refuses the rest before the budget does.
    assert_eq!(candidates.count("done"), 128, "{candidates:?}");
    assert_eq!(candidates.code, Some(4429), "{candidates:?}");
    calm.is_unaffected().await;
}

#[tokio::test]
async fn large_messages_are_refused_for_their_bytes() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let (client, _) = Client::welcomed(server.address()).await;
    let junk = "x".repeat(60_000);
    let flood = flood(client, |_| ("chat", json!({"text": junk}))).await;
    // 512 kB at once.
    assert!((8..=16).contains(&flood.count("unsupported")), "{flood:?}");
    assert_eq!(flood.code, Some(4429));
    calm.is_unaffected().await;
}

#[tokio::test]
async fn ten_thousand_joins_and_leaves_leave_nothing_behind() {
    let server = start_with(&unlimited(), forgetful()).await;
    let mut calm = Calm::beside(&server).await;
    let (busy, _) = Client::welcomed(server.address()).await;
    let (mut send, mut receive) = busy.socket.split();
    let sending = async {
        for number in 0..10_000_u64 {
            let name = format!("channel {}", number % 100);
            let data = json!({"channelName": name, "user": {"name": "A"}, "role": "host"});
            let join = json!({"id": 2 * number + 10, "event": "joinStream", "data": data});
            let leave = json!({"id": 2 * number + 11, "event": "leaveStream"});
            send.feed(Message::text(join.to_string())).await.unwrap();
            send.send(Message::text(leave.to_string())).await.unwrap();
        }
    };
    let receiving = async {
        let mut done = 0;
        while done < 20_000 {
            let frame = receive.next().await.unwrap().unwrap();
            let message: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
            // Most joins are too many, and then there is nothing to leave.
            let code = message["error"]["code"].as_str();
            assert!(
                [None, Some("too_fast"), Some("not_joined")].contains(&code),
                "{message}"
            );
            done += u32::from(message.get("re").is_some());
        }
    };
    tokio::join!(sending, receiving);
    drop((send, receive));
    until_left(&server, 2, 2).await;

    let (mut follower, _) = Client::welcomed(server.address()).await;
    let lobby = follower.ask("followLobby", json!({})).await;
    assert_eq!(
        lobby["channels"].as_array().map(Vec::len),
        Some(1),
        "{lobby}"
    );
    calm.is_unaffected().await;
}

#[tokio::test]
async fn who_stops_reading_is_closed_with_4429_and_little_is_kept_for_it() {
    let server = start_with(&unlimited(), Patience::default()).await;
    let mut calm = Calm::beside(&server).await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    let mut deaf = Raw::open(server.address()).await;
    for request in [
        json!({"id": 1, "event": "hello", "data": {"versions": [1]}}),
        json!({"id": 2, "event": "joinStream", "data":
            {"channelName": "mina", "user": {"name": "A"}, "role": "viewer"}}),
    ] {
        deaf.send(&text(request.to_string())).await;
    }
    let opened = host.event("linkOpened").await;
    let sdp = format!("{SDP}a={}\r\n", "x".repeat(200 * 1024));
    let descriptor = json!({"type": "offer", "sdp": sdp});
    let mut sent = 0;
    // Two, the host and the one that does not read.
    while server.census().await.seats == 4 {
        sent += 1;
        let offer = json!({
            "to": opened["peer"], "link": opened["link"], "generation": sent,
            "sessionDescriptor": descriptor,
        });
        host.ask("offer", offer).await;
        assert!(sent < 1_000, "nothing holds so much");
    }
    let mut received = 0;
    let code = loop {
        let frame = deaf.frame().await.expect("a close comes first");
        match frame.first {
            0x88 => break u16::from_be_bytes(*frame.payload.first_chunk().unwrap()),
            _ => received += u32::from(frame.payload.len() > 200 * 1024),
        }
    };
    assert_eq!(code, 4429);
    // What was not on its way waited in the queue, which holds 1 MB.
    assert!(sent - received <= 7, "{sent} {received}");
    calm.is_unaffected().await;
}
