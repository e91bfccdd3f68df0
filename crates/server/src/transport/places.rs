//! How many connections each address may hold, and how often it may make one.

use super::address::Address;
use crate::clock::Clock;
use crate::rate::{Bucket, Rate};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::limits;
use protocol::time::{Duration, Instant};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What each address has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    /// How many connections it may hold.
    pub(crate) open: u32,
    /// How often it may make one; always, if there is no rate.
    pub(crate) rate: Option<Rate>,
}

/// As whole seconds, in which the rates are written.
const GRACE_SECONDS: u32 = 30;
const _: () = assert!(limits::GRACE.as_secs() == 30);

/// How many sockets an address may hold for each connection it may hold: a browser fetches a page
/// over several at a time.
const SOCKETS_PER_CONNECTION: u32 = 4;

impl Quota {
    /// For connections that have a seat, or will have one. All of an address's clients may come at
    /// once, as they do after a restart, and again within the grace of those who were lost.
    pub(crate) const fn of_connections(per_address: u32) -> Self {
        let rest = per_address / GRACE_SECONDS;
        Self {
            open: per_address,
            rate: Some(Rate {
                burst: per_address,
                per_second: if rest == 0 { 1 } else { rest },
            }),
        }
    }

    /// For sockets, whatever is spoken on them.
    pub(crate) const fn of_sockets(connections_per_address: u32) -> Self {
        Self {
            open: connections_per_address.saturating_mul(SOCKETS_PER_CONNECTION),
            rate: None,
        }
    }
}

/// When to come back where no other time is known: a place becomes free when one of the address's
/// own connections ends, and a dead one is noticed after half a minute.
const RETRY: Duration = Duration::from_secs(10);

/// Idle addresses are forgotten when there are twice as many as after the last time, and not
/// before there are so many.
const SWEEP_FROM: usize = 1024;

/// Counts the connections of each address. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    quota: Quota,
    clock: Clock,
    taken: Mutex<Taken>,
}

#[derive(Debug)]
struct Taken {
    addresses: BTreeMap<Address, Holder>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Holder {
    open: u32,
    bucket: Option<Bucket>,
}

impl Places {
    /// Nobody holds a place yet.
    pub(crate) fn new(quota: Quota, clock: Clock) -> Self {
        let taken = Mutex::new(Taken {
            addresses: BTreeMap::new(),
            sweep_at: SWEEP_FROM,
        });
        Self {
            shared: Arc::new(Shared {
                quota,
                clock,
                taken,
            }),
        }
    }

    /// A place for one connection, until it is dropped. Without an address nothing is counted.
    pub(crate) fn take(&self, address: Option<Address>) -> Result<Place, Crowded> {
        if let Some(address) = address {
            let now = self.shared.clock.now();
            self.shared
                .with(|taken, quota| taken.take(quota, address, now))?;
        }
        let holder = address.map(|address| (Arc::clone(&self.shared), address));
        Ok(Place { holder })
    }
}

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut Taken, Quota) -> T) -> T {
        // Counting does not panic half-way.
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut taken, self.quota)
    }
}

impl Taken {
    fn take(&mut self, quota: Quota, address: Address, now: Instant) -> Result<(), Crowded> {
        if self.addresses.len() >= self.sweep_at {
            self.sweep(now);
        }
        let holder = self.addresses.entry(address).or_insert_with(|| Holder {
            open: 0,
            bucket: quota.rate.map(|rate| Bucket::new(rate, now)),
        });
        if holder.open >= quota.open {
            return Err(Crowded { wait: RETRY });
        }
        if let Some(bucket) = &mut holder.bucket {
            bucket.fill(now);
            let wait = bucket.wait(1);
            if !wait.is_zero() {
                return Err(Crowded { wait });
            }
            bucket.spend(1);
        }
        holder.open = holder.open.saturating_add(1);
        Ok(())
    }

    fn give_back(&mut self, address: Address, now: Instant) {
        if let Some(holder) = self.addresses.get_mut(&address) {
            holder.open = holder.open.saturating_sub(1);
            if holder.is_forgettable(now) {
                self.addresses.remove(&address);
            }
        }
    }

    fn sweep(&mut self, now: Instant) {
        self.addresses
            .retain(|_, holder| !holder.is_forgettable(now));
        self.sweep_at = SWEEP_FROM.max(self.addresses.len().saturating_mul(2));
    }
}

impl Holder {
    /// Whether it is as one that was never there.
    fn is_forgettable(&mut self, now: Instant) -> bool {
        let bucket = self.bucket.as_mut();
        let is_rested = bucket.is_none_or(|bucket| {
            bucket.fill(now);
            bucket.is_full()
        });
        self.open == 0 && is_rested
    }
}

/// One connection's place.
#[derive(Debug)]
pub(crate) struct Place {
    holder: Option<(Arc<Shared>, Address)>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((shared, address)) = &self.holder {
            let now = shared.clock.now();
            shared.with(|taken, _| taken.give_back(*address, now));
        }
    }
}

/// The address holds too many connections, or makes them too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crowded {
    /// When it may try again.
    pub(crate) wait: Duration,
}

impl IntoResponse for Crowded {
    fn into_response(self) -> Response {
        let seconds = self.wait.as_secs().saturating_add(1).to_string();
        let text = "too many connections from this address\n";
        let header = [(header::RETRY_AFTER, seconds)];
        (StatusCode::TOO_MANY_REQUESTS, header, text).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn places(open: u32, rate: Option<Rate>) -> Places {
        Places::new(Quota { open, rate }, Clock::start())
    }

    fn address(number: u32) -> Option<Address> {
        Some(IpAddr::V4(Ipv4Addr::from_bits(number)).into())
    }

    fn known(places: &Places) -> usize {
        places.shared.with(|taken, _| taken.addresses.len())
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_holds_so_many_places_and_another_one_as_many() {
        let places = places(2, None);
        let first = places.take(address(1)).unwrap();
        let _second = places.take(address(1)).unwrap();
        assert_eq!(places.take(address(1)).unwrap_err().wait, RETRY);
        let _other = places.take(address(2)).unwrap();
        drop(first);
        let _third = places.take(address(1)).unwrap();
        assert!(places.take(address(1)).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_connects_so_often_and_is_told_when_it_may_again() {
        let (burst, per_second) = (2, 4);
        let places = places(9, Some(Rate { burst, per_second }));
        for _ in 0..2 {
            drop(places.take(address(1)).unwrap());
        }
        let wait = Duration::from_millis(250);
        assert_eq!(places.take(address(1)).unwrap_err(), Crowded { wait });
        tokio::time::advance(wait).await;
        drop(places.take(address(1)).unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_no_address_is_not_counted() {
        let places = places(1, None);
        let _held = [places.take(None).unwrap(), places.take(None).unwrap()];
        assert_eq!(known(&places), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_is_forgotten_with_its_last_place_unless_it_has_to_rest() {
        let unhurried = places(1, None);
        drop(unhurried.take(address(1)).unwrap());
        assert_eq!(known(&unhurried), 0);

        let (burst, per_second) = (1, 1);
        let hurried = places(1, Some(Rate { burst, per_second }));
        for number in 0..2_000 {
            drop(hurried.take(address(number)).unwrap());
        }
        assert_eq!(known(&hurried), 2_000);
        tokio::time::advance(Duration::from_secs(1)).await;
        for number in 2_000..2_100 {
            drop(hurried.take(address(number)).unwrap());
        }
        assert!(known(&hurried) <= 100, "{}", known(&hurried));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_says_when_to_come_back() {
        let wait = Duration::from_millis(1_500);
        let response = Crowded { wait }.into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "2");
    }
}
