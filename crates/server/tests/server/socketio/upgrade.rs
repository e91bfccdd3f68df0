//! From polling to a WebSocket, as it should be and as it should not.

use super::calm;
use super::client::{Client, Polling, Socket, Transport, Wire, next_frame};
use super::http::path_of;
use super::words::candidate;
use crate::raw::{HANDSHAKE, Raw};
use crate::support::{start, start_with, unlimited, until_left};
use futures_util::SinkExt as _;
use serde_json::json;
use server::Patience;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::protocol::Message;

async fn frame(socket: &mut Socket) -> String {
    let frame = next_frame(socket).await.expect("the WebSocket has ended");
    frame.to_text().unwrap().to_owned()
}

async fn probe(polling: &Polling, address: SocketAddr) -> Socket {
    let mut socket = polling.knock(address).await;
    socket.send(Message::text("2probe")).await.unwrap();
    assert_eq!(frame(&mut socket).await, "3probe");
    socket
}

/// What a client hears in order, over whichever transport.
struct Listener {
    next: usize,
}

impl Listener {
    /// Checks what a body or a frame carries.
    fn hear(&mut self, packets: &str) {
        for packet in packets.split('\u{1E}').filter(|packet| *packet != "6") {
            let expected = format!(r#"42["receiveCandidate",{}]"#, self.next);
            assert_eq!(packet, expected);
            self.next += 1;
        }
    }
}

/// Says numbers one after the other until it is told to stop, and then the last one.
async fn talk(mut client: Client, mut stop: oneshot::Receiver<()>) -> (Client, usize) {
    for number in 0.. {
        client.say("candidate", &candidate("mina", number)).await;
        tokio::time::sleep(Duration::from_micros(300)).await;
        if stop.try_recv().is_ok() {
            return (client, number);
        }
    }
    unreachable!("numbers do not end")
}

#[tokio::test]
async fn a_change_while_messages_flow_both_ways_loses_none_and_repeats_none() {
    let server = start_with(&unlimited(), Patience::default()).await;
    let address = server.address();
    for round in 0..10 {
        let talker = Client::joined(address, Transport::Socket, "mina", "talker").await;
        let mut client = Client::connect(address, Transport::Polling).await;
        client
            .say("joinStream", &json!({"channelName": "mina"}))
            .await;
        client.hear("allStreamUsers").await;
        let (stop, stopped) = oneshot::channel();
        let talk = tokio::spawn(talk(talker, stopped));

        let mut listener = Listener { next: 0 };
        let mut said = 0;
        let path = path_of(&client.polling().sid);
        for _ in 0..=round {
            let body = client.polling().get.get(&path).await.body;
            listener.hear(&body);
            client.say("candidate", &candidate("mina", said)).await;
            said += 1;
        }
        // As the official client does it: a poll is on its way meanwhile, and ends first.
        let polling = client.polling();
        let mut socket = probe(polling, address).await;
        let body = polling.get.get(&path).await.body;
        listener.hear(&body);
        socket.send(Message::text("5")).await.unwrap();
        client.wire = Wire::Socket(Box::new(socket));
        for _ in 0..20 {
            client.say("candidate", &candidate("mina", said)).await;
            said += 1;
            listener.hear(&frame(client.socket()).await);
        }
        stop.send(()).unwrap();
        let (mut talker, last) = talk.await.unwrap();
        while listener.next <= last {
            listener.hear(&frame(client.socket()).await);
        }

        talker.packet().await;
        for number in 0..said {
            assert_eq!(talker.hear("receiveCandidate").await, number);
        }
        client.socket().close(None).await.unwrap();
        talker.hear("userLeftStream").await;
        talker.socket().close(None).await.unwrap();
        until_left(&server, 0, 0).await;
    }
}

#[tokio::test]
async fn a_change_that_is_given_up_leaves_the_session_as_it_was() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    let address = server.address();
    let mut client = Client::joined(address, Transport::Polling, "mina", "x").await;
    for probes in [false, true, false, true] {
        let mut socket = client.polling().knock(address).await;
        if probes {
            socket.send(Message::text("2probe")).await.unwrap();
            assert_eq!(frame(&mut socket).await, "3probe");
        }
        drop(socket);
        client
            .say("joinStream", &json!({"channelName": "mina"}))
            .await;
        client.hear("allStreamUsers").await;
    }
    // What is no probe ends the WebSocket and nothing else.
    for packet in ["42[\"offer\",{}]", "2", "7", ""] {
        let mut socket = client.polling().knock(address).await;
        socket.send(Message::text(packet)).await.unwrap();
        while next_frame(&mut socket).await.is_some() {}
    }
    client
        .say("joinStream", &json!({"channelName": "mina"}))
        .await;
    client.hear("allStreamUsers").await;
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_second_websocket_is_refused_before_it_is_one() {
    let server = start().await;
    let address = server.address();
    let mut client = Client::joined(address, Transport::Polling, "mina", "x").await;
    let polling = client.polling();
    let mut first = probe(polling, address).await;
    let sid = polling.sid.clone();
    is_refused(address, &sid).await;
    first.send(Message::text("5")).await.unwrap();
    is_refused(address, &sid).await;
    client.wire = Wire::Socket(Box::new(first));
    client
        .say("joinStream", &json!({"channelName": "mina"}))
        .await;
    client.hear("allStreamUsers").await;
}

async fn is_refused(address: SocketAddr, sid: &str) {
    let mut raw = Raw::connect(address).await;
    let answer = raw.ask(&upgrade_of(sid)).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

/// The head of a request that changes a session over to a WebSocket.
fn upgrade_of(sid: &str) -> String {
    let head = HANDSHAKE.replace(
        "GET /ws ",
        &format!("GET /socket.io/?EIO=4&transport=websocket&sid={sid} "),
    );
    format!("{head}\r\n")
}

#[tokio::test]
async fn a_session_whose_driver_is_busy_holds_no_heap_of_websockets() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    let address = server.address();
    let mut client = Client::joined(address, Transport::Polling, "mina", "x").await;
    let sid = client.polling().sid.clone();
    // As many as it is read for some seconds.
    let pongs = vec!["3"; 400].join("\u{1E}");
    client.send(&pongs).await;
    let mut changed = 0;
    let mut sockets = Vec::new();
    for _ in 0..50 {
        let mut raw = Raw::connect(address).await;
        let answer = raw.ask(&upgrade_of(&sid)).await;
        changed += usize::from(answer.starts_with("HTTP/1.1 101 "));
        sockets.push(raw);
    }
    assert_eq!(changed, 1);
    calm.is_unaffected().await;
}

#[tokio::test]
async fn who_says_more_than_can_be_read_in_a_minute_is_sent_away() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    let address = server.address();
    let mut client = Client::joined(address, Transport::Polling, "mina", "x").await;
    let path = path_of(&client.polling().sid);
    let pongs = vec!["3"; 4_000].join("\u{1E}");
    let answer = client.polling().post.post(&path, &pongs).await;
    assert_eq!(answer.status, 400);
    client.ended().await;
    calm.is_unaffected().await;
}
