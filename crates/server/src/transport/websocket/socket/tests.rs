use super::*;
use futures_util::{SinkExt as _, StreamExt as _, poll};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tungstenite::Bytes;

const MAX_BYTES: usize = 1024 * 1024;

async fn connected() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    (client.unwrap(), accepted.unwrap().0)
}

/// Both ends of a WebSocket.
async fn pair() -> (WebSocketStream<TcpStream>, Socket) {
    let (client, server) = connected().await;
    let client = WebSocketStream::from_raw_socket(client, Role::Client, None).await;
    (client, Socket::new(server, &[], MAX_BYTES))
}

fn text(text: impl Into<String>) -> Message {
    Message::Text(text.into().into())
}

fn holds_nothing(socket: &Socket) -> bool {
    socket.wire.inbox.is_empty() && socket.wire.outbox.is_empty()
}

#[tokio::test]
async fn messages_of_all_sizes_go_both_ways() {
    let (mut client, mut socket) = pair().await;
    for bytes in [0, 1, 125, 126, 511, 512, 8_192, 65_535, 65_536, 300_000] {
        let message = text("a".repeat(bytes));
        let there = async {
            client.send(message.clone()).await.unwrap();
            client.next().await.unwrap().unwrap()
        };
        let back = async {
            let message = socket.next().await.unwrap().unwrap();
            socket.send(message).await.unwrap();
        };
        let (echo, ()) = tokio::join!(there, back);
        assert_eq!(echo, message);
        assert!(holds_nothing(&socket));
    }
}

#[tokio::test]
async fn what_came_with_the_handshake_is_read_first() {
    let (mut client, server) = connected().await;
    let mut frame = Vec::new();
    let mut masked = Frame::message("hello", OpCode::Data(Data::Text), true);
    masked.header_mut().mask = Some([1, 2, 3, 4]);
    masked.format(&mut frame).unwrap();
    let (ahead, later) = frame.split_at(4);
    client.write_all(later).await.unwrap();
    let mut socket = Socket::new(server, ahead, MAX_BYTES);
    assert_eq!(socket.next().await.unwrap().unwrap(), text("hello"));
}

#[tokio::test]
async fn what_is_fed_goes_in_one_piece() {
    let (mut client, mut socket) = pair().await;
    socket.feed(text("one")).await.unwrap();
    socket.feed(text("two")).await.unwrap();
    assert!(poll!(client.next()).is_pending());
    assert!(!holds_nothing(&socket));
    socket.flush().await.unwrap();
    assert!(holds_nothing(&socket));
    assert_eq!(client.next().await.unwrap().unwrap(), text("one"));
    assert_eq!(client.next().await.unwrap().unwrap(), text("two"));
}

#[tokio::test]
async fn a_client_that_reads_late_gets_everything_in_order() {
    let (mut client, mut socket) = pair().await;
    let message = |number: usize| text(number.to_string().repeat(20_000));
    let mut fed = 0;
    while fed < 100_000 {
        let ready = poll!(std::future::poll_fn(
            |context| socket.poll_ready_unpin(context)
        ));
        if ready.is_pending() {
            break;
        }
        socket.start_send_unpin(message(fed)).unwrap();
        fed += 1;
    }
    assert!(fed < 100_000, "a socket takes everything");
    let reading = async {
        for number in 0..fed {
            assert_eq!(client.next().await.unwrap().unwrap(), message(number));
        }
    };
    let (flushed, ()) = tokio::join!(socket.flush(), reading);
    flushed.unwrap();
    assert!(holds_nothing(&socket));
}

#[tokio::test]
async fn pings_are_answered_while_messages_are_waited_for() {
    let (mut client, mut socket) = pair().await;
    let ping = Message::Ping(Bytes::from_static(b"there?"));
    client.send(ping.clone()).await.unwrap();
    client.send(text("hello")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), ping);
    assert_eq!(socket.next().await.unwrap().unwrap(), text("hello"));
    let pong = Message::Pong(Bytes::from_static(b"there?"));
    assert_eq!(client.next().await.unwrap().unwrap(), pong);
}

#[tokio::test]
async fn a_client_that_pings_and_does_not_read_fills_no_memory() {
    let (mut client, mut socket) = pair().await;
    let flood = async {
        for _ in 0..100_000 {
            let ping = Message::Ping(Bytes::from_static(&[7; 125]));
            client.feed(ping).await.unwrap();
        }
        client.flush().await.unwrap();
    };
    let mut largest = 0;
    let reading = async {
        for _ in 0..100_000 {
            socket.next().await.unwrap().unwrap();
            largest = largest.max(socket.wire.outbox.rest().len());
        }
    };
    tokio::join!(flood, reading);
    assert!(largest <= MAX_WRITE_BYTES + 200, "{largest}");
}

#[tokio::test]
async fn a_close_is_answered_and_ends_both_sides() {
    let (mut client, mut socket) = pair().await;
    client.close(None).await.unwrap();
    let ending = async {
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::Close(None));
        assert!(socket.next().await.is_none());
        assert!(socket.next().await.is_none());
        assert!(socket.send(text("late")).await.is_err());
        drop(socket);
    };
    let hearing = async {
        assert_eq!(client.next().await.unwrap().unwrap(), Message::Close(None));
        assert!(client.next().await.is_none());
    };
    tokio::join!(ending, hearing);
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error_and_then_the_end() {
    let (client, mut socket) = pair().await;
    drop(client);
    assert!(socket.next().await.unwrap().is_err());
    assert!(socket.next().await.is_none());
}
