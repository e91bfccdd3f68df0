//! What comes before the first message: requests that are no handshake, and clients that take their
//! time.

use crate::calm::Calm;
use crate::raw::{HANDSHAKE, Raw};
use crate::support::{config, impatient, start, start_with, until_left};
use std::time::Duration;
use tokio::time::{interval, timeout};

fn without(header: &str) -> String {
    let lines = HANDSHAKE.split_inclusive("\r\n");
    lines.filter(|line| !line.starts_with(header)).collect()
}

#[tokio::test]
async fn another_websocket_version_is_told_which_one_is_spoken() {
    let server = start().await;
    let plain = without("sec-websocket-version");
    for head in [
        format!("{plain}\r\n"),
        format!("{plain}sec-websocket-version: 8\r\n\r\n"),
        format!("{plain}sec-websocket-version: 14\r\n\r\n"),
        format!("{plain}sec-websocket-version: thirteen\r\n\r\n"),
        format!("{}\r\n", without("upgrade")),
        format!("{}\r\n", without("connection")),
        "GET /ws HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
    ] {
        let answer = Raw::connect(server.address()).await.ask(&head).await;
        assert!(answer.starts_with("HTTP/1.1 426 "), "{head}{answer}");
        assert!(
            answer.contains("\r\nsec-websocket-version: 13\r\n"),
            "{head}{answer}"
        );
        assert!(
            answer.contains("\r\nupgrade: websocket\r\n"),
            "{head}{answer}"
        );
    }
}

#[tokio::test]
async fn a_handshake_with_something_missing_is_refused() {
    let server = start().await;
    for (head, status) in [
        (format!("{}\r\n", without("sec-websocket-key")), "400"),
        (format!("{}\r\n", HANDSHAKE.replace("GET", "POST")), "405"),
        (
            format!("{}\r\n", HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0")),
            "426",
        ),
        (
            format!("{}\r\n", HANDSHAKE.replace("HTTP/1.1", "HTTP/3.0")),
            "400",
        ),
        ("\x16\x03\x01\x02\x00\x01\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = Raw::connect(server.address()).await.ask(&head).await;
        let answered = answer.split(' ').nth(1);
        assert_eq!(answered, Some(status), "{head}{answer}");
    }
}

#[tokio::test]
async fn a_head_has_a_hundred_headers_and_16_kilobytes_at_most() {
    let server = start().await;
    let given = HANDSHAKE.lines().count() - 1;
    let headers = |count: usize| {
        let more: String = (given..count)
            .map(|number| format!("x-{number}: 1\r\n"))
            .collect();
        format!("{HANDSHAKE}{more}\r\n")
    };
    let long = |bytes: usize| format!("{HANDSHAKE}cookie: {}\r\n\r\n", "a".repeat(bytes));
    for (head, status) in [
        (headers(100), "101"),
        (headers(101), "431"),
        (long(15_000), "101"),
        (long(17_000), "431"),
    ] {
        let answer = Raw::connect(server.address()).await.ask(&head).await;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{answer}");
    }
}

#[tokio::test]
async fn who_sends_its_request_too_slowly_is_cut_off() {
    let server = start_with(&config(), impatient()).await;
    let mut calm = Calm::beside(&server).await;
    let silent = Raw::connect(server.address()).await;
    let mut halfway = Raw::connect(server.address()).await;
    halfway.write(HANDSHAKE).await;
    let mut idle = Raw::connect(server.address()).await;
    idle.ask("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    for mut raw in [silent, halfway, idle] {
        raw.is_cut().await;
    }

    // One byte at a time never ends in time, however often one comes.
    let (mut reading, mut writing) = {
        let raw = Raw::connect(server.address()).await;
        raw.stream.into_split()
    };
    let trickle = async {
        let mut pace = interval(Duration::from_millis(20));
        loop {
            pace.tick().await;
            if tokio::io::AsyncWriteExt::write_all(&mut writing, b"G")
                .await
                .is_err()
            {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut rest = Vec::new();
    let end = tokio::io::AsyncReadExt::read_to_end(&mut reading, &mut rest);
    tokio::select! {
        end = timeout(crate::support::PATIENCE, end) => drop(end.expect("still open")),
        () = trickle => {}
    }
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_thousand_who_never_say_hello_are_sent_away_and_leave_nothing() {
    let server = start_with(&config(), impatient()).await;
    let mut calm = Calm::beside(&server).await;
    let mut silent = Vec::new();
    for _ in 0..1_000 {
        silent.push(Raw::open(server.address()).await);
    }
    calm.is_unaffected().await;
    for raw in &mut silent {
        assert_eq!(raw.close_code().await, Some(4408));
    }
    until_left(&server, 2, 2).await;
    calm.is_unaffected().await;
}
