//! Looks at a link's counters: often until what is awaited has arrived, then once a second, and not
//! at all while nothing is sent.

use super::{connection::Name, incoming::Incoming, stats};
use crate::error::settle;
use crate::meter::{Arrival, Reading};
use crate::{tab::Tab, timer::sleep};
use core::cell::Cell;
use core::time::Duration;
use session::LinkReport;
use std::rc::Rc;
use web_sys::{RtcPeerConnection, RtcPeerConnectionState};

/// Between two looks before the first media. Chromium answers from a cache that is younger.
const SOON: Duration = Duration::from_millis(60);
/// Between two reports.
const SECOND: Duration = Duration::from_secs(1);
/// A little less than a second, for clocks are coarse.
const REPORT_MS: f64 = 950.0;
/// A second is waited for in parts, so that a wish to look soon is noticed soon.
const SLICE: Duration = Duration::from_millis(250);
const SLICES: u32 = 4;
/// How often a look comes soon before nothing is believed to be on its way.
const SOON_AT_MOST: u32 = 250;

/// How often to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Until a frame is decoded that was not there yet.
    Often,
    EachSecond,
    Never,
}

/// For a link that sends.
pub(super) async fn sending(tab: Tab, pc: RtcPeerConnection, name: Name, pace: Rc<Cell<Pace>>) {
    let mut before = Reading::default();
    loop {
        sleep(&tab.window, SECOND).await;
        // What is not connected, or sends nothing, has nothing to count.
        let connected = pc.connection_state() == RtcPeerConnectionState::Connected;
        if !connected || pace.get() == Pace::Never {
            continue;
        }
        if let Some(reading) = read(&pc).await {
            name.report(LinkReport::Stats(reading.since(&before)));
            before = reading;
        }
    }
}

/// For a link that receives. Counters tell of a decoded frame whether or not the link is shown
/// anywhere, and in every browser.
pub(super) async fn receiving(
    tab: Tab,
    pc: RtcPeerConnection,
    name: Name,
    incoming: Rc<Incoming>,
    pace: Rc<Cell<Pace>>,
) {
    let mut arrival = Arrival::default();
    let mut before = first(&tab, &pc, &name, &pace, &mut arrival).await;
    incoming.count_frames(before.frames_decoded);
    if before.frames_decoded > 0.0 {
        name.report(LinkReport::Frame);
        pace.set(Pace::EachSecond);
    }
    name.report(LinkReport::Flowing);
    let mut looks = 0;
    let mut slices = 0;
    let mut awaited_since = before.frames_decoded;
    loop {
        let is_soon = pace.get() == Pace::Often && looks < SOON_AT_MOST;
        sleep(&tab.window, if is_soon { SOON } else { SLICE }).await;
        slices += 1;
        match pace.get() {
            Pace::Often => looks += 1,
            Pace::EachSecond | Pace::Never => looks = 0,
        }
        let is_time = is_soon || looks == 1 || slices >= SLICES;
        if pace.get() == Pace::Never || !is_time {
            continue;
        }
        slices = 0;
        let Some(reading) = read(&pc).await else {
            continue;
        };
        if looks == 1 {
            awaited_since = reading.frames_decoded;
        }
        incoming.count_frames(reading.frames_decoded);
        if pace.get() == Pace::Often && reading.frames_decoded > awaited_since {
            name.report(LinkReport::Frame);
            pace.set(Pace::EachSecond);
        }
        if reading.at_ms - before.at_ms >= REPORT_MS {
            name.report(LinkReport::Stats(reading.since(&before)));
            before = reading;
        }
    }
}

/// Waits for the first media.
async fn first(
    tab: &Tab,
    pc: &RtcPeerConnection,
    name: &Name,
    pace: &Cell<Pace>,
    arrival: &mut Arrival,
) -> Reading {
    let mut looks = 0;
    loop {
        let is_soon = pace.get() == Pace::Often && looks < SOON_AT_MOST;
        sleep(&tab.window, if is_soon { SOON } else { SECOND }).await;
        if pc.connection_state() != RtcPeerConnectionState::Connected {
            continue;
        }
        match pace.get() {
            Pace::Never => {
                looks = 0;
                continue;
            }
            Pace::Often | Pace::EachSecond => looks += 1,
        }
        match read(pc).await {
            Some(reading) if arrival.is_complete(&reading) => return reading,
            Some(reading) if !is_soon => {
                name.report(LinkReport::Stats(reading.since(&Reading::default())));
            }
            _ => {}
        }
    }
}

async fn read(pc: &RtcPeerConnection) -> Option<Reading> {
    let report = settle(pc.get_stats()).await.ok()?;
    Some(stats::read(&report))
}
