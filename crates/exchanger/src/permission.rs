//! The one place that answers "may this peer do this".
//!
//! Whoever adds a right (claimed channels, stream keys, moderation) adds a variant to [`Act`] with
//! the facts that decide about it, and the decision to [`permit`].

use protocol::limits::HOST_LOSS;
use protocol::time::{Duration, millis};
use protocol::{Direction, ErrorCode, ErrorReply, HostKey, Role};

/// What a peer wants to do, and the facts that decide whether it may.
#[derive(Debug)]
pub(crate) enum Act {
    /// Answer on a link, at whose end it is.
    Answer(Direction),
    /// Read the list of viewers.
    ListViewers(Role),
    /// Offer on a link, at whose end it is.
    Offer(Direction),
    /// Ask the other end of a link for an ICE restart.
    RestartIce(Direction),
    /// Change the stream's title or media.
    UpdateStream(Role),
}

/// How soon a host may ask again whose viewers may yet say that they hold its links.
const KEPT_RETRY: Duration = Duration::from_secs(1);

/// A peer wants to go live on a channel.
#[derive(Debug)]
pub(crate) struct HostClaim<'a> {
    /// The key it shows.
    pub(crate) key: Option<&'a HostKey>,
    /// The key of the channel.
    pub(crate) right: Option<&'a HostKey>,
    /// Who is live there already, if that is somebody else.
    pub(crate) holder: Option<Holder>,
}

/// The host that is live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    /// It is a client of the old system, which never claimed to be the host.
    pub(crate) is_old: bool,
    /// How long its connection has been lost, if that was not the server's doing.
    pub(crate) own_loss: Option<Duration>,
    /// What viewers say about links from before a server restart, as long as that counts.
    pub(crate) kept: Option<Kept>,
}

/// From how many sources viewers confirm the links of two hosts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) by_newcomer: usize,
    pub(crate) by_holder: usize,
}

/// Why a peer may be the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grounds {
    /// Nobody is live there.
    Free,
    /// It has shown the channel's key.
    Key,
    /// More viewers hold links of it than of the host there is.
    Kept,
    /// The host there is has been lost for long.
    Loss,
    /// The host there is is one of the old system.
    Old,
}

/// Decides who may be the host.
pub(crate) fn permit_host(claim: &HostClaim<'_>) -> Result<Grounds, ErrorReply> {
    let Some(holder) = claim.holder else {
        return Ok(Grounds::Free);
    };
    let keys = claim.key.zip(claim.right);
    if holder.is_old {
        return Ok(Grounds::Old);
    }
    if keys.is_some_and(|(shown, right)| shown.matches(right)) {
        return Ok(Grounds::Key);
    }
    if holder
        .own_loss
        .is_some_and(|lost_for| lost_for >= HOST_LOSS)
    {
        return Ok(Grounds::Loss);
    }
    if holder
        .kept
        .is_some_and(|kept| kept.by_newcomer > kept.by_holder)
    {
        return Ok(Grounds::Kept);
    }
    let loss = holder.own_loss;
    let waits = [
        loss.map(|lost_for| HOST_LOSS.saturating_sub(lost_for)),
        holder.kept.map(|_| KEPT_RETRY),
    ];
    let busy = ErrorReply::new(
        ErrorCode::ChannelBusy,
        "somebody else is live on this channel",
    );
    Err(match waits.into_iter().flatten().min() {
        Some(wait) => busy.retry_after_ms(millis(wait).max(1)),
        None => busy,
    })
}

/// Decides.
pub(crate) fn permit(act: &Act) -> Result<(), ErrorReply> {
    let (allowed, code, why_not) = match act {
        Act::Answer(direction) => (
            *direction == Direction::Receive,
            ErrorCode::Forbidden,
            "only the end that receives media answers",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(act: &Act) -> Option<ErrorCode> {
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

    const PRESENT: Holder = Holder {
        is_old: false,
        own_loss: None,
        kept: None,
    };

    /// What becomes of a claim without the key, with the time after which to ask again.
    fn without_key(holder: Holder) -> Result<Grounds, Option<u64>> {
        let claim = HostClaim {
            key: None,
            right: None,
            holder: Some(holder),
        };
        permit_host(&claim).map_err(|error| {
            assert_eq!(error.code, ErrorCode::ChannelBusy);
            error.retry_after_ms
        })
    }

    #[test]
    fn a_live_channel_yields_to_its_key_alone() {
        let [mine, other] = ["mine", "other"].map(|key| HostKey::parse(key).unwrap());
        let claim = |key, right, holder| permit_host(&HostClaim { key, right, holder }).ok();
        let [shown, wrong] = [Some(&mine), Some(&other)];
        assert_eq!(claim(None, None, None), Some(Grounds::Free));
        assert_eq!(claim(wrong, shown, None), Some(Grounds::Free));
        assert_eq!(claim(shown, shown, Some(PRESENT)), Some(Grounds::Key));
        assert_eq!(claim(wrong, shown, Some(PRESENT)), None);
        assert_eq!(claim(None, shown, Some(PRESENT)), None);
        assert_eq!(claim(wrong, None, Some(PRESENT)), None);
    }

    #[test]
    fn a_host_yields_to_anybody_after_ten_seconds_of_its_own_loss() {
        let lost_for = |seconds| Holder {
            own_loss: Some(Duration::from_secs(seconds)),
            ..PRESENT
        };
        assert_eq!(without_key(PRESENT), Err(None));
        assert_eq!(without_key(lost_for(0)), Err(Some(10_000)));
        assert_eq!(without_key(lost_for(7)), Err(Some(3_000)));
        assert_eq!(without_key(lost_for(10)), Ok(Grounds::Loss));
    }

    #[test]
    fn a_host_of_the_old_system_yields_to_anybody() {
        let holder = Holder {
            is_old: true,
            ..PRESENT
        };
        assert_eq!(without_key(holder), Ok(Grounds::Old));
    }

    #[test]
    fn after_a_restart_a_host_yields_to_one_with_more_viewers_and_to_others_later_perhaps() {
        let kept = |by_newcomer, by_holder| Holder {
            kept: Some(Kept {
                by_newcomer,
                by_holder,
            }),
            ..PRESENT
        };
        assert_eq!(without_key(kept(1, 0)), Ok(Grounds::Kept));
        assert_eq!(without_key(kept(3, 3)), Err(Some(1_000)));
        assert_eq!(without_key(kept(0, 0)), Err(Some(1_000)));
    }
}
