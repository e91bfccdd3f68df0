//! What every test needs: a server, and the words of the old clients.

use serde_json::{Value, json};
use server::config::Config;
use server::{Census, Patience, Running, Server, Site};
use std::time::Duration;

/// Longer than anything here takes; a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A front end of a few bytes.
pub(crate) fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pkg")).unwrap();
    for name in [
        "pkg/heliograph.js",
        "pkg/heliograph.wasm",
        "pkg/heliograph.css",
        "pkg/studio.js",
        "pkg/studio.wasm",
        "start.js",
        "favicon.svg",
    ] {
        std::fs::write(folder.path().join(name), b"0").unwrap();
    }
    Site::from_folder(folder.path()).unwrap()
}

pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.http.listen = ([127, 0, 0, 1], 0).into();
    config
}

pub(crate) async fn start() -> Running {
    start_with(|_| {}).await
}

pub(crate) async fn start_with(configure: impl FnOnce(&mut Config)) -> Running {
    let mut config = config();
    configure(&mut config);
    let server = Server::with_patience(&config, site(), Patience::default()).unwrap();
    server.listen(config.http.listen).await.unwrap()
}

/// Takes the limits off what one connection sends.
pub(crate) fn unlimited(config: &mut Config) {
    config.limits.messages_per_second = u32::MAX;
    config.limits.bytes_per_second = u32::MAX;
}

/// Waits until there are so many seats and peers.
pub(crate) async fn until_left(server: &Running, seats: usize, peers: usize) {
    let expected = Census { seats, peers };
    let counted = async {
        while server.census().await != expected {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let counted = tokio::time::timeout(PATIENCE, counted).await;
    assert!(
        counted.is_ok(),
        "{:?}, not {expected:?}",
        server.census().await
    );
}

/// What `joinStream` and `leaveStream` carry.
pub(crate) fn user(channel: &str, name: &str) -> Value {
    json!({"channelName": channel, "user": {"nickname": name}})
}

/// What a numbered `candidate` carries.
pub(crate) fn candidate(channel: &str, number: usize) -> Value {
    json!({"channelName": channel, "candidate": number})
}

/// An event as an Engine.IO packet.
pub(crate) fn event(name: &str, argument: &Value) -> String {
    format!("42{}", json!([name, argument]))
}
