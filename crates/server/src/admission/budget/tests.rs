use super::*;
use protocol::limits;

const ALLOWANCE: Allowance = Allowance {
    messages: Rate {
        burst: 4,
        per_second: 2,
    },
    bytes: Rate {
        burst: 100,
        per_second: 10,
    },
    deliveries: Rate {
        burst: 20,
        per_second: 10,
    },
    refusals: 3,
};

fn budget(allowance: Allowance) -> Budget {
    Budget::new(allowance, Account::of_a_test(), Instant::ORIGIN)
}

/// What a connection may do where nothing is set.
fn usual() -> Allowance {
    Allowance::new(&Limits::default(), limits::MAX_MESSAGE_BYTES)
}

fn emptied() -> Budget {
    let mut budget = budget(ALLOWANCE);
    for _ in 0..4 {
        assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Pass);
    }
    budget
}

#[test]
fn lets_a_burst_pass_and_says_when_the_next_message_may() {
    let mut budget = emptied();
    let wait = Duration::from_millis(500);
    assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Refuse(wait));
    assert_eq!(budget.take(Instant::ORIGIN + wait, 1), Verdict::Pass);
}

#[test]
fn lets_the_sustained_rate_pass_for_ever() {
    let mut budget = emptied();
    for half_seconds in 1..10_000 {
        let now = Instant::ORIGIN + Duration::from_millis(500) * half_seconds;
        assert_eq!(budget.take(now, 1), Verdict::Pass);
    }
}

#[test]
fn closes_who_does_not_stop() {
    let mut budget = emptied();
    for _ in 0..3 {
        assert!(matches!(
            budget.take(Instant::ORIGIN, 1),
            Verdict::Refuse(_)
        ));
    }
    assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Close);
}

#[test]
fn forgets_refusals_after_a_pause() {
    let mut budget = emptied();
    for _ in 0..3 {
        budget.take(Instant::ORIGIN, 1);
    }
    let later = Instant::ORIGIN + Duration::from_secs(1);
    assert_eq!(budget.take(later, 1), Verdict::Pass);
    assert_eq!(budget.take(later, 1), Verdict::Pass);
    assert!(matches!(budget.take(later, 1), Verdict::Refuse(_)));
}

#[test]
fn never_holds_more_than_the_burst() {
    let mut budget = emptied();
    let much_later = Instant::ORIGIN + Duration::from_secs(86_400);
    for _ in 0..4 {
        assert_eq!(budget.take(much_later, 1), Verdict::Pass);
    }
    assert!(matches!(budget.take(much_later, 1), Verdict::Refuse(_)));
}

#[test]
fn eight_viewers_who_come_at_once_do_not_cost_a_host_its_connection() {
    let mut budget = budget(usual());
    let (offer, candidate, report) = (8_000, 400, 100);
    for _ in 0..8 {
        let candidates = std::iter::repeat_n(candidate, 21);
        for bytes in [offer, report].into_iter().chain(candidates) {
            assert_eq!(budget.take(Instant::ORIGIN, bytes), Verdict::Pass);
        }
    }
}

#[test]
fn the_largest_message_passes_whatever_is_set() {
    let limits = Limits {
        bytes_per_second: 1,
        messages_per_second: 1,
        ..Limits::default()
    };
    let allowance = Allowance::new(&limits, 1_000);
    let mut budget = budget(allowance);
    assert_eq!(budget.take(Instant::ORIGIN, 1_000), Verdict::Pass);
    let wait = Duration::from_secs(1);
    assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Refuse(wait));
}

#[test]
fn limits_without_bound_are_none() {
    let limits = Limits {
        bytes_per_second: u32::MAX,
        messages_per_second: u32::MAX,
        ..Limits::default()
    };
    let mut budget = budget(Allowance::new(&limits, 1_000));
    for second in 0..1_000 {
        let now = Instant::ORIGIN + Duration::from_secs(3_600) * second;
        assert_eq!(budget.take(now, 1_000_000), Verdict::Pass);
    }
}

#[test]
fn counts_bytes_as_well_as_messages() {
    let mut budget = budget(ALLOWANCE);
    assert_eq!(budget.take(Instant::ORIGIN, 90), Verdict::Pass);
    let wait = Duration::from_secs(4);
    assert_eq!(budget.take(Instant::ORIGIN, 50), Verdict::Refuse(wait));
    assert_eq!(budget.take(Instant::ORIGIN, 10), Verdict::Pass);
    let later = Instant::ORIGIN + Duration::from_secs(5);
    assert_eq!(budget.take(later, 50), Verdict::Pass);
}

#[test]
fn large_messages_without_end_close_the_connection() {
    let mut budget = budget(usual());
    let mut verdict = Verdict::Pass;
    let mut passed = 0;
    while verdict != Verdict::Close {
        verdict = budget.take(Instant::ORIGIN, 60_000);
        passed += u32::from(verdict == Verdict::Pass);
    }
    assert_eq!(passed, 8);
}

#[test]
fn what_the_server_asks_for_is_never_refused() {
    let mut budget = budget(usual());
    for _ in 0..300 {
        budget.credit_link();
        for bytes in [8_000].into_iter().chain([400; 22]) {
            assert_eq!(budget.take(Instant::ORIGIN, bytes), Verdict::Pass);
        }
    }
    // What it does beside that is its own, and what it was not asked for in vain.
    let mut passed = 0;
    while budget.take(Instant::ORIGIN, 100) == Verdict::Pass {
        passed += 1;
    }
    assert_eq!(passed, 256 + 300);
}

#[test]
fn credit_is_not_hoarded() {
    let mut budget = budget(usual());
    for _ in 0..100_000 {
        budget.credit_link();
    }
    let mut passed = 0;
    while budget.take(Instant::ORIGIN, 1) == Verdict::Pass {
        passed += 1;
    }
    assert_eq!(passed, 256 + 32 * 24);
}

#[test]
fn who_makes_others_hear_much_waits_until_it_is_paid() {
    let mut budget = budget(ALLOWANCE);
    budget.cause(Instant::ORIGIN, 30);
    let wait = Duration::from_secs(1);
    assert_eq!(budget.take(Instant::ORIGIN, 1), Verdict::Refuse(wait));
    assert_eq!(budget.delay(Instant::ORIGIN, 1, 1), wait);
    assert_eq!(budget.take(Instant::ORIGIN + wait, 1), Verdict::Pass);
}

#[test]
fn a_loud_address_slows_those_who_are_loud_and_nobody_else() {
    let account = Account::of_a_test();
    let new = || Budget::new(usual(), account.clone(), Instant::ORIGIN);
    let (mut loud, mut quiet) = (new(), new());
    for _ in 0..1_000 {
        account.deliver(Instant::ORIGIN, 300, 300 * 300);
    }
    loud.cause(Instant::ORIGIN, 300);
    assert!(matches!(loud.take(Instant::ORIGIN, 1), Verdict::Refuse(_)));
    assert!(loud.delay(Instant::ORIGIN, 1, 1) > Duration::from_secs(1));
    for _ in 0..60 {
        assert_eq!(quiet.take(Instant::ORIGIN, 100), Verdict::Pass);
    }
}

#[test]
fn who_knows_no_refusal_is_read_at_its_pace() {
    let mut budget = budget(ALLOWANCE);
    for _ in 0..4 {
        assert_eq!(budget.delay(Instant::ORIGIN, 1, 0), Duration::ZERO);
    }
    let half_a_second = Duration::from_millis(500);
    assert_eq!(budget.delay(Instant::ORIGIN, 1, 0), half_a_second);
    let later = Instant::ORIGIN + half_a_second;
    assert_eq!(budget.delay(later, 1, 0), half_a_second);
    let much_later = Instant::ORIGIN + Duration::from_secs(60);
    assert_eq!(budget.delay(much_later, 1, 150), Duration::from_secs(5));
}
