//! Two browsers find each other.

use crate::support::{Client, SDP, start};
use serde_json::{Value, json};

/// The value without the members that differ from run to run.
fn without(mut value: Value, members: &[&str]) -> Value {
    for member in members {
        value
            .as_object_mut()
            .unwrap()
            .remove(*member)
            .unwrap_or_else(|| panic!("no {member}"));
    }
    value
}

#[tokio::test]
async fn a_welcome_says_everything_a_client_needs() {
    let server = start().await;
    let (_client, welcome) = Client::welcomed(server.address()).await;
    assert_eq!(
        without(welcome, &["peer", "session", "secret"]),
        json!({
            "version": 1, "epoch": 0, "resumed": "fresh",
            "pingIntervalMs": 20_000, "pingTimeoutMs": 10_000, "graceMs": 30_000,
            "maxMessageBytes": 262_144, "iceServers": [],
        })
    );
}

#[tokio::test]
async fn a_host_and_a_viewer_negotiate_a_link() {
    let server = start().await;
    let (mut host, host_peer) = Client::joined(server.address(), "mina", "host").await;
    let (mut viewer, _) = Client::welcomed(server.address()).await;
    let join = json!({"channelName": "mina", "user": {"name": "Ann"}, "role": "viewer"});
    let joined = viewer.ask("joinStream", join).await;
    assert_eq!(joined["channelName"], "mina");
    assert_eq!(joined["live"]["host"]["peer"], host_peer.id.as_str());
    let users = viewer.next().await;
    let host_summary = json!({"peer": host_peer.id, "user": {"name": "host"}, "role": "host"});
    assert_eq!(
        users,
        json!({"seq": 1, "event": "allStreamUsers", "data": {"users": [host_summary]}})
    );

    let viewer_peer = host.event("userJoinedStream").await["peer"].clone();
    let link = host.event("linkOpened").await["link"].clone();
    let opened = viewer.next().await;
    assert_eq!(
        opened,
        json!({"seq": 2, "event": "linkOpened", "data": {
            "link": link, "peer": host_peer.id, "direction": "receive", "kind": "direct",
            "kept": false,
        }})
    );

    let offer = json!({"type": "offer", "sdp": SDP});
    let data =
        json!({"to": viewer_peer, "link": link, "generation": 1, "sessionDescriptor": offer});
    assert_eq!(host.ask("offer", data).await, json!({}));
    let received = viewer.next().await;
    assert_eq!(
        received,
        json!({"seq": 3, "event": "receiveOffer", "data": {
            "from": host_peer.id, "link": link, "generation": 1, "sessionDescriptor": offer,
        }})
    );

    let answer = json!({"type": "answer", "sdp": SDP});
    let data = json!({
        "to": host_peer.id, "link": link, "generation": 1, "sessionDescriptor": answer,
    });
    assert_eq!(viewer.ask("answer", data).await, json!({}));
    assert_eq!(
        host.event("receiveAnswer").await,
        json!({"from": viewer_peer, "link": link, "generation": 1, "sessionDescriptor": answer})
    );

    let candidates = json!([{"candidate": "candidate:1 1 udp 1 127.0.0.1 9 typ host"}]);
    let data = json!({
        "to": viewer_peer, "link": link, "generation": 1, "candidates": candidates, "end": true,
    });
    assert_eq!(host.ask("candidate", data).await, json!({}));
    assert_eq!(
        viewer.next().await["data"],
        json!({
            "from": host_peer.id, "link": link, "generation": 1, "candidates": candidates,
            "end": true,
        })
    );
}

#[tokio::test]
async fn two_spellings_of_a_name_are_one_channel() {
    let server = start().await;
    let (_host, _) = Client::joined(server.address(), "\u{D55C}", "host").await;
    let (mut viewer, _) = Client::welcomed(server.address()).await;
    let name = "\u{1112}\u{1161}\u{11AB}";
    let join = json!({"channelName": name, "user": {"name": "Ann"}, "role": "viewer"});
    let joined = viewer.ask("joinStream", join).await;
    assert_eq!(joined["channelName"], "\u{D55C}");
    assert_ne!(joined["live"], Value::Null);
}

#[tokio::test]
async fn the_lobby_is_pushed_to_those_who_follow_it() {
    let server = start().await;
    let (mut follower, _) = Client::welcomed(server.address()).await;
    assert_eq!(
        follower.ask("followLobby", json!({})).await,
        json!({"channels": []})
    );
    let (_host, _) = Client::joined(server.address(), "mina", "host").await;
    let lobby = follower.next().await;
    assert_eq!(lobby.get("seq"), None);
    assert_eq!(lobby["data"]["channels"][0]["channelName"], "mina");
}
