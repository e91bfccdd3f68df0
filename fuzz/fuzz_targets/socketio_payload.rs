//! Bytes into a session of an old client, by POST and by WebSocket.
//!
//! Nothing panics, what waits stays within its bound, and what was read survives being written and
//! read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::PeerId;
use protocol::room::{Payload, RoomCommand, RoomEvent};
use protocol::time::Instant;
use socketio::json::Json;
use socketio::limits::{MAX_PAYLOAD, MAX_QUEUED_BYTES, MAX_QUEUED_PACKETS};
use socketio::message::Message;
use socketio::packet::{Frame, Packet, decode_body, encode_body};
use socketio::{Input, Line, Opening, Output, Session, event};

const FIRST: Line = Line(0);
const POST: Line = Line(1);
const NOW: Instant = Instant::ORIGIN;

/// Feeds one input; what was said is told back to whoever said it.
fn feed(session: &mut Session, input: Input<'_>) {
    session.handle_input(NOW, input);
    let mut told = Vec::new();
    while let Some(output) = session.poll_output() {
        if let Output::Command(command) = output {
            told.push(event::encode(&answer(command)));
        }
    }
    for encoded in told {
        session.handle_input(NOW, Input::Event(&encoded));
        while session.poll_output().is_some() {}
    }
    assert!(session.queued_packets() <= MAX_QUEUED_PACKETS + 10);
    assert!(session.queued_bytes() <= MAX_QUEUED_BYTES + 2 * MAX_PAYLOAD);
}

fn answer(command: RoomCommand) -> RoomEvent {
    let told = |payload: &Payload| assert!(Json::parse(payload.json()).is_some());
    match command {
        RoomCommand::Join { user, .. } => {
            told(&user);
            RoomEvent::UserJoinedStream(user)
        }
        RoomCommand::Leave { user, .. } => {
            told(&user);
            RoomEvent::UserLeftStream(user)
        }
        RoomCommand::Signal { kind, payload, .. } => {
            told(&payload);
            RoomEvent::Received(kind, payload)
        }
    }
}

fn seated(opening: Opening) -> Session {
    let mut session = Session::new(NOW, opening, "0123456789abcdefghij");
    while session.poll_output().is_some() {}
    match opening {
        Opening::Polling(_) => {
            let is_binary = false;
            feed(
                &mut session,
                Input::Post {
                    line: POST,
                    is_binary,
                },
            );
            let bytes = b"40";
            feed(&mut session, Input::Body { line: POST, bytes });
        }
        Opening::Socket(line) => feed(&mut session, Input::Text { line, text: "40" }),
    }
    feed(&mut session, Input::Welcome(PeerId::from_bits(1)));
    session
}

fn round_trip(text: &str) {
    let packets: Vec<Packet<'_>> = decode_body(text).map_while(Result::ok).collect();
    let frames: Vec<Frame> = packets.iter().map(Packet::encode).collect();
    let body = encode_body(&frames);
    if !packets.is_empty() {
        assert!(decode_body(&body).eq(packets.iter().cloned().map(Ok)));
    }
    for packet in packets {
        if let Packet::Text(text) = packet
            && let Ok(message) = Message::decode(text)
        {
            assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    round_trip(&text);

    let mut polling = seated(Opening::Polling(FIRST));
    let is_binary = false;
    feed(
        &mut polling,
        Input::Post {
            line: POST,
            is_binary,
        },
    );
    feed(&mut polling, Input::Body { line: POST, bytes });

    let mut socket = seated(Opening::Socket(FIRST));
    for frame in bytes.split(|byte| *byte == 0x1E) {
        let line = FIRST;
        match core::str::from_utf8(frame) {
            Ok(text) => feed(&mut socket, Input::Text { line, text }),
            Err(_) => feed(&mut socket, Input::Binary { line, bytes: frame }),
        }
    }
});
