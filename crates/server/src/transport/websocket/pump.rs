//! Moves frames between one socket and one seat.

use super::fault::{Fault, reason};
use crate::clock::Clock;
use crate::names;
use crate::rate::{Allowance, Budget, Verdict};
use crate::seat::{SeatEvent, SeatHandle};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use protocol::time::{Duration, millis};
use protocol::wire::{self, DecodeError};
use protocol::{CloseCode, Command, ErrorCode, ErrorReply, Reply, RequestId, limits};
use std::ops::ControlFlow;
use std::pin::Pin;
use tokio::time::{sleep, timeout};
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, Utf8Bytes};

/// How much is written at once, and may take as long as one write may.
const BATCH_BYTES: usize = 8 * 1024;

/// How patient a pump is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    /// What the client may ask for.
    pub(crate) allowance: Allowance,
    /// How long one batch may take to be written before the client counts as not reading.
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

/// What is to be done next. Deciding it needs nobody to wait, so that what waits is small: each
/// connection holds its task for as long as it lives.
enum Step {
    Ask(Option<RequestId>, Command),
    /// With what is to be said; with nothing if nobody listens any more.
    End(Option<CloseCode>),
    Nothing,
    Write(String),
}

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
    pub(crate) async fn run(&mut self, mut seat: SeatHandle) {
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
            None => Box::pin(self.read_to_end()).await,
        }
    }

    /// Says why the connection ends, and waits until the client has heard it. In a box: what comes
    /// once takes no room before.
    pub(crate) fn close(&mut self, code: CloseCode) -> Pin<Box<impl Future<Output = ()>>> {
        Box::pin(self.say_why(code))
    }

    async fn say_why(&mut self, code: CloseCode) {
        if code == CloseCode::Restart {
            sleep(self.manners.restart_delay).await;
        }
        let frame = Message::Close(Some(CloseFrame {
            code: code.number().into(),
            reason: Utf8Bytes::from_static(reason(code)),
        }));
        if let Ok(Ok(())) = timeout(self.manners.close_timeout, self.socket.send(frame)).await {
            self.read_to_end().await;
        }
    }

    async fn turn(&mut self, seat: &mut SeatHandle) -> ControlFlow<Option<CloseCode>> {
        let step = tokio::select! {
            biased;
            // 1. What the node tells, before more is asked: its queue must not fill up with the
            //    answers to a client that asks much and reads all of them. If there is no end to
            //    it, the queue is full before long, and the connection ends.
            event = seat.events.next() => tell(event),
            // 2. What the client sends.
            frame = self.socket.next() => self.receive(frame),
        };
        match step {
            Step::Ask(id, command) => {
                seat.commands.send(id, command).await;
                ControlFlow::Continue(())
            }
            Step::End(code) => ControlFlow::Break(code),
            Step::Nothing => ControlFlow::Continue(()),
            Step::Write(text) => self.write(seat, text).await,
        }
    }

    fn receive(&mut self, frame: Option<Result<Message, E>>) -> Step {
        let bytes = match &frame {
            Some(Ok(message)) => message.len(),
            Some(Err(_)) | None => 0,
        };
        let verdict = self.budget.take(self.clock.now(), bytes);
        match (frame, verdict) {
            (None | Some(Ok(Message::Close(_))), _) => Step::End(None),
            (Some(Err(error)), _) => {
                self.is_broken = true;
                Step::End(error.close_code())
            }
            (Some(Ok(Message::Binary(_))), _) => Step::End(Some(CloseCode::Protocol)),
            (Some(Ok(Message::Text(text))), _) if text.len() > limits::MAX_MESSAGE_BYTES => {
                Step::End(Some(CloseCode::TooBig))
            }
            (Some(Ok(_)), Verdict::Close) => Step::End(Some(CloseCode::TooFast)),
            (Some(Ok(Message::Text(text))), _) => request(&text, verdict),
            // The socket answers pings by itself; here they only count. Frames are not read.
            (Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))), _) => Step::Nothing,
        }
    }

    /// Writes a message, and with it what else waits for the client: what a write costs does not
    /// depend on how much is written.
    async fn write(
        &mut self,
        seat: &mut SeatHandle,
        first: String,
    ) -> ControlFlow<Option<CloseCode>> {
        let SeatHandle {
            events, eviction, ..
        } = seat;
        let socket = &mut self.socket;
        let batch = async {
            let mut bytes = first.len();
            socket.feed(first.into()).await?;
            while bytes < BATCH_BYTES
                && let Some(event) = events.try_next()
            {
                if let Some(text) = text(event) {
                    bytes += text.len();
                    socket.feed(text.into()).await?;
                }
            }
            socket.flush().await
        };
        tokio::select! {
            biased;
            written = batch => match written {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(E::close_code(&error)),
            },
            code = eviction.wait() => ControlFlow::Break(Some(code)),
            () = elapsed(self.manners.write_timeout) => {
                ControlFlow::Break(Some(CloseCode::TooFast))
            }
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

fn request(text: &str, verdict: Verdict) -> Step {
    let (id, command) = match wire::decode_request(text) {
        Ok(request) => (request.id, names::normalize(request.command)),
        Err(DecodeError::Refused { id, error }) => (id, Err(error)),
        Err(DecodeError::Envelope(_)) => return Step::End(Some(CloseCode::Protocol)),
    };
    let error = match (verdict, command) {
        (Verdict::Refuse(wait), _) => ErrorReply::new(ErrorCode::TooFast, "too much at once")
            .retry_after_ms(millis(wait).saturating_add(1)),
        (Verdict::Pass | Verdict::Close, Err(error)) => error,
        (Verdict::Pass | Verdict::Close, Ok(command)) => return Step::Ask(id, command),
    };
    id.and_then(|re| reply(re, &Err(error)))
        .map_or(Step::Nothing, Step::Write)
}

fn tell(event: SeatEvent) -> Step {
    if let SeatEvent::Close(code) = event {
        return Step::End(Some(code));
    }
    text(event).map_or(Step::Nothing, Step::Write)
}

/// Waits so long, from when it is asked for the first time: most writes are done by then, and for
/// them there is no timer.
async fn elapsed(span: Duration) {
    Box::pin(sleep(span)).await;
}

/// An event as it is written.
fn text(event: SeatEvent) -> Option<String> {
    match event {
        SeatEvent::Event { seq, event } => {
            let json = event.json()?;
            Some(match seq {
                Some(seq) => wire::number_event(seq, json),
                None => json.to_owned(),
            })
        }
        SeatEvent::Done(re) => reply(re, &Ok(Reply::DONE)),
        SeatEvent::Reply { re, result } => reply(re, &result),
        // The former is for clients of the old system, and the latter is no message.
        SeatEvent::Room(_) | SeatEvent::Close(_) => None,
    }
}

fn reply(re: RequestId, result: &Result<Reply, ErrorReply>) -> Option<String> {
    match wire::encode_reply(re, result) {
        Ok(text) => Some(text),
        Err(error) => {
            tracing::error!(%error, "a reply cannot be written as JSON");
            None
        }
    }
}

#[cfg(test)]
mod tests;
