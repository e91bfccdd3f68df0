//! Two old clients who do nothing wrong, beside somebody who does: one polls, one has a WebSocket.

use super::client::{Client, Transport};
use super::words::candidate;
use crate::calm::{Calm, Pair};
use server::Running;
use std::time::Duration;

/// How often the two exchange something: as often as they may for as long as a test takes.
const PACE: Duration = Duration::from_millis(40);

/// The two, who exchange candidates. They have found each other before this returns.
pub(crate) async fn beside(server: &Running) -> Calm {
    let address = server.address();
    let mut one = Client::joined(address, Transport::Socket, "calm", "one").await;
    let other = Client::joined(address, Transport::Polling, "calm", "other").await;
    one.hear("userJoinedStream").await;
    Calm::of(Together { one, other }, PACE).await
}

struct Together {
    one: Client,
    other: Client,
}

impl Pair for Together {
    async fn exchange(&mut self, number: u32) {
        tell(&mut self.one, &mut self.other, number).await;
        tell(&mut self.other, &mut self.one, number).await;
    }
}

async fn tell(from: &mut Client, to: &mut Client, number: u32) {
    let number = usize::try_from(number).unwrap();
    from.say("candidate", &candidate("calm", number)).await;
    assert_eq!(to.hear("receiveCandidate").await, number);
}
