//! What everybody is told, and whether that is what is true.

use super::mixed::{Mixed, old_user};
use super::native::Native;
use super::old_client::{feed, heard};
use super::old_server::Heard;
use exchanger::{Input, Output, Seat};
use protocol::time::Duration;
use protocol::{ChannelName, ErrorReply, PeerId, Reply};
use std::collections::BTreeSet;

/// What a native's request is answered with.
pub(crate) type Answer = Result<Reply, ErrorReply>;

impl Mixed {
    pub(crate) fn feed(&mut self, input: Input) -> Option<Answer> {
        let outputs = feed(&mut self.exchanger, self.now, input);
        self.learn(outputs)
    }

    pub(crate) fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some((at, _)) = self.exchanger.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.exchanger.handle_timeout(self.now);
            let outputs = std::iter::from_fn(|| self.exchanger.poll_output()).collect();
            self.learn(outputs);
        }
        self.now = end;
        for (peer, until) in std::mem::take(&mut self.away) {
            if until <= end {
                self.members.remove(&peer);
            } else {
                self.away.insert(peer, until);
            }
        }
    }

    fn learn(&mut self, outputs: Vec<Output>) -> Option<Answer> {
        let mut reply = None;
        let mut once = BTreeSet::new();
        for output in outputs {
            match output {
                Output::Reply { seat, result, .. } => {
                    if let Ok(Reply::Joined(joined)) = &result {
                        self.native_at(seat).joined(joined);
                    }
                    reply = Some(result);
                }
                Output::Event { seat, event, .. } => self.native_at(seat).told(&event),
                Output::Room { seat, event } => {
                    let heard = heard(&event);
                    let is_telling = matches!(
                        &heard,
                        Heard::AllStreamUsers(_)
                            | Heard::Told("userJoinedStream" | "userLeftStream", _)
                    );
                    let is_new = once.insert((seat, format!("{heard:?}")));
                    assert!(is_new || !is_telling, "told twice: {heard:?}");
                    self.tell_old(seat, heard);
                }
                Output::Close { .. } => panic!("nobody is refused or replaced: {output:?}"),
            }
        }
        reply
    }

    fn native_at(&mut self, seat: Seat) -> &mut Native {
        let natives = self.natives.iter_mut().flatten();
        let found = natives.into_iter().find(|(at, _)| *at == seat);
        &mut found.expect("only natives are told events").1
    }

    fn tell_old(&mut self, seat: Seat, heard: Heard) {
        let members = &self.members;
        let old = self.old.iter_mut().enumerate();
        let mut old = old.filter_map(|(client, old)| Some((client, old.as_mut()?)));
        let found = old.find(|(_, old)| old.seat == seat);
        let (client, old) = found.expect("room events are for old clients");
        match heard {
            Heard::AllStreamUsers(ids) => {
                let name = |id: &String| members.get(&id.parse().ok()?)?.1.clone();
                old.natives = ids.iter().filter_map(name).collect();
            }
            Heard::Told("userJoinedStream", user) => {
                assert_ne!(user, old_user(client), "it is told of itself");
                let is_native = !user.contains("nickname");
                let is_new = !is_native || old.natives.insert(user);
                assert!(is_new, "a native came twice");
            }
            Heard::Told("userLeftStream", user) => {
                assert_ne!(user, old_user(client), "it is told of itself");
                let is_native = !user.contains("nickname") && user != "null";
                let was_there = !is_native || old.natives.remove(&user);
                assert!(was_there, "a native left twice: {user}");
            }
            Heard::Told(..) => {}
        }
    }

    /// Compares what everybody believes with what is true.
    pub(crate) fn check(&self) {
        for (_, native) in self.natives.iter().flatten() {
            let mut others = self.others_of(native.peer);
            others.remove(&native.peer);
            assert_eq!(native.others, others, "{}", native.peer);
        }
        for old in self.old.iter().flatten() {
            let others = self.others_of(old.peer);
            let name = |peer: &PeerId| self.members[peer].1.clone();
            let natives: BTreeSet<String> = others.iter().filter_map(name).collect();
            assert_eq!(old.natives, natives, "{}", old.peer);
        }
        let seats = self.old.iter().flatten().count() + self.natives.iter().flatten().count();
        assert_eq!(self.exchanger.seats(), seats);
        assert_eq!(self.exchanger.peers(), seats + self.away.len());
    }

    /// Who is in the channel of this peer.
    fn others_of(&self, peer: PeerId) -> BTreeSet<PeerId> {
        let Some((channel, _)) = self.members.get(&peer) else {
            return BTreeSet::new();
        };
        let is_there = |member: &(&PeerId, &(ChannelName, Option<String>))| member.1.0 == *channel;
        let there = self.members.iter().filter(is_there);
        there.map(|(peer, _)| *peer).collect()
    }
}
