//! What one connection may ask for and cause, and patience with those who overdraw it.
//!
//! A connection that owes something is refused or read later. It is charged for what it says and
//! for what others are told because of it, and never for what others do to it: what the server
//! itself asks it for is credited.

use super::account::Account;
use super::rate_limit::{Bucket, Rate};
use crate::config::Limits;
use protocol::time::{Duration, Instant};

/// What one connection may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// How many messages it may send.
    pub(crate) messages: Rate,
    /// How many bytes they may have.
    pub(crate) bytes: Rate,
    /// How many messages others may be told because of it.
    pub(crate) deliveries: Rate,
    /// Refusals before the connection is closed; forgotten once half of both bursts is free again.
    pub(crate) refusals: u32,
}

/// How many times as many messages may come at once as in a second.
const MESSAGE_BURST_SECONDS: u32 = 8;

/// How many times as many messages to others.
const DELIVERY_BURST_SECONDS: u32 = 8;

/// How many times as many bytes.
const BYTE_BURST_SECONDS: u32 = 16;

impl Allowance {
    /// What the settings allow a connection whose messages have at most `largest` bytes.
    ///
    /// A browser that does nothing wrong must never feel the defaults. The busiest one is a host
    /// whose eight viewers arrive in the same second, or whose network path changes while eight
    /// watch: per link an offer, some 20 trickled candidates (each may be a message of its own),
    /// the end of candidates and a report, so about 8 × 24 = 192 messages within a second or two.
    /// A burst of 256 covers that with a join and a few updates beside it. 32 a second refill it
    /// in eight seconds, faster than links are retried, and keep a single connection below what
    /// the exchanger does in a millisecond.
    ///
    /// Such an offer has 8 kB, such a candidate 400 bytes, so those messages have about 130 kB: a
    /// quarter of what may come at once. The rest is for larger offers.
    pub(crate) fn new(limits: &Limits, largest: usize) -> Self {
        let largest = u32::try_from(largest).unwrap_or(u32::MAX);
        let bytes = limits.bytes_per_second.saturating_mul(BYTE_BURST_SECONDS);
        Self {
            messages: Rate::new(limits.messages_per_second, MESSAGE_BURST_SECONDS),
            bytes: Rate {
                // Otherwise the largest message could never pass.
                burst: bytes.max(largest),
                per_second: limits.bytes_per_second,
            },
            deliveries: Rate::new(limits.deliveries_per_second, DELIVERY_BURST_SECONDS),
            refusals: 64,
        }
    }
}

/// What every connection may do however much its address uses: the neighbours of somebody loud
/// still join, answer a few offers and say that they live.
const SHARE: Rate = Rate {
    burst: 64,
    per_second: 2,
};

/// What an honest client sends because the server opened or renewed a link: an offer or an answer,
/// some 20 candidates, their end, and a report.
const LINK_MESSAGES: u32 = 24;
const LINK_BYTES: u32 = 20 * 1024;

/// Credit for so many links is kept at most.
const CREDITED_LINKS: u32 = 32;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may pass.
    Pass,
    /// It is refused; it may pass after this span.
    Refuse(Duration),
    /// It was one refusal too many: the connection is closed.
    Close,
}

/// What one connection has left.
#[derive(Debug)]
pub(crate) struct Budget {
    account: Account,
    messages: Bucket,
    bytes: Bucket,
    deliveries: Bucket,
    share: Bucket,
    credited_messages: u32,
    credited_bytes: u32,
    owes_sign_of_life: bool,
    refused: u32,
    refusals: u32,
}

impl Budget {
    /// Nothing is spent yet.
    pub(crate) fn new(allowance: Allowance, account: Account, now: Instant) -> Self {
        Self {
            account,
            messages: Bucket::new(allowance.messages, now),
            bytes: Bucket::new(allowance.bytes, now),
            deliveries: Bucket::new(allowance.deliveries, now),
            share: Bucket::new(SHARE, now),
            credited_messages: 0,
            credited_bytes: 0,
            owes_sign_of_life: false,
            refused: 0,
            refusals: allowance.refusals,
        }
    }

    /// The server has asked for what it takes to open or renew a link.
    pub(crate) fn credit_link(&mut self) {
        let add = |has: u32, each: u32| has.saturating_add(each).min(each * CREDITED_LINKS);
        self.credited_messages = add(self.credited_messages, LINK_MESSAGES);
        self.credited_bytes = add(self.credited_bytes, LINK_BYTES);
    }

    /// The server has asked for a sign of life.
    pub(crate) const fn ask_for_life(&mut self) {
        self.owes_sign_of_life = true;
    }

    /// Whether a sign of life was asked for and has not come: then it passes, whatever else is
    /// refused, so that a client that is only too fast is not taken for dead.
    pub(crate) const fn owes_sign_of_life(&mut self) -> bool {
        std::mem::replace(&mut self.owes_sign_of_life, false)
    }

    /// Others were told so much because of this connection. Its account knows already.
    pub(crate) fn cause(&mut self, now: Instant, deliveries: u32) {
        if deliveries > 0 {
            self.fill(now);
            self.deliveries.spend_bounded(deliveries);
            self.share.spend_bounded(deliveries);
        }
    }

    /// Counts one message, for a client that may be refused. What is refused costs nothing but
    /// patience.
    pub(crate) fn take(&mut self, now: Instant, bytes: usize) -> Verdict {
        self.fill(now);
        if self.messages.is_half_full() && self.bytes.is_half_full() {
            self.refused = 0;
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let own = self.messages.wait(1).max(self.bytes.wait(bytes));
        let wait = own.max(self.deliveries.wait(0)).max(self.crowd(now));
        if wait.is_zero() {
            self.messages.spend(1);
            self.bytes.spend(bytes);
            self.share.spend_bounded(1);
            self.account.send(now, 1);
            return Verdict::Pass;
        }
        if self.spend_credit(1, bytes) {
            self.account.send(now, 1);
            return Verdict::Pass;
        }
        self.refused = self.refused.saturating_add(1);
        if self.refused > self.refusals {
            Verdict::Close
        } else {
            Verdict::Refuse(wait)
        }
    }

    /// Counts messages of a client that knows no refusal, and says how long not to read more.
    /// What is too much at once is not answered but taken later, and TCP holds the client back.
    pub(crate) fn delay(&mut self, now: Instant, messages: usize, bytes: usize) -> Duration {
        self.fill(now);
        let [messages, bytes] =
            [messages, bytes].map(|amount| u32::try_from(amount).unwrap_or(u32::MAX));
        self.account.send(now, messages);
        if !self.spend_credit(messages, bytes) {
            self.messages.spend(messages);
            self.bytes.spend(bytes);
            self.share.spend_bounded(messages);
        }
        let own = self.messages.wait(0).max(self.bytes.wait(0));
        own.max(self.deliveries.wait(0)).max(self.crowd(now))
    }

    /// How long to wait because the address uses too much: not at all while this connection keeps
    /// to its share.
    fn crowd(&self, now: Instant) -> Duration {
        let own = self.share.wait(1);
        if own.is_zero() {
            own
        } else {
            own.min(self.account.wait(now))
        }
    }

    const fn spend_credit(&mut self, messages: u32, bytes: u32) -> bool {
        let is_covered = self.credited_messages >= messages && self.credited_bytes >= bytes;
        if is_covered {
            self.credited_messages -= messages;
            self.credited_bytes -= bytes;
        }
        is_covered
    }

    fn fill(&mut self, now: Instant) {
        for bucket in [
            &mut self.messages,
            &mut self.bytes,
            &mut self.deliveries,
            &mut self.share,
        ] {
            bucket.fill(now);
        }
    }
}

#[cfg(test)]
mod tests;
