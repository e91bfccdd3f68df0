//! Whole sessions, driven through the public contract.

mod first_view;
pub(crate) mod harness;
mod random_walk;
mod restart;
