//! Rooms of two, who take turns with descriptions.

use super::admission::{Pace, admit};
use super::crowd::{Clients, Crowd};
use super::dialect::{Dialect, Letter, Place, link_in, native_letters, socketio_letters};
use anyhow::Result;
use protocol::Role;

/// One room: its host offers, its viewer answers what it has received, and so on.
#[derive(Debug)]
pub(crate) struct Room {
    offer: Letter,
    answer: Letter,
    is_answer_next: bool,
}

/// Fills so many rooms with the first clients of a crowd. Each room has a host, a client from 0 on,
/// and a viewer, a client from `count` on.
pub(crate) fn fill(crowd: &mut Crowd, count: usize) -> Result<Vec<Room>> {
    let mut links = vec![[None; 2]; count];
    let mut open = 0;
    let mut note = |client: usize, text: &[u8]| {
        let room = links.get_mut(client % count);
        if let Some((room, link)) = room.zip(link_in(text)) {
            room[client / count] = Some(link);
            open += 1;
        }
        open
    };
    for role in [Role::Host, Role::Viewer] {
        let place = |room| {
            let channel = channel(room);
            Some(Place { channel, role })
        };
        let places: Vec<_> = (0..count).map(place).collect();
        admit(crowd, &places, Pace::Unhurried, |_, client, text| {
            note(client, text);
            Ok(())
        })?;
    }
    let dialect = crowd.dialect();
    if dialect == Dialect::Native && note(0, &[]) < 2 * count {
        crowd.listen_until("a link in every room", |_, client, text| {
            Ok(note(client, text) == 2 * count)
        })?;
    }
    let room = |(room, links): (usize, &[_; 2])| {
        let [offer, answer] = match dialect {
            Dialect::Native => native_letters(*links)?,
            Dialect::SocketIo => socketio_letters(&channel(room))?,
        };
        Ok(Room {
            offer,
            answer,
            is_answer_next: false,
        })
    };
    links.iter().enumerate().map(room).collect()
}

impl Room {
    /// Lets the one of host and viewer speak whose turn it is.
    pub(crate) fn speak(
        &mut self,
        clients: &mut Clients,
        [host, viewer]: [usize; 2],
        stamp: u64,
    ) -> Result<()> {
        let (speaker, letter) = if self.is_answer_next {
            (viewer, &mut self.answer)
        } else {
            (host, &mut self.offer)
        };
        self.is_answer_next = !self.is_answer_next;
        clients.send(speaker, letter.stamped(stamp))
    }
}

fn channel(room: usize) -> String {
    format!("room-{room}")
}
