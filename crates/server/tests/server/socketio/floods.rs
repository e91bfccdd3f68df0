//! Clients that say too much, or read too little.

use super::calm;
use super::client::{BOTH, Client, Socket, Transport, Wire};
use super::words::{candidate, event, user};
use crate::support::{config, start, start_with, unlimited, until_left};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use server::Patience;
use std::time::Duration;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::Message;

/// The numbers that a client hears until its session ends.
async fn numbers(client: &mut Client) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some(packet) = client.next_packet().await {
        let told: Value = serde_json::from_str(packet.strip_prefix("42").unwrap()).unwrap();
        if told[0] == "receiveCandidate" {
            numbers.push(told[1]["number"].as_u64().unwrap());
        }
    }
    numbers
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected_and_misses_nothing_before() {
    const SIZE: usize = 50_000;
    let server = start_with(&unlimited(), Patience::default()).await;
    let mut calm = calm::beside(&server).await;
    for transport in BOTH {
        let address = server.address();
        let channel = format!("busy {transport:?}");
        let mut deaf = Client::joined(address, transport, &channel, "deaf").await;
        let mut talker = Client::joined(address, Transport::Socket, &channel, "talker").await;
        let mut witness = Client::joined(address, Transport::Socket, &channel, "witness").await;
        talker.hear("userJoinedStream").await;

        // Long before this many the buffers on the way are full.
        let mut told = 0;
        let is_gone = |packet: &str| packet.contains("userLeftStream");
        loop {
            told += 1;
            assert!(told < 2_000, "{transport:?}: it is never disconnected");
            let long = json!({"number": told, "junk": "x".repeat(SIZE)});
            let data = json!({"channelName": &channel, "candidate": long});
            talker.say("candidate", &data).await;
            let heard = witness.packet().await;
            if is_gone(&heard) {
                break;
            }
            assert!(heard.starts_with(r#"42["receiveCandidate",{"junk""#));
        }
        // The rest is what the server held for it: it is bounded.
        let heard = numbers(&mut deaf).await;
        assert!(
            heard.iter().copied().eq(1..=heard.len() as u64),
            "{heard:?}"
        );
        assert!((told - heard.len()) * SIZE < 3_000_000, "{told} {heard:?}");
        let has_socket = matches!(transport, Transport::Socket);
        assert_eq!(
            has_socket,
            !heard.is_empty(),
            "only a socket's buffers are read late"
        );
        calm.is_unaffected().await;

        let mut again = Client::joined(address, transport, &channel, "deaf").await;
        talker.say("candidate", &candidate(&channel, 0)).await;
        assert_eq!(again.hear("receiveCandidate").await, 0);
    }
}

#[tokio::test]
async fn a_flood_is_read_at_its_pace_and_nothing_of_it_is_lost_or_reordered() {
    // A second has 100 messages, and the first moment 800.
    let mut config = config();
    config.limits.messages_per_second = 100;
    let server = start_with(&config, Patience::default()).await;
    let mut calm = calm::beside(&server).await;
    let address = server.address();
    let mut listener = Client::joined(address, Transport::Socket, "flood", "listener").await;
    for transport in BOTH {
        let mut flooder = Client::joined(address, transport, "flood", "flooder").await;
        listener.hear("userJoinedStream").await;
        let begun = Instant::now();
        let flood = (0..900).map(|number| event("candidate", &candidate("flood", number)));
        match &mut flooder.wire {
            Wire::Socket(socket) => {
                for packet in flood {
                    socket.feed(Message::text(packet)).await.unwrap();
                }
                socket.flush().await.unwrap();
            }
            Wire::Polling(_) => {
                let packets: Vec<String> = flood.collect();
                for body in packets.chunks(450) {
                    flooder.send(&body.join("\u{1E}")).await;
                }
            }
        }
        flooder.say("candidate", &candidate("flood", 900)).await;
        for number in 0..=900 {
            assert_eq!(listener.hear("receiveCandidate").await, number);
        }
        assert!(
            begun.elapsed() > Duration::from_millis(900),
            "{transport:?}"
        );
        calm.is_unaffected().await;
        flooder.say("leaveStream", &user("flood", "flooder")).await;
        listener.hear("userLeftStream").await;
    }
}

/// Says numbered candidates while it hears as many.
async fn converse(socket: Socket, count: u64) {
    let (mut send, mut receive) = socket.split();
    let sending = async {
        for number in 0..count {
            let data = json!({"channelName": "both", "candidate": number});
            let packet = Message::text(event("candidate", &data));
            send.feed(packet).await.unwrap();
        }
        send.flush().await.unwrap();
    };
    let receiving = async {
        for number in 0..count {
            let frame = receive.next().await.expect("it is disconnected").unwrap();
            let expected = format!(r#"42["receiveCandidate",{number}]"#);
            assert_eq!(frame.to_text().unwrap(), expected);
        }
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn two_who_flood_each_other_and_read_everything_lose_nothing() {
    let server = start_with(&unlimited(), Patience::default()).await;
    let mut calm = calm::beside(&server).await;
    let mut sockets = Vec::new();
    for name in ["one", "other"] {
        let address = server.address();
        sockets.push(Client::joined(address, Transport::Socket, "both", name).await);
    }
    sockets[0].hear("userJoinedStream").await;
    let mut talks = Vec::new();
    for client in sockets {
        let Wire::Socket(socket) = client.wire else {
            unreachable!("it has one")
        };
        talks.push(tokio::spawn(converse(*socket, 3_000)));
    }
    for talk in talks {
        talk.await.unwrap();
    }
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_flood_of_joins_ends_at_the_most_rooms_that_one_may_be_in() {
    let server = start_with(&unlimited(), Patience::default()).await;
    let mut calm = calm::beside(&server).await;
    for transport in BOTH {
        let mut flooder = Client::connect(server.address(), transport).await;
        let joins = (0..3_000).map(|number| {
            let name = format!("room {number}");
            event("joinStream", &user(&name, "flooder"))
        });
        for bodies in joins.collect::<Vec<_>>().chunks(500) {
            match &mut flooder.wire {
                Wire::Polling(_) => flooder.send(&bodies.join("\u{1E}")).await,
                Wire::Socket(socket) => {
                    for packet in bodies {
                        socket.send(Message::text(packet)).await.unwrap();
                    }
                }
            }
        }
        // Whatever is ignored is not answered.
        for _ in 0..64 {
            assert_eq!(flooder.hear("allStreamUsers").await, json!([]));
        }
        flooder.say("joinStream", &user("room 0", "flooder")).await;
        assert_eq!(flooder.hear("allStreamUsers").await, json!([]));
        calm.is_unaffected().await;
        if let Wire::Polling(_) = flooder.wire {
            // Otherwise it would be missed only after its heartbeat.
            flooder.send("1").await;
        }
    }
    until_left(&server, 2, 2).await;
}

#[tokio::test]
async fn five_hundred_sessions_that_never_connect_do_not_disturb_anybody() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    let mut idle = Vec::new();
    for _ in 0..500 {
        idle.push(Client::open(server.address(), Transport::Polling).await);
    }
    until_left(&server, 502, 2).await;
    calm.is_unaffected().await;
}
