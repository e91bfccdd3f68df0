//! Bytes into the decoder of requests: it never panics, and what it accepts survives being written
//! and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::wire::{decode_request, encode_request};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return;
    };
    let Ok(request) = decode_request(text) else {
        return;
    };
    let written = encode_request(&request).expect("a request can be written");
    // Defaults are written out, so a message just below a size limit may come out above it.
    match decode_request(&written) {
        Ok(again) => assert_eq!(again, request),
        Err(error) => assert!(written.len() > text.len(), "{error}: {written}"),
    }
});
