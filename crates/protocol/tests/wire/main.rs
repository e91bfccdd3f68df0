//! The protocol as others see it.

mod document;
mod examples;
mod properties;
mod refusals;
mod snapshots;
