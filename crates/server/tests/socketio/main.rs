//! Clients of the old system over real sockets, and those who only pretend to be one. `end2end` runs
//! the official client; here everything is written by hand, so that it can be wrong.

#[cfg(test)]
mod calm;
#[cfg(test)]
mod client;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod floods;
#[cfg(test)]
mod http;
#[cfg(test)]
mod lifetime;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod polling;
#[cfg(test)]
mod shutdown;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod support;
#[cfg(test)]
mod upgrade;
