//! Commands, as short as tests want to write them.

use super::Harness;
use protocol::{
    Candidate, ChannelName, Command, DescriptorKind, Generation, Hello, HostKey, JoinStream,
    LinkFailed, LinkFailure, LinkId, LinkTarget, PeerId, Role, SendCandidates, SendDescriptor,
    SessionDescriptor, Title, UpdateStream, UpdateUser, User, UserName,
};

pub(super) fn channel(name: &str) -> ChannelName {
    ChannelName::parse(name).unwrap()
}

pub(super) fn user(name: &str) -> User {
    User {
        name: UserName::parse(name).unwrap(),
    }
}

pub(super) fn title(title: &str) -> Option<Title> {
    Some(Title::parse(title).unwrap())
}

pub(super) fn hello() -> Command {
    Command::Hello(Hello {
        versions: vec![1],
        ..Hello::default()
    })
}

/// Watching, for tests to change members of.
pub(super) fn watching(name: &str) -> JoinStream {
    JoinStream::new(channel(name), user("Somebody"), Role::Viewer)
}

/// Hosting with a key, for tests to change members of.
pub(super) fn hosting(name: &str, key: &str) -> JoinStream {
    JoinStream {
        role: Role::Host,
        key: Some(HostKey::parse(key).unwrap()),
        ..watching(name)
    }
}

pub(super) fn watch(name: &str) -> Command {
    Command::JoinStream(watching(name))
}

pub(super) fn host(name: &str) -> Command {
    Command::JoinStream(hosting(name, "key"))
}

pub(super) fn offer(to: PeerId, link: LinkId, generation: u32) -> Command {
    Command::Offer(descriptor(DescriptorKind::Offer, to, link, generation))
}

pub(super) fn answer(to: PeerId, link: LinkId, generation: u32) -> Command {
    Command::Answer(descriptor(DescriptorKind::Answer, to, link, generation))
}

pub(super) fn descriptor(
    kind: DescriptorKind,
    to: PeerId,
    link: LinkId,
    generation: u32,
) -> SendDescriptor {
    SendDescriptor {
        to: to.into(),
        link,
        generation: Generation(generation),
        session_descriptor: SessionDescriptor::new(kind, "v=0\r\nm=audio 9 UDP 0\r\n").unwrap(),
    }
}

pub(super) fn candidate(to: PeerId, link: LinkId, generation: u32) -> Command {
    Command::Candidate(SendCandidates {
        to: to.into(),
        link,
        generation: Generation(generation),
        candidates: vec![Candidate::from_json("{}").unwrap()],
        end: true,
    })
}

pub(super) fn flowing(link: LinkId) -> Command {
    Command::LinkFlowing(LinkTarget { link })
}

pub(super) fn restart_ice(link: LinkId) -> Command {
    Command::RestartIce(LinkTarget { link })
}

pub(super) fn failed(link: LinkId) -> Command {
    let reason = LinkFailure::Connectivity;
    Command::LinkFailed(LinkFailed { link, reason })
}

pub(super) fn incompatible(link: LinkId) -> Command {
    let reason = LinkFailure::Codec;
    Command::LinkFailed(LinkFailed { link, reason })
}

pub(super) fn rename_user(name: &str) -> Command {
    Command::UpdateUser(UpdateUser { user: user(name) })
}

pub(super) fn rename_stream(name: &str) -> Command {
    Command::UpdateStream(UpdateStream {
        title: Some(title(name)),
        media: None,
    })
}

impl Harness {
    /// A host on seat 1 is live on `mina` and a viewer on seat 2 watches, over link `k1`.
    pub(super) fn live() -> Self {
        let mut harness = Self::with_peers([1, 2]);
        harness.send(1, host("mina"));
        harness.send(2, watch("mina"));
        harness
    }
}
