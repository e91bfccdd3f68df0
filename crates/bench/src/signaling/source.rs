//! Connections from a chosen address of this machine: all of 127.0.0.0/8 is its own.

use anyhow::{Context as _, Result};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, connect as dial, socket_with};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};

/// Begins to connect; the socket does not block.
pub(crate) fn connect(from: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)
        .context("making a socket")?;
    bind(&socket, &SocketAddrV4::new(from, 0)).with_context(|| format!("binding to {from}"))?;
    match dial(&socket, &to) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket.into()),
        Err(error) => Err(error).context("connecting"),
    }
}
