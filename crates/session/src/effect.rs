//! What the shell must do. The shell decides nothing: it carries out and reports.

use crate::{
    CaptureId, CaptureRequest, Outgoing, Preferences, Resumption, Slot, SlotSource, SocketId,
    TrackRef,
};
use protocol::wire::Request;
use protocol::{Candidate, CloseCode, Direction, Generation, IceServer, LinkId};
use std::sync::Arc;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// About the signaling socket.
    Socket(SocketEffect),
    /// About a link's peer connection.
    Link(LinkEffect),
    /// About devices and what is captured.
    Media(MediaEffect),
    /// About video elements.
    Play(PlayEffect),
    /// Put the preferences into local storage, and locale and theme into cookies.
    SavePreferences(Box<Preferences>),
    /// Put into session storage, or remove from there, what a reload needs.
    SaveResumption(Option<Resumption>),
    /// Put a text on the clipboard; answered by [`Report::Copied`](crate::Report::Copied).
    Copy(String),
    /// Ask before the tab is closed (`beforeunload`), or no longer.
    GuardUnload(bool),
    /// Keep the screen awake while something is on (Screen Wake Lock), or no longer.
    KeepAwake(bool),
}

/// About the signaling socket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketEffect {
    /// Open a socket under this name, and drop an older one without a word.
    Open(SocketId),
    /// Send a request on the socket.
    Send(SocketId, Request),
    /// Close the socket; nothing is to be reported about it any more. `None` is a normal close.
    Close(SocketId, Option<CloseCode>),
}

/// About the peer connection of one link. Reports about a closed link must not be made.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkEffect {
    /// Make a peer connection. To send: with one audio and one video sender that carry the current
    /// [`Outgoing`]. To receive: with a stream that tracks are added to as they come.
    Open {
        /// Its name.
        link: LinkId,
        /// Which way media flow.
        direction: Direction,
        /// STUN and TURN servers.
        ice_servers: Arc<[IceServer]>,
    },
    /// Make an offer and set it as the local description; answered by `LocalDescription`.
    Offer {
        /// Which link.
        link: LinkId,
        /// Repeated in the report and in the reports of its candidates.
        generation: Generation,
        /// With new ICE credentials.
        restart_ice: bool,
    },
    /// Set the remote offer, make an answer and set it; answered by `LocalDescription`.
    Answer {
        /// Which link.
        link: LinkId,
        /// As in the offer.
        generation: Generation,
        /// The remote offer.
        sdp: String,
    },
    /// Set the remote answer.
    Accept {
        /// Which link.
        link: LinkId,
        /// As in the offer.
        generation: Generation,
        /// The remote answer.
        sdp: String,
    },
    /// Add remote candidates, in order, after the remote description of their generation is set.
    /// One that the browser refuses is skipped.
    AddCandidates {
        /// Which link.
        link: LinkId,
        /// The candidates.
        candidates: Vec<Candidate>,
        /// Add the end-of-candidates mark after them.
        end: bool,
    },
    /// Close the peer connection. A slot that shows it keeps its last picture.
    Close(LinkId),
    /// Look at the counters often until a frame is decoded that was not there yet, and report it
    /// (`LinkReport::Frame`); then once a second.
    Look(LinkId),
    /// Nothing is sent on this link for now: look at no counters until `Look`.
    Rest(LinkId),
    /// Send at most so many bits per second of picture on every sending link, open or to be opened.
    Limit(u32),
    /// Use these servers from the next negotiation on.
    UseIceServers(Arc<[IceServer]>),
}

/// About devices and what is captured.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEffect {
    /// List the devices and query the permissions, now and whenever either changes; answered by
    /// `MediaReport::Devices`.
    WatchDevices,
    /// Ask the browser for media; answered by `Captured` or `CaptureFailed`.
    Capture {
        /// Its name.
        capture: CaptureId,
        /// What to ask for.
        request: CaptureRequest,
    },
    /// Stop a track and forget it. Its end is not reported.
    Stop(TrackRef),
    /// Make every sending link, the preview and the level meter use this, from now on.
    Send(Outgoing),
}

/// About video elements.
#[derive(Clone, Debug, PartialEq)]
pub enum PlayEffect {
    /// Show this in the slot, or nothing. A slot that goes from link to link keeps its picture
    /// until the new one has a frame.
    Attach {
        /// Which element.
        slot: Slot,
        /// What to show.
        source: Option<SlotSource>,
    },
    /// Play with this sound. If the browser allows no sound without a gesture, play muted and
    /// report `PlayReport::Blocked`.
    Play {
        /// Which element.
        slot: Slot,
        /// Without sound.
        muted: bool,
        /// 0 to 100 percent.
        volume: u8,
    },
    /// Hold the picture.
    Pause(Slot),
    /// Fill the screen with the slot's player, or leave full screen.
    ToggleFullscreen(Slot),
    /// Let the slot float, or return it to its page.
    TogglePictureInPicture(Slot),
}
