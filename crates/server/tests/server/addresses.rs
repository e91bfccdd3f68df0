//! One address and its places: how many it has, who is told to come back later, and whom a proxy
//! may speak for.

use crate::raw::{HANDSHAKE, Raw};
use crate::support::{PATIENCE, config, start_with};
use server::config::Config;
use server::{Patience, Running};
use std::time::Duration;
use tokio::time::{sleep, timeout};

async fn start(configure: impl FnOnce(&mut Config)) -> Running {
    let mut config = config();
    configure(&mut config);
    start_with(&config, Patience::default()).await
}

/// A handshake with more headers, and the answer's first line and headers.
async fn knock(server: &Running, headers: &str) -> (Raw, String) {
    let mut raw = Raw::connect(server.address()).await;
    let answer = raw.ask(&format!("{HANDSHAKE}{headers}\r\n")).await;
    (raw, answer)
}

async fn is_let_in(server: &Running, headers: &str) -> Option<Raw> {
    let (raw, answer) = knock(server, headers).await;
    if answer.starts_with("HTTP/1.1 101 ") {
        return Some(raw);
    }
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    None
}

#[tokio::test]
async fn an_address_without_a_place_left_is_told_when_to_come_back() {
    let server = start(|config| {
        config.http.trusted_proxies.clear();
        config.limits.connections_per_address = 3;
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(is_let_in(&server, "").await.unwrap());
    }
    let (_refused, answer) = knock(&server, "").await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(answer.contains("\r\nretry-after: 11\r\n"), "{answer}");
    // Whom it names as its client is not asked.
    assert!(
        is_let_in(&server, "x-forwarded-for: 203.0.113.1\r\n")
            .await
            .is_none()
    );

    held.pop();
    let again = async {
        while is_let_in(&server, "").await.is_none() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, again)
        .await
        .expect("no place became free");
}

#[tokio::test]
async fn a_trusted_proxys_clients_are_counted_one_by_one() {
    let server = start(|config| config.limits.connections_per_address = 1).await;
    let mut held = Vec::new();
    for (headers, is_new) in [
        ("x-forwarded-for: 203.0.113.1\r\n", true),
        ("x-forwarded-for: 203.0.113.1\r\n", false),
        ("x-forwarded-for: 203.0.113.9, 203.0.113.1\r\n", false),
        ("forwarded: for=203.0.113.1\r\n", false),
        ("x-forwarded-for: 203.0.113.2\r\n", true),
        ("forwarded: for=\"[2001:db8::1]:4711\"\r\n", true),
        ("x-forwarded-for: 2001:db8::2\r\n", false),
        ("x-forwarded-for: 2001:db8:0:1::2\r\n", true),
        // The machine itself, which serves all of them.
        ("", true),
        ("", true),
    ] {
        let entered = is_let_in(&server, headers).await;
        assert_eq!(entered.is_some(), is_new, "{headers}");
        held.push(entered);
    }
}

#[tokio::test]
async fn a_trusted_proxy_that_names_no_client_has_sixteen_times_as_much_and_no_more() {
    let server = start(|config| config.limits.connections_per_address = 1).await;
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(is_let_in(&server, "").await.unwrap());
    }
    assert!(is_let_in(&server, "").await.is_none());
    let named = "x-forwarded-for: 203.0.113.1\r\n";
    assert!(is_let_in(&server, named).await.is_some());
}

#[tokio::test]
async fn one_customers_many_networks_have_a_common_bound() {
    let server = start(|config| config.limits.connections_per_address = 2).await;
    let mut held = Vec::new();
    for number in 0..64 {
        let header = format!("x-forwarded-for: 2001:db8:7:{number:x}00::1\r\n");
        held.extend(is_let_in(&server, &header).await);
    }
    assert_eq!(held.len(), 32);
    let other = "x-forwarded-for: 2001:db8:8::1\r\n";
    assert!(is_let_in(&server, other).await.is_some());
}

#[tokio::test]
async fn an_address_with_too_many_sockets_is_cut_off() {
    let server = start(|config| {
        config.http.trusted_proxies.clear();
        config.limits.connections_per_address = 2;
    })
    .await;
    let mut sockets = Vec::new();
    for _ in 0..8 {
        sockets.push(Raw::connect(server.address()).await);
    }
    let mut ninth = Raw::connect(server.address()).await;
    let soon = Duration::from_secs(5);
    timeout(soon, ninth.is_cut())
        .await
        .expect("the ninth socket stays open");
    let health = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for socket in &mut sockets {
        assert!(socket.ask(health).await.starts_with("HTTP/1.1 200 "));
    }
}

#[tokio::test]
async fn a_foreign_page_uses_up_places_as_well() {
    let server = start(|config| config.limits.connections_per_address = 1).await;
    let headers = "x-forwarded-for: 203.0.113.1\r\norigin: https://evil.example\r\n";
    let (mut foreign, _) = knock(&server, headers).await;
    assert_eq!(foreign.close_code().await, Some(4403));
    assert!(
        is_let_in(&server, "x-forwarded-for: 203.0.113.1\r\n")
            .await
            .is_none()
    );
}
