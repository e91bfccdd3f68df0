//! One accepted TCP stream.

use crate::admission::account::SocketPermit;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// A TCP stream that is counted for its address until it is closed, whatever is spoken on it: HTTP,
/// and a WebSocket after that.
#[derive(Debug)]
pub struct Stream {
    tcp: TcpStream,
    /// How long the client may take nothing of what is written to it.
    stall_timeout: Duration,
    /// Runs while it takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    _permit: Option<SocketPermit>,
}

impl Stream {
    pub(crate) const fn new(
        tcp: TcpStream,
        stall_timeout: Duration,
        permit: Option<SocketPermit>,
    ) -> Self {
        Self {
            tcp,
            stall_timeout,
            stalled: None,
            _permit: permit,
        }
    }

    /// Lets a write wait for no longer than a client may take nothing: an answer that is not read
    /// must not be held for ever.
    fn or_stalled(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let timeout = self.stall_timeout;
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

/// A stream that nobody counts, as examples and tests have it.
impl From<TcpStream> for Stream {
    fn from(tcp: TcpStream) -> Self {
        Self::new(tcp, Duration::from_secs(10), None)
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        let written = Pin::new(&mut stream.tcp).poll_write(context, bytes);
        stream.or_stalled(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        let written = Pin::new(&mut stream.tcp).poll_write_vectored(context, slices);
        stream.or_stalled(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admission::account::Account;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    async fn accepted(permit: Option<SocketPermit>, timeout: Duration) -> (TcpStream, Stream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let stream = Stream::new(accepted.unwrap().0, timeout, permit);
        (client.unwrap(), stream)
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up_and_one_that_reads_late_is_not() {
        let (mut client, mut stream) = accepted(None, Duration::from_millis(300)).await;
        let all = vec![7; 16 * 1024 * 1024];
        let reading = async {
            // Each pause is shorter than the timeout, and all of them are longer.
            for _ in 0..8 {
                sleep(Duration::from_millis(60)).await;
                client
                    .read_exact(&mut vec![0; 2 * 1024 * 1024])
                    .await
                    .unwrap();
            }
        };
        let (written, ()) = tokio::join!(stream.write_all(&all), reading);
        written.unwrap();

        // The system takes some of it.
        let stalled = loop {
            if let Err(error) = stream.write_all(&all).await {
                break error;
            }
        };
        assert_eq!(stalled.kind(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_stream_is_counted_until_it_is_closed() {
        let account = Account::of_a_test();
        let permit = account.open_socket();
        let (_client, stream) = accepted(permit, Duration::from_secs(1)).await;
        let free = |account: &Account| {
            let permits: Vec<_> = std::iter::from_fn(|| account.open_socket()).collect();
            permits.len()
        };
        let before = free(&account);
        drop(stream);
        assert_eq!(free(&account), before + 1);
    }
}
