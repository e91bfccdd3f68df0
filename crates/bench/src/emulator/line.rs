//! One direction of a network, as arithmetic: when a packet arrives, if it does.

use std::fmt;
use std::time::Duration;

/// What a direction is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quality {
    /// How long a packet takes.
    pub(crate) delay: Duration,
    /// How much longer it may take.
    pub(crate) jitter: Duration,
    /// The share of packets that are lost, from 0 to 1.
    pub(crate) loss: f64,
    /// How much passes; `None` for anything.
    pub(crate) bytes_per_second: Option<f64>,
    /// How long a packet may wait for the rate before it is dropped.
    pub(crate) longest_queue: Duration,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It arrives so long after the line was made.
    ArrivesAt(Duration),
    /// It does not.
    Lost,
}

/// What has become of all packets so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    sent: u64,
    lost: u64,
    queue_full: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sent,
            lost,
            queue_full,
        } = self;
        write!(
            f,
            "{sent} sent, {lost} lost, {queue_full} dropped by a full queue"
        )
    }
}

/// One direction. Times count from when it was made.
#[derive(Debug)]
pub(crate) struct Line {
    quality: Quality,
    /// When the last packet has left the queue.
    free_at: Duration,
    /// When the last packet arrives: the next one does not overtake it.
    last_arrival: Duration,
    tally: Tally,
}

impl Line {
    pub(crate) fn new(quality: Quality) -> Self {
        Self {
            quality,
            free_at: Duration::ZERO,
            last_arrival: Duration::ZERO,
            tally: Tally::default(),
        }
    }

    /// A packet of `bytes` enters at `now`. The dice, each from 0 to 1, decide about loss and jitter.
    pub(crate) fn send(&mut self, now: Duration, bytes: usize, [luck, wobble]: [f64; 2]) -> Fate {
        if luck < self.quality.loss {
            return self.lose();
        }
        let begins = self.free_at.max(now);
        let leaves = match self.quality.bytes_per_second {
            None => now,
            Some(_) if begins.saturating_sub(now) > self.quality.longest_queue => {
                self.tally.queue_full += 1;
                return Fate::Lost;
            }
            Some(rate) => {
                let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
                self.free_at = begins + Duration::from_secs_f64(f64::from(bytes) / rate.max(1.0));
                self.free_at
            }
        };
        let arrives = leaves + self.quality.delay + self.quality.jitter.mul_f64(wobble);
        self.last_arrival = self.last_arrival.max(arrives);
        self.tally.sent += 1;
        Fate::ArrivesAt(self.last_arrival)
    }

    /// A packet is lost, whatever the dice say.
    pub(crate) fn lose(&mut self) -> Fate {
        self.tally.lost += 1;
        Fate::Lost
    }

    pub(crate) const fn tally(&self) -> Tally {
        self.tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUALITY: Quality = Quality {
        delay: Duration::from_millis(30),
        jitter: Duration::from_millis(10),
        loss: 0.01,
        bytes_per_second: Some(1_000_000.0),
        longest_queue: Duration::from_millis(2),
    };

    /// Nothing is lost, nothing wobbles.
    const CALM: [f64; 2] = [0.5, 0.0];

    fn at(micros: u64) -> Fate {
        Fate::ArrivesAt(Duration::from_micros(micros))
    }

    #[test]
    fn a_packet_takes_its_own_length_and_the_delay() {
        let mut line = Line::new(QUALITY);
        assert_eq!(line.send(Duration::ZERO, 1_000, CALM), at(31_000));
    }

    #[test]
    fn packets_queue_for_the_rate_until_the_queue_is_full() {
        let mut line = Line::new(QUALITY);
        for micros in [31_000, 32_000, 33_000] {
            assert_eq!(line.send(Duration::ZERO, 1_000, CALM), at(micros));
        }
        assert_eq!(line.send(Duration::ZERO, 1_000, CALM), Fate::Lost);
        let later = Duration::from_millis(10);
        assert_eq!(line.send(later, 1_000, CALM), at(41_000));
        assert_eq!(
            line.tally(),
            Tally {
                sent: 4,
                lost: 0,
                queue_full: 1
            }
        );
    }

    #[test]
    fn no_packet_overtakes_another() {
        let mut line = Line::new(Quality {
            bytes_per_second: None,
            ..QUALITY
        });
        assert_eq!(line.send(Duration::ZERO, 100, [0.5, 1.0]), at(40_000));
        assert_eq!(line.send(Duration::from_millis(1), 100, CALM), at(40_000));
    }

    #[test]
    fn the_dice_decide_what_is_lost() {
        let mut line = Line::new(QUALITY);
        assert_eq!(line.send(Duration::ZERO, 100, [0.009, 0.0]), Fate::Lost);
        assert_ne!(line.send(Duration::ZERO, 100, [0.01, 0.0]), Fate::Lost);
    }
}
