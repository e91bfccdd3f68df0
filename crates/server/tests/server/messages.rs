//! Texts that are no messages of the protocol, and messages with something wrong inside: the former
//! end the connection, the latter are refused with a code, and neither harms anybody else.

use crate::calm::Calm;
use crate::support::{Client, PATIENCE, SDP, start};
use serde_json::{Value, json};
use server::Running;
use tokio_tungstenite::tungstenite::protocol::Message;

/// What the server says to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// The request is done.
    Done,
    /// It is refused with this code.
    Refused(String),
    /// The connection is closed with this code.
    Closed(u16),
}
use Answer::{Closed, Done};

fn refused(code: &str) -> Answer {
    Answer::Refused(code.to_owned())
}

async fn say(server: &Running, text: &str) -> Answer {
    let (mut client, _) = Client::welcomed(server.address()).await;
    client.say(text).await;
    let answer = tokio::time::timeout(PATIENCE, client.answer()).await;
    let answer = answer.expect("nothing came");
    if let Message::Close(frame) = answer {
        return Closed(frame.expect("a code").code.into());
    }
    let reply: Value = serde_json::from_str(answer.to_text().unwrap()).unwrap();
    assert_eq!(reply["re"], 7, "{reply}");
    reply["error"]["code"].as_str().map_or(Done, refused)
}

async fn check<'a>(cases: impl IntoIterator<Item = (&'a str, Answer)>) {
    let server = start().await;
    let mut calm = Calm::beside(&server).await;
    for (text, answer) in cases {
        let shown: String = text.chars().take(200).collect();
        assert_eq!(say(&server, text).await, answer, "{shown}");
    }
    calm.is_unaffected().await;
}

#[tokio::test]
async fn what_is_no_envelope_ends_the_connection() {
    let deep = "[".repeat(100_000);
    check([
        ("", Closed(4400)),
        ("garbage", Closed(4400)),
        ("null", Closed(4400)),
        ("42", Closed(4400)),
        ("\"pong\"", Closed(4400)),
        ("[]", Closed(4400)),
        ("{}", Closed(4400)),
        (deep.as_str(), Closed(4400)),
        (r#"{"id":7,"event":"pong""#, Closed(4400)),
        (r#"{"id":7,"event":"pong"}}"#, Closed(4400)),
        (r#"{"id":7,"event":"pong",}"#, Closed(4400)),
        (r#"{'id':7,'event':'pong'}"#, Closed(4400)),
        (
            r#"{"id":7,"event":"pong"} {"id":8,"event":"pong"}"#,
            Closed(4400),
        ),
        ("\u{FEFF}{\"id\":7,\"event\":\"pong\"}", Closed(4400)),
        ("{\"id\":7,\"event\":\"pong\0\"}", Closed(4400)),
    ])
    .await;
}

#[tokio::test]
async fn an_envelope_with_members_of_the_wrong_type_ends_the_connection() {
    check([
        (r#"{"id":7,"event":5}"#, Closed(4400)),
        (r#"{"id":7,"event":null}"#, Closed(4400)),
        (r#"{"id":7,"event":["pong"]}"#, Closed(4400)),
        (r#"{"id":"7","event":"pong"}"#, Closed(4400)),
        (r#"{"id":-7,"event":"pong"}"#, Closed(4400)),
        (r#"{"id":7.5,"event":"pong"}"#, Closed(4400)),
        (r#"{"id":7e0,"event":"pong"}"#, Closed(4400)),
        (r#"{"id":1e999,"event":"pong"}"#, Closed(4400)),
        (
            r#"{"id":18446744073709551616,"event":"pong"}"#,
            Closed(4400),
        ),
        (r#"{"id":7,"id":7,"event":"pong"}"#, Closed(4400)),
        (r#"{"id":7,"event":"pong","event":"pong"}"#, Closed(4400)),
        (
            r#"{"id":7,"event":"pong","data":{},"data":{}}"#,
            Closed(4400),
        ),
        (r#"{"id":7,"event":"\ud800"}"#, Closed(4400)),
    ])
    .await;
}

#[tokio::test]
async fn what_nobody_knows_is_passed_over_or_refused() {
    check([
        (r#"{"id":7,"event":"dance"}"#, refused("unsupported")),
        (r#"{"id":7,"event":""}"#, refused("unsupported")),
        (r#"{"id":7,"event":"Pong"}"#, refused("unsupported")),
        (r#"{"id":7,"event":"pong\u0000"}"#, refused("unsupported")),
        (r#"{"id":7,"event":"pong","x":1,"x":"twice"}"#, Done),
        (r#"{"id":7,"event":"p\u006fng"}"#, Done),
        (r#" { "data" : null , "event":"pong", "id" : 7 } "#, Done),
    ])
    .await;
}

/// A request to join, with this text as its data.
fn join(data: &str) -> String {
    format!(r#"{{"id":7,"event":"joinStream","data":{data}}}"#)
}

#[tokio::test]
async fn a_join_with_something_wrong_inside_is_refused() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep = format!(r#"{{"channelName":{deep},"user":{{"name":"A"}},"role":"viewer"}}"#);
    let long = "a".repeat(70_000);
    let long = format!(r#"{{"channelName":"{long}","user":{{"name":"A"}},"role":"viewer"}}"#);
    let cases = [
        ("null", "bad_request"),
        ("[]", "bad_request"),
        ("\"mina\"", "bad_request"),
        ("{}", "bad_request"),
        (&deep, "bad_request"),
        (&long, "invalid_name"),
        (
            r#"{"channelName":5,"user":{"name":"A"},"role":"viewer"}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"","user":{"name":"A"},"role":"viewer"}"#,
            "invalid_name",
        ),
        (
            r#"{"channelName":"a\u0000b","user":{"name":"A"},"role":"viewer"}"#,
            "invalid_name",
        ),
        (
            r#"{"channelName":"\ud800","user":{"name":"A"},"role":"viewer"}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"a","channelName":"b","user":{"name":"A"},"role":"viewer"}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":"A","role":"viewer"}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":{"name":"\u0000"},"role":"viewer"}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":{"name":"\udc00"},"role":"viewer"}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":{"name":"A"},"role":"owner"}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":{"name":"A"},"role":1}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":{"name":"A"},"role":"host","liveForMs":1e400}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":{"name":"A"},"role":"host","liveForMs":-1}"#,
            "bad_request",
        ),
        (
            r#"{"channelName":"mina","user":{"name":"A"},"role":"viewer","keep":["p_1"]}"#,
            "bad_request",
        ),
    ];
    let texts = cases.map(|(data, code)| (join(data), refused(code)));
    check(
        texts
            .iter()
            .map(|(text, answer)| (text.as_str(), answer.clone())),
    )
    .await;
}

/// A request that signals, with these members in place of the right ones.
fn signal(event: &str, other: Value) -> String {
    let mut data = json!({"to": "p_1", "link": "k_1", "generation": 1});
    match event {
        "candidate" => data["candidates"] = json!([]),
        kind => data["sessionDescriptor"] = json!({"type": kind, "sdp": SDP}),
    }
    for (name, value) in other.as_object().unwrap() {
        data[name] = value.clone();
    }
    json!({"id": 7, "event": event, "data": data}).to_string()
}

#[tokio::test]
async fn a_signal_with_something_wrong_inside_is_refused() {
    let many = vec![json!({"candidate": ""}); 65];
    let long = json!([{"candidate": "a".repeat(5_000)}]);
    let nested = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let nested = signal("candidate", json!({"candidates": ["HERE"]})).replace("\"HERE\"", &nested);
    let cases = [
        // What is right inside still has nobody to go to.
        (signal("offer", json!({})), "not_joined"),
        (signal("candidate", json!({})), "not_joined"),
        // An end of a kind that is not known yet is somebody who is not there.
        (signal("offer", json!({"to": "mina"})), "not_joined"),
        (signal("offer", json!({"to": 1})), "bad_request"),
        (signal("offer", json!({"link": "p_1"})), "bad_request"),
        (signal("offer", json!({"generation": -1})), "bad_request"),
        (
            signal("offer", json!({"generation": 4_294_967_296_u64})),
            "bad_request",
        ),
        (
            signal("offer", json!({"sessionDescriptor": null})),
            "invalid_sdp",
        ),
        (
            signal(
                "answer",
                json!({"sessionDescriptor": {"type": "answer", "sdp": "v=0\0"}}),
            ),
            "invalid_sdp",
        ),
        (
            signal("candidate", json!({"candidates": {}})),
            "bad_request",
        ),
        (
            signal("candidate", json!({"candidates": ["candidate:1"]})),
            "bad_request",
        ),
        (signal("candidate", json!({"candidates": many})), "too_many"),
        (
            signal("candidate", json!({"candidates": long})),
            "bad_request",
        ),
        (signal("candidate", json!({"end": "yes"})), "bad_request"),
        (nested, "bad_request"),
    ];
    let cases = cases
        .iter()
        .map(|(text, code)| (text.as_str(), refused(code)));
    check(cases).await;
}
