//! Moves frames between one socket and one seat.

use super::fault::{Fault, reason};
use crate::clock::Clock;
use crate::names;
use crate::rate::{Allowance, Budget, Verdict};
use crate::seat::{SeatEvent, SeatHandle};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use protocol::time::{Duration, millis};
use protocol::wire::{self, DecodeError};
use protocol::{CloseCode, ErrorCode, ErrorReply, Reply, RequestId, limits};
use std::ops::ControlFlow;
use tokio::time::timeout;

/// How patient a pump is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    /// What the client may ask for.
    pub(crate) allowance: Allowance,
    /// How long one message may take to be written before the client counts as not reading.
    pub(crate) write_timeout: Duration,
    /// How long the client may take to answer a close.
    pub(crate) close_timeout: Duration,
    /// How long to wait before a restart is announced.
    pub(crate) restart_delay: Duration,
}

/// One connection. Generic over its socket, so that tests need none.
#[derive(Debug)]
pub(crate) struct Pump<S> {
    socket: S,
    manners: Manners,
    budget: Budget,
    clock: Clock,
    /// Reading has failed, so the socket gives no frames any more.
    is_broken: bool,
}

/// Goes on, or ends with what is to be said; with nothing if nobody listens any more.
type Step = ControlFlow<Option<CloseCode>>;

impl<S, E> Pump<S>
where
    S: Stream<Item = Result<Message, E>> + Sink<Message, Error = E> + Unpin,
    E: Fault,
{
    pub(crate) fn new(socket: S, manners: Manners, clock: Clock) -> Self {
        Self {
            socket,
            manners,
            budget: Budget::new(manners.allowance, clock.now()),
            clock,
            is_broken: false,
        }
    }

    /// Serves the connection to its end.
    pub(crate) async fn run(mut self, mut seat: SeatHandle) {
        let code = loop {
            if let ControlFlow::Break(code) = self.turn(&mut seat).await {
                break code;
            }
        };
        // The seat is free before the close is negotiated: the client may resume at once.
        drop(seat);
        match code {
            Some(code) => self.close(code).await,
            None if self.is_broken => {}
            // The socket answers the client's close while it is read to its end.
            None => self.read_to_end().await,
        }
    }

    /// Says why the connection ends, and waits until the client has heard it.
    pub(crate) async fn close(mut self, code: CloseCode) {
        if code == CloseCode::Restart {
            tokio::time::sleep(self.manners.restart_delay).await;
        }
        let frame = Message::Close(Some(CloseFrame {
            code: code.number(),
            reason: Utf8Bytes::from_static(reason(code)),
        }));
        if let Ok(Ok(())) = timeout(self.manners.close_timeout, self.socket.send(frame)).await {
            self.read_to_end().await;
        }
    }

    async fn turn(&mut self, seat: &mut SeatHandle) -> Step {
        tokio::select! {
            biased;
            // 1. An end that does not wait.
            code = seat.eviction.wait() => Step::Break(Some(code)),
            // 2. What the client sends. The budget ends a flood, so this cannot starve the rest.
            frame = self.socket.next() => self.receive(seat, frame).await,
            // 3. What the node tells.
            event = seat.events.next() => self.pass_out(seat, event).await,
        }
    }

    async fn receive(&mut self, seat: &mut SeatHandle, frame: Option<Result<Message, E>>) -> Step {
        let bytes = match &frame {
            Some(Ok(Message::Ping(data) | Message::Pong(data) | Message::Binary(data))) => {
                data.len()
            }
            Some(Ok(Message::Text(text))) => text.len(),
            Some(Ok(Message::Close(_)) | Err(_)) | None => 0,
        };
        let verdict = self.budget.take(self.clock.now(), bytes);
        match (frame, verdict) {
            (None | Some(Ok(Message::Close(_))), _) => Step::Break(None),
            (Some(Err(error)), _) => {
                self.is_broken = true;
                Step::Break(error.close_code())
            }
            (Some(Ok(Message::Binary(_))), _) => Step::Break(Some(CloseCode::Protocol)),
            (Some(Ok(Message::Text(text))), _) if text.len() > limits::MAX_MESSAGE_BYTES => {
                Step::Break(Some(CloseCode::TooBig))
            }
            (Some(Ok(_)), Verdict::Close) => Step::Break(Some(CloseCode::TooFast)),
            (Some(Ok(Message::Text(text))), _) => self.request(seat, &text, verdict).await,
            // The socket answers pings by itself; here they only count.
            (Some(Ok(Message::Ping(_) | Message::Pong(_))), _) => Step::Continue(()),
        }
    }

    async fn request(&mut self, seat: &mut SeatHandle, text: &str, verdict: Verdict) -> Step {
        let (id, command) = match wire::decode_request(text) {
            Ok(request) => (request.id, names::normalize(request.command)),
            Err(DecodeError::Refused { id, error }) => (id, Err(error)),
            Err(DecodeError::Envelope(_)) => return Step::Break(Some(CloseCode::Protocol)),
        };
        let error = match (verdict, command) {
            (Verdict::Refuse(wait), _) => ErrorReply::new(ErrorCode::TooFast, "too much at once")
                .retry_after_ms(millis(wait).saturating_add(1)),
            (Verdict::Pass | Verdict::Close, Err(error)) => error,
            (Verdict::Pass | Verdict::Close, Ok(command)) => {
                seat.commands.send(id, command).await;
                return Step::Continue(());
            }
        };
        match id {
            Some(re) => self.reply(seat, re, &Err(error)).await,
            None => Step::Continue(()),
        }
    }

    async fn pass_out(&mut self, seat: &mut SeatHandle, event: SeatEvent) -> Step {
        match event {
            SeatEvent::Event { seq, event } => {
                let text = event.json().map(|json| match seq {
                    Some(seq) => wire::number_event(seq, json),
                    None => json.to_owned(),
                });
                match text {
                    Some(text) => self.write(seat, text).await,
                    None => Step::Continue(()),
                }
            }
            // The seat of a native client is told nothing of rooms.
            SeatEvent::Room(_) => Step::Continue(()),
            SeatEvent::Reply { re, result } => self.reply(seat, re, &result).await,
            SeatEvent::Close(code) => Step::Break(Some(code)),
        }
    }

    async fn reply(
        &mut self,
        seat: &mut SeatHandle,
        re: RequestId,
        result: &Result<Reply, ErrorReply>,
    ) -> Step {
        match wire::encode_reply(re, result) {
            Ok(text) => self.write(seat, text).await,
            Err(error) => {
                tracing::error!(%error, "a reply cannot be written as JSON");
                Step::Continue(())
            }
        }
    }

    async fn write(&mut self, seat: &mut SeatHandle, text: String) -> Step {
        tokio::select! {
            biased;
            code = seat.eviction.wait() => Step::Break(Some(code)),
            sent = timeout(self.manners.write_timeout, self.socket.send(text.into())) => match sent {
                Ok(Ok(())) => Step::Continue(()),
                Ok(Err(error)) => Step::Break(error.close_code()),
                Err(_elapsed) => Step::Break(Some(CloseCode::TooFast)),
            },
        }
    }

    /// Reads on after a close, for two reasons: the socket sends its own close frame only while it
    /// is read, and bytes left unread would turn the end into a reset.
    async fn read_to_end(&mut self) {
        let is_broken = self.is_broken;
        let end = async {
            while let Some(Ok(_)) = self.socket.next().await {}
            if is_broken {
                // What the client still sends cannot be read. Give it the time to read the code.
                std::future::pending::<()>().await;
            }
        };
        // A client that does not answer is cut off; there is nothing left to say to it.
        drop(timeout(self.manners.close_timeout, end).await);
    }
}

#[cfg(test)]
mod tests;
