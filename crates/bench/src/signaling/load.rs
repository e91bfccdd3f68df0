//! What the messages carry, the same on every endpoint.

use anyhow::Result;
use protocol::{DescriptorKind, SessionDescriptor};

/// About what a descriptor of one medium weighs.
const DESCRIPTOR_BYTES: usize = 2_000;
const LINE: &str = "a=rtpmap:111 opus/48000/2 a=fmtp:111 minptime=10\r\n";

/// A session description of two thousand bytes, with a stamp in it.
pub(crate) fn descriptor(kind: DescriptorKind, stamp: &str) -> Result<SessionDescriptor> {
    let mut sdp =
        format!("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns={stamp}\r\nt=0 0\r\nm=audio 9 UDP 111\r\n");
    while sdp.len() < DESCRIPTOR_BYTES {
        sdp.push_str(LINE);
    }
    Ok(SessionDescriptor::new(kind, &sdp)?)
}

/// A text of a hundred characters, about a candidate's length, with a stamp in it.
pub(crate) fn note(stamp: &str) -> String {
    format!("candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0 ufrag EsAw {stamp}")
}
