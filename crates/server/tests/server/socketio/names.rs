//! One channel, whatever keyboard its name was typed on.

use super::client::{BOTH, Client, Transport};
use crate::support::{self, start};
use serde_json::json;

/// 한글 as syllables, and as the letters they consist of.
const COMPOSED: &str = "\u{D55C}\u{AE00}";
const DECOMPOSED: &str = "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}";

#[tokio::test]
async fn an_old_client_that_types_letters_meets_everybody_and_hears_what_it_said() {
    let server = start().await;
    let address = server.address();
    let (mut host, _) = support::Client::joined(address, COMPOSED, "host").await;
    for transport in BOTH {
        let mut composed = Client::joined(address, Transport::Socket, COMPOSED, "one").await;
        host.event("userJoinedStream").await;
        let mut decomposed = Client::connect(address, transport).await;
        let user = json!({"channelName": DECOMPOSED, "user": {"name": DECOMPOSED}});
        decomposed.say("joinStream", &user).await;
        // The native host and the other old client are there.
        let there = decomposed.hear("allStreamUsers").await;
        assert_eq!(there.as_array().map(Vec::len), Some(2), "{there}");
        host.event("userJoinedStream").await;
        // What it passes on is not touched.
        let heard = composed.hear("userJoinedStream").await;
        assert_eq!(heard, json!({"name": DECOMPOSED}));
        let said = json!({"channelName": DECOMPOSED, "candidate": {"text": DECOMPOSED}});
        decomposed.say("candidate", &said).await;
        let heard = composed.hear("receiveCandidate").await;
        assert_eq!(heard, json!({"text": DECOMPOSED}));
        decomposed.say("leaveStream", &user).await;
        composed.hear("userLeftStream").await;
        let user = json!({"channelName": COMPOSED, "user": {"name": "one"}});
        composed.say("leaveStream", &user).await;
    }
}
