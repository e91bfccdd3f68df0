//! What the names of the errors mean to a person (Media Capture and Streams, section 10.2; Screen
//! Capture, section 5.2). No browser in here.

use session::CaptureError;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `getUserMedia`.
    Device,
    /// `getDisplayMedia`.
    Screen,
}

/// The reason behind an error's name. `message` is read only where the name stands for two things:
/// whether the person closed the picker or the system forbids it.
pub(crate) fn capture_error(asked: Asked, name: &str, message: &str) -> CaptureError {
    match (name, asked) {
        ("NotAllowedError", Asked::Screen) if !is_lasting(message) => CaptureError::Dismissed,
        ("AbortError", Asked::Screen) => CaptureError::Dismissed,
        ("NotAllowedError", _) => CaptureError::Denied,
        ("NotFoundError" | "OverconstrainedError", _) => CaptureError::NoDevice,
        ("NotReadableError", _) => CaptureError::InUse,
        ("NotSupportedError", _) => CaptureError::Unsupported,
        _ => CaptureError::Failed,
    }
}

/// Chromium says `Permission denied by system`, and names a permissions policy.
fn is_lasting(message: &str) -> bool {
    message.contains("system") || message.contains("policy")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Asked::{Device, Screen};

    #[test]
    fn a_closed_picker_is_no_denial() {
        for (name, message) in [
            ("NotAllowedError", "Permission denied"),
            ("NotAllowedError", "Permission denied by user"),
            ("AbortError", ""),
        ] {
            assert_eq!(
                capture_error(Screen, name, message),
                CaptureError::Dismissed
            );
        }
        let by_system = "Permission denied by system";
        assert_eq!(
            capture_error(Screen, "NotAllowedError", by_system),
            CaptureError::Denied
        );
    }

    #[test]
    fn a_device_tells_what_the_person_can_do() {
        for (name, error) in [
            ("NotAllowedError", CaptureError::Denied),
            ("NotFoundError", CaptureError::NoDevice),
            ("OverconstrainedError", CaptureError::NoDevice),
            ("NotReadableError", CaptureError::InUse),
            ("NotSupportedError", CaptureError::Unsupported),
            ("AbortError", CaptureError::Failed),
            ("", CaptureError::Failed),
        ] {
            assert_eq!(capture_error(Device, name, ""), error, "{name}");
        }
    }
}
