//! Sockets, below everything that is spoken on them.

pub(crate) mod stream;
