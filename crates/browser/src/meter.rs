//! What passes through a link, from two readings of its counters. No browser in here.

use session::LinkStats;

/// What a stats report says at one moment. The counters run since the link began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// When, in milliseconds.
    pub(crate) at_ms: f64,
    /// Bytes of sound and picture, in the link's direction.
    pub(crate) bytes: f64,
    /// Of these, the sound's; receiving links only.
    pub(crate) audio_bytes: f64,
    /// Frames encoded or decoded.
    pub(crate) frames: f64,
    /// Of these, the decoded ones; receiving links only.
    pub(crate) frames_decoded: f64,
    /// The picture's, without padding; receiving links only.
    pub(crate) video_bytes: f64,
    /// Packets that arrived, as far as known here.
    pub(crate) packets: f64,
    /// Packets that should have arrived and did not; receiving links only.
    pub(crate) lost: f64,
    /// What the other end says about loss, 0 to 1; sending links only.
    pub(crate) fraction_lost: Option<f64>,
    /// When the sender reported what it has sent, by its own clock; receiving links only.
    pub(crate) told_at_ms: f64,
    /// How many packets it says to have sent; receiving links only.
    pub(crate) told_packets: f64,
    /// Bytes of every kind that came on the pair in use, reports included.
    pub(crate) heard: f64,
    /// The network keeps the picture from being better; sending links only.
    pub(crate) limited: bool,
    /// What the network is believed to take, in bits per second; sending links only.
    pub(crate) available: Option<f64>,
    /// The picture's width.
    pub(crate) width: f64,
    /// The picture's height.
    pub(crate) height: f64,
    /// Round trip in seconds.
    pub(crate) round_trip: Option<f64>,
}

impl Reading {
    /// What passed since `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> LinkStats {
        let seconds = (self.at_ms - earlier.at_ms) / 1000.0;
        let per_second = |now: f64, before: f64| {
            if seconds > 0.0 {
                (now - before).max(0.0) / seconds
            } else {
                0.0
            }
        };
        LinkStats {
            bits_per_second: (per_second(self.bytes, earlier.bytes) * 8.0) as u64,
            frames_per_second: per_second(self.frames, earlier.frames).round() as u32,
            width: self.width as u32,
            height: self.height as u32,
            frames_decoded: self.frames_decoded as u64,
            audio_bytes: self.audio_bytes as u64,
            round_trip_ms: self
                .round_trip
                .map(|seconds| (seconds * 1000.0).round() as u32),
            loss_percent: self.loss_since(earlier),
            heard: self.heard > earlier.heard,
            idle: self.is_idle_since(earlier),
            limited: self.limited,
            available_bits: self.available.map(|bits| bits as u64),
        }
    }

    /// Whether the sender has reported since, and has sent nothing between its two reports.
    fn is_idle_since(&self, earlier: &Self) -> bool {
        earlier.told_at_ms > 0.0
            && self.told_at_ms > earlier.told_at_ms
            && self.told_packets <= earlier.told_packets
    }

    fn loss_since(&self, earlier: &Self) -> Option<u8> {
        let fraction = self.fraction_lost.or_else(|| {
            let lost = (self.lost - earlier.lost).max(0.0);
            let expected = lost + (self.packets - earlier.packets).max(0.0);
            (expected > 0.0).then_some(lost / expected)
        })?;
        Some((fraction.clamp(0.0, 1.0) * 100.0).round() as u8)
    }
}

/// Whether the first media have arrived: a decoded frame, or sound if no picture comes with it.
#[derive(Debug, Default)]
pub(crate) struct Arrival {
    sound_since_ms: Option<f64>,
}

/// How long sound is alone before it counts as all there is. Picture and sound start together, so
/// the first packets of a picture arrive well within this.
const SOUND_ALONE_MS: f64 = 400.0;

impl Arrival {
    /// Looks at the next reading.
    pub(crate) fn is_complete(&mut self, reading: &Reading) -> bool {
        if reading.frames_decoded > 0.0 {
            return true;
        }
        if reading.audio_bytes <= 0.0 || reading.video_bytes > 0.0 {
            return false;
        }
        let since = *self.sound_since_ms.get_or_insert(reading.at_ms);
        reading.at_ms - since >= SOUND_ALONE_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_differences_over_the_time_between_two_readings() {
        let before = Reading {
            at_ms: 1_000.0,
            bytes: 10_000.0,
            frames: 30.0,
            ..Reading::default()
        };
        let now = Reading {
            at_ms: 3_000.0,
            bytes: 260_000.0,
            frames: 90.0,
            frames_decoded: 90.0,
            width: 640.0,
            height: 360.0,
            audio_bytes: 8_000.0,
            round_trip: Some(0.0124),
            ..Reading::default()
        };
        assert_eq!(
            now.since(&before),
            LinkStats {
                bits_per_second: 1_000_000,
                frames_per_second: 30,
                width: 640,
                height: 360,
                frames_decoded: 90,
                audio_bytes: 8_000,
                round_trip_ms: Some(12),
                loss_percent: None,
                ..LinkStats::default()
            }
        );
    }

    #[test]
    fn a_sender_that_reports_no_new_packets_is_idle() {
        let told = |told_at_ms, told_packets| Reading {
            told_at_ms,
            told_packets,
            ..Reading::default()
        };
        let before = told(1_000.0, 70.0);
        assert!(told(2_000.0, 70.0).since(&before).idle);
        assert!(!told(2_000.0, 71.0).since(&before).idle, "it sends");
        assert!(!told(1_000.0, 70.0).since(&before).idle, "it says nothing");
        assert!(!told(2_000.0, 70.0).since(&Reading::default()).idle);
    }

    #[test]
    fn the_first_reading_and_a_counter_that_starts_anew_give_no_rate() {
        let reading = Reading {
            bytes: 500.0,
            frames: 5.0,
            ..Reading::default()
        };
        assert_eq!(reading.since(&Reading::default()).bits_per_second, 0);
        let earlier = Reading {
            at_ms: -1_000.0,
            bytes: 900.0,
            frames: 9.0,
            ..Reading::default()
        };
        assert_eq!(reading.since(&earlier).frames_per_second, 0);
    }

    #[test]
    fn loss_is_counted_by_the_receiver_and_told_to_the_sender() {
        let before = Reading {
            packets: 100.0,
            lost: 5.0,
            ..Reading::default()
        };
        let now = Reading {
            packets: 175.0,
            lost: 30.0,
            ..Reading::default()
        };
        assert_eq!(now.since(&before).loss_percent, Some(25));
        let told = Reading {
            fraction_lost: Some(0.05),
            ..Reading::default()
        };
        assert_eq!(told.since(&before).loss_percent, Some(5));
    }

    #[test]
    fn a_decoded_frame_is_media() {
        let frame = Reading {
            frames_decoded: 1.0,
            video_bytes: 4_000.0,
            ..Reading::default()
        };
        assert!(Arrival::default().is_complete(&frame));
    }

    #[test]
    fn sound_is_media_once_no_picture_follows() {
        let sound = |at_ms| Reading {
            at_ms,
            audio_bytes: 80.0,
            ..Reading::default()
        };
        let mut arrival = Arrival::default();
        assert!(!arrival.is_complete(&sound(1_000.0)));
        assert!(!arrival.is_complete(&sound(1_399.0)));
        assert!(arrival.is_complete(&sound(1_400.0)));
    }

    #[test]
    fn padding_is_no_picture_on_its_way() {
        let padded = |at_ms, packets| Reading {
            at_ms,
            packets,
            audio_bytes: 80.0,
            ..Reading::default()
        };
        let mut arrival = Arrival::default();
        assert!(!arrival.is_complete(&padded(1_000.0, 9.0)));
        assert!(arrival.is_complete(&padded(1_400.0, 90.0)));
    }

    #[test]
    fn sound_waits_for_a_picture_that_is_on_its_way() {
        let both = |at_ms| Reading {
            at_ms,
            audio_bytes: 80.0,
            video_bytes: 1_000.0,
            ..Reading::default()
        };
        let mut arrival = Arrival::default();
        assert!(!arrival.is_complete(&both(1_000.0)));
        assert!(!arrival.is_complete(&both(9_000.0)));
    }
}
