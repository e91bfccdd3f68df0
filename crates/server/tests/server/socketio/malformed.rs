//! Packets of every class that nobody should send. What each means is pinned in the crate
//! `socketio`; here nobody else may notice.

use super::calm;
use super::client::{BOTH, Client, Transport, Wire};
use super::http::path_of;
use super::words::user;
use crate::support::{start, until_left};
use futures_util::SinkExt as _;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::tungstenite::protocol::Message;

/// What ends a session that has its seat, over any transport.
const FATAL: &[&str] = &[
    // Engine.IO: unknown types, and what only a server says.
    "",
    "7",
    "x",
    "\u{664}",
    "2",
    "2probe",
    // Socket.IO: unknown types, no JSON, no event.
    "4",
    "49",
    "4x",
    "40[]",
    "41{}",
    "42{}",
    "42[]",
    "42[null]",
    "42[\"offer\"",
    "42[\"connect\"]",
    "42[\"disconnect\",{}]",
    "43{}",
    "44[]",
    // Out of turn, or for nobody.
    "40",
    "42/other,[\"offer\",{}]",
    "44\"no\"",
    // Binary: too much of it, none of it, and none announced.
    "45[\"offer\"]",
    "450-[\"offer\"]",
    "4511-[\"offer\"]",
    "451.5-[\"offer\"]",
];

/// What is ignored.
const HARMLESS: &[&str] = &[
    "0",
    "3",
    "3junk",
    "5",
    "6",
    "42[\"offer\"]",
    "42[\"offer\",null]",
    "42[\"joinStream\"]",
    "42[\"chat\",{\"text\":\"junk\"}]",
    "42[7,{}]",
    "4217[\"offer\",\"text\"]",
    "43[]",
    "431[\"answer\"]",
];

/// Sends packets whatever comes of it.
async fn force(client: &mut Client, packets: &str) {
    match &mut client.wire {
        Wire::Socket(socket) => drop(socket.send(Message::text(packets)).await),
        Wire::Polling(polling) => {
            let path = path_of(&polling.sid);
            let length = packets.len();
            polling.post.begin_post(&path, length).await;
            polling.post.send(packets).await;
            polling.post.answer_or_end().await;
        }
    }
}

#[tokio::test]
async fn malformed_packets_end_their_own_session_only() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    for transport in BOTH {
        for packet in FATAL {
            let mut client = Client::joined(server.address(), transport, "calm 2", "x").await;
            force(&mut client, packet).await;
            client.ended().await;
        }
        for packet in ["42[\"offer\",{}]", "43[]", "41", "bAQID"] {
            let mut client = Client::open(server.address(), transport).await;
            force(&mut client, packet).await;
            client.ended().await;
        }
    }
    until_left(&server, 2, 2).await;
    calm.is_unaffected().await;
}

#[tokio::test]
async fn what_nobody_listens_to_is_ignored() {
    let server = start().await;
    for transport in BOTH {
        let mut client = Client::connect(server.address(), transport).await;
        for packet in HARMLESS {
            client.send(packet).await;
            client.say("joinStream", &user("mina", packet)).await;
            let listed = client.hear("allStreamUsers").await;
            assert!(listed.as_array().unwrap().len() <= 1, "{packet}");
        }
        client.say("leaveStream", &user("mina", "x")).await;
    }
}

#[tokio::test]
async fn attachments_that_do_not_fit_end_their_session() {
    let server = start().await;
    let mut listener =
        Client::joined(server.address(), Transport::Socket, "mina", "listener").await;
    let part = "bAQID";
    let offer = |count: usize, data: &str| {
        format!(r#"45{count}-["offer",{{"channelName":"mina","sessionDescriptor":{data}}}]"#)
    };
    let placeholder = r#"{"_placeholder":true,"num":0}"#;
    let other = r#"{"_placeholder":true,"num":1}"#;
    for packets in [
        // A part that nobody announced, and text where a part must come.
        vec![part.to_owned()],
        vec![offer(1, placeholder), offer(1, placeholder)],
        vec![offer(1, placeholder), "42[\"chat\"]".to_owned()],
        // A placeholder without its part.
        vec![offer(1, other), part.to_owned()],
    ] {
        for transport in BOTH {
            let mut client = Client::joined(server.address(), transport, "mina", "x").await;
            listener.hear("userJoinedStream").await;
            match &mut client.wire {
                Wire::Polling(_) => force(&mut client, &packets.join("\u{1E}")).await,
                Wire::Socket(socket) => {
                    for packet in &packets {
                        let frame = match packet.strip_prefix('b') {
                            Some(_) => Message::binary(vec![1, 2, 3]),
                            None => Message::text(packet.clone()),
                        };
                        drop(socket.send(frame).await);
                    }
                }
            }
            client.ended().await;
            assert_eq!(
                listener.hear("userLeftStream").await,
                json!({"nickname": "x"})
            );
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_of_a_binary_message_is_a_departure() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    let address = server.address();
    let mut listener = Client::joined(address, Transport::Socket, "mina", "listener").await;
    let text = r#"452-["offer",{"channelName":"mina","sessionDescriptor":[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]}]"#;
    for is_in_a_frame in [false, true] {
        let mut client = Client::joined(address, Transport::Socket, "mina", "x").await;
        listener.hear("userJoinedStream").await;
        client.send(text).await;
        let socket = client.socket();
        socket.send(Message::binary(vec![1; 10])).await.unwrap();
        if is_in_a_frame {
            // The head of a binary frame of 100 bytes, its mask, and one byte.
            let cut = [0x82, 0x80 | 100, 1, 2, 3, 4, 5];
            socket.get_mut().write_all(&cut).await.unwrap();
        }
        drop(client);
        assert_eq!(
            listener.hear("userLeftStream").await,
            json!({"nickname": "x"})
        );
    }
    calm.is_unaffected().await;
}
