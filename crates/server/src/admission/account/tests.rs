use super::*;
use crate::config::Limits;
use std::net::{IpAddr, Ipv4Addr};

fn accounts(connections_per_address: u32) -> Accounts {
    let limits = Limits {
        connections_per_address,
        ..Limits::default()
    };
    Accounts::new(Quota::new(&limits), Clock::start())
}

fn of(accounts: &Accounts, address: &str) -> Account {
    accounts.of(address.parse::<IpAddr>().unwrap().into())
}

fn known(accounts: &Accounts) -> usize {
    accounts.table.lock().unwrap().accounts.len()
}

fn now(accounts: &Accounts) -> Instant {
    accounts.clock.now()
}

#[tokio::test(start_paused = true)]
async fn an_address_holds_so_many_connections_and_another_one_as_many() {
    let accounts = accounts(2);
    let one = of(&accounts, "203.0.113.1");
    let now = now(&accounts);
    let first = one.connect(now).unwrap();
    let _second = one.connect(now).unwrap();
    assert_eq!(one.connect(now).unwrap_err().wait, RETRY);
    let _other = of(&accounts, "203.0.113.2").connect(now).unwrap();
    drop(first);
    tokio::time::advance(Duration::from_secs(1)).await;
    let now = accounts.clock.now();
    let _third = of(&accounts, "203.0.113.1").connect(now).unwrap();
    assert!(one.connect(now).is_err());
}

#[tokio::test(start_paused = true)]
async fn an_address_connects_so_often_and_is_told_when_it_may_again() {
    let accounts = accounts(60);
    let one = of(&accounts, "203.0.113.1");
    for _ in 0..60 {
        drop(one.connect(now(&accounts)).unwrap());
    }
    let wait = Duration::from_millis(500);
    assert_eq!(one.connect(now(&accounts)).unwrap_err(), TooMany { wait });
    tokio::time::advance(wait).await;
    drop(one.connect(now(&accounts)).unwrap());
}

#[tokio::test(start_paused = true)]
async fn the_addresses_of_one_customer_have_a_common_bound_that_grows_with_the_network() {
    for (hosts, allowed) in [
        // One /64, many /64 of one /56, many /56 of one /48.
        (["2001:db8:1:200::", ":1"], 2),
        (["2001:db8:1:2", "::1"], 8),
        (["2001:db8:1:", "00::1"], 32),
    ] {
        let accounts = accounts(2);
        let now = now(&accounts);
        let mut held = Vec::new();
        for number in 0x10..0xFF_u32 {
            let [front, back] = hosts;
            let account = of(&accounts, &format!("{front}{number:x}{back}"));
            held.extend(account.connect(now));
            held.extend(account.connect(now));
        }
        assert_eq!(held.len(), allowed, "{hosts:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_wider_network_refuses_the_narrower_one_keeps() {
    let accounts = accounts(1);
    let now = now(&accounts);
    let held: Vec<_> = (0..4)
        .map(|number| {
            of(&accounts, &format!("2001:db8:1:{number}::1"))
                .connect(now)
                .unwrap()
        })
        .collect();
    let late = of(&accounts, "2001:db8:1:9::1");
    assert!(late.connect(now).is_err());
    assert_eq!(late.with(|usage| usage.connections), 0);
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn an_account_is_forgotten_when_it_is_as_good_as_new() {
    let accounts = accounts(1);
    let address = |number: u32| Ipv4Addr::from_bits(number).to_string();
    for number in 0..2_000 {
        drop(of(&accounts, &address(number)).connect(now(&accounts)));
    }
    assert_eq!(known(&accounts), 2_000);
    tokio::time::advance(Duration::from_secs(60)).await;
    for number in 2_000..2_100 {
        drop(of(&accounts, &address(number)).connect(now(&accounts)));
    }
    assert!(known(&accounts) <= 200, "{}", known(&accounts));
}

#[tokio::test(start_paused = true)]
async fn incomplete_messages_of_one_address_take_so_much_memory() {
    let accounts = accounts(1024);
    let one = of(&accounts, "203.0.113.1");
    let message = 256 * 1024;
    let held = (0..1_024).filter(|_| one.hold(message)).count();
    assert_eq!(held, 128);
    one.release(message);
    assert!(one.hold(message));
    assert!(!one.hold(1));
    assert!(of(&accounts, "203.0.113.2").hold(message));
}

#[tokio::test(start_paused = true)]
async fn a_school_of_a_thousand_loads_its_pages_and_joins_at_once() {
    let accounts = accounts(1024);
    let school = of(&accounts, "203.0.113.1");
    let now = now(&accounts);
    let mut held = Vec::new();
    for _ in 0..1_000 {
        school.open_page(now).unwrap();
        held.push(school.open_socket().unwrap());
        held.push(school.open_socket().unwrap());
        school.connect(now).map(std::mem::forget).unwrap();
        // Hello, join, an answer, its candidates, and a report.
        school.send(now, 24);
        school.read(16_000);
        // Fifty are told one by one who has come, and later ones hear a count.
        school.deliver(now, 25, 25 * 300);
    }
    assert_eq!(school.wait(now), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_others_pay_for_is_in_debt_and_its_neighbour_is_not() {
    let accounts = accounts(1024);
    let loud = of(&accounts, "2001:db8:1:1::1");
    let now = now(&accounts);
    for _ in 0..300 {
        loud.deliver(now, 300, 300 * 300);
    }
    assert!(loud.wait(now) > Duration::from_secs(2));
    assert_eq!(of(&accounts, "2001:db8:1:2::1").wait(now), Duration::ZERO);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(loud.wait(accounts.clock.now()), Duration::ZERO);
}
