//! The cases of the Autobahn suite that matter to us, groups 1 to 7, against an echo that is
//! bounded like `/ws`. `cargo make autobahn` runs the suite itself, where Python 2.7 is.

#[path = "../../examples/echo/route.rs"]
mod route;

use crate::raw::{Frame, HANDSHAKE, Raw, binary, close, fragments, frame, ping, pong, text};
use std::net::SocketAddr;

/// What one case sends, and what must come back.
struct Case {
    name: String,
    sent: Vec<Frame>,
    back: Vec<Frame>,
    end: End,
}

/// How a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client closes with 1000, and the server answers it.
    Calm,
    /// The client has closed as part of the case; the server answers with this code.
    Closed(u16),
    /// The client broke the protocol: the server ends it, with 1002 or 1007 or without a word.
    Failed,
}

fn case(name: impl Into<String>, sent: Vec<Frame>, back: Vec<Frame>, end: End) -> Case {
    let name = name.into();
    Case {
        name,
        sent,
        back,
        end,
    }
}

/// What comes back as it was sent.
fn echoed(name: impl Into<String>, sent: Frame) -> Case {
    let back = vec![sent.clone()];
    case(name, vec![sent], back, End::Calm)
}

/// What ends the connection without anything coming back.
fn failed(name: impl Into<String>, sent: Vec<Frame>) -> Case {
    case(name, sent, Vec::new(), End::Failed)
}

async fn echo() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(route::serve(listener));
    address
}

/// Runs the cases, each with every frame in one piece, and again byte by byte if it is short.
async fn check(cases: Vec<Case>) {
    let address = echo().await;
    for case in cases {
        run(&case, address, usize::MAX).await;
        let length: usize = case.sent.iter().map(|frame| frame.payload.len()).sum();
        if length < 2_000 {
            run(&case, address, 1).await;
        }
    }
}

async fn run(case: &Case, address: SocketAddr, piece: usize) {
    let mut raw = Raw::connect(address).await;
    let handshake = HANDSHAKE.replace("GET /ws", "GET /");
    let answer = raw.ask(&format!("{handshake}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    let mut bytes: Vec<u8> = case.sent.iter().flat_map(Frame::masked).collect();
    if case.end == End::Calm {
        bytes.extend(close(1000, "").masked());
    }
    for part in bytes.chunks(piece.min(bytes.len())) {
        raw.write(part).await;
    }
    for expected in &case.back {
        let came = raw.frame().await;
        assert_eq!(came.as_ref(), Some(expected), "{} in {piece}", case.name);
    }
    let code = raw.close_code().await;
    match case.end {
        End::Calm => assert_eq!(code, Some(1000), "{} in {piece}", case.name),
        End::Closed(expected) => assert_eq!(code, Some(expected), "{} in {piece}", case.name),
        End::Failed => assert!(
            matches!(code, None | Some(1002 | 1007)),
            "{} in {piece}: {code:?}",
            case.name
        ),
    }
    raw.is_cut().await;
}

#[tokio::test]
async fn group_1_messages_of_all_lengths_come_back() {
    let lengths = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 262_144];
    let text = lengths.map(|length| echoed(format!("text {length}"), text(vec![b'*'; length])));
    let binary =
        lengths.map(|length| echoed(format!("binary {length}"), binary(vec![0xFE; length])));
    check(text.into_iter().chain(binary).collect()).await;
}

#[tokio::test]
async fn group_2_pings_are_answered_and_pongs_are_not() {
    let many: Vec<_> = (0..10)
        .map(|number| ping(format!("payload-{number}")))
        .collect();
    let answers = many.iter().map(|ping| pong(&ping.payload)).collect();
    let answered = |name: &str, payload: &[u8]| {
        case(name, vec![ping(payload)], vec![pong(payload)], End::Calm)
    };
    check(vec![
        answered("without payload", b""),
        answered("text", b"Hello, world!"),
        answered("bytes", b"\x00\xFF\xFE\xFD\xFC\xFB\x00\xFF"),
        answered("longest", &[0xFE; 125]),
        failed("too long", vec![ping([0xFE; 126])]),
        case("unsolicited pong", vec![pong("")], vec![], End::Calm),
        case("the same with payload", vec![pong("x")], vec![], End::Calm),
        case(
            "pong and ping",
            vec![pong("x"), ping("y")],
            vec![pong("y")],
            End::Calm,
        ),
        case("ten", many, answers, End::Calm),
    ])
    .await;
}

#[tokio::test]
async fn group_3_reserved_bits_end_the_connection() {
    let mut cases = Vec::new();
    for bits in 1..8_u8 {
        for opcode in [0x1, 0x2, 0x8, 0x9, 0xA] {
            let bad = frame(0x80 | bits << 4 | opcode, "Hello");
            cases.push(case(
                format!("bits {bits} on opcode {opcode}"),
                vec![text("before"), bad, ping("after")],
                vec![text("before")],
                End::Failed,
            ));
        }
    }
    check(cases).await;
}

#[tokio::test]
async fn group_4_reserved_opcodes_end_the_connection() {
    let mut cases = Vec::new();
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        let bad = |payload: &str| frame(0x80 | opcode, payload);
        cases.push(failed(format!("opcode {opcode}"), vec![bad(""), ping("")]));
        cases.push(case(
            format!("opcode {opcode} behind a message"),
            vec![text("before"), bad("x"), ping("")],
            vec![text("before")],
            End::Failed,
        ));
    }
    check(cases).await;
}

#[tokio::test]
async fn group_5_messages_come_in_fragments_and_control_frames_between_them() {
    let two = fragments(&text(""), &["frag1", "frag2"]);
    let whole = text("frag1frag2");
    let with_pings = [two[0].clone(), ping("a"), ping("b"), two[1].clone()];
    let empty = fragments(&text(""), &["", "", ""]);
    let bytewise = fragments(&text(""), &"Hello".split("").collect::<Vec<_>>());
    check(vec![
        failed("fragmented ping", vec![frame(0x09, "a"), frame(0x80, "b")]),
        failed("fragmented pong", vec![frame(0x0A, "a"), frame(0x80, "b")]),
        failed("fragmented close", vec![frame(0x08, ""), frame(0x80, "")]),
        case("two", two.clone(), vec![whole.clone()], End::Calm),
        case("many", bytewise, vec![text("Hello")], End::Calm),
        case("empty ones", empty, vec![text("")], End::Calm),
        case(
            "pings between",
            with_pings.to_vec(),
            vec![pong("a"), pong("b"), whole.clone()],
            End::Calm,
        ),
        failed("nothing to continue", vec![frame(0x80, "x"), text("y")]),
        failed("nothing to continue yet", vec![frame(0x00, "x"), text("y")]),
        case(
            "nothing left to continue",
            [two.clone(), vec![frame(0x00, "x"), text("y")]].concat(),
            vec![whole],
            End::Failed,
        ),
        failed(
            "a message inside",
            vec![two[0].clone(), text("other"), two[1].clone()],
        ),
    ])
    .await;
}

/// Texts that are UTF-8, at the edges of what is.
const VALID: [&[u8]; 12] = [
    b"Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xA0\xC3\xA1-UTF-8!!",
    b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5",
    b"\x00",
    b"\x7F",
    b"\xC2\x80",
    b"\xDF\xBF",
    b"\xE0\xA0\x80",
    b"\xED\x9F\xBF",
    b"\xEE\x80\x80",
    b"\xEF\xBF\xBF",
    b"\xF0\x90\x80\x80",
    b"\xF4\x8F\xBF\xBF",
];

/// Texts that are not: stray, missing, overlong, surrogate, beyond the last.
const INVALID: [&[u8]; 22] = [
    b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80edited",
    b"\xCE\xBA\xE1",
    b"\x80",
    b"\xBF",
    b"\xFE",
    b"\xFF",
    b"\xC0\x20",
    b"\xE0\x20",
    b"\xF0\x20",
    b"\xC0\xAF",
    b"\xE0\x80\xAF",
    b"\xF0\x80\x80\xAF",
    b"\xF8\x88\x80\x80\x80",
    b"\xFC\x84\x80\x80\x80\x80",
    b"\xC1\xBF",
    b"\xE0\x9F\xBF",
    b"\xF0\x8F\xBF\xBF",
    b"\xF4\x90\x80\x80",
    b"\xF7\xBF\xBF\xBF",
    b"\xED\xA0\x80",
    b"\xED\xBF\xBF",
    b"\xED\xA0\x80\xED\xB0\x80",
];

#[tokio::test]
async fn group_6_texts_are_utf_8_also_across_fragments() {
    let mut cases = Vec::new();
    for (number, bytes) in VALID.iter().enumerate() {
        let single: Vec<_> = bytes.chunks(1).collect();
        let split = fragments(&text(""), &single);
        cases.push(echoed(format!("valid {number}"), text(bytes)));
        cases.push(case(
            format!("valid {number}, split"),
            split,
            vec![text(bytes)],
            End::Calm,
        ));
    }
    for (number, bytes) in INVALID.iter().enumerate() {
        let single: Vec<_> = bytes.chunks(1).collect();
        cases.push(failed(format!("invalid {number}"), vec![text(bytes)]));
        cases.push(failed(
            format!("invalid {number}, split"),
            fragments(&text(""), &single),
        ));
    }
    check(cases).await;
}

#[tokio::test]
async fn group_7_a_close_is_answered_once_and_nothing_behind_it() {
    let end = close(1000, "");
    let mut cases = Vec::new();
    for (name, behind) in [
        ("a close", close(1000, "")),
        ("a ping", ping("x")),
        ("a text", text("x")),
        ("a fragment", frame(0x80, "x")),
        ("a broken frame", frame(0xF3, "x")),
    ] {
        let sent = vec![text("before"), end.clone(), behind];
        cases.push(case(name, sent, vec![text("before")], End::Closed(1000)));
    }
    let fragment = frame(0x01, "x");
    cases.push(case(
        "inside a message",
        vec![fragment, end],
        vec![],
        End::Closed(1000),
    ));
    cases.push(case(
        "without a code",
        vec![frame(0x88, "")],
        vec![],
        End::Closed(1005),
    ));
    cases.push(failed("half a code", vec![frame(0x88, "x")]));
    cases.push(failed("a reason too long", vec![close(1000, [b'*'; 124])]));
    cases.push(failed(
        "a reason that is not UTF-8",
        vec![close(1000, b"\xCE\xBA\xE1")],
    ));
    for reason in ["Hello", "*".repeat(123).as_str()] {
        let sent = vec![close(1000, reason)];
        cases.push(case("with a reason", sent, vec![], End::Closed(1000)));
    }
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ] {
        let name = format!("code {code}");
        cases.push(case(name, vec![close(code, "")], vec![], End::Closed(code)));
    }
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        cases.push(failed(format!("code {code}"), vec![close(code, "")]));
    }
    check(cases).await;
}
