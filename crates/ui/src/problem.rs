//! What went wrong in the studio: the sentence, and the one next step.

use crate::messages::Messages;
use session::{CaptureError, Intent, Problem};

/// What the notice's button does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Sends an intent.
    Send(Intent),
    /// Puts the cursor into the channel's name.
    Rename,
    /// Loads the page anew.
    Reload,
}

/// A problem as the page tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    /// What happened, and what helps.
    pub(crate) sentence: &'static str,
    /// The button's name.
    pub(crate) action: &'static str,
    /// What the button does.
    pub(crate) step: Step,
}

/// What the page says about a problem.
pub(crate) fn notice(m: Messages, problem: Problem) -> Notice {
    let (sentence, action, step) = match problem {
        Problem::Camera(error) => source(m, camera(m, error), error, Intent::UseCamera(None)),
        Problem::Microphone(error) => {
            source(m, microphone(m, error), error, Intent::UseMicrophone(None))
        }
        Problem::CameraAndMicrophone(error) => {
            source(m, both(m, error), error, Intent::UseCameraAndMicrophone)
        }
        Problem::Screen(error) => return screen(m, error),
        Problem::CameraLost => (
            m.camera_lost(),
            m.use_another_camera(),
            Step::Send(Intent::UseCamera(None)),
        ),
        Problem::MicrophoneLost => {
            let next = Step::Send(Intent::UseMicrophone(None));
            (m.microphone_lost(), m.use_another_microphone(), next)
        }
        Problem::ScreenStopped => (
            m.screen_stopped(),
            m.share_again(),
            Step::Send(Intent::ShareScreen),
        ),
        Problem::ChannelBusy => (m.channel_busy(), m.choose_name(), Step::Rename),
        Problem::TakenOver => (m.taken_over(), m.take_back(), Step::Send(Intent::TakeBack)),
        Problem::EndedMeanwhile => (
            m.ended_meanwhile(),
            m.go_live(),
            Step::Send(Intent::TakeBack),
        ),
        Problem::NoConnections => (m.no_connections(), m.reload(), Step::Reload),
        Problem::Refused => (m.refused(), m.try_again(), Step::Send(Intent::GoLive)),
    };
    Notice {
        sentence,
        action,
        step,
    }
}

fn source(
    m: Messages,
    sentence: &'static str,
    error: CaptureError,
    again: Intent,
) -> (&'static str, &'static str, Step) {
    match error {
        CaptureError::Insecure | CaptureError::Unsupported => {
            (sentence, m.dismiss(), Step::Send(Intent::DismissProblem))
        }
        CaptureError::Denied
        | CaptureError::Dismissed
        | CaptureError::NoDevice
        | CaptureError::InUse
        | CaptureError::Failed => (sentence, m.try_again(), Step::Send(again)),
    }
}

const fn camera(m: Messages, error: CaptureError) -> &'static str {
    match error {
        CaptureError::Denied => m.camera_denied(),
        CaptureError::Dismissed => m.device_dismissed(),
        CaptureError::NoDevice => m.no_camera(),
        CaptureError::InUse => m.camera_in_use(),
        CaptureError::Insecure => m.insecure(),
        CaptureError::Unsupported => m.device_unsupported(),
        CaptureError::Failed => m.camera_failed(),
    }
}

const fn microphone(m: Messages, error: CaptureError) -> &'static str {
    match error {
        CaptureError::Denied => m.microphone_denied(),
        CaptureError::Dismissed => m.device_dismissed(),
        CaptureError::NoDevice => m.no_microphone(),
        CaptureError::InUse => m.microphone_in_use(),
        CaptureError::Insecure => m.insecure(),
        CaptureError::Unsupported => m.device_unsupported(),
        CaptureError::Failed => m.microphone_failed(),
    }
}

const fn both(m: Messages, error: CaptureError) -> &'static str {
    match error {
        CaptureError::Denied => m.both_denied(),
        CaptureError::Dismissed => m.device_dismissed(),
        CaptureError::NoDevice => m.no_devices(),
        CaptureError::InUse => m.devices_in_use(),
        CaptureError::Insecure => m.insecure(),
        CaptureError::Unsupported => m.device_unsupported(),
        CaptureError::Failed => m.devices_failed(),
    }
}

const fn screen(m: Messages, error: CaptureError) -> Notice {
    let (sentence, action, intent) = match error {
        CaptureError::Denied => (m.screen_denied(), m.share_again(), Intent::ShareScreen),
        CaptureError::Dismissed => (m.screen_dismissed(), m.share_again(), Intent::ShareScreen),
        CaptureError::NoDevice => (m.no_screen(), m.share_again(), Intent::ShareScreen),
        CaptureError::InUse => (m.screen_in_use(), m.share_again(), Intent::ShareScreen),
        CaptureError::Insecure => (m.insecure(), m.dismiss(), Intent::DismissProblem),
        CaptureError::Unsupported => (m.screen_unsupported(), m.dismiss(), Intent::DismissProblem),
        CaptureError::Failed => (m.screen_failed(), m.share_again(), Intent::ShareScreen),
    };
    Notice {
        sentence,
        action,
        step: Step::Send(intent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::Locale;
    use std::collections::BTreeSet;

    const ERRORS: [CaptureError; 7] = [
        CaptureError::Denied,
        CaptureError::Dismissed,
        CaptureError::NoDevice,
        CaptureError::InUse,
        CaptureError::Insecure,
        CaptureError::Unsupported,
        CaptureError::Failed,
    ];

    #[test]
    fn every_reason_has_its_own_sentence_for_each_source() {
        let m = Messages(Locale::En);
        for about in [Problem::Camera, Problem::Microphone, Problem::Screen] {
            let sentences: BTreeSet<_> = ERRORS
                .iter()
                .map(|error| notice(m, about(*error)).sentence)
                .collect();
            assert_eq!(sentences.len(), ERRORS.len());
        }
    }

    #[test]
    fn the_next_step_asks_for_the_same_source_again() {
        let m = Messages(Locale::En);
        let step = |problem| notice(m, problem).step;
        let denied = CaptureError::Denied;
        assert_eq!(
            step(Problem::Camera(denied)),
            Step::Send(Intent::UseCamera(None))
        );
        assert_eq!(
            step(Problem::Screen(denied)),
            Step::Send(Intent::ShareScreen)
        );
        assert_eq!(
            step(Problem::CameraAndMicrophone(denied)),
            Step::Send(Intent::UseCameraAndMicrophone)
        );
        assert_eq!(step(Problem::ChannelBusy), Step::Rename);
    }

    #[test]
    fn what_cannot_work_here_is_not_tried_again() {
        let m = Messages(Locale::En);
        for about in [Problem::Camera, Problem::Microphone, Problem::Screen] {
            let next = notice(m, about(CaptureError::Insecure)).step;
            assert_eq!(next, Step::Send(Intent::DismissProblem));
        }
    }
}
