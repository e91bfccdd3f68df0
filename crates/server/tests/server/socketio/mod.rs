//! Clients of the old system over real sockets, and those who only pretend to be one. `end2end` runs
//! the official client; here everything is written by hand, so that it can be wrong.

mod calm;
mod client;
mod doors;
mod floods;
pub(crate) mod http;
mod lifetime;
mod malformed;
mod names;
mod polling;
mod shutdown;
mod sizes;
mod upgrade;
mod words;
