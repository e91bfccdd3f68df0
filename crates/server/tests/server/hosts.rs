//! Under which names the server answers, and to whose pages.

use crate::raw::{HANDSHAKE, Raw};
use crate::support::{config, start, start_with};
use server::{Patience, Running};

const EVIL: &str = "host: evil.example\r\norigin: http://evil.example\r\n";

async fn get(server: &Running, path: &str, headers: &str) -> String {
    let mut raw = Raw::connect(server.address()).await;
    raw.ask(&format!("GET {path} HTTP/1.1\r\n{headers}\r\n"))
        .await
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

#[tokio::test]
async fn a_page_that_leads_its_name_here_reaches_nothing() {
    let server = start().await;
    for path in [
        "/",
        "/c/mina",
        "/studio",
        "/favicon.svg",
        "/ws",
        "/socket.io/?EIO=4&transport=polling",
        "/socket.io/socket.io.js",
    ] {
        assert_eq!(status(&get(&server, path, EVIL).await), "421", "{path}");
    }
    let upgrade = HANDSHAKE.replace("host: localhost\r\n", EVIL);
    let mut raw = Raw::connect(server.address()).await;
    assert_eq!(status(&raw.ask(&format!("{upgrade}\r\n")).await), "421");
    // Who asks whether it lives need not know its name.
    assert_eq!(status(&get(&server, "/healthz", EVIL).await), "200");
    assert_eq!(status(&get(&server, "/readyz", EVIL).await), "200");
}

#[tokio::test]
async fn a_name_that_the_operator_gives_is_answered() {
    let mut config = config();
    config.http.hosts = vec!["live.example".to_owned()];
    let server = start_with(&config, Patience::default()).await;
    let ours = "host: live.example:8443\r\norigin: https://live.example:8443\r\n";
    for path in ["/", "/socket.io/?EIO=4&transport=polling"] {
        assert_eq!(status(&get(&server, path, ours).await), "200", "{path}");
        assert_eq!(status(&get(&server, path, EVIL).await), "421", "{path}");
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let server = start().await;
    for headers in ["", "host: localhost\r\nhost: localhost\r\n"] {
        for path in ["/", "/healthz"] {
            assert_eq!(
                status(&get(&server, path, headers).await),
                "400",
                "{headers:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_allowed_page_may_poll_from_another_host() {
    let mut config = config();
    config.http.allow_origins = vec!["https://page.example".to_owned()];
    let server = start_with(&config, Patience::default()).await;
    let allowed = "host: localhost\r\norigin: https://page.example\r\n";
    let foreign = "host: localhost\r\norigin: https://evil.example\r\n";
    let shared = "\r\naccess-control-allow-origin: https://page.example\r\n";
    for (path, expected) in [
        ("/socket.io/?EIO=4&transport=polling", "200"),
        ("/socket.io/?EIO=3&transport=polling", "400"),
    ] {
        let answer = get(&server, path, allowed).await;
        assert_eq!(status(&answer), expected);
        assert!(answer.contains(shared), "{answer}");
        let answer = get(&server, path, foreign).await;
        assert_eq!(status(&answer), "403");
        assert!(!answer.contains("access-control"), "{answer}");
    }
    let script = get(&server, "/socket.io/socket.io.js", allowed).await;
    assert!(script.contains(shared), "{script}");

    let mut raw = Raw::connect(server.address()).await;
    let preflight = format!(
        "OPTIONS /socket.io/?EIO=4&transport=polling&sid=a HTTP/1.1\r\n{allowed}\
         access-control-request-method: POST\r\n\
         access-control-request-headers: content-type,x-mine\r\n\r\n"
    );
    let answer = raw.ask(&preflight).await;
    assert_eq!(status(&answer), "204");
    for header in [
        shared,
        "\r\naccess-control-allow-methods: get, post\r\n",
        "\r\naccess-control-allow-headers: content-type,x-mine\r\n",
        "\r\naccess-control-allow-credentials: true\r\n",
        "\r\nvary: origin\r\n",
    ] {
        assert!(answer.contains(header), "{header:?} is not in {answer}");
    }
}

#[tokio::test]
async fn a_page_loaded_from_an_ipv6_address_has_a_policy_that_browsers_read() {
    let server = start().await;
    let answer = get(&server, "/", "host: [::1]:3000\r\n").await;
    assert_eq!(status(&answer), "200");
    assert!(answer.contains("connect-src 'self'; "), "{answer}");
}
