//! What no WebSocket client may write, and what one rarely writes, on `/ws` itself. Whether frames
//! are understood is in `conformance`; here is what they cost, and with which code they end.

use crate::calm::Calm;
use crate::raw::{Frame, HANDSHAKE, Raw, binary, close, fragments, frame, ping, pong, text};
use crate::support::start;
use serde_json::{Value, json};

const HELLO: &str = r#"{"id":1,"event":"hello","data":{"versions":[1]}}"#;
const PONG: &str = r#"{"id":2,"event":"pong"}"#;

/// The largest message, in bytes.
const LARGEST: usize = 256 * 1024;

fn json_of(frame: &Frame) -> Value {
    serde_json::from_slice(&frame.payload).unwrap()
}

/// A client that has said hello and was welcomed.
async fn welcomed(address: std::net::SocketAddr) -> Raw {
    let mut raw = Raw::open(address).await;
    raw.send(&text(HELLO)).await;
    let welcome = json_of(&raw.frame().await.unwrap());
    assert_eq!(welcome["data"]["resumed"], "fresh");
    raw
}

/// The message with blanks behind it, up to so many bytes.
fn padded(message: &str, length: usize) -> String {
    message.to_owned() + &" ".repeat(length - message.len())
}

#[tokio::test]
async fn what_is_no_frame_of_ours_is_closed_with_its_code() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let split = "\u{20AC}".as_bytes().chunks(1).collect::<Vec<_>>();
    let broken_text = [split[0], split[1], b"x"];
    for (what, bytes, code) in [
        ("binary", binary("x").masked(), 4400),
        ("an unmasked frame", text(PONG).unmasked(), 4400),
        (
            "a reserved bit, as compression sets it",
            frame(0xC1, PONG).masked(),
            4400,
        ),
        ("a reserved opcode", frame(0x83, "x").masked(), 4400),
        ("a reserved control opcode", frame(0x8B, "x").masked(), 4400),
        ("a fragmented ping", frame(0x09, "x").masked(), 4400),
        ("a ping too long", ping([0; 126]).masked(), 4400),
        ("nothing to continue", frame(0x80, "x").masked(), 4400),
        ("a text that is not UTF-8", text(b"\xFF").masked(), 4400),
        (
            "the same across fragments",
            masked(&fragments(&text(""), &broken_text)),
            4400,
        ),
        ("a close with half a code", frame(0x88, "x").masked(), 4400),
        (
            "a close with a broken reason",
            close(1000, b"\xFF").masked(),
            4400,
        ),
        (
            "one byte too much",
            text(padded(PONG, LARGEST + 1)).masked(),
            4413,
        ),
        (
            "the same in fragments",
            masked(&in_halves(&padded(PONG, LARGEST + 1))),
            4413,
        ),
        (
            "a frame of eight exabytes",
            [&[0x81, 0xFF, 0x7F], [0xFF; 11].as_slice()].concat(),
            4413,
        ),
    ] {
        let mut raw = welcomed(server.address()).await;
        raw.write(bytes).await;
        assert_eq!(raw.close_code().await, Some(code), "{what}");
    }
    calm.is_unaffected().await;
}

fn masked(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(Frame::masked).collect()
}

fn in_halves(message: &str) -> Vec<Frame> {
    let (one, other) = message.split_at(message.len() / 2);
    fragments(&text(""), &[one, other])
}

#[tokio::test]
async fn the_largest_message_is_read() {
    let server = start().await;
    let mut raw = welcomed(server.address()).await;
    raw.send(&text(padded(r#"{"id":2,"event":"dance"}"#, LARGEST)))
        .await;
    let reply = json_of(&raw.frame().await.unwrap());
    assert_eq!(
        (&reply["re"], &reply["error"]["code"]),
        (&json!(2), &json!("unsupported"))
    );
}

#[tokio::test]
async fn a_message_in_fragments_of_one_byte_is_read_as_one() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let mut raw = welcomed(server.address()).await;
    let message = padded(r#"{"id":2,"event":"dance"}"#, LARGEST);
    let bytes: Vec<_> = message.as_bytes().chunks(1).collect();
    raw.write(masked(&fragments(&text(""), &bytes))).await;
    let reply = json_of(&raw.frame().await.unwrap());
    assert_eq!(
        (&reply["re"], &reply["error"]["code"]),
        (&json!(2), &json!("unsupported"))
    );
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_message_that_never_ends_is_not_kept() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let mut raw = welcomed(server.address()).await;
    let mut endless = frame(0x01, " ".repeat(64 * 1024));
    for _ in 0..64 {
        raw.send(&endless).await;
        endless.first = 0x00;
    }
    assert_eq!(raw.close_code().await, Some(4413));
    calm.is_unaffected().await;
}

#[tokio::test]
async fn pings_are_answered_until_there_are_too_many() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let mut raw = welcomed(server.address()).await;
    let flood: Vec<_> = (0..1_000).map(|number| ping(format!("{number}"))).collect();
    raw.write(masked(&flood)).await;
    for number in 0..200 {
        assert_eq!(raw.frame().await, Some(pong(format!("{number}"))));
    }
    assert_eq!(raw.close_code().await, Some(4429));
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_pong_that_nobody_asked_for_is_passed_over_and_counted() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    let mut raw = welcomed(server.address()).await;
    raw.send(&pong("unasked")).await;
    raw.send(&text(PONG)).await;
    assert_eq!(
        json_of(&raw.frame().await.unwrap()),
        json!({"re": 2, "data": {}})
    );
    raw.write(masked(&vec![pong(""); 1_000])).await;
    assert_eq!(raw.close_code().await, Some(4429));
    calm.is_unaffected().await;
}

#[tokio::test]
async fn a_close_is_answered_with_its_code_or_1002_and_nothing_is_read_behind_it() {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    for (sent, answered) in [
        (frame(0x88, ""), 1005),
        (close(1000, "done"), 1000),
        (close(1001, ""), 1001),
        (close(4000, ""), 4000),
        (close(0, ""), 1002),
        (close(999, ""), 1002),
        (close(1005, ""), 1002),
        (close(1006, ""), 1002),
        (close(1015, ""), 1002),
        (close(5000, ""), 1002),
        (close(65_535, ""), 1002),
    ] {
        let mut raw = welcomed(server.address()).await;
        let flow = [sent.clone(), text(PONG), text("garbage")];
        raw.write(masked(&flow)).await;
        let answer = raw.frame().await.unwrap();
        assert_eq!(answer.first, 0x88, "{sent:?}");
        let code = answer.payload.first_chunk().copied();
        assert_eq!(code.map_or(1005, u16::from_be_bytes), answered, "{sent:?}");
        raw.is_cut().await;
    }
    calm.is_unaffected().await;
}

#[tokio::test]
async fn compression_is_not_negotiated() {
    let server = start().await;
    let mut raw = Raw::connect(server.address()).await;
    let offer = "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n";
    let head = raw.ask(&format!("{HANDSHAKE}{offer}\r\n")).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
}
