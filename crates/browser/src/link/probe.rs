//! Looks at a link's counters: often until the first media have arrived, then once a second.

use super::{connection::Name, incoming::Incoming, stats};
use crate::error::settle;
use crate::meter::{Arrival, Reading};
use crate::{tab::Tab, timer::sleep};
use core::time::Duration;
use session::LinkReport;
use std::rc::Rc;
use web_sys::{RtcPeerConnection, RtcPeerConnectionState};

/// Between two looks before the first media. Chromium answers from a cache that is younger.
const SOON: Duration = Duration::from_millis(60);
/// Between two reports.
const SECOND: Duration = Duration::from_secs(1);

/// For a link that sends.
pub(super) async fn sending(tab: Tab, pc: RtcPeerConnection, name: Name) {
    report_each_second(&tab, &pc, &name, Reading::default(), |_reading| {}).await;
}

/// For a link that receives. Counters tell of a decoded frame whether or not the link is shown
/// anywhere, and in every browser.
pub(super) async fn receiving(tab: Tab, pc: RtcPeerConnection, name: Name, incoming: Rc<Incoming>) {
    let look = |reading: &Reading| incoming.count_frames(reading.frames_decoded);
    let mut arrival = Arrival::default();
    let first = loop {
        sleep(&tab.window, SOON).await;
        if pc.connection_state() != RtcPeerConnectionState::Connected {
            continue;
        }
        match read(&pc).await {
            Some(reading) if arrival.is_complete(&reading) => break reading,
            _ => {}
        }
    };
    look(&first);
    name.report(LinkReport::Flowing);
    report_each_second(&tab, &pc, &name, first, look).await;
}

async fn report_each_second(
    tab: &Tab,
    pc: &RtcPeerConnection,
    name: &Name,
    first: Reading,
    look: impl Fn(&Reading),
) {
    let mut before = first;
    loop {
        sleep(&tab.window, SECOND).await;
        if let Some(reading) = read(pc).await {
            look(&reading);
            name.report(LinkReport::Stats(reading.since(&before)));
            before = reading;
        }
    }
}

async fn read(pc: &RtcPeerConnection) -> Option<Reading> {
    let report = settle(pc.get_stats()).await.ok()?;
    Some(stats::read(&report))
}
