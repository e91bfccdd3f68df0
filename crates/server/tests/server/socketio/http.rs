//! HTTP/1.1 by hand, one request after the other on a socket.

use crate::support::PATIENCE;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Where a session is opened by polling.
pub(crate) const OPEN: &str = "/socket.io/?EIO=4&transport=polling";

/// The path of a session's requests.
pub(crate) fn path_of(sid: &str) -> String {
    format!("{OPEN}&sid={sid}")
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// One socket.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) stream: TcpStream,
    unread: Vec<u8>,
}

impl Http {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let unread = Vec::new();
        Self { stream, unread }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.get_with(path, "").await
    }

    /// A GET with more headers, each with its line end.
    pub(crate) async fn get_with(&mut self, path: &str, headers: &str) -> Answer {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"
        ))
        .await;
        self.answer().await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Answer {
        self.begin_post(path, body.len()).await;
        self.send(body).await;
        self.answer().await
    }

    /// The head of a POST with so many bytes to come.
    pub(crate) async fn begin_post(&mut self, path: &str, length: usize) {
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n\
             content-length: {length}\r\n\r\n"
        ))
        .await;
    }

    /// Writes, as far as the other side listens.
    pub(crate) async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.ok();
    }

    /// The answer to the request that was sent.
    pub(crate) async fn answer(&mut self) -> Answer {
        let answer = timeout(PATIENCE, self.read_answer()).await;
        answer.expect("no answer").expect("cut off")
    }

    /// The same; `None` if the connection ends instead.
    pub(crate) async fn answer_or_end(&mut self) -> Option<Answer> {
        let answer = timeout(PATIENCE, self.read_answer()).await;
        answer.expect("neither an answer nor an end")
    }

    async fn read_answer(&mut self) -> Option<Answer> {
        let end = loop {
            let end = self.unread.windows(4).position(|it| it == b"\r\n\r\n");
            match end {
                Some(end) => break end + 4,
                None => self.read().await?,
            }
        };
        let head: Vec<u8> = self.unread.drain(..end).collect();
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let length = head.split("\r\ncontent-length: ").nth(1);
        let length = length.and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        while self.unread.len() < length {
            self.read().await?;
        }
        let body = self.unread.drain(..length).collect();
        Some(Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            body: String::from_utf8(body).unwrap(),
        })
    }

    async fn read(&mut self) -> Option<()> {
        let count = self.stream.read_buf(&mut self.unread).await.ok()?;
        (count > 0).then_some(())
    }
}
