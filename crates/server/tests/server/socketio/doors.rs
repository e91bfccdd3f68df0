//! Who is let in.

use super::client::{Client, Transport};
use super::http::{Http, OPEN};
use crate::support::{config, start_with};
use server::Patience;
use std::time::Duration;
use tokio::time::timeout;

const SOCKET: &str = "/socket.io/?EIO=4&transport=websocket";

const UPGRADE: &str = "connection: Upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Both ways in: where, with which headers, and the status of who is let in.
const WAYS: [(&str, &str, u16); 2] = [(OPEN, "", 200), (SOCKET, UPGRADE, 101)];

#[tokio::test]
async fn an_address_without_a_place_left_is_told_so() {
    let mut config = config();
    config.http.trusted_proxies.clear();
    config.limits.connections_per_address = 3;
    let server = start_with(&config, Patience::default()).await;
    let address = server.address();
    let mut leaving = Client::connect(address, Transport::Socket).await;
    let _polling = Client::open(address, Transport::Polling).await;
    let _socket = Client::connect(address, Transport::Socket).await;
    for (path, headers, _) in WAYS {
        let mut http = Http::connect(address).await;
        assert_eq!(http.get_with(path, headers).await.status, 429, "{path}");
    }

    leaving.socket().close(None).await.unwrap();
    let until_free = async {
        while Http::connect(address).await.get(OPEN).await.status == 429 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let soon = Duration::from_secs(5);
    timeout(soon, until_free)
        .await
        .expect("no place became free");
}

#[tokio::test]
async fn only_pages_of_this_host_and_those_allowed_come_in() {
    let mut config = config();
    config.http.allow_origins = vec!["https://friend.example".to_owned()];
    let server = start_with(&config, Patience::default()).await;
    for (path, headers, welcome) in WAYS {
        for (origin, status) in [
            ("https://evil.example", 403),
            ("http://friend.example", 403),
            ("null", 403),
            ("https://friend.example", welcome),
            ("http://localhost", welcome),
        ] {
            let mut http = Http::connect(server.address()).await;
            let headers = format!("{headers}origin: {origin}\r\n");
            let answer = http.get_with(path, &headers).await;
            assert_eq!(answer.status, status, "{path} {origin}");
        }
    }
}
