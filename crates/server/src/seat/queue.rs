//! The queue between the node and one connection: bounded, and never waited for by the node.
//!
//! It is one allocation for as long as the connection lives, and one more while something waits.

use super::SeatEvent;
use protocol::limits::MAX_REPLAY_EVENTS;
use protocol::{CloseCode, PeerSummary, Reply};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// How many events may wait for one connection. What several clients may send at once into a room
/// has to fit, for clients of the old system cannot resume; small as they are, these events weigh
/// no more than [`MAX_QUEUED_BYTES`].
const MAX_QUEUED_EVENTS: usize = 4096;

/// A resume is answered with a welcome, the replay and the lobby, all at once.
const _: () = assert!(MAX_QUEUED_EVENTS > MAX_REPLAY_EVENTS + 2);

/// How many bytes may wait for one connection, as far as they matter: see [`weight`].
const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// So many events are not held back, whatever they are.
const MAX_HELD_BACK: usize = 16;

/// What both sides hold.
#[derive(Debug, Default)]
struct Shared(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<SeatEvent>,
    /// What `waiting` weighs.
    bytes: usize,
    /// How many messages others were told because of this connection, since it was last asked.
    caused: u32,
    /// Something waits that is to be told now, and what is before it too.
    is_urgent: bool,
    end: Option<End>,
    /// The connection is gone, so nobody is told anything.
    is_deaf: bool,
    /// Who waits for something to be told.
    listener: Option<Waker>,
    /// Who waits for an end that does not wait.
    writer: Option<Waker>,
}

#[derive(Clone, Copy, Debug)]
struct End {
    code: CloseCode,
    at_once: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing below panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes the connection if it has something to do now.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        let is_news = state.is_urgent || state.end.is_some();
        let listener = state.listener.take_if(|_| is_news);
        drop(state);
        if let Some(listener) = listener {
            listener.wake();
        }
        result
    }
}

impl State {
    fn push(&mut self, event: SeatEvent) -> Result<(), QueueFull> {
        if self.is_deaf {
            // The connection's departure is on its way to the node.
            return Ok(());
        }
        if self.bytes > MAX_QUEUED_BYTES || self.waiting.len() == MAX_QUEUED_EVENTS {
            return Err(QueueFull);
        }
        self.bytes += weight(&event);
        self.waiting.push_back(event);
        Ok(())
    }

    fn pop(&mut self) -> Option<SeatEvent> {
        let event = self.waiting.pop_front()?;
        if self.waiting.is_empty() {
            // Most connections are told nothing most of the time.
            self.waiting = VecDeque::new();
            self.is_urgent = false;
        }
        self.bytes -= weight(&event);
        Some(event)
    }
}

/// Remembers whom to wake.
fn wait<T>(waiting: &mut Option<Waker>, context: &Context<'_>) -> Poll<T> {
    match waiting {
        Some(waker) => waker.clone_from(context.waker()),
        None => *waiting = Some(context.waker().clone()),
    }
    Poll::Pending
}

/// The way from the node to a connection.
#[derive(Debug)]
pub(crate) struct SeatEvents(Arc<Shared>);

impl SeatEvents {
    /// The next event; the last one is [`SeatEvent::Close`]. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> SeatEvent {
        poll_fn(|context| {
            let mut state = self.0.lock();
            let is_over = state.end.is_some_and(|end| end.at_once);
            let is_time = state.is_urgent || state.end.is_some();
            if is_time
                && !is_over
                && let Some(event) = state.pop()
            {
                return Poll::Ready(event);
            }
            match state.end {
                Some(end) => Poll::Ready(SeatEvent::Close(end.code)),
                None => wait(&mut state.listener, context),
            }
        })
        .await
    }

    /// How many messages others were told because of this connection, since this was last asked.
    pub(crate) fn take_caused(&self) -> u32 {
        std::mem::take(&mut self.0.lock().caused)
    }

    /// The next event, if one waits: whoever writes may as well write this.
    pub(crate) fn try_next(&self) -> Option<SeatEvent> {
        self.0.lock().pop()
    }
}

impl Drop for SeatEvents {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_deaf = true;
        state.waiting = VecDeque::new();
        state.bytes = 0;
    }
}

/// Tells that a connection must end although events wait for it.
#[derive(Debug)]
pub(crate) struct Eviction(Arc<Shared>);

impl Eviction {
    /// Waits for that moment, which may never come. May be dropped and called again.
    pub(crate) async fn wait(&mut self) -> CloseCode {
        poll_fn(|context| {
            let mut state = self.0.lock();
            match state.end {
                Some(end) if end.at_once => Poll::Ready(end.code),
                Some(_) | None => wait(&mut state.writer, context),
            }
        })
        .await
    }
}

/// The node's side of a seat's events.
#[derive(Debug)]
pub(crate) struct SeatQueue(Arc<Shared>);

/// The connection does not read as fast as it is told.
#[derive(Debug)]
pub(crate) struct QueueFull;

/// What became of an event that is in no hurry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// It is the first to be held back: somebody has to [hurry](SeatQueue::hurry) the queue.
    First,
    /// It goes with the others.
    Along,
}

impl SeatQueue {
    /// Puts an event behind the others, without ever waiting.
    pub(crate) fn push(&self, event: SeatEvent) -> Result<(), QueueFull> {
        self.0.change(|state| {
            state.push(event)?;
            state.is_urgent = true;
            Ok(())
        })
    }

    /// Puts an event behind the others that is told together with the next one that is pushed: a
    /// write costs more than all else that is done for a message.
    pub(crate) fn push_held(&self, event: SeatEvent) -> Result<Held, QueueFull> {
        self.0.change(|state| {
            state.push(event)?;
            state.is_urgent |= state.waiting.len() >= MAX_HELD_BACK;
            let is_first = state.waiting.len() == 1;
            Ok(if is_first { Held::First } else { Held::Along })
        })
    }

    /// Counts messages that others were told because of this connection.
    pub(crate) fn charge(&self, messages: u32) {
        if messages > 0 {
            let mut state = self.0.lock();
            state.caused = state.caused.saturating_add(messages);
        }
    }

    /// Lets everything be told that is held back.
    pub(crate) fn hurry(&self) {
        self.0
            .change(|state| state.is_urgent = !state.waiting.is_empty());
    }

    /// Ends the connection once it has been told everything that waits.
    pub(crate) fn close(self, code: CloseCode) {
        let at_once = false;
        self.0
            .change(|state| state.end = Some(End { code, at_once }));
    }

    /// Ends the connection now. What waits is told again when its client resumes.
    pub(crate) fn evict(self, code: CloseCode) {
        let at_once = true;
        let writer = self.0.change(|state| {
            state.end = Some(End { code, at_once });
            state.writer.take()
        });
        if let Some(writer) = writer {
            writer.wake();
        }
    }
}

impl Drop for SeatQueue {
    fn drop(&mut self) {
        // A queue that ends without a reason has lost its node.
        self.0.change(|state| {
            let at_once = false;
            let code = CloseCode::Restart;
            state.end.get_or_insert(End { code, at_once });
        });
    }
}

/// A queue, and both of what a connection holds of it.
pub(super) fn queue() -> (SeatQueue, SeatEvents, Eviction) {
    let shared = Arc::<Shared>::default();
    let events = SeatEvents(Arc::clone(&shared));
    let eviction = Eviction(Arc::clone(&shared));
    (SeatQueue(shared), events, eviction)
}

/// What an event weighs in a queue, in bytes: what clients can make long, and its own size.
pub(crate) fn weight(event: &SeatEvent) -> usize {
    const ENVELOPE: usize = 256;
    let content = match event {
        SeatEvent::Event { event, .. } => event.event().weight(),
        SeatEvent::Reply { result, .. } => match &**result {
            Ok(Reply::Viewers(page)) => page.users.iter().map(PeerSummary::weight).sum(),
            Ok(Reply::Done(_) | Reply::Joined(_) | Reply::Lobby(_) | Reply::Welcome(_))
            | Err(_) => 0,
        },
        SeatEvent::Room(event) => event.event().weight(),
        SeatEvent::Close(_) | SeatEvent::Done(_) => 0,
    };
    ENVELOPE + content
}

#[cfg(test)]
mod tests;
