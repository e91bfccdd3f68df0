//! What an attack has done, against what it may do.

use super::attacks::Attack;
use super::person::Losses;
use super::swarm::Tally;
use super::watch::Cost;
use std::fmt::Write as _;
use std::time::Duration;

/// A connection that ended without a word.
const BROKEN: u16 = 1006;

/// What is aimed at.
const MOST_LATENCY_MS: f64 = 50.0;
const MOST_AMPLIFICATION: f64 = 10.0;
const MOST_MEGABYTES: f64 = 64.0;
const MOST_CPU: f64 = 50.0;
/// An honest viewer who comes meanwhile has a link by then.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// One attack's.
pub(crate) struct Outcome {
    pub(crate) attack: Attack,
    pub(crate) pair: PairOutcome,
    /// p50 and p99, in milliseconds.
    pub(crate) bystanders: Option<[f64; 2]>,
    /// Messages of bystanders that never came.
    pub(crate) lost: usize,
    pub(crate) usage: Cost,
    pub(crate) tally: Tally,
    /// Bytes that the streamer was told.
    pub(crate) streamer_heard: u64,
}

/// What all else is compared with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calm {
    /// Of one core, in percent.
    cpu: f64,
    /// Bytes that the streamer is told.
    heard_per_second: f64,
}

/// What became of the streamer and the viewer.
pub(crate) struct PairOutcome {
    pub(crate) streamer: Losses,
    pub(crate) viewer: Losses,
    pub(crate) is_host: bool,
    /// The streamer has no connection.
    pub(crate) is_away: bool,
    pub(crate) is_linked: bool,
    /// How many links the streamer was told to open.
    pub(crate) links_opened: u64,
    /// How long another honest viewer waited for a link; `None` if in vain.
    pub(crate) newcomer_waited: Option<Duration>,
    /// How long after the attack all was well again; `None` if it was not.
    pub(crate) well_after: Option<Duration>,
}

impl PairOutcome {
    fn messages(&self) -> u64 {
        let of = |losses: &Losses| losses.events + losses.negotiations;
        of(&self.streamer) + of(&self.viewer)
    }

    /// What it has lost, in words.
    fn lost(&self, is_restart: bool) -> Vec<String> {
        let mut lost = Vec::new();
        let mut note = |count: u64, what: &str| {
            if count > 0 {
                lost.push(format!("{count} {what}"));
            }
        };
        note(self.messages(), "messages");
        note(self.viewer.links, "links");
        if self.is_away {
            lost.push("the streamer's connection".to_owned());
        }
        if !self.is_host {
            lost.push("the stream".to_owned());
        } else if !self.is_linked {
            lost.push("the picture".to_owned());
        }
        for (who, losses) in [("streamer", &self.streamer), ("viewer", &self.viewer)] {
            // A restart breaks every connection; that is no loss.
            let is_loss = |code: &&u16| !is_restart || **code != BROKEN;
            let closes = losses.closes.iter().filter(is_loss);
            for (code, times) in counted(closes) {
                lost.push(format!("{who} closed {code} ×{times}"));
            }
            for (what, times) in counted(&losses.refusals) {
                lost.push(format!("{who}'s {what} ×{times}"));
            }
        }
        if self.well_after.is_none() {
            lost.push("not well 10 s later".to_owned());
        }
        lost
    }
}

impl Outcome {
    /// Bytes that the server sent to the attacker, and to the streamer because of it.
    fn out(&self, calm: &Calm) -> f64 {
        let seconds = self.attack.duration().as_secs_f64();
        let heard = self.streamer_heard as f64 - calm.heard_per_second * seconds;
        self.tally.received as f64 + heard.max(0.0)
    }

    /// The same for each byte that the attacker sent.
    fn amplification(&self, calm: &Calm) -> f64 {
        match self.tally.sent {
            0 => 0.0,
            sent => self.out(calm) / sent as f64,
        }
    }

    /// What the honest people cost alone.
    pub(crate) fn as_calm(&self) -> Calm {
        let seconds = self.attack.duration().as_secs_f64();
        Calm {
            cpu: self.usage.cpu,
            heard_per_second: self.streamer_heard as f64 / seconds,
        }
    }

    /// What one address has cost, in percent of a core: what all have, without what the honest do.
    fn cpu_of_one(&self, calm: &Calm) -> f64 {
        (self.usage.cpu - calm.cpu).max(0.0) / self.attack.addresses() as f64
    }

    fn megabytes_of_one(&self) -> f64 {
        self.usage.megabytes / self.attack.addresses() as f64
    }

    /// Which aims are missed.
    pub(crate) fn missed(&self, calm: &Calm) -> Vec<String> {
        let mut missed = self.pair.lost(self.attack == Attack::S4);
        if self.pair.newcomer_waited.is_none_or(|it| it > LONGEST_WAIT) {
            missed.push("a newcomer waits".to_owned());
        }
        if self.lost > 0 {
            missed.push(format!("bystanders lose {}", self.lost));
        }
        for (what, value, most) in [
            (
                "p99",
                self.bystanders.map_or(0.0, |[_, p99]| p99),
                MOST_LATENCY_MS,
            ),
            (
                "amplification",
                self.amplification(calm),
                MOST_AMPLIFICATION,
            ),
            (
                "files",
                self.usage.files,
                self.attack.most_files().unwrap_or(f64::INFINITY),
            ),
            ("memory", self.megabytes_of_one(), MOST_MEGABYTES),
            ("CPU", self.cpu_of_one(calm), MOST_CPU),
        ] {
            if value > most {
                missed.push(format!("{what} {value:.0} > {most:.0}"));
            }
        }
        missed
    }

    /// A row of the table.
    pub(crate) fn row(&self, calm: &Calm) -> String {
        let lost = self.pair.lost(self.attack == Attack::S4);
        let lost = if lost.is_empty() {
            "nothing".to_owned()
        } else {
            lost.join(", ")
        };
        let waited = self.pair.newcomer_waited.map_or_else(
            || "in vain".to_owned(),
            |waited| format!("{:.1}", waited.as_secs_f64()),
        );
        let seconds = self.attack.duration().as_secs_f64();
        let mut row = format!("| {} | {lost} | {waited} |", self.attack.what());
        let links = self.pair.links_opened as f64 / seconds * 60.0;
        let heard = self.streamer_heard as f64 / seconds / 1e3;
        // Writing into a string does not fail.
        let _ = write!(row, " {links:.0} | {heard:.1} | {} |", self.lost);
        let _ = match self.bystanders {
            Some([p50, p99]) => write!(row, " {p50:.1} | {p99:.1} |"),
            None => write!(row, " – | – |"),
        };
        let Cost {
            megabytes,
            files,
            others,
            ..
        } = self.usage;
        let cpu = (self.usage.cpu - calm.cpu).max(0.0);
        let out = self.out(calm) / 1e6;
        let _ = writeln!(
            row,
            " {cpu:.0} | {megabytes:.1} | {files:.0} | {:.2} | {out:.2} | {:.1} | {} | {others:.0} |",
            self.tally.sent as f64 / 1e6,
            self.amplification(calm),
            self.tally.thrown_out,
        );
        row
    }
}

/// The head of the table.
pub(crate) const HEAD: &str = "\
| attack | the pair lost | a newcomer waited, s | links the streamer was told to open, a minute | it was told, kB/s | bystanders lost | p50, ms | p99, ms | CPU, % of a core | memory, MB | files | in, MB | out, MB | out for in | thrown out | CPU of others, % |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
";

/// How often each thing is there.
fn counted<T: Ord + Clone>(things: impl IntoIterator<Item = T>) -> Vec<(T, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for thing in things {
        *counts.entry(thing).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn harmless() -> Outcome {
        Outcome {
            attack: Attack::S9,
            pair: PairOutcome {
                streamer: Losses::default(),
                viewer: Losses::default(),
                is_host: true,
                is_away: false,
                is_linked: true,
                links_opened: 3,
                newcomer_waited: Some(Duration::from_secs(1)),
                well_after: Some(Duration::ZERO),
            },
            bystanders: Some([1.0, 49.0]),
            lost: 0,
            usage: Cost {
                cpu: 105.0,
                others: 0.0,
                megabytes: 128.0,
                files: 16.0,
            },
            tally: Tally {
                sent: 100,
                received: 900,
                thrown_out: 0,
            },
            streamer_heard: 100,
        }
    }

    #[test]
    fn what_stays_within_every_aim_misses_none() {
        // Two addresses share the cost, of which five percent are the honest people's.
        let calm = Calm {
            cpu: 5.0,
            heard_per_second: 0.0,
        };
        assert_eq!(harmless().missed(&calm), Vec::<String>::new());
    }

    #[test]
    fn each_aim_is_missed_by_name() {
        let mut outcome = harmless();
        outcome.pair.is_host = false;
        outcome.pair.streamer.closes = vec![4429, 4429];
        outcome.pair.newcomer_waited = None;
        outcome.lost = 2;
        outcome.bystanders = Some([1.0, 51.0]);
        outcome.tally.sent = 10;
        outcome.usage.megabytes = 130.0;
        assert_eq!(
            outcome.missed(&Calm::default()),
            [
                "the stream",
                "streamer closed 4429 ×2",
                "a newcomer waits",
                "bystanders lose 2",
                "p99 51 > 50",
                "amplification 100 > 10",
                "memory 65 > 64",
                "CPU 52 > 50",
            ]
        );
    }
}
