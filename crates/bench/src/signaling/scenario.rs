//! What is measured: one scenario in each file.

mod churn;
mod fan_out;
mod idle;
mod join;
mod relay;

use super::dialect::{Dialect, Place};
use super::report::Figure;
use super::{Endpoint, Options};
use anyhow::Result;
use protocol::Role;

/// The most connections that a scenario holds, unless it is asked for more.
pub(crate) const LARGEST_CHANNEL: usize = join::LARGE;

/// All of them, in the order of the issue.
pub(crate) const ALL: [Scenario; 5] = [
    Scenario::Idle,
    Scenario::Relay,
    Scenario::FanOut,
    Scenario::Join,
    Scenario::Churn,
];

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scenario {
    /// Memory of connections that do nothing
    Idle,
    /// Descriptions between two
    Relay,
    /// Messages from one to many
    FanOut,
    /// Coming into small and large channels
    Join,
    /// Connections that come and go
    Churn,
}

impl Scenario {
    pub(crate) fn run(self, endpoint: &Endpoint, options: &Options) -> Result<Vec<Figure>> {
        match self {
            Self::Churn => churn::run(endpoint, options.churn),
            Self::FanOut => fan_out::run(endpoint),
            Self::Idle => idle::run(endpoint, options.idle),
            Self::Join => join::run(endpoint),
            Self::Relay => relay::run(endpoint),
        }
    }

    /// Whether it can be asked in this language.
    pub(crate) fn suits(self, dialect: Dialect) -> bool {
        match self {
            Self::FanOut | Self::Idle | Self::Relay => true,
            Self::Churn | Self::Join => dialect == Dialect::Native,
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Churn => "Connections that come and go",
            Self::FanOut => "From one to many",
            Self::Idle => "Idle connections",
            Self::Join => "Joining",
            Self::Relay => "Descriptions between two",
        }
    }

    pub(crate) fn method(self, options: &Options) -> String {
        match self {
            Self::Churn => churn::method(options.churn),
            Self::FanOut => fan_out::method(),
            Self::Idle => idle::method(options.idle),
            Self::Join => join::method(),
            Self::Relay => relay::method(),
        }
    }

    /// What is aimed at, by the name of the figure.
    pub(crate) const fn targets(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Churn => churn::TARGETS,
            Self::FanOut => fan_out::TARGETS,
            Self::Idle => idle::TARGETS,
            Self::Join => join::TARGETS,
            Self::Relay => relay::TARGETS,
        }
    }
}

/// A place in a channel.
fn place(channel: String, role: Role) -> Option<Place> {
    Some(Place { channel, role })
}
