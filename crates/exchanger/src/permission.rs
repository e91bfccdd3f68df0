//! The one place that answers "may this peer do this".
//!
//! Whoever adds a right (claimed channels, stream keys, moderation) adds a variant to [`Act`] with
//! the facts that decide about it, and the decision to [`permit`].

use protocol::{Direction, ErrorCode, ErrorReply, HostKey, Role};

/// What a peer wants to do, and the facts that decide whether it may.
#[derive(Debug)]
pub(crate) enum Act<'a> {
    /// Answer on a link, at whose end it is.
    Answer(Direction),
    /// Go live on a channel.
    Host {
        /// The key it shows.
        key: Option<&'a HostKey>,
        /// Who is live there already, if that is somebody else.
        holder: Option<Holder<'a>>,
    },
    /// Read the list of viewers.
    ListViewers(Role),
    /// Offer on a link, at whose end it is.
    Offer(Direction),
    /// Ask the other end of a link for an ICE restart.
    RestartIce(Direction),
    /// Change the stream's title or media.
    UpdateStream(Role),
}

/// The host that holds a channel.
#[derive(Debug)]
pub(crate) struct Holder<'a> {
    /// The keys that its stream remembers.
    pub(crate) keys: &'a [HostKey],
    /// Its connection is lost and its grace is running.
    pub(crate) away: bool,
}

/// Decides.
pub(crate) fn permit(act: &Act<'_>) -> Result<(), ErrorReply> {
    let (allowed, code, why_not) = match act {
        Act::Answer(direction) => (
            *direction == Direction::Receive,
            ErrorCode::Forbidden,
            "only the end that receives media answers",
        ),
        Act::Host { key, holder } => (
            holder.as_ref().is_none_or(|holder| holder.yields_to(*key)),
            ErrorCode::ChannelBusy,
            "somebody else is live on this channel",
        ),
        Act::ListViewers(role) => (
            *role == Role::Host,
            ErrorCode::Forbidden,
            "only the host lists the viewers",
        ),
        Act::Offer(direction) => (
            *direction == Direction::Send,
            ErrorCode::Forbidden,
            "only the end that sends media offers",
        ),
        Act::RestartIce(direction) => (
            *direction == Direction::Receive,
            ErrorCode::Forbidden,
            "the end that sends media restarts by offering",
        ),
        Act::UpdateStream(role) => (
            *role == Role::Host,
            ErrorCode::Forbidden,
            "only the host changes the stream",
        ),
    };
    if allowed {
        Ok(())
    } else {
        Err(ErrorReply::new(code, why_not))
    }
}

impl Holder<'_> {
    /// A host that is away yields to anybody, for a channel must not stay blocked by a tab that is
    /// gone; one that is there yields only to a key of its stream.
    fn yields_to(&self, key: Option<&HostKey>) -> bool {
        self.away || key.is_some_and(|key| self.keys.contains(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(act: &Act<'_>) -> Option<ErrorCode> {
        permit(act).err().map(|error| error.code)
    }

    #[test]
    fn each_end_of_a_link_has_its_own_part() {
        use Direction::{Receive, Send};
        assert_eq!(refusal(&Act::Offer(Send)), None);
        assert_eq!(refusal(&Act::Offer(Receive)), Some(ErrorCode::Forbidden));
        assert_eq!(refusal(&Act::Answer(Receive)), None);
        assert_eq!(refusal(&Act::Answer(Send)), Some(ErrorCode::Forbidden));
        assert_eq!(refusal(&Act::RestartIce(Receive)), None);
        assert_eq!(refusal(&Act::RestartIce(Send)), Some(ErrorCode::Forbidden));
    }

    #[test]
    fn only_a_host_runs_the_stream() {
        for role in [Role::Host, Role::Viewer] {
            let expected = (role == Role::Viewer).then_some(ErrorCode::Forbidden);
            assert_eq!(refusal(&Act::ListViewers(role)), expected);
            assert_eq!(refusal(&Act::UpdateStream(role)), expected);
        }
    }

    #[test]
    fn a_live_channel_yields_to_the_keys_of_its_stream_or_when_its_host_is_away() {
        let [mine, second, other] = ["mine", "second", "other"].map(|k| HostKey::parse(k).unwrap());
        let keys = [mine.clone(), second.clone()];
        let host = |key, holder| refusal(&Act::Host { key, holder });
        let busy = Some(ErrorCode::ChannelBusy);
        let held = |away| Some(Holder { keys: &keys, away });
        let keyless = Some(Holder {
            keys: &[],
            away: false,
        });
        assert_eq!(host(None, None), None);
        assert_eq!(host(Some(&mine), held(false)), None);
        assert_eq!(host(Some(&second), held(false)), None);
        assert_eq!(host(Some(&other), held(false)), busy);
        assert_eq!(host(None, held(false)), busy);
        assert_eq!(host(None, keyless), busy);
        assert_eq!(host(None, held(true)), None);
    }
}
