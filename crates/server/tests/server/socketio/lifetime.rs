//! Sessions in virtual time: no socket, and a clock that goes on when everybody waits.

use super::http::{OPEN, path_of};
use crate::support::{config, site};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use server::Server;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::ServiceExt as _;

const CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9);

/// A server whose one client address may hold so many connections.
fn server(connections_per_address: u32) -> Router {
    let mut config = config();
    config.http.trusted_proxies.clear();
    config.limits.connections_per_address = connections_per_address;
    Server::new(&config, site()).unwrap().router()
}

async fn ask(router: &Router, method: &str, path: &str, body: Body) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(path);
    let request = request.extension(ConnectInfo(CLIENT)).body(body).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(router: &Router, path: &str) -> (StatusCode, String) {
    ask(router, "GET", path, Body::empty()).await
}

/// Opens a session, and says where its requests go.
async fn open(router: &Router) -> String {
    let (status, body) = get(router, OPEN).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let open: serde_json::Value = serde_json::from_str(&body[1..]).unwrap();
    path_of(open["sid"].as_str().unwrap())
}

#[tokio::test(start_paused = true)]
async fn sessions_that_never_ask_for_a_seat_give_their_places_back() {
    let router = server(500);
    let mut sessions = Vec::new();
    for _ in 0..500 {
        sessions.push(open(&router).await);
    }
    let (status, _) = get(&router, OPEN).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    // Not polling either, they are dead after 45 seconds.
    sleep(Duration::from_secs(44)).await;
    assert_eq!(get(&router, OPEN).await.0, StatusCode::TOO_MANY_REQUESTS);
    sleep(Duration::from_secs(2)).await;
    for path in &sessions {
        assert_eq!(get(&router, path).await.0, StatusCode::BAD_REQUEST);
    }
    for _ in 0..500 {
        open(&router).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_polls_and_answers_but_never_asks_for_a_seat_is_told_that_it_is_over() {
    let router = server(1);
    let begun = Instant::now();
    let path = open(&router).await;
    assert_eq!(get(&router, &path).await.1, "2");
    assert_eq!(begun.elapsed().as_secs(), 25);
    let (status, _) = ask(&router, "POST", &path, Body::from("3")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(get(&router, &path).await.1, "1");
    assert_eq!(begun.elapsed().as_secs(), 45);
    assert_eq!(get(&router, &path).await.0, StatusCode::BAD_REQUEST);
    open(&router).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_takes_too_long_ends_its_session() {
    let router = server(1);
    let begun = Instant::now();
    let path = open(&router).await;
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let (status, _) = ask(&router, "POST", &path, Body::from_stream(never)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(begun.elapsed().as_secs(), 30);
    open(&router).await;
}

#[tokio::test(start_paused = true)]
async fn who_answers_every_ping_stays() {
    let router = server(1);
    let begun = Instant::now();
    let path = open(&router).await;
    let (status, _) = ask(&router, "POST", &path, Body::from("40")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(get(&router, &path).await.1.starts_with("40{"));
    for minutes in 1..=10 {
        for _ in 0..2 {
            assert_eq!(get(&router, &path).await.1, "2");
            ask(&router, "POST", &path, Body::from("3")).await;
        }
        assert_eq!(begun.elapsed().as_secs(), minutes * 50);
    }
}
