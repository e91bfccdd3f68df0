//! The reference: what people have done, as plain facts, and what follows from them. It knows
//! neither protocol nor machines.

use protocol::limits::{LARGE_STREAM_VIEWERS, MAX_DIRECT_VIEWERS};
use protocol::time::{Duration, millis};
use protocol::{ChannelName, Media, Title, UserName};
use sim::TabId;
use std::collections::{BTreeMap, BTreeSet};

/// Where a person is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Lobby,
    /// Wants to be live on this channel.
    Studio {
        channel: usize,
        show: Show,
    },
    /// Who came earlier has the lower rank, in milliseconds.
    Watch {
        channel: usize,
        rank: u64,
    },
}

/// What a streamer sends.
#[derive(Clone, Debug)]
pub(crate) struct Show {
    pub(crate) title: Title,
    pub(crate) media: Media,
}

/// One person in one tab.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: UserName,
    pub(crate) place: Place,
}

/// A channel, whether anybody is there or not.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) name: ChannelName,
    /// Who was live when it was quiet last, and has had no reason to stop since.
    pub(crate) host: Option<TabId>,
    /// So many have watched at once that the host was not told every name.
    pub(crate) is_crowded: bool,
}

/// Who is where.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) people: BTreeMap<TabId, Person>,
    pub(crate) channels: Vec<Channel>,
}

/// Those who had a place when it was quiet last, and those who waited for one: nobody knows in
/// which order a storm let them in.
const SEATED: u64 = 0;
const WAITED: u64 = 1_000;
/// Who comes within this span of somebody else comes at the same time.
const AT_ONCE: u64 = 200;

impl Model {
    pub(crate) fn new(channels: usize) -> Self {
        let channel = |number| Channel {
            name: ChannelName::parse(&format!("channel {number}")).expect("a name"),
            host: None,
            is_crowded: false,
        };
        Self {
            people: BTreeMap::new(),
            channels: (0..channels).map(channel).collect(),
        }
    }

    // ── What people do ─────────────────────────────────────────────────────────────────────────

    pub(crate) fn comes(&mut self, tab: TabId, name: UserName, place: Place) {
        self.people.insert(tab, Person { name, place });
        self.streamer_moves(tab);
        self.count();
    }

    pub(crate) fn goes_to(&mut self, tab: TabId, place: Place) {
        self.streamer_moves(tab);
        if let Some(person) = self.people.get_mut(&tab) {
            person.place = place;
        }
        self.streamer_moves(tab);
        self.count();
    }

    pub(crate) fn goes(&mut self, tab: TabId) -> Option<Person> {
        self.streamer_moves(tab);
        self.people.remove(&tab)
    }

    /// The place of somebody who comes to watch when the world is so old.
    pub(crate) fn arrival(channel: usize, age: Duration) -> Place {
        let rank = 2 * WAITED + millis(age);
        Place::Watch { channel, rank }
    }

    /// The place of somebody who will come to watch once it is quiet.
    pub(crate) const fn last_arrival(channel: usize) -> Place {
        let rank = u64::MAX / 2;
        Place::Watch { channel, rank }
    }

    /// A storm has begun: who is live when it is over is open.
    pub(crate) fn forget_hosts(&mut self) {
        for channel in &mut self.channels {
            channel.host = None;
        }
    }

    /// It is quiet, and these have a place.
    pub(crate) fn settle(&mut self, seated: &BTreeSet<TabId>) {
        for (tab, person) in &mut self.people {
            if let Place::Watch { rank, .. } = &mut person.place {
                *rank = if seated.contains(tab) { SEATED } else { WAITED };
            }
        }
    }

    // ── What follows ───────────────────────────────────────────────────────────────────────────

    /// Who watches a channel, and their ranks.
    pub(crate) fn viewers(&self, channel: usize) -> BTreeMap<TabId, u64> {
        let watches = |(tab, person): (&TabId, &Person)| match person.place {
            Place::Watch { channel: at, rank } if at == channel => Some((*tab, rank)),
            Place::Lobby | Place::Studio { .. } | Place::Watch { .. } => None,
        };
        self.people.iter().filter_map(watches).collect()
    }

    /// Who wants to be live on a channel: exactly one of them must be.
    pub(crate) fn streamers(&self, channel: usize) -> Vec<TabId> {
        let streams = |(tab, person): (&TabId, &Person)| match person.place {
            Place::Studio { channel: at, .. } if at == channel => Some(*tab),
            Place::Lobby | Place::Studio { .. } | Place::Watch { .. } => None,
        };
        self.people.iter().filter_map(streams).collect()
    }

    pub(crate) fn show(&self, tab: TabId) -> &Show {
        match &self.people[&tab].place {
            Place::Studio { show, .. } => show,
            Place::Lobby | Place::Watch { .. } => panic!("{tab:?} is in no studio"),
        }
    }

    pub(crate) fn show_mut(&mut self, tab: TabId) -> Option<&mut Show> {
        match &mut self.people.get_mut(&tab)?.place {
            Place::Studio { show, .. } => Some(show),
            Place::Lobby | Place::Watch { .. } => None,
        }
    }

    pub(crate) fn name(&self, tab: TabId) -> &str {
        self.people[&tab].name.as_str()
    }

    /// How many of so many viewers have a place.
    pub(crate) fn places(viewers: usize) -> usize {
        viewers.min(MAX_DIRECT_VIEWERS)
    }

    /// Whether places went to those who came first: nobody with a place came later than somebody
    /// without. Whoever had none after a storm may have to let newcomers pass: it may be one whose
    /// links failed too often.
    pub(crate) fn is_in_order(ranks: &BTreeMap<TabId, u64>, seated: &BTreeSet<TabId>) -> bool {
        let (inside, outside): (Vec<_>, Vec<_>) =
            ranks.iter().partition(|(tab, _)| seated.contains(tab));
        let last_in = inside.iter().map(|(_, rank)| **rank).max();
        let outside = outside.iter().map(|(_, rank)| **rank);
        let first_out = outside.filter(|rank| *rank != WAITED).min();
        first_out.is_none_or(|first_out| last_in <= Some(first_out + AT_ONCE))
    }

    /// If it is a streamer who comes or goes, the places at its channel are given anew, to those
    /// first who came first; of those who were there in the storm, nobody knows who that is.
    fn streamer_moves(&mut self, tab: TabId) {
        let Some(Place::Studio { channel, .. }) = self.people.get(&tab).map(|it| &it.place) else {
            return;
        };
        let channel = *channel;
        let host = &mut self.channels[channel].host;
        *host = host.filter(|host| *host != tab);
        for person in self.people.values_mut() {
            if let Place::Watch { channel: at, rank } = &mut person.place
                && *at == channel
            {
                *rank = (*rank).max(WAITED);
            }
        }
    }

    fn count(&mut self) {
        for index in 0..self.channels.len() {
            // Those whose grace is running are listed as well.
            let is_crowded = self.viewers(index).len() * 3 > LARGE_STREAM_VIEWERS * 2;
            self.channels[index].is_crowded |= is_crowded;
        }
    }
}
