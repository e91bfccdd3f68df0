//! Two clients who do nothing wrong, beside somebody who does: one polls, one has a WebSocket.

use crate::client::{Client, Transport};
use crate::support::{PATIENCE, candidate};
use server::Running;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often the two exchange something: as often as they may for as long as a test takes.
const PACE: Duration = Duration::from_millis(40);

/// The two, who exchange numbered candidates until they are dropped. Each of them checks that it
/// is told everything, in order and once.
pub(crate) struct Calm {
    exchanged: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Calm {
    /// They have found each other before this returns.
    pub(crate) async fn beside(server: &Running) -> Self {
        let address = server.address();
        let mut one = Client::joined(address, Transport::Socket, "calm", "one").await;
        let mut other = Client::joined(address, Transport::Polling, "calm", "other").await;
        one.hear("userJoinedStream").await;
        let (count, exchanged) = watch::channel(0);
        let task = tokio::spawn(async move {
            let mut pace = interval(PACE);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                pace.tick().await;
                let number = *count.borrow() + 1;
                tell(&mut one, &mut other, number).await;
                tell(&mut other, &mut one, number).await;
                count.send_replace(number);
            }
        });
        let mut calm = Self { exchanged, task };
        calm.is_unaffected().await;
        calm
    }

    /// Waits until a whole exchange has begun and ended from now on.
    pub(crate) async fn is_unaffected(&mut self) {
        let enough = *self.exchanged.borrow() + 2;
        let more = self.exchanged.wait_for(|count| *count >= enough);
        let more = timeout(PATIENCE, more).await;
        let is_alive = more.expect("the calm pair waits for a message").is_ok();
        if !is_alive {
            (&mut self.task).await.unwrap();
        }
    }
}

impl Drop for Calm {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn tell(from: &mut Client, to: &mut Client, number: usize) {
    from.say("candidate", &candidate("calm", number)).await;
    assert_eq!(to.hear("receiveCandidate").await, number);
}
