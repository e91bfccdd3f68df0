//! The few words of HTTP/1.1 that come before a WebSocket, or instead of it (long polling).

use anyhow::{Context as _, Result};
use std::net::SocketAddr;

/// A server's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl<'a> Response<'a> {
    /// The first answer in what was received, and how many bytes it takes; `None` if there is more
    /// of it to come.
    pub(crate) fn first(received: &'a [u8]) -> Result<Option<(Self, usize)>> {
        const END: &[u8] = b"\r\n\r\n";
        let Some(end) = received.windows(END.len()).position(|bytes| bytes == END) else {
            return Ok(None);
        };
        let (head, rest) = received.split_at(end + END.len());
        let head = std::str::from_utf8(head).context("the head of an answer is no text")?;
        let status = head
            .split_whitespace()
            .nth(1)
            .and_then(|status| status.parse().ok())
            .context("an answer without a status")?;
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(Ok(0), |(_, length)| length.trim().parse())?;
        let response = |body| (Self { status, body }, head.len() + length);
        Ok(rest.get(..length).map(response))
    }
}

/// Asks for a WebSocket. The key is always the same: who answers it is known.
pub(crate) fn upgrade(target: &str, host: SocketAddr, subprotocol: Option<&str>) -> Vec<u8> {
    let subprotocol = subprotocol
        .map(|name| format!("Sec-WebSocket-Protocol: {name}\r\n"))
        .unwrap_or_default();
    format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
         {subprotocol}\r\n"
    )
    .into_bytes()
}

/// A request without a body.
pub(crate) fn get(target: &str, host: SocketAddr) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n").into_bytes()
}

/// A request with a text.
pub(crate) fn post(target: &str, host: SocketAddr, body: &str) -> Vec<u8> {
    format!(
        "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain;charset=UTF-8\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_answer_when_all_of_it_has_come() {
        let bytes = b"HTTP/1.1 200 OK\r\nX: y\r\nContent-length: 2\r\n\r\nokHTTP";
        for cut in [0, 10, 40, bytes.len() - 5] {
            assert_eq!(Response::first(&bytes[..cut]).unwrap(), None, "{cut}");
        }
        let (response, taken) = Response::first(bytes).unwrap().unwrap();
        let expected = Response {
            status: 200,
            body: b"ok",
        };
        assert_eq!(response, expected);
        assert_eq!(taken, bytes.len() - 4);
    }

    #[test]
    fn an_upgrade_has_no_body() {
        let bytes = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x00";
        let (response, taken) = Response::first(bytes).unwrap().unwrap();
        assert_eq!((response.status, response.body), (101, &b""[..]));
        assert_eq!(taken, bytes.len() - 2);
    }
}
