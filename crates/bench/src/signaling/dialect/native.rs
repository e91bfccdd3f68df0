//! What is said on `/ws`.

use super::letter::{FIRST_COUNT, Letter, NO_STAMP};
use super::{Place, Step};
use crate::signaling::framing::text_frame;
use crate::signaling::load::descriptor;
use anyhow::{Context as _, Result};
use protocol::wire::{self, Request, ServerMessage};
use protocol::{
    ChannelName, Command, DescriptorKind, Event, Generation, Hello, JoinStream, LinkOpened,
    RequestId, SendDescriptor, Title, UpdateStream, User, UserName, VERSIONS,
};

const PING: &[u8] = br#"{"event":"ping"}"#;
const PONG: &[u8] = br#"{"event":"pong"}"#;

pub(super) fn entry(place: Option<&Place>) -> Result<Vec<Step>> {
    let hello = Command::Hello(Hello {
        versions: VERSIONS.to_vec(),
        ..Hello::default()
    });
    let join = place.map(join).transpose()?;
    let mut steps = vec![Step {
        on: None,
        say: Some(request(1, hello)?),
    }];
    let welcome = Some(r#"{"re":1,"data""#);
    let joined = Some(r#"{"re":2,"data""#);
    let Some(join) = join else {
        let (on, say) = (welcome, None);
        steps.push(Step { on, say });
        return Ok(steps);
    };
    let (on, say) = (welcome, Some(request(2, join)?));
    steps.push(Step { on, say });
    let (on, say) = (joined, None);
    steps.push(Step { on, say });
    Ok(steps)
}

pub(super) fn pong(text: &[u8]) -> Option<&'static [u8]> {
    (text == PING).then_some(PONG)
}

/// An offer from the host's end of a link, and an answer from the viewer's, of generations that go
/// up together.
pub(crate) fn letters([host, viewer]: [Option<LinkOpened>; 2]) -> Result<[Letter; 2]> {
    let data = |link: Option<LinkOpened>, kind| {
        let link = link.context("no link was opened")?;
        anyhow::Ok(SendDescriptor {
            to: link.peer,
            link: link.link,
            generation: Generation(u32::try_from(FIRST_COUNT)?),
            session_descriptor: descriptor(kind, NO_STAMP)?,
        })
    };
    let offer = Command::Offer(data(host, DescriptorKind::Offer)?);
    let answer = Command::Answer(data(viewer, DescriptorKind::Answer)?);
    Ok([
        Letter::new(&text(FIRST_COUNT, offer)?)?,
        Letter::new(&text(FIRST_COUNT, answer)?)?,
    ])
}

/// What a host tells all of its viewers at once: another title.
pub(super) fn announcement() -> Result<Letter> {
    let update = Command::UpdateStream(UpdateStream {
        title: Some(Some(Title::parse(&super::super::load::note(NO_STAMP))?)),
        media: None,
    });
    Letter::new(&text(FIRST_COUNT, update)?)
}

/// The link that a text says was opened.
pub(crate) fn link_in(text: &[u8]) -> Option<LinkOpened> {
    let text = std::str::from_utf8(text).ok()?;
    let Ok(ServerMessage::Event { event, .. }) = wire::decode_server_message(text) else {
        return None;
    };
    if let Event::LinkOpened(link) = event {
        Some(link)
    } else {
        None
    }
}

/// A request that is sent again and again, and how its reply begins.
#[derive(Debug)]
pub(crate) struct Move {
    pub(crate) frame: Vec<u8>,
    pub(crate) reply: String,
}

/// To join a channel, as the `count`th request of a client.
pub(crate) fn move_in(place: &Place, count: u64) -> Result<Move> {
    numbered(count, join(place)?)
}

/// To leave it.
pub(crate) fn move_out(count: u64) -> Result<Move> {
    numbered(count, Command::LeaveStream)
}

fn numbered(count: u64, command: Command) -> Result<Move> {
    Ok(Move {
        frame: request(count, command)?,
        reply: format!(r#"{{"re":{count},"data""#),
    })
}

fn join(place: &Place) -> Result<Command> {
    let user = User {
        name: UserName::parse("somebody")?,
    };
    let join = JoinStream::new(ChannelName::parse(&place.channel)?, user, place.role);
    Ok(Command::JoinStream(join))
}

fn request(id: u64, command: Command) -> Result<Vec<u8>> {
    Ok(text_frame(text(id, command)?))
}

fn text(id: u64, command: Command) -> Result<String> {
    let id = Some(RequestId(id));
    wire::encode_request(&Request { id, command }).context("writing a request")
}
