//! The end that sends media: it offers.

use protocol::Generation;

/// Where the negotiation stands. The generation is the newest offer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The browser makes an offer.
    Offering(Generation),
    /// The other end has the offer.
    Offered(Generation),
    /// The browser sets the answer.
    Accepting(Generation),
    /// Both ends agree.
    Settled(Generation),
}

impl Sender {
    /// A link's first offer.
    pub(crate) const FIRST: Self = Self::Offering(Generation(1));

    /// Begins the next negotiation, unless the browser is busy with one: `None` then.
    pub(crate) const fn renew(&mut self) -> Option<Generation> {
        match *self {
            Self::Offering(_) | Self::Accepting(_) => None,
            Self::Offered(generation) | Self::Settled(generation) => {
                let generation = generation.next();
                *self = Self::Offering(generation);
                Some(generation)
            }
        }
    }

    /// The browser has made an offer. Whether it is to be sent.
    pub(crate) fn offered(&mut self, generation: Generation) -> bool {
        let current = *self == Self::Offering(generation);
        if current {
            *self = Self::Offered(generation);
        }
        current
    }

    /// An answer came. Whether it is to be accepted; one of another generation is stale.
    pub(crate) fn answered(&mut self, generation: Generation) -> bool {
        let current = *self == Self::Offered(generation);
        if current {
            *self = Self::Accepting(generation);
        }
        current
    }

    /// The browser has set the answer. Whether it was the current one.
    pub(crate) fn accepted(&mut self, generation: Generation) -> bool {
        let current = *self == Self::Accepting(generation);
        if current {
            *self = Self::Settled(generation);
        }
        current
    }

    /// Both ends agree.
    pub(crate) const fn is_settled(self) -> bool {
        matches!(self, Self::Settled(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Generation = Generation(1);
    const SECOND: Generation = Generation(2);

    #[test]
    fn an_offer_is_answered_once() {
        let mut sender = Sender::FIRST;
        assert!(!sender.answered(FIRST));
        assert!(sender.offered(FIRST));
        assert!(!sender.offered(FIRST));
        assert!(sender.answered(FIRST));
        assert!(!sender.answered(FIRST));
        assert!(sender.accepted(FIRST));
        assert!(sender.is_settled());
    }

    #[test]
    fn an_answer_to_an_older_offer_is_stale() {
        let mut sender = Sender::Offered(FIRST);
        assert_eq!(sender.renew(), Some(SECOND));
        assert!(sender.offered(SECOND));
        assert!(!sender.answered(FIRST));
        assert!(sender.answered(SECOND));
    }

    #[test]
    fn a_busy_browser_is_not_asked_again() {
        let mut sender = Sender::FIRST;
        assert_eq!(sender.renew(), None);
        assert_eq!(sender, Sender::FIRST);
    }
}
