//! A server that stops: nobody is left waiting, and nobody holds it up.

use super::client::{Client, Transport, next_frame};
use super::http::path_of;
use crate::support::{PATIENCE, start};
use server::Running;
use std::time::Duration;
use tokio::time::timeout;

/// Much sooner than the deadline that it is given.
async fn stops(server: Running) {
    let soon = Duration::from_secs(5);
    let stopped = timeout(soon, server.shutdown(Duration::from_secs(60))).await;
    stopped.expect("somebody holds it up");
}

#[tokio::test]
async fn whoever_polls_is_answered_and_whoever_has_a_websocket_sees_it_closed() {
    let server = start().await;
    let address = server.address();
    let mut sockets = [
        Client::joined(address, Transport::Socket, "mina", "x").await,
        Client::open(address, Transport::Socket).await,
    ];
    let mut polling = [
        Client::joined(address, Transport::Polling, "nina", "x").await,
        Client::open(address, Transport::Polling).await,
    ];
    for client in &mut polling {
        let polling = client.polling();
        let request = format!("GET {} HTTP/1.1\r\n", path_of(&polling.sid));
        polling
            .get
            .send(&format!("{request}host: localhost\r\n\r\n"))
            .await;
        // It is there once this is answered.
        client.send("3").await;
    }
    let stop = tokio::spawn(stops(server));
    for client in &mut polling {
        assert_eq!(client.polling().get.answer().await.body, "1");
    }
    for client in &mut sockets {
        let frame = next_frame(client.socket()).await;
        assert!(frame.is_some_and(|frame| frame.is_close()));
    }
    drop(sockets);
    timeout(PATIENCE, stop).await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn whoever_does_not_poll_does_not_hold_it_up() {
    let server = start().await;
    let _connected = Client::joined(server.address(), Transport::Polling, "mina", "x").await;
    let _opened = Client::open(server.address(), Transport::Polling).await;
    stops(server).await;
}

#[tokio::test]
async fn whoever_never_ends_a_post_or_an_upgrade_does_not_hold_it_up() {
    let server = start().await;
    let address = server.address();
    let mut slow = Client::joined(address, Transport::Polling, "mina", "x").await;
    let polling = slow.polling();
    polling.post.begin_post(&path_of(&polling.sid), 100).await;
    polling.post.send("42").await;
    let upgrading = Client::joined(address, Transport::Polling, "mina", "y").await;
    let super::client::Wire::Polling(polling) = &upgrading.wire else {
        unreachable!("it polls")
    };
    let _socket = polling.knock(address).await;
    stops(server).await;
}

#[tokio::test]
async fn a_websocket_that_does_not_read_does_not_hold_it_up() {
    let server = start().await;
    let _deaf = Client::joined(server.address(), Transport::Socket, "mina", "x").await;
    stops(server).await;
}
