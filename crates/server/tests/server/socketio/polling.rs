//! Requests that come at the wrong time, never end, or break off.

use super::calm;
use super::client::{Client, Transport};
use super::http::{Http, path_of};
use super::words::user;
use crate::support::start;
use serde_json::json;

#[tokio::test]
async fn two_polls_at_once_end_the_session() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    let mut client = Client::joined(server.address(), Transport::Polling, "mina", "x").await;
    let polling = client.polling();
    let path = path_of(&polling.sid);
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    polling.get.send(&request).await;
    polling.post.send(&request).await;
    // Which of them came first is nobody's to say.
    let first = polling.get.answer().await;
    let second = polling.post.answer().await;
    let mut answers = [(first.status, first.body), (second.status, second.body)];
    answers.sort();
    assert_eq!(answers, [(200, "1".to_owned()), (400, String::new())]);
    assert_eq!(polling.get.get(&path).await.status, 400);
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_second_post_ends_the_session_and_with_it_the_first_that_never_ends() {
    let server = start().await;
    let mut calm = calm::beside(&server).await;
    let mut listener =
        Client::joined(server.address(), Transport::Socket, "mina", "listener").await;
    let mut client = Client::joined(server.address(), Transport::Polling, "mina", "x").await;
    listener.hear("userJoinedStream").await;
    let polling = client.polling();
    let path = path_of(&polling.sid);
    polling.post.begin_post(&path, 100).await;
    polling.post.send("42[\"off").await;
    // While its body is on its way, the session goes on: it is told what others say.
    listener
        .say("candidate", &json!({"channelName": "mina", "candidate": 1}))
        .await;
    let told = polling.get.get(&path).await;
    assert_eq!(told.body, r#"42["receiveCandidate",1]"#);

    let mut second = Http::connect(server.address()).await;
    assert_eq!(second.post(&path, "3").await.status, 400);
    listener.hear("userLeftStream").await;
    let first = polling.post.answer_or_end().await;
    assert!(first.is_none_or(|answer| answer.status == 400));
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_post_or_a_poll_that_breaks_off_is_a_departure() {
    let server = start().await;
    let address = server.address();
    let mut listener = Client::joined(address, Transport::Socket, "mina", "listener").await;
    for breaks_post in [true, false] {
        let mut client = Client::joined(address, Transport::Polling, "mina", "x").await;
        listener.hear("userJoinedStream").await;
        let polling = client.polling();
        let path = path_of(&polling.sid);
        if breaks_post {
            polling.post.begin_post(&path, 100).await;
            polling.post.send("42[\"off").await;
        } else {
            let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
            polling.get.send(&request).await;
            // It waits once this is answered.
            client.send("3").await;
        }
        drop(client);
        listener.hear("userLeftStream").await;
    }
}

#[tokio::test]
async fn a_socket_id_is_no_key_to_the_session() {
    let server = start().await;
    let address = server.address();
    let mut victim = Client::joined(address, Transport::Polling, "mina", "victim").await;
    let mut thief = Client::connect(address, Transport::Polling).await;
    thief.say("joinStream", &user("mina", "thief")).await;
    let listed = thief.hear("allStreamUsers").await;
    assert_eq!(listed, json!([victim.id]));
    victim.hear("userJoinedStream").await;

    // The victim polls meanwhile.
    let polling = victim.polling();
    let path = path_of(&polling.sid);
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    polling.get.send(&request).await;
    let stolen = path_of(listed[0].as_str().unwrap());
    let mut http = Http::connect(address).await;
    let unknown = r#"{"code":1,"message":"Session ID unknown"}"#;
    for _ in 0..3 {
        let answer = http.get(&stolen).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, unknown));
        let answer = http.post(&stolen, "1").await;
        assert_eq!((answer.status, answer.body.as_str()), (400, unknown));
    }
    let upgrade = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let stolen = stolen.replace("polling", "websocket");
    assert_eq!(http.get_with(&stolen, upgrade).await.status, 400);

    thief
        .say(
            "offer",
            &json!({"channelName": victim.id, "sessionDescriptor": 1}),
        )
        .await;
    let told = victim.polling().get.answer().await;
    assert_eq!(told.body, r#"42["receiveOffer",1]"#);
}

#[tokio::test]
async fn the_first_events_are_never_lost() {
    let server = start().await;
    let address = server.address();
    let join = super::words::event("joinStream", &user("mina", "x"));
    for number in 0..200 {
        let transport = [Transport::Polling, Transport::Socket][number % 2];
        let mut client = Client::open(address, transport).await;
        // The answer to CONNECT is not waited for.
        client.send("40").await;
        client.send(&join).await;
        client.welcomed().await;
        let listed = client.hear("allStreamUsers").await;
        assert_eq!(listed, json!([]), "{number}");
        client.send("41").await;
    }
}
