//! What comes from outside and should not have: each is answered precisely, and nobody else
//! notices.

use crate::calm::Calm;
use crate::support::{Client, SDP, config, handshake, site, start};
use futures_util::{SinkExt as _, Stream, StreamExt as _};
use serde_json::json;
use server::Server;
use std::convert::Infallible;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::Message;

fn join(name: &str) -> serde_json::Value {
    json!({"channelName": name, "user": {"name": "Ann"}, "role": "viewer"})
}

#[tokio::test]
async fn a_handshake_without_our_subprotocol_is_refused() {
    let server = start().await;
    for protocol in [None, Some("chat"), Some("heliograph.v2")] {
        let mut request = format!("ws://{}/ws", server.address())
            .into_client_request()
            .unwrap();
        if let Some(protocol) = protocol {
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 400),
            other => panic!("{protocol:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_foreign_page_is_turned_away_with_4403() {
    let server = start().await;
    for origin in [
        "http://evil.example",
        "null",
        "http://localhost.evil.example",
    ] {
        let mut request = handshake(server.address());
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        let mut client = Client::with(request, server.address()).await;
        assert_eq!(client.close_code().await, 4403, "{origin}");
    }
}

#[tokio::test]
async fn an_allowed_page_and_a_script_are_let_in() {
    let mut config = config();
    config.http.allow_origins = vec!["https://example.org".to_owned()];
    let server = Server::bind(&config, site()).await.unwrap();
    for origin in [Some("https://example.org"), None] {
        let mut request = handshake(server.address());
        request.headers_mut().remove("origin");
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", origin.parse().unwrap());
        }
        let mut client = Client::with(request, server.address()).await;
        client.ask("hello", json!({"versions": [1]})).await;
    }
}

#[tokio::test]
async fn who_sends_far_too_much_still_sees_the_close_code() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let (client, _) = Client::welcomed(server.address()).await;
    let (mut send, mut receive) = client.socket.split();
    // The server stops reading before the end of this message.
    let send = async {
        let message = Message::text(" ".repeat(8 * 1024 * 1024));
        send.send(message).await.ok();
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        code = close_code(&mut receive) => assert_eq!(code, 4413),
        never = send => match never {},
    }
    calm.is_unaffected().await;
}

/// The code of the close frame that comes in the end.
async fn close_code<S>(frames: &mut S) -> u16
where
    S: Stream<Item = Result<Message, Error>> + Unpin,
{
    loop {
        match frames.next().await {
            Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_refused_request_names_its_reason_and_the_connection_goes_on() {
    let server = start().await;
    let (mut client, _) = Client::welcomed(server.address()).await;
    let long = "a".repeat(10_000);
    for (event, data, code) in [
        ("dance", json!({}), "unsupported"),
        ("hello", json!({"versions": [1]}), "bad_hello"),
        ("joinStream", json!({"channelName": "mina"}), "bad_request"),
        (
            "joinStream",
            json!({"user": {"name": "Ann"}, "role": "viewer"}),
            "bad_request",
        ),
        ("joinStream", join(&long), "invalid_name"),
        ("joinStream", join("a/b"), "invalid_name"),
        (
            "joinStream",
            json!({"channelName": "mina", "user": {"name": long}, "role": "viewer"}),
            "bad_request",
        ),
        ("leaveStream", json!({}), "not_joined"),
        ("listViewers", json!({}), "not_joined"),
    ] {
        assert_eq!(
            client.refusal(event, data.clone()).await,
            code,
            "{event} {data}"
        );
    }
    client.ask("joinStream", join("mina")).await;
}

#[tokio::test]
async fn nobody_reaches_into_another_stream() {
    let server = start().await;
    let (mut host, _) = Client::joined(server.address(), "one", "host").await;
    let (_viewer, _) = Client::joined(server.address(), "one", "viewer").await;
    let (_other, other_peer) = Client::joined(server.address(), "two", "host").await;
    let link = host.event("linkOpened").await["link"].clone();
    let descriptor = json!({"type": "offer", "sdp": SDP});
    let offer = |to: &str, link: &serde_json::Value| json!({"to": to, "link": link, "generation": 1, "sessionDescriptor": descriptor});
    assert_eq!(
        host.refusal("offer", offer(&other_peer.id, &link)).await,
        "no_such_peer"
    );
    assert_eq!(
        host.refusal("offer", offer("p_1", &link)).await,
        "no_such_peer"
    );
    assert_eq!(
        host.refusal("offer", offer(&other_peer.id, &json!("k_1")))
            .await,
        "stale_link"
    );
}

#[tokio::test]
async fn a_descriptor_that_is_not_sdp_is_refused() {
    let server = start().await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    for descriptor in [
        json!({"type": "offer", "sdp": "hello"}),
        json!({"type": "rollback", "sdp": SDP}),
        json!("v=0"),
    ] {
        let data = json!({
            "to": "p_1", "link": "k_1", "generation": 1, "sessionDescriptor": descriptor,
        });
        assert_eq!(host.refusal("offer", data).await, "invalid_sdp");
    }
}

#[tokio::test]
async fn no_common_version_ends_the_connection() {
    let server = start().await;
    let mut client = Client::connect(server.address()).await;
    let code = client.refusal("hello", json!({"versions": [2, 99]})).await;
    assert_eq!(code, "unsupported_version");
    assert_eq!(client.close_code().await, 4400);
}

#[tokio::test]
async fn who_does_not_say_hello_first_is_sent_away() {
    let server = start().await;
    let mut client = Client::connect(server.address()).await;
    assert_eq!(
        client.refusal("joinStream", join("mina")).await,
        "bad_hello"
    );
    assert_eq!(client.close_code().await, 4400);
}

#[tokio::test]
async fn ten_thousand_joins_in_a_row_cost_the_connection_and_nobody_elses() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let (flooding, _) = Client::welcomed(server.address()).await;
    let (mut send, mut receive) = flooding.socket.split();
    let flood = async {
        for id in 0..10_000 {
            let request = json!({"id": id + 100, "event": "joinStream", "data": join("mina")});
            if send.send(Message::text(request.to_string())).await.is_err() {
                return;
            }
        }
    };
    let ((), code) = tokio::join!(flood, close_code(&mut receive));
    assert_eq!(code, 4429);
    calm.is_unaffected().await;
}
