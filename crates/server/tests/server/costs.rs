//! What one address may take of the server: memory, pages, files.

use crate::calm::Calm;
use crate::raw::{Frame, Raw, frame, text};
use crate::socketio::http::Http;
use crate::support::{config, start, start_with};
use server::config::Config;
use server::{Patience, Running};
use std::net::SocketAddr;

/// A server whose clients are counted by their own address.
async fn counting(connections_per_address: u32) -> Running {
    let mut config: Config = config();
    config.http.trusted_proxies.clear();
    config.limits.connections_per_address = connections_per_address;
    start_with(&config, Patience::default()).await
}

/// A connection that has said hello.
async fn welcomed(address: SocketAddr) -> Raw {
    let mut raw = Raw::open(address).await;
    raw.send(&text(r#"{"id":1,"event":"hello","data":{"versions":[1]}}"#))
        .await;
    let welcome = raw.frame().await.expect("no welcome");
    assert!(String::from_utf8_lossy(&welcome.payload).contains("session"));
    raw
}

/// A frame without its last byte.
fn all_but_one(frame: &Frame) -> Vec<u8> {
    let mut bytes = frame.masked();
    bytes.pop();
    bytes
}

#[tokio::test]
async fn before_hello_a_message_has_64_kilobytes_at_most() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let mut raw = Raw::open(server.address()).await;
    raw.send(&text(vec![b' '; 64 * 1024 + 1])).await;
    assert_eq!(raw.close_code().await, Some(4413));

    let large = text(vec![b' '; 256 * 1024]);
    let mut raw = welcomed(server.address()).await;
    raw.send(&large).await;
    // It has been read, and is no message of the protocol.
    assert_eq!(raw.close_code().await, Some(4400));
    let mut raw = welcomed(server.address()).await;
    raw.send(&text(vec![b' '; 256 * 1024 + 1])).await;
    assert_eq!(raw.close_code().await, Some(4413));
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_refused_by_its_head_and_the_code_arrives() {
    let server = start().await;
    let mut raw = welcomed(server.address()).await;
    let frame = text(vec![b' '; 1_048_576]).masked();
    raw.write(&frame[..20]).await;
    assert_eq!(raw.close_code().await, Some(4413));
    // What still comes is read, so that the end is not a reset.
    raw.write(&frame[20..]).await;
    raw.is_cut().await;
}

#[tokio::test]
async fn an_address_holds_so_much_of_incomplete_messages_and_no_more() {
    // Eight megabytes.
    let server = counting(64).await;
    let most = text(vec![b' '; 256 * 1024]);
    let mut held = Vec::new();
    for _ in 0..32 {
        let mut raw = welcomed(server.address()).await;
        raw.write(all_but_one(&most)).await;
        held.push(raw);
    }
    // The last one may still be on its way.
    let mut refused = None;
    for _ in 0..16 {
        let mut raw = welcomed(server.address()).await;
        raw.write(all_but_one(&most)).await;
        held.push(raw);
    }
    for raw in held.iter_mut().rev() {
        if refused.is_none() {
            refused = raw.close_code().await;
        }
    }
    assert_eq!(refused, Some(4429));
}

/// Empty frames are not charged as messages, and cost time all the same.
#[tokio::test]
async fn a_message_in_frames_without_end_ends_its_connection() {
    let server = start().await;
    let mut raw = welcomed(server.address()).await;
    let mut frames = frame(0x01, "").masked();
    for _ in 0..9_000 {
        frames.extend(frame(0x00, "").masked());
    }
    raw.write(&frames).await;
    assert_eq!(raw.close_code().await, Some(4429));
}

#[tokio::test]
async fn an_address_opens_so_many_pages_at_once_and_is_told_when_it_may_again() {
    let server = counting(1).await;
    let mut http = Http::connect(server.address()).await;
    for number in 0..64 {
        assert_eq!(http.get(&format!("/c/{number}")).await.status, 200);
    }
    let mut raw = Raw::connect(server.address()).await;
    let refused = raw.ask("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    assert!(refused.contains("\r\nretry-after: "), "{refused}");
    // What is no page costs nothing worth counting.
    assert_eq!(http.get("/favicon.svg").await.status, 200);
    assert_eq!(http.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_socket_is_counted_for_as_long_as_its_websocket_lives() {
    let server = counting(2).await;
    let mut upgraded = Vec::new();
    for _ in 0..2 {
        upgraded.push(Raw::open(server.address()).await);
    }
    let mut plain = Vec::new();
    for _ in 0..6 {
        plain.push(Raw::connect(server.address()).await);
    }
    // Eight sockets are four for each connection.
    let mut ninth = Raw::connect(server.address()).await;
    ninth.is_cut().await;
    let health = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for raw in &mut plain {
        assert!(raw.ask(health).await.starts_with("HTTP/1.1 200 "));
    }
}
