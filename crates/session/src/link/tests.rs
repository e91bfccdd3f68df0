use crate::tests::harness::{
    GEN, HOST, LINK, OTHER_LINK, Out, SDP, Tab, answer, candidate, candidates, described, live,
    offer, opened, outs,
};
use crate::{Effect, LinkEffect, LinkReport, LinkState, Report, SocketEffect, SocketReport};
use protocol::time::Duration;
use protocol::wire::ServerMessage;
use protocol::{
    Command, DescriptorKind, Direction, End, ErrorCode, Event, Generation, LinkCloseReason,
    LinkClosed, LinkFailed, LinkFailure, LinkId, LinkKind, LinkOpened, LinkTarget, ReceiveRestart,
    Resumed, SendCandidates, SendDescriptor, SessionDescriptor,
};
use std::sync::Arc;

const SECOND: Generation = Generation(2);

fn did(effect: LinkEffect) -> Out {
    Out::Did(Effect::Link(effect))
}

fn open(direction: Direction) -> Out {
    did(LinkEffect::Open {
        link: LINK,
        direction,
        ice_servers: Arc::new([]),
    })
}

fn make_offer(generation: Generation, restart_ice: bool) -> Out {
    did(LinkEffect::Offer {
        link: LINK,
        generation,
        restart_ice,
    })
}

fn make_answer(generation: Generation) -> Out {
    did(LinkEffect::Answer {
        link: LINK,
        generation,
        sdp: SDP.to_owned(),
    })
}

fn add(numbers: &[u32]) -> Out {
    did(LinkEffect::AddCandidates {
        link: LINK,
        candidates: numbers.iter().map(|number| candidate(*number)).collect(),
        end: false,
    })
}

fn sent(generation: Generation, kind: DescriptorKind) -> Out {
    let data = SendDescriptor {
        to: HOST.into(),
        link: LINK,
        generation,
        session_descriptor: SessionDescriptor::new(kind, SDP).unwrap(),
    };
    Out::Asked(match kind {
        DescriptorKind::Offer => Command::Offer(data),
        DescriptorKind::Answer => Command::Answer(data),
        DescriptorKind::Unknown => panic!("nobody sends this"),
    })
}

fn sent_candidates(generation: Generation, numbers: &[u32], end: bool) -> Out {
    Out::Asked(Command::Candidate(SendCandidates {
        to: HOST.into(),
        link: LINK,
        generation,
        candidates: numbers.iter().map(|number| candidate(*number)).collect(),
        end,
    }))
}

fn failed(reason: LinkFailure) -> Out {
    Out::Asked(Command::LinkFailed(LinkFailed { link: LINK, reason }))
}

const fn restart_wish() -> Out {
    Out::Asked(Command::RestartIce(LinkTarget { link: LINK }))
}

/// A viewer that waits for the offer of its link.
fn receiving() -> Tab {
    let mut tab = Tab::watching();
    tab.event(opened(LINK, Direction::Receive));
    tab
}

/// A host that has sent the offer of its link.
fn offering() -> Tab {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.link(LINK, described(GEN, DescriptorKind::Offer));
    tab
}

fn state(state: LinkState) -> LinkReport {
    LinkReport::State(state)
}

#[test]
fn the_sender_offers_and_accepts_the_answer() {
    let mut tab = Tab::live();
    let out = outs(tab.event(opened(LINK, Direction::Send)));
    assert_eq!(out, [open(Direction::Send), make_offer(GEN, false)]);
    let out = outs(tab.link(LINK, described(GEN, DescriptorKind::Offer)));
    assert_eq!(out, [sent(GEN, DescriptorKind::Offer)]);
    let accept = LinkEffect::Accept {
        link: LINK,
        generation: GEN,
        sdp: SDP.to_owned(),
    };
    assert_eq!(outs(tab.event(answer(LINK, GEN))), [did(accept)]);
    assert_eq!(tab.link(LINK, LinkReport::Accepted(GEN)), []);
    assert_eq!(tab.link(LINK, state(LinkState::Connected)), []);
    assert_eq!(tab.studio().links_connected, 1);
}

#[test]
fn the_receiver_answers() {
    let mut tab = Tab::watching();
    let out = outs(tab.event(opened(LINK, Direction::Receive)));
    assert_eq!(out, [open(Direction::Receive)]);
    assert_eq!(outs(tab.event(offer(LINK, GEN))), [make_answer(GEN)]);
    let out = outs(tab.link(LINK, described(GEN, DescriptorKind::Answer)));
    assert_eq!(out, [sent(GEN, DescriptorKind::Answer)]);
}

#[test]
fn candidates_before_the_answer_wait_on_the_senders_side() {
    let mut tab = offering();
    assert_eq!(tab.event(candidates(LINK, GEN, &[1])), []);
    tab.event(answer(LINK, GEN));
    assert_eq!(tab.event(candidates(LINK, GEN, &[2])), []);
    let out = outs(tab.link(LINK, LinkReport::Accepted(GEN)));
    assert_eq!(out, [add(&[1, 2])]);
    assert_eq!(outs(tab.event(candidates(LINK, GEN, &[3]))), [add(&[3])]);
}

#[test]
fn candidates_before_the_offer_wait_on_the_receivers_side() {
    let mut tab = receiving();
    assert_eq!(tab.event(candidates(LINK, GEN, &[1])), []);
    tab.event(offer(LINK, GEN));
    assert_eq!(tab.event(candidates(LINK, GEN, &[2])), []);
    let out = outs(tab.link(LINK, described(GEN, DescriptorKind::Answer)));
    assert_eq!(out, [sent(GEN, DescriptorKind::Answer), add(&[1, 2])]);
}

#[test]
fn local_candidates_follow_their_description() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    let found = |number| LinkReport::LocalCandidate(GEN, Some(candidate(number)));
    assert_eq!(tab.link(LINK, found(1)), []);
    assert_eq!(tab.link(LINK, found(2)), []);
    let out = outs(tab.link(LINK, described(GEN, DescriptorKind::Offer)));
    let expected = [
        sent(GEN, DescriptorKind::Offer),
        sent_candidates(GEN, &[1, 2], false),
    ];
    assert_eq!(out, expected);
    assert_eq!(tab.link(LINK, found(3)), []);
    assert_eq!(tab.link(LINK, found(4)), []);
    let out = outs(tab.wait(Duration::from_millis(30)));
    assert_eq!(out, [sent_candidates(GEN, &[3, 4], false)]);
    let out = outs(tab.link(LINK, LinkReport::LocalCandidate(GEN, None)));
    assert_eq!(out, [sent_candidates(GEN, &[], true)]);
}

#[test]
fn what_belongs_to_an_older_generation_is_ignored() {
    let mut tab = offering();
    tab.link(LINK, state(LinkState::Failed));
    assert_eq!(tab.event(answer(LINK, GEN)), []);
    assert_eq!(tab.event(candidates(LINK, GEN, &[1])), []);
    let late = LinkReport::LocalCandidate(GEN, Some(candidate(1)));
    assert_eq!(tab.link(LINK, late), []);

    let mut tab = receiving();
    tab.event(offer(LINK, SECOND));
    assert_eq!(tab.event(offer(LINK, GEN)), []);
    let late = described(GEN, DescriptorKind::Answer);
    assert_eq!(tab.link(LINK, late), []);
}

#[test]
fn an_offer_to_the_end_that_offers_is_ignored() {
    let mut tab = offering();
    assert_eq!(tab.event(offer(LINK, Generation(1))), []);
    assert_eq!(tab.event(offer(LINK, Generation(0))), []);
}

#[test]
fn a_newer_offer_is_answered_on_the_same_connection() {
    let mut tab = Tab::seeing();
    assert_eq!(outs(tab.event(offer(LINK, SECOND))), [make_answer(SECOND)]);
}

#[test]
fn a_failed_path_is_renewed_by_whoever_sees_it() {
    let mut tab = offering();
    tab.event(answer(LINK, GEN));
    tab.link(LINK, LinkReport::Accepted(GEN));
    let out = outs(tab.link(LINK, state(LinkState::Failed)));
    assert_eq!(out, [make_offer(SECOND, true)]);

    let mut tab = Tab::seeing();
    let out = outs(tab.link(LINK, state(LinkState::Failed)));
    assert_eq!(out, [restart_wish()]);
}

#[test]
fn a_silent_path_is_renewed_after_three_seconds() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    assert_eq!(tab.link(LINK, state(LinkState::Disconnected)), []);
    assert_eq!(tab.wait(Duration::from_millis(2_999)), []);
    let out = outs(tab.wait(Duration::from_millis(1)));
    assert_eq!(out, [make_offer(SECOND, true)]);
}

#[test]
fn the_other_ends_wish_is_carried_out_once() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    let wish = Event::ReceiveRestartIce(ReceiveRestart {
        from: HOST.into(),
        link: LINK,
    });
    assert_eq!(outs(tab.event(wish.clone())), [make_offer(SECOND, true)]);
    assert_eq!(tab.event(wish), []);
}

#[test]
fn wishes_are_carried_out_five_seconds_apart() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    let wish = Event::ReceiveRestartIce(ReceiveRestart {
        from: HOST.into(),
        link: LINK,
    });
    assert_eq!(outs(tab.event(wish.clone())), [make_offer(SECOND, true)]);
    tab.link(LINK, described(SECOND, DescriptorKind::Offer));
    tab.event(answer(LINK, SECOND));
    tab.link(LINK, LinkReport::Accepted(SECOND));
    assert_eq!(tab.event(wish.clone()), []);
    assert_eq!(tab.event(wish), []);
    assert_eq!(outs(tab.wait(Duration::from_millis(4_999))), []);
    let out = outs(tab.wait(Duration::from_millis(1)));
    assert_eq!(out, [make_offer(Generation(3), true)]);
}

#[test]
fn an_offer_that_was_made_on_another_network_is_made_anew() {
    let mut tab = offering();
    let out = outs(tab.report(Report::NetworkChanged));
    assert_eq!(out, [Out::Asked(Command::Pong), make_offer(SECOND, true)]);

    let mut tab = receiving();
    let out = outs(tab.report(Report::NetworkChanged));
    assert_eq!(out, [Out::Asked(Command::Pong)]);
}

#[test]
fn a_changed_network_renews_every_path() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    let out = outs(tab.report(Report::NetworkChanged));
    assert_eq!(out, [Out::Asked(Command::Pong), make_offer(SECOND, true)]);
}

#[test]
fn a_path_that_fails_while_signals_are_lost_is_renewed_when_they_pass() {
    let mut tab = Tab::live();
    tab.event(opened(LINK, Direction::Send));
    tab.feed(LINK);
    tab.close(1006);
    assert_eq!(tab.link(LINK, state(LinkState::Failed)), []);
    tab.wait(Duration::from_millis(250));
    let out = outs(tab.connect(Resumed::Replayed));
    assert!(out.contains(&make_offer(SECOND, true)), "{out:?}");
}

#[test]
fn a_link_that_never_connects_is_given_up_and_closed_by_the_server() {
    let mut tab = receiving();
    let out = outs(tab.wait(Duration::from_secs(15)));
    assert_eq!(out, [failed(LinkFailure::Connectivity)]);
    let closed = Event::LinkClosed(LinkClosed {
        link: LINK,
        reason: LinkCloseReason::Failed,
    });
    assert_eq!(outs(tab.event(closed)), [did(LinkEffect::Close(LINK))]);
}

#[test]
fn a_failure_is_told_until_the_server_closes_the_link() {
    let mut tab = receiving();
    let broken = LinkReport::Broken(LinkFailure::Codec);
    let told = [failed(LinkFailure::Codec)];
    assert_eq!(outs(tab.link(LINK, broken)), told);
    assert_eq!(tab.refuse(ErrorCode::TooFast), []);
    assert_eq!(outs(tab.wait(Duration::from_secs(5))), told);
    assert_eq!(outs(tab.wait(Duration::from_secs(5))), told);
    let closed = Event::LinkClosed(LinkClosed {
        link: LINK,
        reason: LinkCloseReason::Failed,
    });
    assert_eq!(outs(tab.event(closed)), [did(LinkEffect::Close(LINK))]);
    assert_eq!(outs(tab.wait(Duration::from_secs(10))), []);
}

#[test]
fn a_link_that_the_server_does_not_know_is_closed() {
    let mut tab = receiving();
    tab.wait(Duration::from_secs(15));
    let out = outs(tab.refuse(ErrorCode::StaleLink));
    assert_eq!(out, [did(LinkEffect::Close(LINK))]);
}

#[test]
fn a_step_that_the_browser_refuses_fails_the_link() {
    let mut tab = receiving();
    let out = outs(tab.link(LINK, LinkReport::Broken(LinkFailure::Codec)));
    assert_eq!(out, [failed(LinkFailure::Codec)]);
    let mut tab = receiving();
    tab.event(offer(LINK, GEN));
    let broken = LinkReport::LocalDescription {
        generation: GEN,
        kind: DescriptorKind::Answer,
        sdp: "nonsense".to_owned(),
    };
    let out = outs(tab.link(LINK, broken));
    assert_eq!(out, [failed(LinkFailure::Negotiation)]);
}

#[test]
fn the_first_media_are_told_once() {
    let mut tab = receiving();
    let target = LinkTarget { link: LINK };
    let out = outs(tab.link(LINK, LinkReport::Flowing));
    let expected = [
        Out::Asked(Command::LinkFlowing(target)),
        Out::Did(Effect::KeepAwake(true)),
    ];
    assert_eq!(out, expected);
    assert_eq!(tab.link(LINK, LinkReport::Flowing), []);
}

#[test]
fn what_is_about_an_unknown_link_is_ignored() {
    let mut tab = Tab::seeing();
    let unknown = LinkId::from_bits(0x77);
    assert_eq!(tab.event(offer(unknown, GEN)), []);
    assert_eq!(tab.event(candidates(OTHER_LINK, GEN, &[1])), []);
    assert_eq!(tab.link(unknown, LinkReport::Flowing), []);
}

#[test]
fn what_comes_before_the_join_is_answered_is_about_another_channel() {
    let mut tab = Tab::online(crate::Page::Watch("mina".to_owned()));
    assert_eq!(tab.event(opened(LINK, Direction::Receive)), []);
    tab.joined(Some(live()));
    assert_ne!(tab.event(opened(LINK, Direction::Receive)), []);
}

#[test]
fn a_link_that_was_never_held_cannot_be_kept() {
    let mut tab = Tab::watching();
    let out = outs(tab.event(crate::tests::harness::kept(LINK, Direction::Receive)));
    assert_eq!(out, [failed(LinkFailure::Connectivity)]);
}

#[test]
fn other_ice_servers_are_used_from_the_next_negotiation_on() {
    let mut tab = Tab::seeing();
    tab.close(1006);
    tab.wait(Duration::from_millis(250));
    let hello = tab.socket(SocketReport::Opened);
    let Some(Effect::Socket(SocketEffect::Send(_, request))) = hello.first() else {
        panic!("no hello in {hello:?}");
    };
    let servers: Arc<[protocol::IceServer]> = Arc::new([protocol::IceServer {
        urls: vec!["stun:example.org".to_owned()],
        username: None,
        credential: None,
    }]);
    let mut welcome = crate::tests::harness::welcome(Resumed::Replayed);
    welcome.ice_servers = Arc::clone(&servers);
    let reply = protocol::Reply::Welcome(Box::new(welcome));
    let message = ServerMessage::Reply {
        re: request.id.unwrap(),
        result: Ok(protocol::wire::ReplyData::of(&reply).unwrap()),
    };
    let out = outs(tab.socket(SocketReport::Received(message)));
    assert_eq!(out.first(), Some(&did(LinkEffect::UseIceServers(servers))));
}

#[test]
fn a_network_change_while_the_answer_is_set_is_not_forgotten() {
    // A renegotiation of a link that works: offer 2 is out, its answer is being set.
    let mut tab = offering();
    tab.event(answer(LINK, GEN));
    tab.link(LINK, LinkReport::Accepted(GEN));
    tab.link(LINK, state(LinkState::Connected));
    tab.report(Report::NetworkChanged);
    tab.link(LINK, described(SECOND, DescriptorKind::Offer));
    tab.event(answer(LINK, SECOND));
    // Now the network is another one again.
    let mut out = outs(tab.report(Report::NetworkChanged));
    out.extend(outs(tab.link(LINK, LinkReport::Accepted(SECOND))));
    for _ in 0..60 {
        out.extend(outs(tab.wait(Duration::from_millis(500))));
    }
    let offers = out
        .iter()
        .filter(|it| matches!(it, Out::Did(Effect::Link(LinkEffect::Offer { .. }))));
    assert_eq!(offers.count(), 1, "{out:?}");
}

#[test]
fn a_refused_offer_is_sent_again() {
    let mut tab = offering();
    let mut out = outs(tab.refuse(ErrorCode::TooFast));
    for _ in 0..16 {
        out.extend(outs(tab.wait(Duration::from_millis(500))));
    }
    let again = out
        .iter()
        .filter(|it| matches!(it, Out::Asked(Command::Offer(_))));
    assert_eq!(again.count(), 1, "{out:?}");
}

#[test]
fn a_refused_offer_goes_before_its_candidates() {
    let mut tab = offering();
    let refused = tab.last_request;
    tab.link(LINK, LinkReport::LocalCandidate(GEN, Some(candidate(1))));
    let early = outs(tab.wait(Duration::from_millis(30)));
    assert_eq!(early, [sent_candidates(GEN, &[1], false)]);
    tab.refuse_with(refused, ErrorCode::Unknown, Some(1_000));
    tab.link(LINK, LinkReport::LocalCandidate(GEN, None));
    let again = outs(tab.wait(Duration::from_secs(1)));
    let expected = [
        sent(GEN, DescriptorKind::Offer),
        sent_candidates(GEN, &[1], true),
    ];
    assert_eq!(again, expected);
}

#[test]
fn a_link_of_an_unknown_kind_is_not_opened_and_reported() {
    let known = LinkOpened {
        link: LINK,
        peer: HOST.into(),
        direction: Direction::Receive,
        kind: LinkKind::Direct,
        kept: false,
    };
    for unknown in [
        LinkOpened {
            direction: Direction::Unknown,
            ..known
        },
        LinkOpened {
            kind: LinkKind::Unknown,
            ..known
        },
        LinkOpened {
            peer: End::Unknown,
            ..known
        },
    ] {
        let mut tab = Tab::watching();
        let out = outs(tab.event(Event::LinkOpened(unknown)));
        assert_eq!(out, [failed(LinkFailure::Negotiation)]);
    }
}
