//! Commands, and the few names that people use.

use protocol::{
    Candidate, ChannelName, Command, DescriptorKind, Generation, HostKey, JoinStream, LinkId,
    PeerId, Role, SendCandidates, SendDescriptor, SessionDescriptor, Title, UpdateStream,
    UpdateUser, User, UserName,
};

pub(crate) fn channel(number: usize) -> ChannelName {
    ChannelName::parse(&format!("channel {number}")).expect("valid")
}

pub(crate) fn user(number: usize) -> User {
    User {
        name: UserName::parse(&format!("user {number}")).expect("valid"),
    }
}

pub(crate) fn join(
    channel_name: ChannelName,
    role: Role,
    key: usize,
    keep: Vec<LinkId>,
) -> Command {
    Command::JoinStream(JoinStream {
        key: HostKey::parse(&format!("key{key}")).ok(),
        keep,
        ..JoinStream::new(channel_name, user(0), role)
    })
}

pub(crate) fn descriptor(
    kind: DescriptorKind,
    link: LinkId,
    to: PeerId,
    generation: u32,
) -> SendDescriptor {
    SendDescriptor {
        to: to.into(),
        link,
        generation: Generation(generation),
        session_descriptor: SessionDescriptor::new(kind, "v=0\r\nm=audio 9 UDP 0\r\n")
            .expect("valid"),
    }
}

pub(crate) fn candidate(link: LinkId, to: PeerId, generation: u32) -> Command {
    Command::Candidate(SendCandidates {
        to: to.into(),
        link,
        generation: Generation(generation),
        candidates: Candidate::from_json("{}").into_iter().collect(),
        end: false,
    })
}

pub(crate) fn rename(number: usize) -> Command {
    Command::UpdateUser(UpdateUser { user: user(number) })
}

pub(crate) fn retitle(number: usize) -> Command {
    Command::UpdateStream(UpdateStream {
        title: Some(Title::parse(&format!("title {number}")).ok()),
        media: None,
    })
}
