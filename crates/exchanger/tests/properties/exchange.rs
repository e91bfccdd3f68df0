//! Asking the exchanger, and letting everybody learn what comes of it.

use crate::world::World;
use exchanger::{ClosedBy, Input, Output, Seat};
use protocol::{CloseCode, Command, ErrorReply, Event, PeerId, Reply, RequestId};

impl World {
    pub(crate) fn request(
        &mut self,
        person: usize,
        command: Command,
    ) -> Option<Result<Reply, ErrorReply>> {
        self.request_with(person, command, |_| {})
    }

    /// Sends a request; `then` tells the model what has become of it.
    pub(crate) fn request_with(
        &mut self,
        person: usize,
        command: Command,
        then: impl FnOnce(&mut Self),
    ) -> Option<Result<Reply, ErrorReply>> {
        let seat = self.people[person].seat?;
        self.requests += 1;
        let id = RequestId(self.requests);
        then(self);
        let result = self.send(seat, id, command.clone())?;
        self.people[person].last_request = Some((id, command, result.clone()));
        Some(result)
    }

    pub(crate) fn send(
        &mut self,
        seat: Seat,
        id: RequestId,
        command: Command,
    ) -> Option<Result<Reply, ErrorReply>> {
        let id = Some(id);
        self.feed(Input::Command { seat, id, command })
    }

    /// Feeds an input, lets everybody learn what comes of it, and returns the reply.
    pub(crate) fn feed(&mut self, input: Input) -> Option<Result<Reply, ErrorReply>> {
        let outputs = self.outputs_of(input);
        let mut reply = None;
        for output in outputs {
            if let Output::Reply { result, .. } = &output {
                reply = Some(result.clone());
            }
            self.learn(&output);
        }
        reply
    }

    pub(crate) fn outputs_of(&mut self, input: Input) -> Vec<Output> {
        self.exchanger.handle_input(self.now, input);
        std::iter::from_fn(|| self.exchanger.poll_output()).collect()
    }

    /// Lets everybody learn what has happened, and says who has been pinged and answers.
    pub(crate) fn take_outputs(&mut self) -> Vec<Seat> {
        let outputs: Vec<_> = std::iter::from_fn(|| self.exchanger.poll_output()).collect();
        outputs
            .iter()
            .filter_map(|output| self.learn(output))
            .collect()
    }

    pub(crate) fn learn(&mut self, output: &Output) -> Option<Seat> {
        match output {
            Output::Event { seat, seq, event } => {
                let person = self.person_at(*seat);
                assert_ne!(person, None, "events go to clients");
                let person = person?;
                let is_answered = **event == Event::Ping && !self.people[person].silent;
                self.people[person].client.as_mut()?.told(*seq, event);
                is_answered.then_some(*seat)
            }
            Output::Reply { seat, result, .. } => {
                let person = self.person_at(*seat)?;
                match result {
                    Ok(Reply::Welcome(welcome)) => self.welcomed(person, welcome),
                    Ok(Reply::Joined(joined)) => {
                        self.people[person].client.as_mut()?.joined(joined);
                    }
                    Ok(Reply::Done(_) | Reply::Lobby(_) | Reply::Viewers(_)) | Err(_) => {}
                }
                None
            }
            Output::Room { .. } => panic!("nobody here is a client of the old system"),
            Output::Close { seat, code } => {
                // Nobody listens on a socket that its own client has replaced, or that never said
                // hello.
                let person = self.person_at(*seat)?;
                self.people[person].seat = None;
                if *code == CloseCode::Timeout {
                    self.lost(person, ClosedBy::Client);
                } else {
                    assert_eq!(*code, CloseCode::Replaced);
                    self.people[person].client = None;
                }
                None
            }
        }
    }

    pub(crate) fn person_at(&self, seat: Seat) -> Option<usize> {
        self.people
            .iter()
            .position(|person| person.seat == Some(seat))
    }

    pub(crate) fn peer(&self, person: usize) -> Option<PeerId> {
        let client = self.people[person].client.as_ref()?;
        Some(client.welcome.peer)
    }

    pub(crate) fn seated_peer(&self, person: usize) -> Option<PeerId> {
        self.people[person].seat?;
        self.peer(person)
    }

    /// It has flowed, so nobody waits for an answer; an answer may have been refused.
    pub(crate) fn answers(&mut self, person: usize) {
        if let Some(peer) = self.seated_peer(person) {
            self.unanswered.remove(&peer);
        }
    }

    pub(crate) fn happens_to(&mut self, peer: Option<PeerId>) {
        if let Some(member) = peer.and_then(|peer| self.members.get(&peer)) {
            *self.churn.entry(member.channel.clone()).or_default() += 1;
        }
    }
}
