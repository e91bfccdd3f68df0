//! What the person did.

use crate::{DeviceId, Locale, Slot, Theme};
use serde::{Deserialize, Serialize};

/// Which page is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Page {
    /// Who is live now.
    #[default]
    Lobby,
    /// A channel, to watch. The text is as the URL has it, decoded; it may be no valid name.
    Watch(String),
    /// A channel's player alone.
    Embed(String),
    /// Where a stream starts; with a channel's name if the URL has one.
    Studio(Option<String>),
    /// A page that needs no connection.
    Other,
}

/// What the person did, or what their page did for them. The session decides what follows.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    // Every page.
    /// Went to a page. Leaving the studio while live ends the stream.
    OpenPage(Page),
    /// A `<video>` is in the page now.
    MountSlot(Slot),
    /// A `<video>` is gone.
    UnmountSlot(Slot),
    /// Chose a language.
    ChooseLocale(Locale),
    /// Chose colours.
    ChooseTheme(Theme),
    /// Asked to connect now instead of after the pause.
    Reconnect,
    /// Asked for a link to the channel, to pass on.
    CopyLink,

    // Studio.
    /// Typed a channel name.
    NameChannel(String),
    /// Typed a title; may be empty.
    NameStream(String),
    /// Wants camera and microphone, with one question.
    UseCameraAndMicrophone,
    /// Wants the camera, or another one.
    UseCamera(Option<DeviceId>),
    /// Wants no picture from the camera.
    StopCamera,
    /// Wants the microphone, or another one.
    UseMicrophone(Option<DeviceId>),
    /// Wants no microphone at all.
    StopMicrophone,
    /// Wants the screen or a window as the picture.
    ShareScreen,
    /// Wants the camera back, if it was on, or no picture.
    StopScreen,
    /// Wants to be silent for a while.
    MuteMicrophone,
    /// Wants to be heard again.
    UnmuteMicrophone,
    /// Wants to be seen and heard by everybody.
    GoLive,
    /// Wants the stream here that goes on elsewhere or has ended meanwhile.
    TakeBack,
    /// Wants the stream to be over; the page has asked back before.
    EndStream,
    /// Has read the problem.
    DismissProblem,

    // Watching.
    /// Wants no sound.
    Mute,
    /// Wants sound; also the tap that the browser asks for before it plays any.
    Unmute,
    /// Set the volume, 0 to 100 percent.
    SetVolume(u8),
    /// Wants the picture to go on after the browser or the person has paused it.
    Play,
    /// Wants the picture to stand still.
    Pause,
    /// Wants the player to fill the screen, or no longer.
    ToggleFullscreen,
    /// Wants the player to float, or no longer.
    TogglePictureInPicture,
    /// Chose a display name; empty means to be a guest again.
    NameUser(String),
}
