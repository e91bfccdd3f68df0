//! Moves frames between one socket and one seat.

use super::fault::{Fault, reason};
use crate::admission::budget::{Budget, Verdict};
use crate::clock::Clock;
use crate::names;
use crate::seat::{SeatEvent, SeatHandle};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use protocol::time::{Duration, millis};
use protocol::wire::{self, DecodeError};
use protocol::{CloseCode, Command, ErrorCode, ErrorReply, Event, Reply, RequestId, limits};
use std::ops::ControlFlow;
use std::pin::Pin;
use tokio::time::{Sleep, sleep, timeout};
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, Utf8Bytes};

/// How much is written at once, and may take as long as one write may.
const BATCH_BYTES: usize = 8 * 1024;

/// A client that was refused is not read for so long.
const REFUSAL_PAUSE: Duration = Duration::from_millis(10);

/// What a client sends before it has said hello is no larger.
const MAX_FIRST_MESSAGE_BYTES: usize = limits::MAX_SMALL_MESSAGE_BYTES;

/// What a pump wants of a socket besides its messages.
pub(crate) trait Bounded {
    /// Takes messages of so many bytes from now on.
    fn set_max_message(&mut self, bytes: usize);
}

/// How patient a pump is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
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
    /// While it runs, the client is not read.
    pause: Option<Pin<Box<Sleep>>>,
    /// Reading has failed, so the socket gives no frames any more.
    is_broken: bool,
}

/// What has happened.
enum News<E> {
    Told(SeatEvent),
    Heard(Option<Result<Message, E>>),
    Rested,
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
    S: Stream<Item = Result<Message, E>> + Sink<Message, Error = E> + Bounded + Unpin,
    E: Fault,
{
    pub(crate) fn new(mut socket: S, manners: Manners, budget: Budget, clock: Clock) -> Self {
        socket.set_max_message(MAX_FIRST_MESSAGE_BYTES);
        Self {
            socket,
            manners,
            budget,
            clock,
            pause: None,
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
        if code.is_some() {
            seat.commands.close();
        }
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
        let Self { socket, pause, .. } = self;
        let is_resting = pause.is_some();
        let news = tokio::select! {
            biased;
            // 1. What the node tells, before more is asked: its queue must not fill up with the
            //    answers to a client that asks much and reads all of them. If there is no end to
            //    it, the queue is full before long, and the connection ends.
            event = seat.events.next() => News::Told(event),
            // 2. What the client sends, unless it has just been refused.
            frame = socket.next(), if !is_resting => News::Heard(frame),
            () = rest(pause), if is_resting => News::Rested,
        };
        let step = match news {
            News::Told(event) => {
                note(&mut self.budget, &event);
                tell(event)
            }
            News::Heard(frame) => {
                self.budget
                    .cause(self.clock.now(), seat.events.take_caused());
                self.receive(frame)
            }
            News::Rested => {
                self.pause = None;
                Step::Nothing
            }
        };
        match step {
            Step::Ask(id, command) => {
                if matches!(command, Command::Hello(_)) {
                    self.socket.set_max_message(limits::MAX_MESSAGE_BYTES);
                }
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
            (Some(Ok(Message::Text(text))), verdict) => self.request(&text, verdict),
            // The socket answers pings by itself; here they only count. Frames are not read.
            (Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))), _) => Step::Nothing,
        }
    }

    fn request(&mut self, text: &str, verdict: Verdict) -> Step {
        let (id, command) = match wire::decode_request(text) {
            Ok(request) => (request.id, names::normalize(request.command)),
            Err(DecodeError::Refused { id, error }) => (id, Err(error)),
            Err(DecodeError::Envelope(_)) => return Step::End(Some(CloseCode::Protocol)),
        };
        let error = match (verdict, command) {
            (Verdict::Refuse(_), Ok(Command::Pong)) if self.budget.owes_sign_of_life() => {
                return Step::Ask(id, Command::Pong);
            }
            (Verdict::Refuse(wait), _) => {
                self.pause = Some(Box::pin(sleep(REFUSAL_PAUSE)));
                ErrorReply::new(ErrorCode::TooFast, "too much at once")
                    .retry_after_ms(millis(wait).saturating_add(1))
            }
            (Verdict::Pass | Verdict::Close, Err(error)) => error,
            (Verdict::Pass | Verdict::Close, Ok(command)) => return Step::Ask(id, command),
        };
        id.and_then(|re| reply(re, &Err(error)))
            .map_or(Step::Nothing, Step::Write)
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
        let Self { socket, budget, .. } = self;
        let batch = async {
            let mut bytes = first.len();
            socket.feed(first.into()).await?;
            while bytes < BATCH_BYTES
                && let Some(event) = events.try_next()
            {
                note(budget, &event);
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

/// Remembers what the client is asked for by an event: it is not charged for that.
fn note(budget: &mut Budget, event: &SeatEvent) {
    let SeatEvent::Event { event, .. } = event else {
        return;
    };
    let event = &**event.event();
    if matches!(event, Event::Ping) {
        budget.ask_for_life();
    }
    if matches!(
        event,
        Event::LinkOpened(_) | Event::ReceiveOffer(_) | Event::ReceiveRestartIce(_)
    ) {
        budget.credit_link();
    }
}

async fn rest(pause: &mut Option<Pin<Box<Sleep>>>) {
    if let Some(pause) = pause {
        pause.as_mut().await;
    }
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
