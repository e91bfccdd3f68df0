//! The end that gets media: it answers.

use protocol::Generation;

/// Where the negotiation stands. The generation is the newest offer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// No offer has come.
    Awaiting,
    /// The browser sets the offer and makes an answer.
    Answering(Generation),
    /// The other end has the answer, or will have it.
    Answered(Generation),
}

impl Receiver {
    /// An offer came. Whether it is to be answered; one that is not newer is stale.
    pub(crate) fn offered(&mut self, generation: Generation) -> bool {
        let newer = match *self {
            Self::Awaiting => true,
            Self::Answering(newest) | Self::Answered(newest) => generation > newest,
        };
        if newer {
            *self = Self::Answering(generation);
        }
        newer
    }

    /// The browser has made an answer. Whether it is to be sent.
    pub(crate) fn answered(&mut self, generation: Generation) -> bool {
        let current = *self == Self::Answering(generation);
        if current {
            *self = Self::Answered(generation);
        }
        current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Generation = Generation(1);
    const SECOND: Generation = Generation(2);

    #[test]
    fn the_newest_offer_is_answered() {
        let mut receiver = Receiver::Awaiting;
        assert!(receiver.offered(FIRST));
        assert!(receiver.offered(SECOND));
        assert!(!receiver.answered(FIRST));
        assert!(receiver.answered(SECOND));
        assert!(!receiver.offered(FIRST));
        assert!(!receiver.offered(SECOND));
    }
}
