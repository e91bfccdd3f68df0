//! The world beside the reference: the first difference, in words.

use crate::model::{Model, Place};
use protocol::LinkId;
use session::{Connection, Page, StudioPhase, WatchPhase};
use sim::{TabId, World};
use std::collections::{BTreeMap, BTreeSet};

/// What is right about a world that is quiet.
pub(crate) struct Quiet {
    /// Who has a place at a stream.
    pub(crate) seated: BTreeSet<TabId>,
    /// Who is live, by channel.
    pub(crate) hosts: Vec<Option<TabId>>,
}

type Checked<T> = Result<T, String>;

macro_rules! same {
    ($actual:expr, $expected:expr, $($what:tt)+) => {{
        let (actual, expected) = (&$actual, &$expected);
        if actual != expected {
            let what = format!($($what)+);
            return Err(format!("{what}: {actual:?} instead of {expected:?}"));
        }
    }};
}

/// Compares everything that people see with what they should see.
pub(crate) fn compare(world: &World, model: &Model) -> Checked<Quiet> {
    let everybody = model.people.len();
    same!(
        world.population(),
        (everybody, everybody),
        "connections and peers"
    );
    for (tab, person) in &model.people {
        let view = world.view(*tab);
        same!(view.connection, Connection::Online, "{tab}'s connection");
        same!(view.user_name, person.name.as_str(), "{tab}'s name");
    }
    let mut quiet = Quiet {
        seated: BTreeSet::new(),
        hosts: Vec::new(),
    };
    for channel in 0..model.channels.len() {
        let host = live_streamer(world, model, channel)?;
        let seated = viewers(world, model, channel, host)?;
        if let Some(host) = host {
            studio(world, model, channel, host, seated.len())?;
        }
        quiet.hosts.push(host);
        quiet.seated.extend(seated);
    }
    lobbies(world, model, &quiet.hosts)?;
    Ok(quiet)
}

/// Exactly one of those who want to be live is, and the one who was is still.
fn live_streamer(world: &World, model: &Model, channel: usize) -> Checked<Option<TabId>> {
    let streamers = model.streamers(channel);
    let phase = |tab: &TabId| world.studio(*tab).phase;
    let (live, others): (Vec<TabId>, Vec<TabId>) = streamers
        .iter()
        .partition(|tab| phase(tab) == StudioPhase::Live);
    let expected = usize::from(!streamers.is_empty());
    same!(
        live.len(),
        expected,
        "live on channel {channel} of {streamers:?}"
    );
    for other in others {
        same!(phase(&other), StudioPhase::Ready, "{other}'s studio");
        same!(world.links(other), 0, "{other}'s links");
    }
    if let Some(host) = model.channels[channel].host {
        same!(live, [host], "live on channel {channel}");
    }
    Ok(live.first().copied())
}

/// Every viewer sees the stream or is told that it is full, and knows what is on and how many
/// watch. Returns who sees it.
fn viewers(
    world: &World,
    model: &Model,
    channel: usize,
    host: Option<TabId>,
) -> Checked<BTreeSet<TabId>> {
    let ranks = model.viewers(channel);
    let name = &model.channels[channel].name;
    let members = !ranks.is_empty() || host.is_some();
    same!(
        world.audience(name),
        members.then_some(ranks.len()),
        "channel {channel} counts"
    );
    let mut seated = BTreeSet::new();
    for viewer in ranks.keys() {
        let watch = world.watch(*viewer);
        let count = watch.viewers + watch.waiting;
        same!(count, ranks.len(), "{viewer} counts");
        let shown = (watch.host, watch.title);
        let Some(host) = host else {
            same!(shown, (None, None), "{viewer} is shown");
            let waits = matches!(watch.phase, WatchPhase::Waiting | WatchPhase::Ended);
            same!(waits, true, "{viewer} waits, in {:?}", watch.phase);
            same!(world.links(*viewer), 0, "{viewer}'s links");
            continue;
        };
        let show = model.show(host);
        let expected = (model.name(host).to_owned(), show.title.to_string());
        same!(
            shown,
            (Some(expected.0), Some(expected.1)),
            "{viewer} is shown"
        );
        same!(watch.media, show.media, "{viewer} is shown");
        if watch.phase == WatchPhase::Full {
            same!(world.links(*viewer), 0, "{viewer}'s links");
        } else {
            same!(watch.phase, WatchPhase::Live, "{viewer}'s page");
            same!(world.sees(*viewer, host), true, "{viewer} sees {host}");
            same!(world.links(*viewer), 1, "{viewer}'s links");
            seated.insert(*viewer);
        }
    }
    let places = host.map_or(0, |_| Model::places(ranks.len()));
    same!(seated.len(), places, "places at channel {channel}");
    Ok(seated)
}

/// The host knows exactly who watches.
fn studio(world: &World, model: &Model, channel: usize, host: TabId, places: usize) -> Checked<()> {
    let viewers = model.viewers(channel);
    let studio = world.studio(host);
    same!(studio.viewer_count, viewers.len(), "{host} counts");
    same!(studio.links_connected, places, "{host} reaches");
    same!(world.links(host), places, "{host}'s links");
    let listed: BTreeSet<&str> = studio
        .viewers
        .iter()
        .map(|it| it.user.name.as_str())
        .collect();
    let expected: BTreeSet<&str> = viewers.keys().map(|tab| model.name(*tab)).collect();
    same!(studio.viewers.len(), listed.len(), "{host} lists each once");
    if model.channels[channel].is_crowded {
        same!(
            listed.is_subset(&expected),
            true,
            "{host} lists viewers only"
        );
    } else {
        same!(listed, expected, "{host} lists");
    }
    Ok(())
}

/// The lobby lists exactly the live channels, the most watched first.
fn lobbies(world: &World, model: &Model, hosts: &[Option<TabId>]) -> Checked<()> {
    let mut expected: Vec<_> = hosts
        .iter()
        .enumerate()
        .filter_map(|(channel, host)| {
            let (host, viewers) = ((*host)?, Model::places(model.viewers(channel).len()));
            let name = model.channels[channel].name.clone();
            let show = model.show(host);
            let (host, title) = (model.name(host).to_owned(), Some(show.title.clone()));
            Some((std::cmp::Reverse(viewers), name, host, title, show.media))
        })
        .collect();
    expected.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    let list = |channels: Vec<protocol::LiveChannel>| -> Vec<_> {
        let entry = |it: protocol::LiveChannel| {
            let viewers = std::cmp::Reverse(it.viewers);
            (
                viewers,
                it.channel_name,
                it.user.name.to_string(),
                it.title,
                it.media,
            )
        };
        channels.into_iter().map(entry).collect()
    };
    same!(list(world.listing()), expected, "the server lists");
    for (tab, person) in &model.people {
        if matches!(person.place, Place::Lobby) {
            same!(list(world.lobby(*tab).channels), expected, "{tab} lists");
        }
    }
    Ok(())
}

/// Whether places went to those who came first, channel by channel.
pub(crate) fn compare_order(model: &Model, seated: &BTreeSet<TabId>) -> Checked<()> {
    for channel in 0..model.channels.len() {
        let ranks: BTreeMap<TabId, u64> = model.viewers(channel);
        let inside = ranks.keys().filter(|tab| seated.contains(tab));
        let inside: BTreeSet<TabId> = inside.copied().collect();
        if !inside.is_empty() && !Model::is_in_order(&ranks, &inside) {
            return Err(format!("channel {channel} seats {inside:?} of {ranks:?}"));
        }
    }
    Ok(())
}

/// A viewer, and the link of its picture.
pub(crate) type Pictures = Vec<(TabId, LinkId)>;

/// What is seen now.
pub(crate) fn pictures(world: &World, model: &Model) -> Pictures {
    let everybody = model.people.iter();
    let viewers = everybody.filter(|(_, it)| matches!(it.place, Place::Watch { .. }));
    viewers
        .filter(|(tab, _)| world.watch(**tab).phase == WatchPhase::Live)
        .filter_map(|(tab, _)| Some((*tab, world.watched_link(*tab)?)))
        .collect()
}

/// Whether all that was seen is seen still.
pub(crate) fn still_seen(world: &World, pictures: &Pictures) -> Checked<()> {
    for (viewer, link) in pictures {
        same!(
            world.watch(*viewer).phase,
            WatchPhase::Live,
            "{viewer}'s page"
        );
        same!(world.watched_link(*viewer), Some(*link), "{viewer}'s link");
    }
    Ok(())
}

/// When all have left, nothing remains.
pub(crate) fn compare_empty(world: &World, model: &Model) -> Checked<()> {
    same!(
        world.population(),
        (0, 0),
        "connections and peers left behind"
    );
    same!(world.server_has_timers(), false, "timers left behind");
    same!(world.listing(), [], "streams left behind");
    for channel in &model.channels {
        same!(
            world.audience(&channel.name),
            None,
            "{:?} left behind",
            channel.name
        );
    }
    Ok(())
}

/// The page of a place.
pub(crate) fn page(model: &Model, place: &Place) -> Page {
    let name = |channel: usize| model.channels[channel].name.to_string();
    match place {
        Place::Lobby => Page::Lobby,
        Place::Studio { channel, .. } => Page::Studio(Some(name(*channel))),
        Place::Watch { channel, .. } => Page::Watch(name(*channel)),
    }
}
