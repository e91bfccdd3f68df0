//! The protocol as others see it.

mod examples;
mod properties;
mod refusals;
mod snapshots;
