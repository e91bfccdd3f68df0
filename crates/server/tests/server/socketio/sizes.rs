//! The largest message, and one byte more, on both transports.

use super::calm;
use super::client::{BOTH, Client, Transport, Wire, next_frame};
use super::http::path_of;
use crate::support::{start_with, unlimited};
use futures_util::SinkExt as _;
use serde_json::json;
use server::Patience;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

const LARGEST: usize = 1_000_000;

/// An offer that is a packet of so many bytes.
fn offer(bytes: usize) -> String {
    let head = r#"42["offer",{"channelName":"mina","sessionDescriptor":""#;
    let tail = r#""}]"#;
    let filling = "x".repeat(bytes - head.len() - tail.len());
    format!("{head}{filling}{tail}")
}

#[tokio::test]
async fn the_largest_message_passes_on_both_transports() {
    let server = start_with(&unlimited(), Patience::default()).await;
    let address = server.address();
    for (from, to) in [BOTH, [Transport::Socket, Transport::Polling]].map(|[a, b]| (a, b)) {
        let mut listener = Client::joined(address, to, "mina", "listener").await;
        let mut sender = Client::joined(address, from, "mina", "sender").await;
        listener.hear("userJoinedStream").await;
        sender.send(&offer(LARGEST)).await;
        let heard = listener.hear("receiveOffer").await;
        assert!(heard.as_str().unwrap().len() > LARGEST - 100);
        listener
            .say("leaveStream", &json!({"channelName": "mina"}))
            .await;
        sender
            .say("leaveStream", &json!({"channelName": "mina"}))
            .await;
    }
}

#[tokio::test]
async fn one_byte_more_closes_a_websocket() {
    let server = start_with(&unlimited(), Patience::default()).await;
    let mut calm = calm::beside(&server).await;
    let address = server.address();
    let mut listener = Client::joined(address, Transport::Socket, "mina", "listener").await;
    let messages = [
        Message::text(offer(LARGEST + 1)),
        Message::binary(vec![0; LARGEST + 1]),
        // More than the server even reads.
        Message::binary(vec![0; 3 * LARGEST]),
    ];
    for message in messages {
        let mut sender = Client::joined(address, Transport::Socket, "mina", "sender").await;
        listener.hear("userJoinedStream").await;
        let is_read = message.len() < 2 * LARGEST;
        let Wire::Socket(socket) = &mut sender.wire else {
            unreachable!("it has one")
        };
        drop(socket.send(message).await);
        let end = next_frame(socket).await;
        if is_read {
            let Some(Message::Close(Some(frame))) = end else {
                panic!("{end:?}")
            };
            assert_eq!(frame.code, CloseCode::Size);
        }
        listener.hear("userLeftStream").await;
    }
    calm.is_unaffected().await;
}

#[tokio::test]
async fn one_byte_more_is_refused_by_polling_and_the_session_stays() {
    let server = start_with(&unlimited(), Patience::default()).await;
    let mut calm = calm::beside(&server).await;
    let mut sender = Client::joined(server.address(), Transport::Polling, "mina", "sender").await;
    let polling = sender.polling();
    let answer = polling
        .post
        .post(&path_of(&polling.sid), &offer(LARGEST + 1))
        .await;
    assert_eq!(answer.status, 413);
    // What lay unread has ended the connection, and nothing else.
    polling.post = super::http::Http::connect(server.address()).await;
    sender
        .say("joinStream", &json!({"channelName": "mina"}))
        .await;
    assert_eq!(
        sender.hear("allStreamUsers").await,
        json!([sender.id.clone()])
    );
    calm.is_unaffected().await;
}
