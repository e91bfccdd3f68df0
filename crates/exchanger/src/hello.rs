//! What both sides agree on first.

use crate::Config;
use crate::peer::Peer;
use protocol::limits::MAX_MESSAGE_BYTES;
use protocol::time::millis;
use protocol::{ErrorCode, ErrorReply, PeerId, Resumed, VERSIONS, Welcome};
use std::sync::Arc;

/// The best version that both sides speak.
pub(crate) fn choose_version(offered: &[u32]) -> Result<u32, ErrorReply> {
    VERSIONS
        .iter()
        .copied()
        .find(|version| offered.contains(version))
        .ok_or_else(|| {
            let message = format!("this server speaks versions {VERSIONS:?}");
            ErrorReply::new(ErrorCode::UnsupportedVersion, message)
        })
}

/// The answer to a hello.
pub(crate) fn welcome(
    config: &Config,
    version: u32,
    id: PeerId,
    peer: &Peer,
    resumed: Resumed,
) -> Welcome {
    Welcome {
        version,
        peer: id,
        session: peer.session,
        secret: peer.secret,
        epoch: peer.epoch,
        resumed,
        ping_interval_ms: millis(config.ping_interval),
        ping_timeout_ms: millis(config.ping_timeout),
        grace_ms: millis(config.grace),
        max_message_bytes: MAX_MESSAGE_BYTES,
        ice_servers: Arc::clone(&config.ice_servers),
        ice_expires_in_ms: None,
    }
}

/// The refusal for a hello that comes late, or for anything else that comes first.
pub(crate) fn bad_hello() -> ErrorReply {
    ErrorReply::new(
        ErrorCode::BadHello,
        "hello is the first message, and only the first",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_a_version_that_both_speak() {
        assert_eq!(choose_version(&[7, 1, 1]), Ok(1));
        let refused = choose_version(&[2]).unwrap_err();
        assert_eq!(refused.code, ErrorCode::UnsupportedVersion);
        assert!(choose_version(&[]).is_err());
    }
}
