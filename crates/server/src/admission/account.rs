//! Accounts: what each address, and each wider network, uses of the server. All transports keep
//! theirs here, so that an address has its quota once, whatever it speaks.

use super::client_address::Network;
use super::quota::Quota;
use super::rate_limit::Bucket;
use crate::clock::Clock;
use protocol::time::{Duration, Instant};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// When to come back where no other time is known: a place becomes free when one of the address's
/// own connections ends, and a dead one is noticed after half a minute.
const RETRY: Duration = Duration::from_secs(10);

/// Accounts that nobody uses are forgotten when there are twice as many as after the last time,
/// and not before there are so many.
const SWEEP_FROM: usize = 1024;

/// The accounts of all addresses. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Accounts {
    quota: Quota,
    clock: Clock,
    table: Arc<Mutex<Table>>,
}

#[derive(Debug)]
struct Table {
    accounts: BTreeMap<Network, Account>,
    sweep_at: usize,
    next_number: u64,
}

/// One address's account, which passes on to the wider networks' what it is charged. Cheap to
/// clone.
#[derive(Clone, Debug)]
pub(crate) struct Account(Arc<Entry>);

#[derive(Debug)]
struct Entry {
    clock: Clock,
    number: u64,
    is_proxy: bool,
    quota: Quota,
    usage: Mutex<Usage>,
    wider: Option<Account>,
}

/// What is used now.
#[derive(Debug)]
struct Usage {
    sockets: u32,
    connections: u32,
    held_bytes: u32,
    opened: Bucket,
    messages: Bucket,
    bytes: Bucket,
    deliveries: Bucket,
    delivered_bytes: Bucket,
    pages: Bucket,
}

impl Accounts {
    pub(crate) fn new(quota: Quota, clock: Clock) -> Self {
        let table = Table {
            accounts: BTreeMap::new(),
            sweep_at: SWEEP_FROM,
            next_number: 0,
        };
        Self {
            quota,
            clock,
            table: Arc::new(Mutex::new(table)),
        }
    }

    /// The account of an address.
    pub(crate) fn of(&self, network: Network) -> Account {
        let now = self.clock.now();
        // Counting does not panic half-way.
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.accounts.len() >= table.sweep_at {
            table.sweep(now);
        }
        table.find(network, self.quota, self.clock)
    }
}

impl Table {
    fn find(&mut self, network: Network, quota: Quota, clock: Clock) -> Account {
        if let Some(account) = self.accounts.get(&network) {
            return account.clone();
        }
        let wider = network.wider().map(|wider| self.find(wider, quota, clock));
        let own = quota.times(network.factor());
        let account = Account(Arc::new(Entry {
            clock,
            number: self.next_number,
            is_proxy: network.is_proxy(),
            quota: own,
            usage: Mutex::new(Usage::new(own, clock.now())),
            wider,
        }));
        self.next_number += 1;
        self.accounts.insert(network, account.clone());
        account
    }

    /// Forgets the accounts that are as new ones would be.
    fn sweep(&mut self, now: Instant) {
        // A wider network's account is released by the narrower ones first.
        for _ in 0..3 {
            self.accounts
                .retain(|_, account| Arc::strong_count(&account.0) > 1 || !account.is_at_rest(now));
        }
        self.sweep_at = SWEEP_FROM.max(self.accounts.len().saturating_mul(2));
    }
}

impl Account {
    /// An account with the default quota.
    #[cfg(test)]
    pub(crate) fn of_a_test() -> Self {
        let quota = Quota::new(&crate::config::Limits::default());
        let address = std::net::IpAddr::from([203, 0, 113, 1]);
        Accounts::new(quota, Clock::start()).of(address.into())
    }

    /// What tells this address from others, for as long as anybody holds it.
    pub(crate) fn number(&self) -> u64 {
        self.0.number
    }

    /// Whether it is that of a trusted proxy that does not say for whom it speaks.
    pub(crate) fn is_proxy(&self) -> bool {
        self.0.is_proxy
    }

    /// A permit for one TCP socket.
    pub(crate) fn open_socket(&self) -> Option<SocketPermit> {
        let take = |usage: &mut Usage, quota: &Quota| {
            let is_free = usage.sockets < quota.sockets;
            usage.sockets += u32::from(is_free);
            is_free
        };
        self.take(take, |usage| usage.sockets -= 1)
            .then(|| SocketPermit(self.clone()))
    }

    /// A permit for one connection that will have a seat.
    pub(crate) fn connect(&self, now: Instant) -> Result<ConnectionPermit, TooMany> {
        let mut wait = Duration::ZERO;
        let take = |usage: &mut Usage, quota: &Quota| {
            usage.opened.fill(now);
            wait = if usage.connections < quota.connections {
                usage.opened.wait(1)
            } else {
                RETRY
            };
            let is_free = wait.is_zero();
            if is_free {
                usage.connections += 1;
                usage.opened.spend(1);
            }
            is_free
        };
        if self.take(take, |usage| usage.connections -= 1) {
            Ok(ConnectionPermit(self.clone()))
        } else {
            Err(TooMany { wait })
        }
    }

    /// Counts a page that is to be rendered.
    pub(crate) fn open_page(&self, now: Instant) -> Result<(), TooMany> {
        let mut wait = Duration::ZERO;
        let take = |usage: &mut Usage, _: &Quota| {
            usage.pages.fill(now);
            wait = usage.pages.wait(1);
            if wait.is_zero() {
                usage.pages.spend(1);
            }
            wait.is_zero()
        };
        if self.take(take, |_| ()) {
            Ok(())
        } else {
            Err(TooMany { wait })
        }
    }

    /// Counts so many bytes more of messages that are not complete; `false` if they are too many.
    pub(crate) fn hold(&self, bytes: u32) -> bool {
        let take = |usage: &mut Usage, quota: &Quota| {
            let held = usage.held_bytes.saturating_add(bytes);
            let is_free = held <= quota.held_bytes;
            if is_free {
                usage.held_bytes = held;
            }
            is_free
        };
        self.take(take, |usage| usage.held_bytes -= bytes)
    }

    /// The message is complete, or will never be.
    pub(crate) fn release(&self, bytes: u32) {
        self.charge(|usage| usage.held_bytes = usage.held_bytes.saturating_sub(bytes));
    }

    /// Counts bytes as they are read.
    pub(crate) fn read(&self, bytes: u32) {
        let now = self.0.clock.now();
        self.charge(|usage| {
            usage.bytes.fill(now);
            usage.bytes.spend_bounded(bytes);
        });
    }

    /// Counts messages that were taken.
    pub(crate) fn send(&self, now: Instant, messages: u32) {
        self.charge(|usage| {
            usage.messages.fill(now);
            usage.messages.spend_bounded(messages);
        });
    }

    /// Counts what others were told because of this address.
    pub(crate) fn deliver(&self, now: Instant, messages: u32, bytes: u32) {
        self.charge(|usage| {
            usage.deliveries.fill(now);
            usage.deliveries.spend_bounded(messages);
            usage.delivered_bytes.fill(now);
            usage.delivered_bytes.spend_bounded(bytes);
        });
    }

    /// How long until its debts, and those of the wider networks, are paid.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let mut longest = Duration::ZERO;
        self.charge(|usage| {
            for bucket in [
                &mut usage.messages,
                &mut usage.bytes,
                &mut usage.deliveries,
                &mut usage.delivered_bytes,
            ] {
                bucket.fill(now);
                longest = longest.max(bucket.wait(0));
            }
        });
        longest
    }

    /// Takes something from this account and all wider ones, or from none of them.
    fn take(
        &self,
        mut take: impl FnMut(&mut Usage, &Quota) -> bool,
        give_back: impl Fn(&mut Usage),
    ) -> bool {
        let refusing = self
            .chain()
            .position(|account| !account.with(|usage| take(usage, &account.0.quota)));
        if let Some(taken) = refusing {
            for account in self.chain().take(taken) {
                account.with(&give_back);
            }
        }
        refusing.is_none()
    }

    fn charge(&self, mut change: impl FnMut(&mut Usage)) {
        for account in self.chain() {
            account.with(&mut change);
        }
    }

    /// This account, and those of the wider networks.
    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |account| account.0.wider.as_ref())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Usage) -> T) -> T {
        // Counting does not panic half-way.
        act(&mut self.0.usage.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_at_rest(&self, now: Instant) -> bool {
        self.with(|usage| usage.is_at_rest(now))
    }
}

impl Usage {
    fn new(quota: Quota, now: Instant) -> Self {
        Self {
            sockets: 0,
            connections: 0,
            held_bytes: 0,
            opened: Bucket::new(quota.opened, now),
            messages: Bucket::new(quota.messages, now),
            bytes: Bucket::new(quota.bytes, now),
            deliveries: Bucket::new(quota.deliveries, now),
            delivered_bytes: Bucket::new(quota.delivered_bytes, now),
            pages: Bucket::new(quota.pages, now),
        }
    }

    fn is_at_rest(&mut self, now: Instant) -> bool {
        let buckets = [
            &mut self.opened,
            &mut self.messages,
            &mut self.bytes,
            &mut self.deliveries,
            &mut self.delivered_bytes,
            &mut self.pages,
        ];
        let are_full = buckets.into_iter().all(|bucket| {
            bucket.fill(now);
            bucket.is_full()
        });
        are_full && self.sockets == 0 && self.connections == 0 && self.held_bytes == 0
    }
}

/// One TCP socket of an address, until it is dropped.
#[derive(Debug)]
pub(crate) struct SocketPermit(Account);

impl Drop for SocketPermit {
    fn drop(&mut self) {
        self.0.charge(|usage| usage.sockets -= 1);
    }
}

/// One connection of an address, until it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPermit(Account);

impl ConnectionPermit {
    pub(crate) const fn account(&self) -> &Account {
        &self.0
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.0.charge(|usage| usage.connections -= 1);
    }
}

/// Bytes of an incomplete message that are counted for an address, until they are dropped.
#[derive(Debug)]
pub(crate) struct HeldBytes {
    account: Account,
    bytes: u32,
}

impl HeldBytes {
    /// None yet.
    pub(crate) const fn new(account: Account) -> Self {
        Self { account, bytes: 0 }
    }

    /// Counts so many more, as they are read; `false` if they are too many.
    pub(crate) fn read(&mut self, bytes: usize) -> bool {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.account.read(bytes);
        let is_free = self.account.hold(bytes);
        if is_free {
            self.bytes = self.bytes.saturating_add(bytes);
        }
        is_free
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        self.account.release(self.bytes);
    }
}

/// The address uses too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// When it may try again.
    pub(crate) wait: Duration,
}

#[cfg(test)]
mod tests;
