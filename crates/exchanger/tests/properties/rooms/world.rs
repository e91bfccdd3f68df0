//! The exchanger and the old server side by side.

use super::old_client::{arrive, feed, heard, heard_as, join, json, rooms};
use super::old_server::{Heard, OldServer};
use super::operation::{OLD, Operation};
use exchanger::{ClosedBy, Config, Exchanger, Input, Output, Seat, SeatKind};
use protocol::room::RoomCommand;
use protocol::time::Instant;
use std::collections::BTreeMap;

const NOW: Instant = Instant::ORIGIN;

/// What each client was told, in order.
type Told = BTreeMap<String, Vec<Heard>>;

pub(crate) struct World {
    exchanger: Exchanger,
    old_server: OldServer,
    /// Who is connected.
    seats: [Option<Seat>; OLD],
    /// The clients' ids; of those who are gone, the last.
    ids: [String; OLD],
    next_seat: u64,
}

impl World {
    /// Carries the operations out on both sides, and compares what everybody is told.
    pub(crate) fn run(strict_rooms: bool, operations: Vec<Operation>) {
        let mut config = Config::new([5; 32]);
        config.strict_rooms = strict_rooms;
        let mut world = Self {
            exchanger: Exchanger::new(config),
            old_server: OldServer::new(strict_rooms),
            seats: [None; OLD],
            ids: std::array::from_fn(|client| format!("nobody {client}")),
            next_seat: 0,
        };
        for client in 0..OLD {
            world.connect(client);
        }
        for operation in operations {
            world.carry_out(operation);
        }
        for client in 0..OLD {
            world.disconnect(client);
        }
        assert_eq!((world.exchanger.peers(), world.exchanger.seats()), (0, 0));
        assert_eq!(world.exchanger.poll_timeout(), None);
    }

    fn carry_out(&mut self, operation: Operation) {
        match operation {
            Operation::Connect { client } => {
                self.disconnect(client);
                self.connect(client);
            }
            Operation::Disconnect { client } => self.disconnect(client),
            Operation::Join { client, name, user } => {
                let user = user_of(client, user);
                let command = join(rooms(&name, &self.ids), &user);
                self.say(client, command, |server, id, ids| {
                    server.on_join_stream(id, &name, ids, &user);
                });
            }
            Operation::Leave { client, name, user } => {
                let user = user_of(client, user);
                let command = RoomCommand::Leave {
                    rooms: rooms(&name, &self.ids),
                    user: json(&user),
                };
                self.say(client, command, |server, id, ids| {
                    server.on_leave_stream(id, &name, ids, &user);
                });
            }
            Operation::Signal { client, name, kind } => {
                let payload = format!("\"from {client}\"");
                let command = RoomCommand::Signal {
                    rooms: rooms(&name, &self.ids),
                    kind,
                    payload: json(&payload),
                };
                self.say(client, command, |server, id, ids| {
                    server.on_signal(id, (&name, ids), heard_as(kind), &payload);
                });
            }
        }
    }

    fn connect(&mut self, client: usize) {
        let seat = Seat(self.next_seat);
        self.next_seat += 1;
        let welcome = arrive(&mut self.exchanger, NOW, seat, SeatKind::OLD);
        self.ids[client] = welcome.peer.to_string();
        self.seats[client] = Some(seat);
        self.old_server.on_connection(&self.ids[client]);
    }

    fn disconnect(&mut self, client: usize) {
        if let Some(seat) = self.seats[client].take() {
            let outputs = feed(
                &mut self.exchanger,
                NOW,
                Input::Disconnect {
                    seat,
                    by: ClosedBy::Client,
                },
            );
            self.old_server.on_disconnect(&self.ids[client]);
            self.compare(outputs);
        }
    }

    fn say(
        &mut self,
        client: usize,
        command: RoomCommand,
        then: impl FnOnce(&mut OldServer, &String, &[String]),
    ) {
        if let Some(seat) = self.seats[client] {
            let outputs = feed(&mut self.exchanger, NOW, Input::Room { seat, command });
            then(&mut self.old_server, &self.ids[client], &self.ids);
            self.compare(outputs);
        }
    }

    fn compare(&mut self, outputs: Vec<Output>) {
        let mut told = Told::new();
        for output in outputs {
            let Output::Room { seat, event } = output else {
                panic!("a client of the old system is told something else: {output:?}");
            };
            let client = self.seats.iter().position(|it| *it == Some(seat));
            let client = client.expect("who is told something is there");
            let told = told.entry(self.ids[client].clone()).or_default();
            told.push(heard(&event));
        }
        let mut expected = Told::new();
        for (id, heard) in self.old_server.take_outputs() {
            expected.entry(id).or_default().push(heard);
        }
        assert_eq!(told, expected);
        assert_eq!(self.exchanger.ignored(), self.old_server.ignored);
    }
}

/// A user object of which a client has several, one of them that of somebody else.
fn user_of(client: usize, user: usize) -> String {
    match user {
        0 => "null".to_owned(),
        1 => r#"{"id":"anybody"}"#.to_owned(),
        _ => format!(r#"{{"nickname":"old {client}"}}"#),
    }
}
