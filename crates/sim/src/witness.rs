//! Overhears what passes between one tab and the server, and fails the test as soon as a promise of
//! the protocol is broken: numbers without gaps, nobody told twice, and nothing about a channel that
//! the tab is not in.
//!
//! It knows the protocol and nothing of how either side keeps it. Where a lost socket took a reply
//! with it, it does not know what the server has carried out; then it only counts, until the next
//! join is answered.

#[cfg(test)]
mod tests;
mod told;

use crate::tab::TabId;
use protocol::wire::{Request, ServerMessage};
use protocol::{Command, Event, Joined, PeerId, RequestId, Resumed, Role, Seq, SessionId, Welcome};
use std::collections::{BTreeMap, BTreeSet};
use told::Told;

/// What one tab has asked and been told.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    peer: Option<PeerId>,
    session: Option<SessionId>,
    /// The number of the last event; unknown after a snapshot.
    last_seq: Option<Seq>,
    asked: BTreeMap<RequestId, Asked>,
    /// What had no reply yet when the socket before was lost: it may have been carried out.
    lost: BTreeSet<RequestId>,
    membership: Membership,
}

/// A request whose reply matters.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Hello { last_seq: Option<Seq> },
    Join(Role),
    Leave,
}

/// Whether the tab is in a channel, as far as it has been told.
#[derive(Debug, Default)]
enum Membership {
    Inside(Told),
    #[default]
    Outside,
    Unclear,
}

impl Witness {
    pub(crate) fn says(&mut self, request: &Request) {
        let Some(id) = request.id else { return };
        let asked = match &request.command {
            Command::Hello(hello) => {
                let last_seq = hello.resume.as_ref().map(|resume| resume.last_seq);
                self.on_new_socket();
                Asked::Hello { last_seq }
            }
            Command::JoinStream(join) => Asked::Join(join.role),
            Command::LeaveStream => Asked::Leave,
            Command::Answer(_)
            | Command::Candidate(_)
            | Command::FollowLobby
            | Command::LinkFailed(_)
            | Command::LinkFlowing(_)
            | Command::ListViewers(_)
            | Command::Offer(_)
            | Command::Pong
            | Command::RestartIce(_)
            | Command::UnfollowLobby
            | Command::UpdateStream(_)
            | Command::UpdateUser(_) => return,
        };
        // The reply to what is asked again may be of then, and says nothing about now.
        if !self.lost.contains(&id) {
            self.asked.insert(id, asked);
        }
    }

    pub(crate) fn hears(&mut self, tab: TabId, message: &ServerMessage) {
        match message {
            ServerMessage::Reply { re, result } => {
                let asked = self.asked.remove(re);
                match (asked, result) {
                    (Some(Asked::Hello { last_seq }), Ok(data)) => {
                        let welcome = data.parse().expect("hello is answered with a welcome");
                        self.is_welcomed(tab, &welcome, last_seq);
                    }
                    (Some(Asked::Join(role)), Ok(data)) => {
                        let joined = data.parse().expect("a join is answered with the state");
                        self.has_joined(role, joined);
                    }
                    (Some(Asked::Leave), _) => self.membership = Membership::Outside,
                    (Some(Asked::Hello { .. } | Asked::Join(_)), Err(_)) | (None, _) => {}
                }
            }
            ServerMessage::Event { seq, event } => {
                self.counts(tab, *seq, event);
                match (&mut self.membership, event) {
                    (_, Event::Ping | Event::Lobby(_) | Event::LobbyChanged(_))
                    | (Membership::Unclear, _) => {}
                    (Membership::Inside(told), event) => told.hears(tab, event),
                    (Membership::Outside, event) => {
                        panic!("{tab} is in no channel, and is told {event:?}")
                    }
                }
            }
        }
    }

    fn on_new_socket(&mut self) {
        let asked = core::mem::take(&mut self.asked).into_iter();
        let entries = asked.filter(|(_, asked)| !matches!(asked, Asked::Hello { .. }));
        self.lost.extend(entries.map(|(id, _)| id));
        if !self.lost.is_empty() {
            self.membership = Membership::Unclear;
        }
    }

    fn is_welcomed(&mut self, tab: TabId, welcome: &Welcome, last_seq: Option<Seq>) {
        match welcome.resumed {
            Resumed::Fresh | Resumed::Unknown => {
                assert_ne!(self.session, Some(welcome.session), "{tab} is not new");
                self.last_seq = Some(Seq(0));
                self.membership = Membership::Outside;
            }
            Resumed::Replayed => {
                if self.session != Some(welcome.session) {
                    // The page before a reload was told the rest.
                    self.membership = Membership::Unclear;
                    self.last_seq = last_seq;
                }
                // After a snapshot, the first event tells where the numbers are.
                if self.last_seq.is_some() {
                    assert_eq!(self.last_seq, last_seq, "{tab} resumes where it is not");
                }
            }
            Resumed::Snapshot => {
                self.last_seq = None;
                self.membership = Membership::Unclear;
            }
        }
        self.session = Some(welcome.session);
        self.peer = Some(welcome.peer);
    }

    fn has_joined(&mut self, role: Role, joined: Joined) {
        let before = core::mem::take(&mut self.membership);
        let told = Told::joined(self.peer, role, joined);
        self.lost.clear();
        self.membership = Membership::Inside(match before {
            Membership::Inside(before) => told.after(before),
            Membership::Outside => told,
            Membership::Unclear => told.after_confusion(),
        });
    }

    fn counts(&mut self, tab: TabId, seq: Option<Seq>, event: &Event) {
        let Some(seq) = seq else {
            let is_unnumbered = matches!(
                event,
                Event::Ping | Event::Lobby(_) | Event::LobbyChanged(_)
            );
            assert!(is_unnumbered, "{tab} is told without a number: {event:?}");
            return;
        };
        if let Some(last) = self.last_seq {
            assert_eq!(seq, last.next(), "{tab} misses or repeats: {event:?}");
        }
        self.last_seq = Some(seq);
    }
}
