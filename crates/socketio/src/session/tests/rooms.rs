//! The connection inside the session: asking for the namespace, and what is said in it.

use super::*;

#[test]
fn a_client_is_welcomed_and_heard() {
    let mut world = World::seated();
    assert_eq!(
        world.text(r#"42["offer",{"channelName":"ch","sessionDescriptor":{"sdp":"v=0"}}]"#),
        [offer("ch", r#"{"sdp":"v=0"}"#)]
    );
    assert_eq!(
        world.tell("{}"),
        [write(FIRST, &[r#"42["userLeftStream",{}]"#])]
    );
}

#[test]
fn what_comes_before_the_welcome_is_passed_on_in_order() {
    let mut world = World::socket();
    assert_eq!(world.text(r#"40{"token":"x"}"#), [Output::Connect]);
    // Told to the seat before this one.
    assert_eq!(world.tell("{}"), []);
    assert_eq!(
        world.text(r#"42["offer",{"channelName":"ch","sessionDescriptor":1}]"#),
        [offer("ch", "1")]
    );
    assert_eq!(
        world.feed(Input::Welcome(PeerId::from_bits(1))),
        [write(FIRST, &[r#"40{"sid":"p_1"}"#])]
    );
    assert_eq!(world.feed(Input::Welcome(PeerId::from_bits(2))), []);
}

#[test]
fn another_namespace_is_refused_and_the_session_goes_on() {
    let mut world = World::socket();
    for (asked, refused) in [
        ("40/foo,", r#"44/foo,{"message":"Invalid namespace"}"#),
        (
            "40/foo?a=1,{}",
            r#"44/foo?a=1,{"message":"Invalid namespace"}"#,
        ),
        ("40/admin", r#"44/admin,{"message":"Invalid namespace"}"#),
    ] {
        assert_eq!(world.text(asked), [write(FIRST, &[refused])]);
        assert_eq!(world.feed(Input::Written(FIRST)), []);
    }
    assert_eq!(world.text("40/,"), [Output::Connect]);
}

#[test]
fn packets_out_of_turn_end_the_session() {
    for text in [
        r#"42["offer",{}]"#,
        "41",
        "43[]",
        "44{}",
        "41/foo,",
        r#"42/foo,["offer",{}]"#,
        "4",
        "47",
        "40[]",
    ] {
        let mut world = World::socket();
        assert_eq!(
            world.text(text),
            [Output::CloseSocket(FIRST), closed(CloseReason::Forced)],
            "{text}"
        );
    }
}

#[test]
fn packets_that_are_wrong_end_a_seated_session_too() {
    for text in [
        "40",
        "40{}",
        "44{}",
        "44/foo,{}",
        "41/foo,",
        r#"42/foo,["offer",{}]"#,
        "41{}",
        "42{}",
        "42[]",
        r#"42["disconnect"]"#,
        r#"42["offer""#,
        "43{}",
        "4",
        "45",
        "4\u{e9}",
    ] {
        let mut world = World::seated();
        assert_eq!(
            world.text(text),
            [
                Output::Disconnect,
                Output::CloseSocket(FIRST),
                closed(CloseReason::Forced),
            ],
            "{text}"
        );
    }
}

#[test]
fn what_nobody_listens_to_is_counted() {
    let mut world = World::seated();
    let texts = [
        "42",
        r#"42["offer"]"#,
        r#"42["offer",null]"#,
        r#"42["chat",{}]"#,
        r#"4217["unknown",{}]"#,
        "42[5]",
        "43",
        "431[{}]",
    ];
    for (count, text) in (1..).zip(texts) {
        assert_eq!(world.text(text), [], "{text}");
        assert_eq!(world.session.ignored(), count);
    }
}

#[test]
fn an_acknowledgement_that_is_asked_for_is_not_given() {
    let mut world = World::seated();
    assert_eq!(
        world.text(r#"420["offer",{"channelName":"ch","sessionDescriptor":1}]"#),
        [offer("ch", "1")]
    );
    assert_eq!(world.session.ignored(), 0);
}

#[test]
fn a_client_that_leaves_may_come_back_as_somebody_else() {
    let mut world = World::seated();
    assert_eq!(world.text("41"), [Output::Disconnect]);
    assert_eq!(world.tell("{}"), []);
    // Nobody waits for it to ask again.
    assert_eq!(
        world.session.poll_timeout(),
        Some((Instant::from_micros(7) + PING_INTERVAL, Timer::Ping))
    );
    assert_eq!(world.text("40"), [Output::Connect]);
    assert_eq!(
        world.feed(Input::Welcome(PeerId::from_bits(5))),
        [write(FIRST, &[r#"40{"sid":"p_5"}"#])]
    );
}

#[test]
fn a_client_that_has_left_says_nothing() {
    let mut world = World::seated();
    assert_eq!(world.text("41"), [Output::Disconnect]);
    assert_eq!(
        world.text(r#"42["offer",{}]"#),
        [Output::CloseSocket(FIRST), closed(CloseReason::Forced)]
    );
}

#[test]
fn a_message_larger_than_may_be_ends_the_session() {
    let mut world = World::seated();
    let text = format!(r#"42["offer",{{"x":"{}"}}]"#, "x".repeat(MAX_PAYLOAD));
    assert_eq!(
        world.text(&text),
        [
            Output::CloseSocket(FIRST),
            Output::Disconnect,
            closed(CloseReason::TransportError),
        ]
    );
}
