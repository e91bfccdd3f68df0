//! The peers: sessions that outlive their connections.

use crate::followers::Telling;
use crate::ids::Ids;
use crate::pacing::Pace;
use crate::port::{ClosedBy, Seat, Source};
use crate::replay::{KeptReplies, Replay};
use protocol::time::{Duration, Instant};
use protocol::{ChannelName, Epoch, Event, PeerId, Resume, Secret, Seq, SessionId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One participant, for as long as its session lives.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) session: SessionId,
    pub(crate) secret: Secret,
    pub(crate) epoch: Epoch,
    /// The channel it has joined.
    pub(crate) channel: Option<ChannelName>,
    pub(crate) replies: KeptReplies,
    pub(crate) resumable: bool,
    /// Where its connection comes from, or came from last.
    pub(crate) source: Source,
    /// It reads changes of the lobby.
    pub(crate) reads_changes: bool,
    /// How often it joins.
    pub(crate) joins: Pace,
    replay: Replay,
    connection: Connection,
}

#[derive(Clone, Copy, Debug)]
enum Connection {
    /// Lost; its grace is running.
    Away {
        since: Instant,
        by: ClosedBy,
    },
    Seated(Seat),
}

/// A session that goes on at another seat.
#[derive(Debug)]
pub(crate) struct Resumption {
    pub(crate) peer: PeerId,
    /// Where it sat until now, if it was not away.
    pub(crate) old_seat: Option<Seat>,
    /// What it has missed; `None` if that is not known any more.
    pub(crate) missed: Option<Vec<(Seq, Arc<Event>)>>,
}

/// All peers.
///
/// Bound: one for each seat, and as many that are away as [`Peers::longest_away`] is asked to
/// leave.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    by_id: BTreeMap<PeerId, Peer>,
    by_session: BTreeMap<SessionId, PeerId>,
    away: BTreeSet<(Instant, PeerId)>,
}

impl Peers {
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn get(&self, peer: PeerId) -> Option<&Peer> {
        self.by_id.get(&peer)
    }

    pub(crate) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Peer> {
        self.by_id.get_mut(&peer)
    }

    pub(crate) fn channel(&self, peer: PeerId) -> Option<&ChannelName> {
        self.get(peer)?.channel.as_ref()
    }

    pub(crate) fn seat(&self, peer: PeerId) -> Option<Seat> {
        match self.get(peer)?.connection {
            Connection::Away { .. } => None,
            Connection::Seated(seat) => Some(seat),
        }
    }

    /// How the peer is told of the lobby.
    pub(crate) fn lobby_telling(&self, peer: PeerId) -> Telling {
        match self.get(peer) {
            Some(peer) if peer.reads_changes => Telling::Changes,
            Some(_) | None => Telling::Whole,
        }
    }

    /// Where the peer comes from.
    pub(crate) fn source(&self, peer: PeerId) -> Source {
        self.get(peer).map_or(Source(0), |peer| peer.source)
    }

    /// A new session.
    pub(crate) fn admit(&mut self, seat: Seat, resumable: bool, ids: &mut Ids) -> PeerId {
        let (id, session) = (ids.peer(), ids.session());
        let peer = Peer {
            session,
            secret: ids.secret(),
            epoch: Epoch::default(),
            channel: None,
            replies: KeptReplies::default(),
            resumable,
            source: Source(0),
            reads_changes: false,
            joins: Pace::default(),
            replay: Replay::new(resumable),
            connection: Connection::Seated(seat),
        };
        self.by_id.insert(id, peer);
        if resumable {
            self.by_session.insert(session, id);
        }
        id
    }

    /// Goes on with a session at another seat; `None` if the session is gone or the secret wrong,
    /// and the caller cannot tell which.
    pub(crate) fn resume(&mut self, resume: &Resume, seat: Seat) -> Option<Resumption> {
        let id = *self.by_session.get(&resume.session)?;
        let peer = self
            .by_id
            .get_mut(&id)
            .filter(|peer| peer.secret.matches(&resume.secret))?;
        let old_seat = match peer.connection {
            Connection::Away { since, .. } => {
                self.away.remove(&(since, id));
                None
            }
            Connection::Seated(old) => Some(old),
        };
        peer.connection = Connection::Seated(seat);
        peer.epoch = peer.epoch.next();
        Some(Resumption {
            peer: id,
            old_seat,
            missed: peer.replay.after(resume.last_seq),
        })
    }

    /// Remembers an event for a peer; says where to send it, if the peer is not away.
    pub(crate) fn record(&mut self, peer: PeerId, event: &Arc<Event>) -> Option<(Seat, Seq)> {
        let peer = self.by_id.get_mut(&peer)?;
        let seq = peer.replay.push(event);
        match peer.connection {
            Connection::Away { .. } => None,
            Connection::Seated(seat) => Some((seat, seq)),
        }
    }

    /// How long the peer has been away, if that was not the server's doing.
    pub(crate) fn own_loss(&self, peer: PeerId, now: Instant) -> Option<Duration> {
        match self.get(peer)?.connection {
            Connection::Away {
                since,
                by: ClosedBy::Client,
            } => Some(now.since(since)),
            Connection::Away { .. } | Connection::Seated(_) => None,
        }
    }

    /// The peer has lost its connection.
    pub(crate) fn lose(&mut self, id: PeerId, now: Instant, by: ClosedBy) {
        if let Some(peer) = self.by_id.get_mut(&id) {
            peer.connection = Connection::Away { since: now, by };
            self.away.insert((now, id));
        }
    }

    /// The peer that has been away longest, if more than `limit` are away.
    pub(crate) fn longest_away(&self, limit: usize) -> Option<PeerId> {
        let (_, peer) = self.away.first().filter(|_| self.away.len() > limit)?;
        Some(*peer)
    }

    /// Ends a session.
    pub(crate) fn forget(&mut self, id: PeerId) {
        let Some(peer) = self.by_id.remove(&id) else {
            return;
        };
        self.by_session.remove(&peer.session);
        if let Connection::Away { since, .. } = peer.connection {
            self.away.remove(&(since, id));
        }
    }
}
