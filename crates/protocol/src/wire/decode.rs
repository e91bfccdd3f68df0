//! What an event's name and data spell.

use crate::limits::{MAX_CANDIDATES, MAX_KEPT_LINKS, MAX_SMALL_MESSAGE_BYTES};
use crate::{Command, ErrorCode, ErrorReply, Event};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The command that this event's data spell.
pub(super) fn command(name: &str, data: Option<&RawValue>) -> Result<Command, ErrorReply> {
    let data = data.map_or("{}", RawValue::get);
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
        unknown => {
            let unknown = format_args!("unknown event {unknown:?}");
            return Err(serde::de::Error::custom(unknown));
        }
    })
}

fn parse<T: DeserializeOwned>(data: &str) -> Result<T, ErrorReply> {
    parse_as(data, ErrorCode::BadRequest)
}

fn parse_as<T: DeserializeOwned>(data: &str, code: ErrorCode) -> Result<T, ErrorReply> {
    serde_json::from_str(data).map_err(|error| ErrorReply::new(code, error.to_string()))
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
    let members: Members<'_> = serde_json::from_str(data)
        .map_err(|error| ErrorReply::new(ErrorCode::BadRequest, error.to_string()))?;
    Ok(crate::SendDescriptor {
        to: members.to,
        link: members.link,
        generation: members.generation,
        session_descriptor: parse_as(members.session_descriptor.get(), ErrorCode::InvalidSdp)?,
    })
}

fn join(data: &str) -> Result<crate::JoinStream, ErrorReply> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Name<'a> {
        #[serde(borrow)]
        channel_name: Cow<'a, str>,
    }
    let name: Name<'_> = serde_json::from_str(data)
        .map_err(|error| ErrorReply::new(ErrorCode::BadRequest, error.to_string()))?;
    crate::ChannelName::parse(&name.channel_name)
        .map_err(|error| ErrorReply::new(ErrorCode::InvalidName, format!("channelName {error}")))?;
    parse(data)
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
