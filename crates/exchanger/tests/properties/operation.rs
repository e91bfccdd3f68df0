//! What people do, as plain data that proptest can shrink.

use proptest::collection::vec;
use proptest::prelude::*;
use protocol::Role;

/// How many people there are.
pub(crate) const PEOPLE: usize = 5;

/// How a client introduces itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Introduction {
    Fresh,
    Resume,
    /// Claims to have seen events that were never sent.
    ResumeFromTheFuture,
    WrongSecret,
}

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Answer {
        person: usize,
        link: usize,
        generation: u32,
    },
    Candidate {
        person: usize,
        link: usize,
        generation: u32,
    },
    Connect {
        person: usize,
        introduction: Introduction,
    },
    ConnectAndSayNothing,
    Disconnect {
        person: usize,
        by_server: bool,
    },
    FollowLobby {
        person: usize,
    },
    Join {
        person: usize,
        channel: usize,
        role: Role,
        key: usize,
        keep: bool,
    },
    Leave {
        person: usize,
    },
    LinkFailed {
        person: usize,
        link: usize,
    },
    LinkFlowing {
        person: usize,
        link: usize,
    },
    Offer {
        person: usize,
        link: usize,
        generation: u32,
    },
    PassTime {
        millis: u64,
    },
    Rename {
        person: usize,
        name: usize,
    },
    RepeatRequest {
        person: usize,
    },
    RestartIce {
        person: usize,
        link: usize,
    },
    Retitle {
        person: usize,
        title: usize,
    },
    /// Stops answering pings until it connects again.
    StaySilent {
        person: usize,
    },
}

pub(crate) fn operations() -> impl Strategy<Value = Vec<Operation>> {
    vec(operation(), 1..200)
}

fn operation() -> impl Strategy<Value = Operation> {
    let who = || 0..PEOPLE;
    let negotiation = || (who(), 0..3_usize, 1..4_u32);
    let introduction = prop_oneof![
        4 => Just(Introduction::Resume),
        2 => Just(Introduction::Fresh),
        1 => Just(Introduction::ResumeFromTheFuture),
        1 => Just(Introduction::WrongSecret),
    ];
    let role = prop_oneof![1 => Just(Role::Host), 3 => Just(Role::Viewer)];
    prop_oneof![
        8 => (who(), introduction)
            .prop_map(|(person, introduction)| Operation::Connect { person, introduction }),
        10 => (who(), 0..2_usize, role, 0..2_usize, any::<bool>()).prop_map(
            |(person, channel, role, key, keep)| Operation::Join {
                person, channel, role, key, keep
            }
        ),
        3 => who().prop_map(|person| Operation::Leave { person }),
        4 => (who(), prop::bool::weighted(0.25))
            .prop_map(|(person, by_server)| Operation::Disconnect { person, by_server }),
        4 => prop_oneof![1 => 0..1_500_u64, 1 => 0..40_000_u64]
            .prop_map(|millis| Operation::PassTime { millis }),
        3 => negotiation().prop_map(|(person, link, generation)| Operation::Offer {
            person, link, generation
        }),
        2 => negotiation().prop_map(|(person, link, generation)| Operation::Answer {
            person, link, generation
        }),
        2 => negotiation().prop_map(|(person, link, generation)| Operation::Candidate {
            person, link, generation
        }),
        2 => (who(), 0..3_usize)
            .prop_map(|(person, link)| Operation::LinkFailed { person, link }),
        1 => (who(), 0..3_usize)
            .prop_map(|(person, link)| Operation::LinkFlowing { person, link }),
        1 => (who(), 0..3_usize)
            .prop_map(|(person, link)| Operation::RestartIce { person, link }),
        1 => (who(), 0..3_usize).prop_map(|(person, name)| Operation::Rename { person, name }),
        1 => (who(), 0..3_usize)
            .prop_map(|(person, title)| Operation::Retitle { person, title }),
        1 => who().prop_map(|person| Operation::FollowLobby { person }),
        1 => who().prop_map(|person| Operation::RepeatRequest { person }),
        1 => who().prop_map(|person| Operation::StaySilent { person }),
        1 => Just(Operation::ConnectAndSayNothing),
    ]
}
