use super::*;
use crate::seat::SeatHandle;
use protocol::{Hello, VERSIONS};

/// A peer at a node, and the node's time.
async fn welcomed() -> (SeatHandle, Gateway) {
    let exchanger = exchanger::Config::new([1; 32]);
    let gateway = spawn(Node::new(node::Config { exchanger }), Clock::start());
    let mut seat = gateway
        .open(SeatKind::NATIVE, Account::of_a_test())
        .await
        .unwrap();
    let hello = Hello {
        versions: VERSIONS.to_vec(),
        ..Hello::default()
    };
    ask(&seat, 1, Command::Hello(hello)).await;
    assert!(matches!(seat.events.next().await, SeatEvent::Reply { .. }));
    (seat, gateway)
}

async fn ask(seat: &SeatHandle, id: u64, command: Command) {
    seat.commands.send(Some(RequestId(id)), command).await;
}

#[tokio::test(start_paused = true)]
async fn a_reply_without_data_comes_within_the_promised_time() {
    let (mut seat, _gateway) = welcomed().await;
    let before = tokio::time::Instant::now();
    ask(&seat, 2, Command::Pong).await;
    tokio::time::sleep(LINGER / 2).await;
    ask(&seat, 3, Command::Pong).await;
    for id in 2..=3 {
        let told = seat.events.next().await;
        assert!(matches!(told, SeatEvent::Done(RequestId(it)) if it == id));
        assert_eq!(before.elapsed(), LINGER);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_without_data_goes_with_what_is_said_next() {
    let (mut seat, _gateway) = welcomed().await;
    let before = tokio::time::Instant::now();
    ask(&seat, 2, Command::Pong).await;
    ask(&seat, 3, Command::FollowLobby).await;
    let told = seat.events.next().await;
    assert!(matches!(told, SeatEvent::Done(RequestId(2))));
    assert!(matches!(seat.events.next().await, SeatEvent::Reply { .. }));
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_a_client_waits_for_is_told_at_once() {
    let (mut seat, _gateway) = welcomed().await;
    let before = tokio::time::Instant::now();
    ask(&seat, 2, Command::UnfollowLobby).await;
    let told = seat.events.next().await;
    assert!(matches!(told, SeatEvent::Done(RequestId(2))));
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_at_once() {
    let (mut seat, _gateway) = welcomed().await;
    let before = tokio::time::Instant::now();
    ask(&seat, 2, Command::LeaveStream).await;
    assert!(matches!(seat.events.next().await, SeatEvent::Reply { .. }));
    assert_eq!(before.elapsed(), Duration::ZERO);
}

/// A client of the old system in a room.
async fn in_room(gateway: &Gateway, account: &Account) -> SeatHandle {
    use protocol::room::{Payload, RoomName, Rooms};
    let seat = gateway.open(SeatKind::OLD, account.clone()).await.unwrap();
    let hello = Hello {
        versions: VERSIONS.to_vec(),
        ..Hello::default()
    };
    ask(&seat, 1, Command::Hello(hello)).await;
    let join = RoomCommand::Join {
        rooms: Rooms::One(RoomName::text("mina")),
        user: Payload::null(),
        name: None,
    };
    seat.commands.say(join).await;
    seat
}

#[tokio::test(start_paused = true)]
async fn what_others_are_told_is_charged_to_who_says_it() {
    use protocol::room::{Payload, RoomName, Rooms, SignalKind};
    let (_native, gateway) = welcomed().await;
    let account = Account::of_a_test();
    let mut seats = Vec::new();
    for _ in 0..4 {
        seats.push(in_room(&gateway, &account).await);
    }
    gateway.census().await;
    let caused = |seats: &[SeatHandle]| {
        let caused = seats.iter().map(|seat| seat.events.take_caused());
        caused.collect::<Vec<_>>()
    };
    // Each has told those who were there before.
    assert_eq!(caused(&seats), [0, 1, 2, 3]);
    for _ in 0..5 {
        let signal = RoomCommand::Signal {
            rooms: Rooms::One(RoomName::text("mina")),
            kind: SignalKind::Candidate,
            payload: Payload::null(),
        };
        seats[1].commands.say(signal).await;
    }
    gateway.census().await;
    assert_eq!(caused(&seats), [0, 15, 0, 0]);
    // The last word of who leaves costs its address something.
    drop(seats.pop());
    gateway.census().await;
    assert_eq!(caused(&seats), [0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_nodes_end_is_told_when_it_comes() {
    let (send, requests) = mpsc::channel(1);
    let gateway = Gateway::new(send);
    let mut ended = pin!(gateway.node_ended());
    assert!(futures_util::poll!(&mut ended).is_pending());
    // As it is when the task panics.
    drop(requests);
    ended.await;
}
