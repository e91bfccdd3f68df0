//! Real servers on free ports, and clients that talk to them as browsers, scripts and attackers do.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod assets;
#[cfg(test)]
mod calm;
#[cfg(test)]
mod command;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod costs;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod floods;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod handshake;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod signaling;
#[cfg(test)]
mod socketio;
#[cfg(test)]
mod support;
