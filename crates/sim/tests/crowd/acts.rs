//! What people do, and what the reference knows of it.

use crate::check::page;
use crate::model::{Model, Place, Show};
use crate::walk::{Walk, Weather};
use protocol::time::Duration;
use protocol::{Media, Title, UserName};
use session::{Connection, Intent, Page, Slot};
use sim::TabId;

const BOTH: Media = Media {
    audio: true,
    video: true,
};

/// How long a browser takes to give camera and microphone.
const SOURCES: Duration = Duration::from_millis(400);

impl Walk {
    /// One thing happens, after a pause.
    pub(crate) fn act(&mut self) {
        let pauses = [0, 0, 40, 40, 300, 300, 2_000, 8_000, 20_000];
        let pause = self.random.pick(&pauses).unwrap_or(0);
        self.world.pass(Duration::from_millis(pause));
        let is_fault = self.weather == Weather::Storm && self.random.percent(45);
        if is_fault {
            self.fault();
            return;
        }
        match self.random.below(24) {
            0..4 => self.viewers_come(),
            4..7 => self.somebody_goes(),
            7..9 => self.somebody_reloads(),
            9..12 => self.somebody_goes_elsewhere(),
            12 => self.somebody_is_renamed(),
            13 => self.somebody_duplicates(),
            14 => self.many_go_elsewhere(),
            15..19 => self.streamer_comes(),
            19..23 => self.show_changes(),
            _ => self.streamer_stops(),
        }
    }

    /// Everybody comes within a few seconds.
    pub(crate) fn everybody_comes(&mut self) {
        for channel in 0..self.crowd.channels.len() {
            self.streams(channel);
        }
        while self.model.people.len() < self.size {
            self.somebody_comes();
            let pause = self.random.below(60);
            self.world
                .pass(Duration::from_millis(u64::try_from(pause).unwrap_or(0)));
        }
    }

    fn viewers_come(&mut self) {
        for _ in 0..=self.random.below(6) {
            if self.model.people.len() < self.size {
                self.somebody_comes();
            }
        }
    }

    fn somebody_comes(&mut self) {
        let name = self.new_name();
        let place = self.some_place();
        let tab = self.world.open_as(&name, page(&self.model, &place));
        self.note(format!("{tab} comes: {place:?}"));
        self.model.comes(tab, name, place);
    }

    fn somebody_goes(&mut self) {
        for _ in 0..=self.random.below(6) {
            if let Some(tab) = self.anybody() {
                self.goes_somehow(tab);
            }
        }
    }

    pub(crate) fn goes_somehow(&mut self, tab: TabId) {
        match self.random.below(4) {
            0 | 1 => self.closes(tab),
            2 => {
                self.note(format!("{tab} crashes"));
                self.world.kill(tab);
                self.model.goes(tab);
            }
            _ => {
                self.note(format!("{tab} vanishes"));
                self.world.vanish(tab);
                self.model.goes(tab);
            }
        }
    }

    pub(crate) fn closes(&mut self, tab: TabId) {
        self.note(format!("{tab} is closed"));
        self.world.close(tab);
        self.model.goes(tab);
    }

    fn somebody_reloads(&mut self) {
        let Some(old) = self.anybody() else { return };
        let was_host = self.hosted_by(old);
        let Some(person) = self.model.goes(old) else {
            return;
        };
        let page = page(&self.model, &person.place);
        let new = self.world.reload(old, page);
        self.note(format!("{old} reloads as {new}"));
        match person.place {
            Place::Studio { channel, .. } => {
                self.goes_live(new, channel, person.name);
                self.model.channels[channel].host = was_host.map(|_| new);
            }
            Place::Watch { channel, .. } => {
                let place = Model::arrival(channel, self.world.elapsed());
                self.model.comes(new, person.name, place);
            }
            Place::Lobby => self.model.comes(new, person.name, Place::Lobby),
        }
    }

    /// The copy of a tab takes its session over. Whoever sits before the old one finds it stopped.
    fn somebody_duplicates(&mut self) {
        let Some(old) = self.anybody() else { return };
        let place = self.model.people[&old].place.clone();
        let Place::Watch { channel, .. } = place else {
            return;
        };
        let new = self.world.duplicate(old, page(&self.model, &place));
        self.note(format!("{old} is duplicated as {new}"));
        let name = self.new_name();
        self.world.intend(new, Intent::NameUser(name.to_string()));
        self.world.pass(Duration::from_secs(1));
        if self.world.view(old).connection == Connection::Stopped(session::Stop::Elsewhere) {
            self.model.comes(new, name, place);
            self.model.goes_to(old, Model::last_arrival(channel));
        } else {
            let place = Model::arrival(channel, self.world.elapsed());
            self.model.comes(new, name, place);
        }
    }

    pub(crate) fn many_go_elsewhere(&mut self) {
        let everybody = self.model.people.iter();
        let viewers = everybody.filter(|(_, it)| matches!(it.place, Place::Watch { .. }));
        let viewers: Vec<TabId> = viewers.map(|(tab, _)| *tab).collect();
        for tab in viewers {
            if self.random.percent(60) {
                self.goes_elsewhere(tab);
            }
            if self.random.percent(10) {
                self.world.pass(Duration::from_millis(100));
            }
        }
    }

    fn somebody_goes_elsewhere(&mut self) {
        if let Some(tab) = self.anybody() {
            self.goes_elsewhere(tab);
        }
    }

    fn goes_elsewhere(&mut self, tab: TabId) {
        let place = self.some_place();
        if let (Place::Watch { channel: from, .. }, Place::Watch { channel: to, .. }) =
            (&self.model.people[&tab].place, &place)
            && from == to
        {
            return;
        }
        self.note(format!("{tab} goes to {place:?}"));
        if self.world.view(tab).connection == Connection::Stopped(session::Stop::Elsewhere) {
            self.world.intend(tab, Intent::Reconnect);
        }
        self.turn(tab, page(&self.model, &place));
        self.model.goes_to(tab, place);
    }

    /// The old page's elements go with it, and the new page brings its own.
    fn turn(&mut self, tab: TabId, page: Page) {
        for slot in [Slot::PREVIEW, Slot::PICTURE] {
            self.world.intend(tab, Intent::UnmountSlot(slot));
        }
        self.world.intend(tab, Intent::OpenPage(page));
        for slot in [Slot::PREVIEW, Slot::PICTURE] {
            self.world.intend(tab, Intent::MountSlot(slot));
        }
    }

    fn somebody_is_renamed(&mut self) {
        let Some(tab) = self.anybody() else { return };
        let name = self.new_name();
        self.note(format!("{tab} is called {name} now"));
        self.world.intend(tab, Intent::NameUser(name.to_string()));
        if let Some(person) = self.model.people.get_mut(&tab) {
            person.name = name;
        }
    }

    /// Somebody goes live, on a channel that may be somebody else's.
    fn streamer_comes(&mut self) {
        let channel = self.random.below(self.crowd.channels.len());
        if self.model.streamers(channel).len() < 2 {
            self.streams(channel);
        }
    }

    fn streams(&mut self, channel: usize) {
        let name = self.new_name();
        let text = self.model.channels[channel].name.to_string();
        let tab = self.world.open_as(&name, Page::Studio(Some(text)));
        self.note(format!("{tab} goes live on {channel}"));
        self.goes_live(tab, channel, name);
    }

    fn goes_live(&mut self, tab: TabId, channel: usize, name: UserName) {
        let title = self.new_title();
        self.world
            .intend(tab, Intent::NameStream(title.to_string()));
        self.world.intend(tab, Intent::UseCameraAndMicrophone);
        let show = Show { title, media: BOTH };
        self.model.comes(tab, name, Place::Studio { channel, show });
        self.world.pass(SOURCES);
        self.world.intend(tab, Intent::GoLive);
    }

    fn show_changes(&mut self) {
        let streamers: Vec<TabId> = self.streamers();
        let Some(tab) = self.random.pick(&streamers) else {
            return;
        };
        let mut show = self.model.show(tab).clone();
        let intent = match self.random.below(3) {
            0 => {
                show.title = self.new_title();
                Intent::NameStream(show.title.to_string())
            }
            1 => {
                show.media.audio = !show.media.audio;
                match show.media.audio {
                    true => Intent::UnmuteMicrophone,
                    false => Intent::MuteMicrophone,
                }
            }
            _ => {
                show.media.video = !show.media.video;
                match show.media.video {
                    true => Intent::UseCamera(None),
                    false => Intent::StopCamera,
                }
            }
        };
        self.note(format!("{tab}: {intent:?}"));
        self.world.intend(tab, intent);
        if let Some(known) = self.model.show_mut(tab) {
            *known = show;
        }
    }

    fn streamer_stops(&mut self) {
        let streamers: Vec<TabId> = self.streamers();
        if let Some(tab) = self.random.pick(&streamers) {
            self.note(format!("{tab} ends its stream"));
            self.world.intend(tab, Intent::EndStream);
            self.world.pass(Duration::from_millis(500));
            self.closes(tab);
        }
    }

    // ── Whom it happens to ─────────────────────────────────────────────────────────────────────

    pub(crate) fn anybody(&mut self) -> Option<TabId> {
        let everybody: Vec<TabId> = self.model.people.keys().copied().collect();
        self.random.pick(&everybody)
    }

    pub(crate) fn streamers(&self) -> Vec<TabId> {
        let channels = 0..self.model.channels.len();
        channels.flat_map(|it| self.model.streamers(it)).collect()
    }

    fn hosted_by(&self, tab: TabId) -> Option<TabId> {
        let mut hosts = self.model.channels.iter().filter_map(|it| it.host);
        hosts.find(|host| *host == tab)
    }

    fn some_place(&mut self) -> Place {
        if self.random.percent(4) {
            return Place::Lobby;
        }
        let all: usize = self.crowd.channels.iter().sum();
        let mut number = self.random.below(all);
        let channel = self.crowd.channels.iter().position(|weight| {
            let is_here = number < *weight;
            number = number.saturating_sub(*weight);
            is_here
        });
        Model::arrival(channel.unwrap_or(0), self.world.elapsed())
    }

    fn new_name(&mut self) -> UserName {
        self.names += 1;
        UserName::parse(&format!("Person {}", self.names)).expect("a name")
    }

    fn new_title(&mut self) -> Title {
        self.names += 1;
        Title::parse(&format!("Show {}", self.names)).expect("a name")
    }
}
