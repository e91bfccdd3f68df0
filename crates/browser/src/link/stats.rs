//! Reads a stats report (webrtc-stats) into the few numbers that the product shows. A member that a
//! browser does not have counts as nothing.

use crate::{js, meter::Reading};
use js_sys::Map;
use wasm_bindgen::{JsCast, JsValue};

/// Reads the report that `getStats` resolved to.
pub(super) fn read(report: &JsValue) -> Reading {
    let mut reading = Reading::default();
    // A stats report is maplike: it has the methods of a map.
    report
        .unchecked_ref::<Map>()
        .for_each(&mut |entry: JsValue, _id: JsValue| add(&mut reading, &entry));
    reading
}

fn add(reading: &mut Reading, entry: &JsValue) {
    let number = |name| js::number(entry, name).unwrap_or_default();
    match js::text(entry, "type").as_deref() {
        Some("inbound-rtp") => {
            reading.at_ms = number("timestamp");
            reading.bytes += number("bytesReceived");
            reading.packets += number("packetsReceived");
            reading.lost += number("packetsLost");
            if is_video(entry) {
                reading.frames += number("framesDecoded");
                reading.frames_decoded += number("framesDecoded");
                reading.video_bytes += number("bytesReceived");
                add_size(reading, entry);
            } else {
                reading.audio_bytes += number("bytesReceived");
            }
        }
        Some("outbound-rtp") => {
            reading.at_ms = number("timestamp");
            reading.bytes += number("bytesSent");
            reading.limited |=
                js::text(entry, "qualityLimitationReason").is_some_and(|it| it == "bandwidth");
            if is_video(entry) {
                reading.frames += number("framesEncoded");
                add_size(reading, entry);
            }
        }
        Some("remote-inbound-rtp") => {
            let fraction = number("fractionLost");
            reading.fraction_lost = Some(reading.fraction_lost.unwrap_or_default().max(fraction));
            reading.round_trip = reading
                .round_trip
                .or_else(|| js::number(entry, "roundTripTime"));
        }
        Some("remote-outbound-rtp") => {
            reading.told_at_ms = reading.told_at_ms.max(number("remoteTimestamp"));
            reading.told_packets += number("packetsSent");
        }
        Some("candidate-pair") if is_in_use(entry) => {
            reading.heard += number("bytesReceived");
            reading.available = js::number(entry, "availableOutgoingBitrate").or(reading.available);
            reading.round_trip = js::number(entry, "currentRoundTripTime").or(reading.round_trip);
        }
        _ => {}
    }
}

fn add_size(reading: &mut Reading, entry: &JsValue) {
    reading.width = js::number(entry, "frameWidth").unwrap_or(reading.width);
    reading.height = js::number(entry, "frameHeight").unwrap_or(reading.height);
}

fn is_video(entry: &JsValue) -> bool {
    js::text(entry, "kind").is_some_and(|kind| kind == "video")
}

/// The pair that media travel on. There may have been others before it.
fn is_in_use(pair: &JsValue) -> bool {
    js::is_true(pair, "nominated") && js::text(pair, "state").is_some_and(|it| it == "succeeded")
}
