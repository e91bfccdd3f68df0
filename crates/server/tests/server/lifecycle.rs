//! Connections that break, readers that do not read, and servers that stop.

use crate::support::{Client, PATIENCE, Peer, SDP, start, start_with, unlimited};
use serde_json::{Value, json};
use server::Patience;

fn resume(peer: &Peer, last_seq: u64) -> Value {
    let (session, secret) = (&peer.welcome["session"], &peer.welcome["secret"]);
    json!({
        "versions": [1],
        "resume": {"session": session, "secret": secret, "lastSeq": last_seq},
    })
}

#[tokio::test]
async fn a_cut_connection_is_resumed_where_it_was() {
    let server = start().await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    let (mut viewer, peer) = Client::joined(server.address(), "mina", "viewer").await;
    let opened = viewer.event("linkOpened").await;
    drop(viewer);

    // Said while nobody listens.
    host.ask("updateStream", json!({"title": "later"})).await;
    let mut again = Client::connect(server.address()).await;
    let welcome = again.ask("hello", resume(&peer, 2)).await;
    assert_eq!(welcome["resumed"], "replayed");
    assert_eq!(welcome["peer"], peer.id.as_str());
    assert_eq!(welcome["epoch"], 1);
    let missed = again.next().await;
    assert_eq!(
        (&missed["seq"], &missed["event"]),
        (&json!(3), &json!("streamUpdated"))
    );

    // The place in the stream was kept, and the link with it.
    let descriptor = json!({"type": "offer", "sdp": SDP});
    let offer = json!({
        "to": peer.id, "link": opened["link"], "generation": 1, "sessionDescriptor": descriptor,
    });
    host.ask("offer", offer).await;
    assert_eq!(again.event("receiveOffer").await["link"], opened["link"]);
}

#[tokio::test]
async fn a_newer_connection_replaces_the_older_one() {
    let server = start().await;
    let (mut older, peer) = Client::joined(server.address(), "mina", "viewer").await;
    let mut newer = Client::connect(server.address()).await;
    assert_eq!(
        newer.ask("hello", resume(&peer, 1)).await["resumed"],
        "replayed"
    );
    assert_eq!(older.close_code().await, 4409);
}

#[tokio::test]
async fn a_reader_that_never_reads_is_cut_off_and_nobody_waits_for_it() {
    // 200 offers of 200 kB are more than all buffers on the way hold, and more than one host may
    // send with the defaults.
    let mut config = unlimited();
    config.limits.deliveries_per_second = u32::MAX;
    config.limits.connections_per_address = 1_000_000;
    let server = start_with(&config, Patience::default()).await;
    let (mut host, _) = Client::joined(server.address(), "mina", "host").await;
    let (deaf, deaf_peer) = Client::joined(server.address(), "mina", "viewer").await;
    let (mut other_host, _) = Client::joined(server.address(), "other", "host").await;
    let (mut other_viewer, _) = Client::joined(server.address(), "other", "viewer").await;

    let sdp = format!("{SDP}a={}\r\n", "x".repeat(200 * 1024));
    let link = host.event("linkOpened").await["link"].clone();
    for generation in 1..=200 {
        let descriptor = json!({"type": "offer", "sdp": sdp});
        let offer = json!({
            "to": deaf_peer.id, "link": link, "generation": generation,
            "sessionDescriptor": descriptor,
        });
        host.ask("offer", offer).await;
    }
    other_host
        .ask("updateStream", json!({"title": "unaffected"}))
        .await;
    assert_eq!(
        other_viewer.event("streamUpdated").await["title"],
        "unaffected"
    );

    // Its place is kept, as for every lost connection, but what it missed is not all kept.
    let mut again = Client::connect(server.address()).await;
    let welcome = again.ask("hello", resume(&deaf_peer, 2)).await;
    assert_eq!(welcome["resumed"], "snapshot");
    drop(deaf);
}

#[tokio::test]
async fn a_stop_tells_everybody_to_come_back() {
    let server = start().await;
    let address = server.address();
    let mut clients = Vec::new();
    for _ in 0..5 {
        clients.push(Client::welcomed(address).await.0);
    }
    let stop = tokio::spawn(server.shutdown(PATIENCE));
    for client in &mut clients {
        assert_eq!(client.close_code().await, 1012);
    }
    drop(clients);
    tokio::time::timeout(PATIENCE, stop).await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_client_that_ignores_the_stop_does_not_hold_it_up() {
    let server = start().await;
    let (_client, _) = Client::welcomed(server.address()).await;
    let stop = server.shutdown(PATIENCE);
    tokio::time::timeout(PATIENCE, stop).await.unwrap();
}
