#![doc = include_str!("../README.md")]
#![deny(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::iter_over_hash_type
)]

/// What a transport says to the exchanger and hears from it: a shell needs no second dependency.
pub use exchanger;

use exchanger::{ChannelState, Exchanger};
use protocol::time::Instant;
use protocol::{ChannelName, Lobby};

/// The settings of all machines of a node.
#[derive(Clone, Debug)]
pub struct Config {
    /// The exchanger's.
    pub exchanger: exchanger::Config,
}

/// What a shell passes in, by the machine that it is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// From a transport, for the exchanger.
    Signal(exchanger::Input),
}

/// What a shell must pass out, by the machine that it comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// From the exchanger, for a transport.
    Signal(exchanger::Output),
}

/// Which timer wants to be called, by the machine that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// One of the exchanger's.
    Signal(exchanger::Reason),
}

/// One server. It is driven as [`protocol::machine`] says.
#[derive(Debug)]
pub struct Node {
    exchanger: Exchanger,
}

impl Node {
    /// A server without connections.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            exchanger: Exchanger::new(config.exchanger),
        }
    }

    /// Takes in what a transport passes in.
    ///
    /// # Panics
    /// In debug builds, if the shell broke "drain before feed".
    #[track_caller]
    pub fn handle_input(&mut self, now: Instant, input: Input) {
        match input {
            Input::Signal(input) => self.exchanger.handle_input(now, input),
        }
    }

    /// Does what is due.
    ///
    /// # Panics
    /// In debug builds, if the shell broke "drain before feed".
    #[track_caller]
    pub fn handle_timeout(&mut self, now: Instant) {
        self.exchanger.handle_timeout(now);
    }

    /// What a transport must pass out next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.exchanger.poll_output().map(Output::Signal)
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) next, and what for.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let (at, reason) = self.exchanger.poll_timeout()?;
        Some((at, Reason::Signal(reason)))
    }

    /// Who is live now, as a page shows it before it is connected.
    #[must_use]
    pub fn lobby(&self, now: Instant) -> Lobby {
        self.exchanger.lobby(now)
    }

    /// A channel as it is now; `None` if nobody is there.
    #[must_use]
    pub fn channel(&self, name: &ChannelName, now: Instant) -> Option<ChannelState> {
        self.exchanger.channel(name, now)
    }

    /// How many connections there are.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.exchanger.seats()
    }

    /// How many peers there are, those away included.
    #[must_use]
    pub fn peers(&self) -> usize {
        self.exchanger.peers()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchanger::{Seat, SeatKind};
    use protocol::{CloseCode, limits::HELLO_TIMEOUT};

    #[test]
    fn passes_on_what_is_the_exchangers_and_back() {
        let config = exchanger::Config::new([1; 32]);
        let mut node = Node::new(Config { exchanger: config });
        let seat = Seat(1);
        let connect = exchanger::Input::Connect {
            seat,
            kind: SeatKind::NATIVE,
            source: exchanger::Source(1),
        };
        node.handle_input(Instant::ORIGIN, Input::Signal(connect));
        assert_eq!(node.poll_output(), None);
        assert_eq!((node.seats(), node.peers()), (1, 0));

        let deadline = Instant::ORIGIN + HELLO_TIMEOUT;
        let expected = Reason::Signal(exchanger::Reason::Hello);
        assert_eq!(node.poll_timeout(), Some((deadline, expected)));
        node.handle_timeout(deadline);
        let code = CloseCode::Timeout;
        let close = exchanger::Output::Close { seat, code };
        assert_eq!(node.poll_output(), Some(Output::Signal(close)));
        assert_eq!(node.poll_output(), None);
        assert_eq!((node.seats(), node.poll_timeout()), (0, None));
    }
}
