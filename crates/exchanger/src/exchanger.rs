//! The machine itself: its four methods, what may be read, and which part does what.

use crate::channel::{Channel, not_joined};
use crate::hello::bad_hello;
use crate::ids::Ids;
use crate::lobby::Lobby;
use crate::peer::Peers;
use crate::post::Post;
use crate::rights::Rights;
use crate::rooms::RoomTable;
use crate::seat::{Heard, Seats};
use crate::timer::{Timer, Timers};
use crate::turn::{Notice, Turn};
use crate::{ChannelState, Config, Input, Output, Reason, Seat};
use protocol::time::Instant;
use protocol::{
    ChannelName, CloseCode, Command, ErrorReply, LeaveReason, PeerId, Reply, RequestId,
};
use std::collections::BTreeMap;

/// The signal exchanger. See the crate's documentation for how it is read, and
/// [`protocol::machine`] for how it is driven.
#[derive(Debug)]
pub struct Exchanger {
    pub(crate) config: Config,
    pub(crate) ids: Ids,
    pub(crate) timers: Timers,
    pub(crate) seats: Seats,
    pub(crate) peers: Peers,
    /// In boxes, for a B-tree's node has room for eleven, however few there are.
    pub(crate) channels: BTreeMap<ChannelName, Box<Channel>>,
    pub(crate) rights: Rights,
    pub(crate) rooms: RoomTable,
    pub(crate) lobby: Lobby,
    pub(crate) post: Post,
    pub(crate) notices: Vec<Notice>,
    pub(crate) ignored: u64,
    /// When the first input came: who comes soon after may come back from before a restart.
    pub(crate) started: Option<Instant>,
}

impl Exchanger {
    /// An exchanger without connections.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            ids: Ids::new(config.seed),
            seats: Seats::new(config.max_seats),
            config,
            timers: Timers::default(),
            peers: Peers::default(),
            channels: BTreeMap::new(),
            rights: Rights::default(),
            rooms: RoomTable::default(),
            lobby: Lobby::default(),
            post: Post::default(),
            notices: Vec::new(),
            ignored: 0,
            started: None,
        }
    }

    /// Takes in what a transport passes in. Input for a seat that is gone is ignored, for a
    /// transport may learn of a close after the exchanger has decided it.
    ///
    /// # Panics
    /// In debug builds, if the shell broke "drain before feed".
    #[track_caller]
    pub fn handle_input(&mut self, now: Instant, input: Input) {
        self.post.assert_drained();
        self.started.get_or_insert(now);
        match input {
            Input::Connect { seat, kind, source } => self.connect(now, seat, (kind, source)),
            Input::Command { seat, id, command } => self.command(now, seat, id, command),
            Input::Room { seat, command } => self.room_command(now, seat, command),
            Input::Disconnect { seat, by } => self.lose_seat(now, seat, by),
        }
        self.finish();
    }

    /// Does what is due.
    ///
    /// # Panics
    /// In debug builds, if the shell broke "drain before feed".
    #[track_caller]
    pub fn handle_timeout(&mut self, now: Instant) {
        self.post.assert_drained();
        // Ends because whatever sets a timer anew sets it later than now.
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::News(name) | Timer::LinkRetry(name) => {
                    self.in_channel(now, &name, |channel, turn| channel.handle_timeout(turn));
                }
                Timer::Grace(peer) => self.depart(now, peer, LeaveReason::Lost),
                Timer::Hello(seat) => self.close(now, seat, CloseCode::Timeout),
                Timer::Liveness(seat) => self.probe(now, seat),
                Timer::Lobby => self.tell_lobby(now),
            }
        }
        self.finish();
    }

    /// What a transport must pass out next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.post.poll()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) next, and what for.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        self.timers.next()
    }

    /// Who is live now, as a page shows it before it is connected.
    #[must_use]
    pub fn lobby(&self, now: Instant) -> protocol::Lobby {
        let channels = self.lobby.list(&self.channels, now);
        protocol::Lobby { channels }
    }

    /// A channel as it is now; `None` if nobody is there.
    #[must_use]
    pub fn channel(&self, name: &ChannelName, now: Instant) -> Option<ChannelState> {
        self.channels.get(name).map(|channel| channel.state(now))
    }

    /// How many connections there are.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.seats.len()
    }

    /// How many peers there are, those away included.
    #[must_use]
    pub fn peers(&self) -> usize {
        self.peers.len()
    }

    /// How many messages of old clients were refused, of which they cannot be told.
    #[must_use]
    pub const fn ignored(&self) -> u64 {
        self.ignored
    }

    fn command(&mut self, now: Instant, seat: Seat, id: Option<RequestId>, command: Command) {
        let Some(heard) = self.seats.hear(seat) else {
            return;
        };
        match (heard, command) {
            (Heard::Peer(_), Command::Hello(_)) => self.reply(seat, id, Err(bad_hello())),
            (Heard::Peer(peer), command) => self.request(now, (seat, peer), id, command),
            (Heard::Stranger(stranger), Command::Hello(hello)) => {
                self.hello(now, (seat, stranger), id, hello);
            }
            (Heard::Stranger(_), _) => {
                self.reply(seat, id, Err(bad_hello()));
                self.close(now, seat, CloseCode::Protocol);
            }
        }
    }

    /// Carries a request out, unless that has been done before.
    fn request(
        &mut self,
        now: Instant,
        (seat, peer): (Seat, PeerId),
        id: Option<RequestId>,
        command: Command,
    ) {
        let kept = id.and_then(|id| self.peers.get(peer)?.replies.get(id));
        if let Some(result) = kept {
            self.reply(seat, id, result);
            return;
        }
        let is_kept = changes_something(&command);
        let result = self.carry_out(now, peer, command);
        if let (Some(id), Some(peer)) = (id.filter(|_| is_kept), self.peers.get_mut(peer)) {
            peer.replies.keep(id, &result);
        }
        self.reply(seat, id, result);
    }

    fn carry_out(
        &mut self,
        now: Instant,
        peer: PeerId,
        command: Command,
    ) -> Result<Reply, ErrorReply> {
        let done = match command {
            Command::Answer(data) => self.at(now, peer, |c, turn| c.answer(peer, data, turn)),
            Command::Candidate(data) => self.at(now, peer, |c, turn| c.candidate(peer, data, turn)),
            Command::FollowLobby => return Ok(self.follow_lobby(now, peer)),
            // Answered before it comes here: a peer has said hello.
            Command::Hello(_) => Err(bad_hello()),
            Command::JoinStream(join) => {
                return self.ask_to_join(now, peer, join).map(Reply::Joined);
            }
            Command::LeaveStream => self.leave(now, peer),
            Command::LinkFailed(data) => {
                self.at(now, peer, |c, turn| c.link_failed(peer, data, turn))
            }
            Command::LinkFlowing(data) => {
                self.at(now, peer, |c, turn| c.link_flowing(peer, data, turn))
            }
            Command::ListViewers(page) => {
                let viewers = self.at(now, peer, |c, _| c.list_viewers(peer, page));
                return viewers.map(Reply::Viewers);
            }
            Command::Offer(data) => self.at(now, peer, |c, turn| c.offer(peer, data, turn)),
            Command::Pong => Ok(()),
            Command::RestartIce(data) => {
                self.at(now, peer, |c, turn| c.restart_ice(peer, data, turn))
            }
            Command::UnfollowLobby => {
                self.lobby.unfollow(peer);
                Ok(())
            }
            Command::UpdateStream(data) => {
                self.lobby.touch(now);
                self.at(now, peer, |c, turn| c.update_stream(peer, data, turn))
            }
            Command::UpdateUser(data) => {
                self.lobby.touch(now);
                self.at(now, peer, |c, turn| c.update_user(peer, data.user, turn))
            }
        };
        done.map(|()| Reply::DONE)
    }

    /// Does something in the channel that a peer has joined.
    fn at<T>(
        &mut self,
        now: Instant,
        peer: PeerId,
        act: impl FnOnce(&mut Channel, &mut Turn<'_>) -> Result<T, ErrorReply>,
    ) -> Result<T, ErrorReply> {
        let name = self.peers.channel(peer).cloned().ok_or_else(not_joined)?;
        self.in_channel(now, &name, act)
            .unwrap_or_else(|| Err(not_joined()))
    }

    pub(crate) fn reply(
        &mut self,
        seat: Seat,
        id: Option<RequestId>,
        result: Result<Reply, ErrorReply>,
    ) {
        if let Some(re) = id {
            self.post.reply(seat, re, result);
        }
    }

    fn finish(&mut self) {
        self.timers.set(Timer::Lobby, self.lobby.poll_timeout());
        self.post.finish();
    }
}

/// Whether it matters that a request is carried out once only: the others are simply carried out
/// again, and their replies, which may be long, are not kept.
const fn changes_something(command: &Command) -> bool {
    match command {
        Command::Answer(_)
        | Command::Candidate(_)
        | Command::JoinStream(_)
        | Command::LeaveStream
        | Command::LinkFailed(_)
        | Command::LinkFlowing(_)
        | Command::Offer(_)
        | Command::RestartIce(_)
        | Command::UpdateStream(_)
        | Command::UpdateUser(_) => true,
        Command::FollowLobby
        | Command::Hello(_)
        | Command::ListViewers(_)
        | Command::Pong
        | Command::UnfollowLobby => false,
    }
}
