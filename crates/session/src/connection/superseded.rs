//! Which of the requests that wait say nothing any more once a newer one is asked.

use protocol::limits::MAX_CANDIDATES;
use protocol::{Command, LinkId};

/// The link that a request is about.
pub(crate) const fn link_of(command: &Command) -> Option<LinkId> {
    match command {
        Command::Answer(data) | Command::Offer(data) => Some(data.link),
        Command::Candidate(data) => Some(data.link),
        Command::LinkFailed(data) => Some(data.link),
        Command::LinkFlowing(data) | Command::RestartIce(data) => Some(data.link),
        Command::FollowLobby
        | Command::Hello(_)
        | Command::JoinStream(_)
        | Command::LeaveStream
        | Command::ListViewers(_)
        | Command::Pong
        | Command::UnfollowLobby
        | Command::UpdateStream(_)
        | Command::UpdateUser(_) => None,
    }
}

/// Takes an older request up into a newer one. Whether the older one has nothing left to say.
pub(crate) fn merge(new: &mut Command, old: &mut Command) -> bool {
    match (new, old) {
        (Command::UpdateStream(new), Command::UpdateStream(old)) => {
            new.title = new.title.take().or_else(|| old.title.take());
            new.media = new.media.or(old.media);
            true
        }
        (Command::Candidate(new), Command::Candidate(old))
            if (new.link, new.generation) == (old.link, old.generation)
                && new.candidates.len() + old.candidates.len() <= MAX_CANDIDATES =>
        {
            old.candidates.append(&mut new.candidates);
            new.candidates = core::mem::take(&mut old.candidates);
            new.end |= old.end;
            true
        }
        _ => false,
    }
}

/// Whether `old` need not be asked once `new` is.
pub(crate) fn is_superseded(old: &Command, new: &Command) -> bool {
    match (old, new) {
        (
            Command::FollowLobby | Command::UnfollowLobby,
            Command::FollowLobby | Command::UnfollowLobby,
        )
        | (Command::UpdateUser(_), Command::UpdateUser(_)) => true,
        (
            Command::UpdateUser(_) | Command::UpdateStream(_) | Command::JoinStream(_),
            Command::JoinStream(_) | Command::LeaveStream,
        )
        | (Command::LeaveStream, Command::LeaveStream) => true,
        (old, Command::LeaveStream) => link_of(old).is_some(),
        (old, Command::LinkFailed(new)) => link_of(old) == Some(new.link),
        (Command::RestartIce(old), Command::RestartIce(new))
        | (Command::LinkFlowing(old), Command::LinkFlowing(new)) => old == new,
        (
            Command::Answer(old) | Command::Offer(old),
            Command::Answer(new) | Command::Offer(new),
        ) => old.link == new.link && old.generation <= new.generation,
        (Command::Candidate(old), Command::Answer(new) | Command::Offer(new)) => {
            old.link == new.link && old.generation < new.generation
        }
        _ => false,
    }
}
