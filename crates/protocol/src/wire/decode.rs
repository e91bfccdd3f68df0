//! What an event's name and data spell.

use crate::limits::{MAX_CANDIDATES, MAX_KEPT_LINKS, MAX_SMALL_MESSAGE_BYTES};
use crate::wire::Request;
use crate::{Command, ErrorCode, ErrorReply, Event, SessionDescriptor};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A request that is to be passed on, if it is written as browsers write it. Such requests are the
/// most and the largest, and are read once here; by way of the envelope they would be read twice.
/// Whatever looks otherwise, or is refused, goes that way.
pub(super) fn passed_on(text: &str) -> Option<Request> {
    let (id, rest) = match text.strip_prefix(r#"{"id":"#) {
        Some(rest) => {
            let (number, rest) = rest.split_once(',')?;
            (Some(serde_json::from_str(number).ok()?), rest)
        }
        None => (None, text.strip_prefix('{')?),
    };
    let (name, rest) = rest.strip_prefix(r#""event":""#)?.split_once('"')?;
    if !matches!(name, "answer" | "candidate" | "offer") {
        return None;
    }
    let data = rest.strip_prefix(r#","data":"#)?.strip_suffix('}')?;
    let command = command(name, data).ok()?;
    let command = within_limits(command, text.len()).ok()?;
    Some(Request { id, command })
}

/// The command that this event's data spell.
pub(super) fn command(name: &str, data: &str) -> Result<Command, ErrorReply> {
    Ok(match name {
        "answer" => Command::Answer(descriptor(data)?),
        "candidate" => Command::Candidate(parse(data)?),
        "followLobby" => Command::FollowLobby,
        "hello" => Command::Hello(parse(data)?),
        "joinStream" => Command::JoinStream(join(data)?),
        "leaveStream" => Command::LeaveStream,
        "linkFailed" => Command::LinkFailed(parse(data)?),
        "linkFlowing" => Command::LinkFlowing(parse(data)?),
        "listViewers" => Command::ListViewers(parse(data)?),
        "offer" => Command::Offer(descriptor(data)?),
        "pong" => Command::Pong,
        "restartIce" => Command::RestartIce(parse(data)?),
        "unfollowLobby" => Command::UnfollowLobby,
        "updateStream" => Command::UpdateStream(parse(data)?),
        "updateUser" => Command::UpdateUser(parse(data)?),
        unknown => {
            let shown: String = unknown.chars().take(64).collect();
            let message = format!("this server does not know the event {shown:?}");
            return Err(ErrorReply::new(ErrorCode::Unsupported, message));
        }
    })
}

/// The event that these data spell.
///
/// Matched by hand: what serde derives for a tag beside its content copies everything through a
/// buffer first, and weighs ten compressed kilobytes in the browser.
pub(super) fn event(name: &str, data: Option<&RawValue>) -> Result<Event, serde_json::Error> {
    let data = data.map_or("{}", RawValue::get);
    Ok(match name {
        "allStreamUsers" => Event::AllStreamUsers(serde_json::from_str(data)?),
        "audience" => Event::Audience(serde_json::from_str(data)?),
        "linkClosed" => Event::LinkClosed(serde_json::from_str(data)?),
        "linkOpened" => Event::LinkOpened(serde_json::from_str(data)?),
        "lobby" => Event::Lobby(serde_json::from_str(data)?),
        "lobbyChanged" => Event::LobbyChanged(serde_json::from_str(data)?),
        "ping" => Event::Ping,
        "receiveAnswer" => Event::ReceiveAnswer(serde_json::from_str(data)?),
        "receiveCandidate" => Event::ReceiveCandidate(serde_json::from_str(data)?),
        "receiveOffer" => Event::ReceiveOffer(serde_json::from_str(data)?),
        "receiveRestartIce" => Event::ReceiveRestartIce(serde_json::from_str(data)?),
        "streamEnded" => Event::StreamEnded(serde_json::from_str(data)?),
        "streamFull" => Event::StreamFull(serde_json::from_str(data)?),
        "streamStarted" => Event::StreamStarted(serde_json::from_str(data)?),
        "streamUpdated" => Event::StreamUpdated(serde_json::from_str(data)?),
        "userJoinedStream" => Event::UserJoinedStream(serde_json::from_str(data)?),
        "userLeftStream" => Event::UserLeftStream(serde_json::from_str(data)?),
        "userUpdated" => Event::UserUpdated(serde_json::from_str(data)?),
        _ => Event::Unknown,
    })
}

fn parse<'a, T: Deserialize<'a>>(data: &'a str) -> Result<T, ErrorReply> {
    serde_json::from_str(data)
        .map_err(|error| ErrorReply::new(ErrorCode::BadRequest, without_type_names(&error)))
}

/// What is wrong with a message, in the words of the wire: what our types are called says nothing
/// to who wrote it.
fn without_type_names(error: &serde_json::Error) -> String {
    let text = error.to_string();
    for (kind, word) in [
        ("expected tuple struct ", "expected an array"),
        ("expected struct ", "expected an object"),
        ("expected enum ", "expected a word"),
    ] {
        if let Some((before, after)) = text.split_once(kind) {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let rest = after.trim_start_matches(is_part);
            return format!("{before}{word}{rest}");
        }
    }
    text
}

fn descriptor(data: &str) -> Result<crate::SendDescriptor, ErrorReply> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members<'a> {
        to: crate::End,
        link: crate::LinkId,
        generation: crate::Generation,
        #[serde(borrow)]
        session_descriptor: &'a RawValue,
    }
    let members: Members<'_> = parse(data)?;
    Ok(crate::SendDescriptor {
        to: members.to,
        link: members.link,
        generation: members.generation,
        session_descriptor: SessionDescriptor::from_raw(members.session_descriptor)
            .map_err(|error| ErrorReply::new(ErrorCode::InvalidSdp, error.to_string()))?,
    })
}

fn join(data: &str) -> Result<crate::JoinStream, ErrorReply> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Name<'a> {
        #[serde(borrow)]
        channel_name: Cow<'a, str>,
    }
    let name: Name<'_> = parse(data)?;
    crate::ChannelName::parse(&name.channel_name)
        .map_err(|error| ErrorReply::new(ErrorCode::InvalidName, format!("channelName {error}")))?;
    let join: crate::JoinStream = parse(data)?;
    if join.role == crate::Role::Unknown {
        let message = "role must be `host` or `viewer`";
        return Err(ErrorReply::new(ErrorCode::BadRequest, message));
    }
    Ok(join)
}

/// Limits that depend on more than one member.
pub(super) fn within_limits(command: Command, bytes: usize) -> Result<Command, ErrorReply> {
    let refuse = |what: &'static str, max: usize| {
        Err(ErrorReply::new(
            ErrorCode::TooMany,
            format!("{what}: at most {max}"),
        ))
    };
    if let Command::Candidate(data) = &command
        && data.candidates.len() > MAX_CANDIDATES
    {
        return refuse("candidates in one message", MAX_CANDIDATES);
    }
    if let Command::JoinStream(data) = &command
        && data.keep.len() > MAX_KEPT_LINKS
    {
        return refuse("links to keep", MAX_KEPT_LINKS);
    }
    if bytes > MAX_SMALL_MESSAGE_BYTES && !matches!(command, Command::Offer(_) | Command::Answer(_))
    {
        return refuse(
            "bytes in a message without a descriptor",
            MAX_SMALL_MESSAGE_BYTES,
        );
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use crate::wire::{DecodeError, decode_request};

    #[test]
    fn a_refusal_names_no_type_of_ours() {
        for (name, data) in [
            ("joinStream", "5"),
            ("joinStream", "[]"),
            (
                "joinStream",
                r#"{"channelName":"a","user":5,"role":"viewer"}"#,
            ),
            (
                "joinStream",
                r#"{"channelName":"a","user":{"name":"a"},"role":5}"#,
            ),
            ("hello", r#""x""#),
            ("candidate", "true"),
            ("offer", "7"),
            ("updateStream", "[5]"),
        ] {
            let text = format!(r#"{{"id":1,"event":"{name}","data":{data}}}"#);
            let Err(DecodeError::Refused { error, .. }) = decode_request(&text) else {
                panic!("{text}")
            };
            let message = error.message;
            for word in ["struct", "enum", "JoinStream", "User", "Members"] {
                assert!(!message.contains(word), "{text}: {message}");
            }
        }
    }
}
