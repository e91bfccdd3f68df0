//! How many connections are open, for a stop that waits for all of them.

use tokio::sync::watch;

/// Counts connections. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    open: watch::Sender<usize>,
}

impl Connections {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            open: watch::Sender::new(0),
        }
    }

    /// Counts one more, until the guard is dropped.
    pub(crate) fn guard(&self) -> Guard {
        self.open.send_modify(|open| *open += 1);
        Guard(self.clone())
    }

    /// Waits until none is open.
    pub(crate) async fn all_closed(&self) {
        // The sender is our own, so this ends only when the count does.
        drop(self.open.subscribe().wait_for(|open| *open == 0).await);
    }
}

/// One open connection.
#[derive(Debug)]
pub(crate) struct Guard(Connections);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_for_the_last_connection() {
        let connections = Connections::new();
        let (first, second) = (connections.guard(), connections.guard());
        let mut closed = Box::pin(connections.all_closed());
        let is_pending = |poll: std::task::Poll<()>| poll.is_pending();
        drop(first);
        assert!(is_pending(futures_util::poll!(&mut closed)));
        drop(second);
        closed.await;
    }
}
