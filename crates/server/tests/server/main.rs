//! Real servers on free ports, and clients that talk to them as browsers, scripts and attackers do.

#[cfg(test)]
mod assets;
#[cfg(test)]
mod command;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod signaling;
#[cfg(test)]
mod support;
