//! The old server, statement by statement: Socket.IO's rooms, its two mappers, its six handlers.
//!
//! Only what `docs/socketio.md` lists as a difference is different here.

use super::operation::Name;
use std::collections::{BTreeMap, BTreeSet};

/// A `socket.id`.
type Id = String;

/// What a client is told; users and signals by their JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    AllStreamUsers(Vec<Id>),
    /// The event's name and its argument.
    Told(&'static str, String),
}

/// A key of a JavaScript `Map`. Every array and object is a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Bool(bool),
    Null,
    Number(u64),
    Reference(u64),
    Text(String),
    Undefined,
}

/// A `channelName` with an identity, as a parser makes it.
#[derive(Clone, Debug)]
struct Value {
    key: Key,
    /// What is in it, if it is an array.
    elements: Option<Vec<Key>>,
}

/// `SocketStreamMapper` and `SocketUserMapper`: plain objects, whose keys keep the order in which
/// they were set first.
#[derive(Debug)]
struct Mapper<T>(Vec<(Id, T)>);

impl<T> Mapper<T> {
    fn map(&mut self, id: &Id, value: T) {
        match self.0.iter_mut().find(|(key, _)| key == id) {
            Some((_, old)) => *old = value,
            None => self.0.push((id.clone(), value)),
        }
    }

    fn unmap(&mut self, id: &Id) {
        self.0.retain(|(key, _)| key != id);
    }

    fn get(&self, id: &Id) -> Option<&T> {
        let (_, value) = self.0.iter().find(|(key, _)| key == id)?;
        Some(value)
    }
}

#[derive(Debug)]
pub(crate) struct OldServer {
    strict_rooms: bool,
    rooms: BTreeMap<Key, BTreeSet<Id>>,
    streams: Mapper<Value>,
    users: Mapper<String>,
    connected: BTreeSet<Id>,
    references: u64,
    outputs: Vec<(Id, Heard)>,
    pub(crate) ignored: u64,
}

impl OldServer {
    pub(crate) fn new(strict_rooms: bool) -> Self {
        Self {
            strict_rooms,
            rooms: BTreeMap::new(),
            streams: Mapper(Vec::new()),
            users: Mapper(Vec::new()),
            connected: BTreeSet::new(),
            references: 0,
            outputs: Vec::new(),
            ignored: 0,
        }
    }

    /// What everybody was told since the last time.
    pub(crate) fn take_outputs(&mut self) -> Vec<(Id, Heard)> {
        std::mem::take(&mut self.outputs)
    }

    pub(crate) fn on_connection(&mut self, id: &Id) {
        self.connected.insert(id.clone());
        self.join(id, &Value::of(Key::Text(id.clone())));
    }

    pub(crate) fn on_join_stream(&mut self, id: &Id, name: &Name, ids: &[Id], user: &str) {
        let channel_name = self.parse(name, ids);
        if self.refuses(id, name, ids, true) {
            return;
        }
        self.join(id, &channel_name);
        self.broadcast(id, &channel_name, "userJoinedStream", user);
        let listed = Heard::AllStreamUsers(self.get_all_stream_ids(&channel_name));
        self.outputs.push((id.clone(), listed));
        self.streams.map(id, channel_name);
        self.users.map(id, user.to_owned());
    }

    pub(crate) fn on_signal(
        &mut self,
        id: &Id,
        (name, ids): (&Name, &[Id]),
        event: &'static str,
        payload: &str,
    ) {
        let channel_name = self.parse(name, ids);
        if !self.refuses(id, name, ids, false) {
            self.broadcast(id, &channel_name, event, payload);
        }
    }

    pub(crate) fn on_leave_stream(&mut self, id: &Id, name: &Name, ids: &[Id], user: &str) {
        let channel_name = self.parse(name, ids);
        if !self.refuses(id, name, ids, false) {
            self.leave_stream(id, &channel_name, user);
        }
    }

    /// Socket.IO takes a socket out of all its rooms before it says that it is gone.
    pub(crate) fn on_disconnect(&mut self, id: &Id) {
        self.connected.remove(id);
        self.rooms.retain(|_, sockets| {
            sockets.remove(id);
            !sockets.is_empty()
        });
        let undefined = Value::of(Key::Undefined);
        let channel_name = self.streams.get(id).cloned().unwrap_or(undefined);
        let user = self.users.get(id).cloned();
        // What is undefined is written as null.
        let user = user.unwrap_or_else(|| "null".to_owned());
        self.leave_stream(id, &channel_name, &user);
    }

    fn leave_stream(&mut self, id: &Id, channel_name: &Value, user: &str) {
        self.leave(id, &channel_name.key);
        self.broadcast(id, channel_name, "userLeftStream", user);
        self.streams.unmap(id);
        self.users.unmap(id);
    }

    /// `socket.join`. Difference: the room of an object is not kept, for nobody else gets into it.
    fn join(&mut self, id: &Id, channel_name: &Value) {
        for room in channel_name.rooms() {
            if !matches!(room, Key::Reference(_)) {
                self.rooms.entry(room).or_default().insert(id.clone());
            }
        }
    }

    /// `socket.leave`, which does not look into arrays.
    fn leave(&mut self, id: &Id, room: &Key) {
        if let Some(sockets) = self.rooms.get_mut(room) {
            sockets.remove(id);
            if sockets.is_empty() {
                self.rooms.remove(room);
            }
        }
    }

    /// `socket.broadcast.to(channelName).emit(event, argument)`. Excluded is not the sender, but who
    /// is in the room named by its id. Difference: an empty array reaches nobody.
    fn broadcast(&mut self, id: &Id, channel_name: &Value, event: &'static str, argument: &str) {
        let except = self.rooms.get(&Key::Text(id.clone())).cloned();
        let except = except.unwrap_or_default();
        let mut told = BTreeSet::new();
        for room in channel_name.rooms() {
            for socket in self.rooms.get(&room).into_iter().flatten() {
                if !except.contains(socket) && told.insert(socket.clone()) {
                    let heard = Heard::Told(event, argument.to_owned());
                    self.outputs.push((socket.clone(), heard));
                }
            }
        }
    }

    /// Those whose value is `===` the name.
    fn get_all_stream_ids(&self, channel_name: &Value) -> Vec<Id> {
        let is_there = |(_, value): &&(Id, Value)| value.key == channel_name.key;
        let there = self.streams.0.iter().filter(is_there);
        there.map(|(id, _)| id.clone()).collect()
    }

    /// Difference: with strict rooms, names of nothing and joins of other clients' own rooms are
    /// ignored.
    fn refuses(&mut self, id: &Id, name: &Name, ids: &[Id], is_join: bool) -> bool {
        let names = name
            .elements()
            .unwrap_or_else(|| std::slice::from_ref(name));
        let is_refused = |name: &Name| match name {
            Name::Undefined | Name::Null | Name::Text("") => true,
            Name::IdOf(client) => {
                is_join && ids[*client] != *id && self.connected.contains(&ids[*client])
            }
            Name::Array(_) | Name::Bool(_) | Name::Number(_) | Name::Object | Name::Text(_) => {
                false
            }
        };
        let refuses = self.strict_rooms && names.iter().any(is_refused);
        self.ignored += u64::from(refuses);
        refuses
    }

    fn parse(&mut self, name: &Name, ids: &[Id]) -> Value {
        let key = match name {
            Name::Bool(bool) => Key::Bool(*bool),
            Name::IdOf(client) => Key::Text(ids[*client].clone()),
            Name::Null => Key::Null,
            // `Map` and `===` take both zeros for one.
            Name::Number(number) if *number == 0.0 => Key::Number(0),
            Name::Number(number) => Key::Number(number.to_bits()),
            Name::Text(text) => Key::Text((*text).to_owned()),
            Name::Undefined => Key::Undefined,
            Name::Array(_) | Name::Object => {
                self.references += 1;
                Key::Reference(self.references)
            }
        };
        let elements = name.elements().map(|names| {
            let keys = names.iter().map(|name| self.parse(name, ids).key);
            keys.collect()
        });
        Value { key, elements }
    }
}

impl Value {
    const fn of(key: Key) -> Self {
        let elements = None;
        Self { key, elements }
    }

    /// The rooms that `join` and `to` take it for.
    fn rooms(&self) -> Vec<Key> {
        match &self.elements {
            Some(elements) => elements.clone(),
            None => vec![self.key.clone()],
        }
    }
}
