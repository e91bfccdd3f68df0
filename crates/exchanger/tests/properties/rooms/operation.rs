//! What clients do, as plain data that proptest can shrink.

use proptest::collection::vec;
use proptest::prelude::*;
use protocol::Role;
use protocol::room::SignalKind;

/// How many clients of the old system there are.
pub(crate) const OLD: usize = 4;

/// How many native ones.
pub(crate) const NATIVES: usize = 3;

/// A `channelName` as JavaScript has it once JSON was read.
#[derive(Clone, Debug)]
pub(crate) enum Name {
    Array(Vec<Self>),
    Bool(bool),
    /// The id of a client, which may be the sender's own, or that of one who is gone.
    IdOf(usize),
    Null,
    Number(f64),
    Object,
    Text(&'static str),
    Undefined,
}

impl Name {
    /// What is in it, if it is an array.
    pub(crate) fn elements(&self) -> Option<&[Self]> {
        if let Self::Array(names) = self {
            Some(names)
        } else {
            None
        }
    }
}

/// What a client of the old system does.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    /// Connects, or is lost and connects again.
    Connect {
        client: usize,
    },
    Disconnect {
        client: usize,
    },
    Join {
        client: usize,
        name: Name,
        user: usize,
    },
    Leave {
        client: usize,
        name: Name,
        user: usize,
    },
    Signal {
        client: usize,
        name: Name,
        kind: SignalKind,
    },
}

/// What anybody does.
#[derive(Clone, Debug)]
pub(crate) enum MixedOperation {
    Connect {
        native: usize,
    },
    Disconnect {
        native: usize,
    },
    Join {
        native: usize,
        channel: usize,
        role: Role,
    },
    Leave {
        native: usize,
    },
    Old(Operation),
    PassTime {
        millis: u64,
    },
    /// Says something about one of its links.
    Signal {
        native: usize,
        link: usize,
        kind: SignalKind,
    },
}

pub(crate) fn operations() -> impl Strategy<Value = Vec<Operation>> {
    vec(operation(any_name().boxed()), 1..120)
}

pub(crate) fn mixed_operations() -> impl Strategy<Value = Vec<MixedOperation>> {
    vec(mixed_operation(), 1..120)
}

fn operation(name: BoxedStrategy<Name>) -> impl Strategy<Value = Operation> {
    let client = || 0..OLD;
    let kind = prop_oneof![
        Just(SignalKind::Offer),
        Just(SignalKind::Answer),
        Just(SignalKind::Candidate),
    ];
    prop_oneof![
        3 => client().prop_map(|client| Operation::Connect { client }),
        1 => client().prop_map(|client| Operation::Disconnect { client }),
        6 => (client(), name.clone(), 0..3_usize)
            .prop_map(|(client, name, user)| Operation::Join { client, name, user }),
        2 => (client(), name.clone(), 0..3_usize)
            .prop_map(|(client, name, user)| Operation::Leave { client, name, user }),
        5 => (client(), name, kind)
            .prop_map(|(client, name, kind)| Operation::Signal { client, name, kind }),
    ]
}

fn any_name() -> impl Strategy<Value = Name> {
    prop_oneof![
        9 => simple_name(),
        1 => vec(prop_oneof![5 => simple_name(), 1 => Just(Name::Object)], 0..4)
            .prop_map(Name::Array),
        1 => Just(Name::Object),
        1 => Just(Name::Undefined),
    ]
}

/// What may also stand in an array.
fn simple_name() -> impl Strategy<Value = Name> {
    prop_oneof![
        6 => prop::sample::select(vec!["a", "b", "a b", "5", "null", "p_1", ""])
            .prop_map(Name::Text),
        2 => (0..OLD).prop_map(Name::IdOf),
        1 => prop::sample::select(vec![0.0, -0.0, 5.0]).prop_map(Name::Number),
        1 => any::<bool>().prop_map(Name::Bool),
        1 => Just(Name::Null),
    ]
}

/// Two channels, so that people meet, and now and then anything.
fn mixed_name() -> impl Strategy<Value = Name> {
    prop_oneof![
        8 => prop::sample::select(vec!["a", "b"]).prop_map(Name::Text),
        2 => (0..OLD + NATIVES).prop_map(Name::IdOf),
        1 => any_name(),
    ]
}

fn mixed_operation() -> impl Strategy<Value = MixedOperation> {
    let native = || 0..NATIVES;
    let role = prop_oneof![1 => Just(Role::Host), 2 => Just(Role::Viewer)];
    let kind = prop_oneof![
        Just(SignalKind::Offer),
        Just(SignalKind::Answer),
        Just(SignalKind::Candidate),
    ];
    prop_oneof![
        10 => operation(mixed_name().boxed()).prop_map(MixedOperation::Old),
        2 => native().prop_map(|native| MixedOperation::Connect { native }),
        1 => native().prop_map(|native| MixedOperation::Disconnect { native }),
        4 => (native(), 0..2_usize, role)
            .prop_map(|(native, channel, role)| MixedOperation::Join { native, channel, role }),
        1 => native().prop_map(|native| MixedOperation::Leave { native }),
        1 => (0..20_000_u64).prop_map(|millis| MixedOperation::PassTime { millis }),
        4 => (native(), 0..3_usize, kind)
            .prop_map(|(native, link, kind)| MixedOperation::Signal { native, link, kind }),
    ]
}
