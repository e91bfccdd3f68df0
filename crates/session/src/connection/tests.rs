use crate::tests::harness::{Out, Tab, commands, first_request, outs, request_id, welcome};
use crate::{
    Connection, Effect, Intent, Page, Preferences, Report, Resumption, SocketEffect, SocketId,
    SocketReport, Stop, WatchPhase,
};
use protocol::time::Duration;
use protocol::wire::{Request, ServerMessage};
use protocol::{
    Command, Epoch, ErrorCode, Event, Feature, Hello, Lobby, Reply, RequestId, Resume, Resumed,
    Secret, Seq, SessionId, Welcome,
};
use std::sync::Arc;

fn send(socket: u32, id: u64, command: Command) -> Effect {
    let id = Some(RequestId(first_request() + id));
    Effect::Socket(SocketEffect::Send(
        SocketId(socket),
        Request { id, command },
    ))
}

fn hello(resume: Option<Resume>) -> Command {
    Command::Hello(Hello {
        versions: vec![1],
        features: vec![Feature::LobbyChanges],
        resume,
    })
}

fn held(last_seq: u64) -> Resume {
    Resume {
        session: SessionId::from_bits(0x41),
        secret: Secret::from_bytes([7; 16]),
        last_seq: Seq(last_seq),
    }
}

fn saved(last_seq: u64) -> Effect {
    Effect::SaveResumption(Some(Resumption {
        resume: held(last_seq),
    }))
}

fn open(socket: u32) -> Effect {
    Effect::Socket(SocketEffect::Open(SocketId(socket)))
}

fn listing() -> Event {
    Event::Lobby(Lobby {
        channels: Arc::new([]),
    })
}

#[test]
fn a_started_tab_says_hello_and_asks_for_its_page() {
    let mut tab = Tab::rendered(Page::Lobby);
    assert_eq!(tab.start(Preferences::default(), None), [open(1)]);
    assert_eq!(tab.view().connection, Connection::Connecting);
    // What the page asked for is asked again after the welcome, so it is not sent twice.
    assert_eq!(tab.socket(SocketReport::Opened), [send(1, 2, hello(None))]);
    assert_eq!(
        tab.reply(Reply::Welcome(Box::new(welcome(Resumed::Fresh)))),
        [saved(0), send(1, 3, Command::FollowLobby)]
    );
    assert_eq!(tab.view().connection, Connection::Online);
}

#[test]
fn a_lost_socket_is_replaced_and_the_session_resumed() {
    let mut tab = Tab::online(Page::Lobby);
    tab.reply(Reply::DONE);
    tab.event(listing());
    assert_eq!(tab.close(1006), []);
    assert!(matches!(
        tab.view().connection,
        Connection::Reconnecting { .. }
    ));
    assert_eq!(tab.wait(Duration::from_millis(250)), [open(2)]);
    assert_eq!(
        tab.socket(SocketReport::Opened),
        [send(2, 4, hello(Some(held(1))))]
    );
    assert_eq!(
        tab.reply(Reply::Welcome(Box::new(welcome(Resumed::Replayed)))),
        [saved(1)]
    );
    assert_eq!(tab.view().connection, Connection::Online);
}

#[test]
fn a_request_without_reply_is_sent_again_under_its_id() {
    let mut tab = Tab::online(Page::Lobby);
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    assert_eq!(
        tab.connect(Resumed::Replayed),
        [saved(0), send(2, 3, Command::FollowLobby)]
    );
}

#[test]
fn a_snapshot_makes_the_page_ask_anew() {
    let mut tab = Tab::online(Page::Lobby);
    tab.event(listing());
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    assert_eq!(
        tab.connect(Resumed::Snapshot),
        [saved(0), send(2, 5, Command::FollowLobby)]
    );
}

#[test]
fn an_event_that_was_seen_is_not_seen_again() {
    let mut tab = Tab::online(Page::Lobby);
    tab.event(listing());
    let message = ServerMessage::Event {
        seq: Some(Seq(1)),
        event: listing(),
    };
    assert_eq!(tab.socket(SocketReport::Received(message)), []);
    assert_eq!(tab.report(Report::PageHidden), [saved(1)]);
}

#[test]
fn a_ping_is_answered_at_once_and_wants_no_reply() {
    let mut tab = Tab::online(Page::Lobby);
    let ping = ServerMessage::Event {
        seq: None,
        event: Event::Ping,
    };
    let pong = Request {
        id: None,
        command: Command::Pong,
    };
    assert_eq!(
        tab.socket(SocketReport::Received(ping)),
        [Effect::Socket(SocketEffect::Send(SocketId(1), pong))]
    );
}

#[test]
fn reports_of_an_older_socket_are_ignored() {
    let mut tab = Tab::online(Page::Lobby);
    tab.close(1006);
    tab.wait(Duration::from_secs(1));
    let late = SocketReport::Closed(4409);
    assert_eq!(tab.report(Report::Socket(SocketId(1), late)), []);
    assert!(!matches!(tab.view().connection, Connection::Stopped(_)));
}

#[test]
fn pauses_grow_and_stay_within_their_bound() {
    let mut tab = Tab::online(Page::Lobby);
    for bound in [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000] {
        tab.close(1006);
        let socket = tab.socket;
        let opened = tab.wait(Duration::from_millis(bound));
        assert_eq!(opened, [open(socket.0 + 1)]);
    }
}

#[test]
fn the_watchdog_goes_by_the_clock_when_a_tab_has_slept_for_minutes() {
    let mut tab = Tab::online(Page::Lobby);
    tab.sleep(Duration::from_secs(300));
    assert_eq!(tab.timeout(), [open(2)]);
}

#[test]
fn a_server_whose_ping_is_late_is_asked_and_given_up_before_its_grace_is_over() {
    let mut tab = Tab::online(Page::Lobby);
    assert_eq!(tab.wait(Duration::from_millis(24_999)), []);
    let asked = tab.wait(Duration::from_millis(1));
    assert_eq!(asked, [send(1, 4, Command::Pong)]);
    assert_eq!(tab.wait(Duration::from_millis(3_999)), []);
    assert_eq!(tab.wait(Duration::from_millis(1)), [open(2)]);
}

#[test]
fn a_server_that_answers_is_asked_again_when_its_next_ping_is_late() {
    let mut tab = Tab::online(Page::Lobby);
    for number in 4..7 {
        let asked = tab.wait(Duration::from_secs(25));
        assert_eq!(asked, [send(1, number, Command::Pong)]);
        assert_eq!(tab.reply(Reply::DONE), []);
    }
}

#[test]
fn a_page_that_is_shown_again_asks_whether_the_server_is_still_there() {
    let mut tab = Tab::online(Page::Lobby);
    let asked = tab.report(Report::PageShown);
    assert_eq!(asked, [send(1, 4, Command::Pong)]);
    assert_eq!(tab.wait(Duration::from_secs(4)), [open(2)]);
}

#[test]
fn a_server_that_answers_the_doubt_is_kept() {
    let mut tab = Tab::online(Page::Lobby);
    tab.report(Report::NetworkChanged);
    tab.reply(Reply::DONE);
    assert_eq!(tab.wait(Duration::from_secs(10)), []);
}

#[test]
fn a_changed_network_ends_the_pause() {
    let mut tab = Tab::online(Page::Lobby);
    tab.close(1006);
    assert_eq!(tab.report(Report::NetworkChanged), [open(2)]);
}

#[test]
fn an_attempt_that_leads_nowhere_is_dropped() {
    let mut tab = Tab::started(Page::Lobby);
    assert_eq!(
        tab.wait(Duration::from_secs(10)),
        [Effect::Socket(SocketEffect::Close(SocketId(1), None))]
    );
    assert_eq!(tab.wait(Duration::from_millis(250)), [open(2)]);
    assert_eq!(tab.view().connection, Connection::Unreachable);
}

#[test]
fn a_server_that_is_never_reached_is_told_of_after_a_few_seconds() {
    let mut tab = Tab::started(Page::Watch("mina".to_owned()));
    tab.close(1006);
    assert!(tab.watch().as_of_loading);
    for _ in 0..10 {
        let effects = tab.wait(Duration::from_secs(1));
        for _ in effects.iter().filter(|it| matches!(it, Effect::Socket(_))) {
            tab.close(1006);
        }
    }
    assert_eq!(tab.view().connection, Connection::Unreachable);
    while !tab
        .wait(Duration::from_secs(1))
        .iter()
        .any(|it| matches!(it, Effect::Socket(_)))
    {}
    tab.connect(Resumed::Fresh);
    assert_eq!(tab.view().connection, Connection::Online);
    tab.joined(None);
    assert!(!tab.watch().as_of_loading);
}

#[test]
fn a_tab_that_was_replaced_stops_until_it_is_told_to_connect() {
    for (number, stop) in [
        (4400, Stop::Misunderstood),
        (4401, Stop::Unauthenticated),
        (4403, Stop::Forbidden),
        (4409, Stop::Elsewhere),
    ] {
        let mut tab = Tab::online(Page::Lobby);
        assert_eq!(tab.close(number), [Effect::SaveResumption(None)]);
        assert_eq!(tab.view().connection, Connection::Stopped(stop));
        assert_eq!(tab.wait(Duration::from_secs(600)), []);
        assert_eq!(tab.intent(Intent::Reconnect), [open(2)]);
        assert_eq!(commands(&tab.socket(SocketReport::Opened)), [hello(None)]);
    }
}

#[test]
fn a_version_that_the_server_does_not_speak_stops_the_tab() {
    let mut tab = Tab::started(Page::Lobby);
    tab.socket(SocketReport::Opened);
    assert_eq!(
        tab.refuse(ErrorCode::UnsupportedVersion),
        [
            Effect::Socket(SocketEffect::Close(SocketId(1), None)),
            Effect::SaveResumption(None)
        ]
    );
    assert_eq!(
        tab.view().connection,
        Connection::Stopped(Stop::Misunderstood)
    );
}

#[test]
fn a_join_without_reply_is_made_anew_under_another_id() {
    let mut tab = Tab::online(Page::Watch("mina".to_owned()));
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    let sent = tab.connect(Resumed::Replayed);
    let ids = sent.iter().filter_map(request_id);
    let newest = RequestId(first_request() + 5);
    assert_eq!(ids.collect::<Vec<_>>(), [newest]);
}

#[test]
fn a_session_that_a_copy_of_the_tab_has_used_meanwhile_is_entered_anew() {
    for (epoch, requests) in [(1, 0), (2, 1)] {
        let mut tab = Tab::watching();
        tab.close(1006);
        tab.wait(Duration::from_millis(250));
        tab.socket(SocketReport::Opened);
        let welcome = Welcome {
            epoch: Epoch(epoch),
            ..welcome(Resumed::Replayed)
        };
        let sent = commands(&tab.reply(Reply::Welcome(Box::new(welcome))));
        assert_eq!(sent.len(), requests, "epoch {epoch}");
        assert!(sent.iter().all(|it| matches!(it, Command::JoinStream(_))));
    }
}

#[test]
fn a_reloaded_viewer_takes_its_session_over_and_joins_anew() {
    let mut tab = Tab::rendered(Page::Watch("mina".to_owned()));
    let resume = held(17);
    tab.start(Preferences::default(), Some(Resumption { resume }));
    let greeting = tab.socket(SocketReport::Opened);
    assert_eq!(commands(&greeting), [hello(Some(held(17)))]);
    let out = outs(tab.reply(Reply::Welcome(Box::new(welcome(Resumed::Replayed)))));
    assert_eq!(out.len(), 2);
    assert_eq!(out.first(), Some(&Out::Did(saved(17))));
    assert!(
        matches!(out.last(), Some(Out::Asked(Command::JoinStream(join))) if join.keep.is_empty())
    );
}

#[test]
fn a_reloaded_studio_starts_anew_so_that_its_stream_waits_for_it() {
    let mut tab = Tab::rendered(Page::Studio(None));
    let resume = held(17);
    tab.start(Preferences::default(), Some(Resumption { resume }));
    let greeting = tab.socket(SocketReport::Opened);
    assert_eq!(commands(&greeting), [hello(None)]);
}

#[test]
fn a_changed_network_ends_an_attempt_that_hangs() {
    let mut tab = Tab::started(Page::Lobby);
    tab.wait(Duration::from_secs(1));
    assert_eq!(tab.report(Report::NetworkChanged), []);
    tab.wait(Duration::from_millis(1));
    let dropped = Effect::Socket(SocketEffect::Close(SocketId(1), None));
    assert_eq!(tab.report(Report::NetworkChanged), [dropped, open(2)]);
    tab.socket(SocketReport::Opened);
    tab.wait(Duration::from_secs(2));
    let dropped = Effect::Socket(SocketEffect::Close(SocketId(2), None));
    assert_eq!(tab.report(Report::NetworkChanged), [dropped, open(3)]);
}

#[test]
fn a_hello_that_is_refused_for_now_is_said_again_when_the_server_says_so() {
    let mut tab = Tab::started(Page::Lobby);
    tab.socket(SocketReport::Opened);
    let hello = tab.last_request;
    let closed = Effect::Socket(SocketEffect::Close(SocketId(1), None));
    let refused = tab.refuse_with(hello, ErrorCode::Unknown, Some(1_000));
    assert_eq!(refused, [closed]);
    assert_eq!(tab.wait(Duration::from_millis(999)), []);
    assert_eq!(tab.wait(Duration::from_millis(1)), [open(2)]);
}

#[test]
fn an_unknown_close_code_is_a_lost_connection() {
    let mut tab = Tab::online(Page::Lobby);
    tab.close(4499);
    assert_eq!(tab.wait(Duration::from_millis(250)), [open(2)]);
}

#[test]
fn an_unknown_event_is_passed_over_and_counted() {
    let mut tab = Tab::online(Page::Lobby);
    assert_eq!(tab.event(Event::Unknown), []);
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    let said = commands(&tab.socket(SocketReport::Opened));
    let Some(Command::Hello(hello)) = said.first() else {
        panic!("no hello in {said:?}");
    };
    let last_seq = hello.resume.as_ref().map(|resume| resume.last_seq);
    assert_eq!(last_seq, Some(Seq(1)));
}

#[test]
fn an_unknown_refusal_of_a_join_is_tried_again_or_told() {
    let mut tab = Tab::online(Page::Watch("mina".to_owned()));
    let join = tab.last_request;
    tab.refuse_with(join, ErrorCode::Unknown, Some(1_000));
    let again = tab.wait(Duration::from_secs(1));
    assert_eq!(
        again.iter().filter_map(request_id).collect::<Vec<_>>(),
        [join]
    );
    tab.refuse(ErrorCode::Unknown);
    assert_eq!(tab.watch().phase, WatchPhase::Refused);
    let hurried = commands(&tab.intent(Intent::Reconnect));
    assert!(matches!(hurried.as_slice(), [Command::JoinStream(_)]));
    tab.joined(None);
    assert_eq!(tab.watch().phase, WatchPhase::Waiting);
}
