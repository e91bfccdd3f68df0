//! What goes out, in the order in which clients rely on it: the reply to a request goes before the
//! events that the request has caused.

use crate::port::{Output, Seat};
use protocol::machine::Outbox;
use protocol::room::RoomEvent;
use protocol::{CloseCode, ErrorReply, Event, Reply, RequestId, Seq};
use std::sync::Arc;

/// The outbox, and what waits behind a reply that is not known yet.
#[derive(Debug, Default)]
pub(crate) struct Post {
    outbox: Outbox<Output>,
    behind_reply: Vec<Output>,
}

impl Post {
    pub(crate) fn reply(&mut self, seat: Seat, re: RequestId, result: Result<Reply, ErrorReply>) {
        self.outbox.push(Output::Reply { seat, re, result });
    }

    pub(crate) fn event(&mut self, seat: Seat, seq: Option<Seq>, event: Arc<Event>) {
        self.behind_reply.push(Output::Event { seat, seq, event });
    }

    pub(crate) fn room(&mut self, seat: Seat, event: Arc<RoomEvent>) {
        self.behind_reply.push(Output::Room { seat, event });
    }

    pub(crate) fn close(&mut self, seat: Seat, code: CloseCode) {
        self.behind_reply.push(Output::Close { seat, code });
    }

    /// To be called last in every `handle_*`.
    pub(crate) fn finish(&mut self) {
        for output in self.behind_reply.drain(..) {
            self.outbox.push(output);
        }
    }

    pub(crate) fn poll(&mut self) -> Option<Output> {
        self.outbox.poll()
    }

    #[track_caller]
    pub(crate) fn assert_drained(&self) {
        self.outbox.assert_drained();
    }
}
