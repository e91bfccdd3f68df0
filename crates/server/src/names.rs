//! Channel names as they come from outside: in a URL, in a request. The one place that knows that
//! a name is compared in Unicode normal form C.

use protocol::room::{RoomCommand, RoomName, Rooms};
use protocol::{ChannelName, Command, ErrorCode, ErrorReply, JoinStream, NameError};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The channel that somebody named, on whatever keyboard they typed it.
///
/// # Errors
/// [`NameError`] names the rule that the text breaks.
pub(crate) fn channel(text: &str) -> Result<ChannelName, NameError> {
    // Parsed after normalization: some characters turn into reserved ones.
    ChannelName::parse(&text.nfc().collect::<String>())
}

/// The command with its channel name in normal form.
///
/// # Errors
/// If the name breaks a rule in that form.
pub(crate) fn normalize(command: Command) -> Result<Command, ErrorReply> {
    let Command::JoinStream(join) = command else {
        return Ok(command);
    };
    if is_nfc_quick(join.channel_name.as_str().chars()) == IsNormalized::Yes {
        return Ok(Command::JoinStream(join));
    }
    let channel_name = channel(join.channel_name.as_str())
        .map_err(|error| ErrorReply::new(ErrorCode::InvalidName, format!("channelName {error}")))?;
    Ok(Command::JoinStream(JoinStream {
        channel_name,
        ..join
    }))
}

/// The same for a client of the old system: whom it shares a room with must not depend on its
/// keyboard. What it passes on stays as it is.
pub(crate) fn normalize_rooms(mut command: RoomCommand) -> RoomCommand {
    let (RoomCommand::Join { rooms, .. }
    | RoomCommand::Leave { rooms, .. }
    | RoomCommand::Signal { rooms, .. }) = &mut command;
    match rooms {
        Rooms::One(name) => normalize_room(name),
        Rooms::Many(names) => names.iter_mut().for_each(normalize_room),
    }
    command
}

fn normalize_room(name: &mut RoomName) {
    if let RoomName::Text(bytes) = &*name
        && let Ok(text) = std::str::from_utf8(bytes)
        && is_nfc_quick(text.chars()) != IsNormalized::Yes
    {
        *name = RoomName::text(text.nfc().collect::<String>());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::wire;

    /// 한글 in two spellings: as syllables, and as the letters they consist of.
    const COMPOSED: &str = "\u{D55C}\u{AE00}";
    const DECOMPOSED: &str = "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}";

    fn join(name: &str) -> Command {
        let text = format!(
            r#"{{"event":"joinStream","data":{{"channelName":"{name}","user":{{"name":"a"}},"role":"viewer"}}}}"#
        );
        wire::decode_request(&text).unwrap().command
    }

    #[test]
    fn two_spellings_are_one_channel() {
        assert_eq!(channel(DECOMPOSED).unwrap().as_str(), COMPOSED);
        assert_eq!(normalize(join(DECOMPOSED)), Ok(join(COMPOSED)));
        assert_eq!(normalize(join(COMPOSED)), Ok(join(COMPOSED)));
    }

    #[test]
    fn a_long_name_is_measured_as_people_see_it() {
        assert!(channel(&DECOMPOSED.repeat(32)).is_ok());
        assert!(channel(&COMPOSED.repeat(33)).is_err());
    }

    #[test]
    fn a_character_that_turns_into_a_reserved_one_is_refused() {
        // The Greek varia is a backtick in normal form.
        assert_eq!(channel("a\u{1FEF}b"), Err(NameError::Forbidden('`')));
        assert_eq!(
            normalize(join("a\u{1FEF}b")).map_err(|error| error.code),
            Err(ErrorCode::InvalidName)
        );
    }

    #[test]
    fn an_old_clients_rooms_are_normalized_and_nothing_else_of_what_it_says() {
        use protocol::room::{Payload, SignalKind};
        let text = |name: &str| RoomName::text(name);
        let payload = Payload::new(&format!("{DECOMPOSED:?}"), Vec::new().into());
        let signal = |rooms| RoomCommand::Signal {
            rooms,
            kind: SignalKind::Offer,
            payload: payload.clone(),
        };
        let one = signal(Rooms::One(text(DECOMPOSED)));
        assert_eq!(normalize_rooms(one), signal(Rooms::One(text(COMPOSED))));
        let many = vec![text(DECOMPOSED), RoomName::Null, RoomName::text([0xFF])];
        let expected = vec![text(COMPOSED), RoomName::Null, RoomName::text([0xFF])];
        assert_eq!(
            normalize_rooms(signal(Rooms::Many(many))),
            signal(Rooms::Many(expected))
        );
    }

    #[test]
    fn other_commands_pass_unread() {
        assert_eq!(normalize(Command::Pong), Ok(Command::Pong));
    }
}
