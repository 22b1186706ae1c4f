"""What two parties say to each other in a channel, and every way in which a third could meddle."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.federation.protocol import errors, frame, keyset
from comity.federation.protocol.channel import check_carried
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.feed import FeedState, Position, accept
from comity.federation.protocol.frame import Frame, FrameClass
from comity.federation.protocol.statement import (
    Mode,
    Withdrawal,
    check_owner,
)
from comity.federation.protocol.tests.peer import (
    KIND,
    Ear,
    Party,
    Voice,
    a_channel,
    a_label,
    a_revision,
    following,
    one_of_each,
)
from comity.labels.scale import Classification, Tlp


@pytest.fixture
def mission() -> Party:
    return Party("mission")


@pytest.fixture
def host() -> Party:
    return Party("host")


@pytest.fixture
def outsider() -> Party:
    return Party("outsider")


@pytest.fixture
def voice(mission: Party, host: Party) -> Voice:
    return Voice(mission, a_channel(mission, host))


@pytest.fixture
def ear(host: Party, voice: Voice) -> Ear:
    heard = Ear(host, [voice.manifest])
    heard.hear(voice.announce())
    return heard


def altered(envelope: Envelope, **changes: Any) -> Envelope:
    return replace(envelope, **changes)


def test_what_is_said_is_heard(voice: Voice, ear: Ear, mission: Party):
    items = one_of_each(mission, voice.feed)
    heard = ear.hear(voice.say(*items))
    assert heard is not None
    assert (heard.items, heard.seq) == (items, 2)


def test_a_frame_that_comes_twice_is_heard_once(voice: Voice, ear: Ear, mission: Party):
    said = voice.say(a_revision(mission))
    assert ear.hear(said) is not None
    assert ear.hear(said) is None


def test_a_frame_that_was_dropped_is_missed(voice: Voice, ear: Ear, mission: Party):
    voice.say(a_revision(mission))
    with pytest.raises(errors.Gap) as gap:
        ear.hear(voice.say(a_revision(mission)))
    assert gap.value.expected == 2


def test_a_tampered_header_has_no_signature(voice: Voice, ear: Ear, mission: Party):
    said = voice.say(a_revision(mission))
    other = said.envelope.payload.replace(b'"epoch":1', b'"epoch":2')
    with pytest.raises(errors.BadSignature):
        ear.hear(Frame(altered(said.envelope, payload=other), said.content))


@given(at=st.integers(0), bit=st.integers(0, 7))
def test_a_flipped_bit_of_a_content_is_noticed(at: int, bit: int):
    mission, host = Party("mission"), Party("host")
    voice = Voice(mission, a_channel(mission, host))
    ear = Ear(host, [voice.manifest])
    ear.hear(voice.announce())
    said = voice.say(a_revision(mission))
    content = bytearray(said.content or b"")
    content[at % len(content)] ^= 1 << bit
    with pytest.raises(errors.Spliced):
        ear.hear(Frame(said.envelope, bytes(content)))


def test_nobody_signs_for_another(voice: Voice, ear: Ear, mission: Party, host: Party):
    with pytest.raises(errors.BadSignature):
        ear.hear(voice.say(a_revision(mission), key=host.key()))


def test_a_statement_is_signed_by_its_party_and_not_only_its_header(
    voice: Voice, ear: Ear, host: Party, mission: Party
):
    with pytest.raises(errors.BadSignature):
        ear.hear(voice._lying(voice.statement(a_revision(mission)), by=host))


def test_a_keyset_that_the_header_does_not_name_is_refused(voice: Voice, ear: Ear):
    one, other = voice.announce(), voice.announce()
    with pytest.raises(errors.Spliced):
        ear.hear(Frame(one.envelope, other.content))


def test_another_header_over_the_same_content_does_not_open(voice: Voice, ear: Ear, mission: Party):
    said = voice.say(a_revision(mission))
    again = voice.step(said.content or b"", FrameClass.RECORDS)
    ear.hear(said)
    with pytest.raises(errors.CannotOpen):
        ear.hear(again)


def test_a_content_from_another_step_is_refused(voice: Voice, ear: Ear, mission: Party):
    first, second = voice.say(a_revision(mission)), voice.say(a_revision(mission, 2))
    with pytest.raises(errors.Spliced):
        ear.hear(Frame(first.envelope, second.content))


@pytest.mark.parametrize("lie", [{"seq": 9}, {"feed": "other channel"}, {"feed": "other incarnation"}])
def test_a_statement_made_for_another_place_is_refused(
    voice: Voice, ear: Ear, mission: Party, host: Party, lie: dict[str, Any]
):
    if lie.get("feed") == "other channel":
        lie = {"feed": Voice(mission, a_channel(host, mission)).feed}
    elif "feed" in lie:
        lie = {"feed": voice.feed._replace(incarnation="1" * 16)}
    with pytest.raises(errors.Spliced):
        ear.hear(voice.say(a_revision(mission), **lie))


def test_a_statement_forwarded_to_another_channel_is_refused(voice: Voice, mission: Party, host: Party):
    """A member of both channels takes what was said in one, and puts the signed statement into the other."""
    other = Voice(mission, a_channel(host, mission, nonce="ab" * 16))
    listener = Ear(host, [other.manifest])
    listener.hear(other.announce())
    voice.announce()
    with pytest.raises(errors.Spliced):
        listener.hear(other.say(a_revision(mission), feed=voice.feed, audience=voice.audience))


def test_a_statement_for_another_audience_is_refused(voice: Voice, ear: Ear, mission: Party):
    with pytest.raises(errors.UnknownAudience):
        ear.hear(voice.say(a_revision(mission), audience="0" * 64))


def test_who_is_not_in_the_channel_says_nothing_in_it(voice: Voice, ear: Ear, outsider: Party, host: Party):
    intruder = Voice(outsider, voice.manifest)
    with pytest.raises(errors.NotAMember):
        ear.hear(intruder.announce())


def test_who_was_not_given_the_key_hears_nothing(voice: Voice, outsider: Party):
    listener = Ear(outsider, [voice.manifest])
    with pytest.raises(errors.NotAMember):
        listener.hear(voice.announce())


def test_an_epoch_that_was_not_announced_is_refused(voice: Voice, ear: Ear, mission: Party):
    voice.epoch = 2
    with pytest.raises(errors.WrongEpoch):
        ear.hear(voice.say(a_revision(mission)))


def test_a_keyset_that_gives_another_key_than_it_promises_is_refused(voice: Voice, host: Party):
    with pytest.raises(errors.WrongEpoch):
        Ear(host, [voice.manifest]).hear(voice.announce(commitment="0" * 64))


def test_a_wrap_for_one_member_does_not_open_for_another(voice: Voice, mission: Party, host: Party):
    made = keyset.wrap(
        b"k" * 32,
        feed=voice.feed,
        epoch=1,
        audience=voice.audience,
        members={mission.id: host.exchange.public_key().public_bytes_raw()},
    )
    stolen = replace(made, wraps={host.id: made.wraps[mission.id]})
    with pytest.raises(errors.CannotOpen):
        keyset.unwrap(stolen, feed=voice.feed, party=host.id, open_sealed=host.open_sealed)


def test_two_contents_under_one_number_are_proof(voice: Voice, ear: Ear, mission: Party):
    before = voice.at
    ear.hear(voice.say(a_revision(mission)))
    voice.at = before
    with pytest.raises(errors.Equivocation) as proof:
        ear.hear(voice.say(a_revision(mission, 2)))
    assert proof.value.seq == 2


def test_a_step_on_another_past_is_proof(voice: Voice, ear: Ear, mission: Party):
    ear.hear(voice.say(a_revision(mission)))
    voice.at = Position(2, "0" * 64)
    with pytest.raises(errors.Equivocation) as proof:
        ear.hear(voice.say(a_revision(mission)))
    assert proof.value.seq == 2


def test_nothing_is_taken_from_a_quarantined_feed(voice: Voice, mission: Party):
    header = frame.verify_header(voice.announce().envelope, mission.ring)
    with pytest.raises(errors.Quarantined):
        accept(FeedState(voice.feed, quarantined=True), [header], lambda _: None)


def test_a_feed_is_not_continued_with_headers_of_another(voice: Voice, mission: Party):
    header = frame.verify_header(voice.announce().envelope, mission.ring)
    with pytest.raises(errors.Spliced):
        accept(FeedState(voice.feed._replace(incarnation="1" * 16)), [header], lambda _: None)


def test_a_revoked_key_keeps_what_it_said_before_and_says_no_more(voice: Voice, ear: Ear, mission: Party):
    good = voice.say(a_revision(mission))
    mission.revoked[mission.key().public] = {voice.feed: voice.at}
    forged = voice.say(a_revision(mission, 2))
    mission.rotate()
    assert ear.hear(good) is not None
    with pytest.raises(errors.Revoked):
        ear.hear(forged)


def test_a_revoked_key_cannot_rewrite_its_last_good_step(voice: Voice, ear: Ear, mission: Party):
    before = voice.at
    voice.say(a_revision(mission))
    mission.revoked[mission.key().public] = {voice.feed: voice.at}
    voice.at = before
    with pytest.raises(errors.Revoked):
        ear.hear(voice.say(a_revision(mission, 2)))


def test_a_revoked_key_begins_no_feed(voice: Voice, mission: Party, host: Party):
    mission.revoked[mission.key().public] = {}
    with pytest.raises(errors.Revoked):
        Ear(host, [voice.manifest]).hear(Voice(mission, voice.manifest, "f" * 16).announce())


def test_a_party_that_left_says_nothing_beyond_its_end(voice: Voice, ear: Ear, mission: Party):
    last = voice.say(a_revision(mission))
    ended = following(voice.manifest, ended={mission.id: {voice.feed.incarnation: voice.at}})
    state = replace(ear.states[voice.feed], ends=ended.end_of(voice.feed))
    header = frame.verify_header(last.envelope, mission.ring)
    beyond = frame.verify_header(voice.say(a_revision(mission, 2)).envelope, mission.ring)
    state = accept(state, [header], lambda _: None).state
    assert state.at == header.at
    with pytest.raises(errors.Revoked):
        accept(state, [beyond], lambda _: None)


def test_only_the_owner_sends_a_record(voice: Voice, host: Party, mission: Party):
    check_owner(a_revision(mission), voice.feed)
    with pytest.raises(errors.Foreign):
        check_owner(a_revision(host), voice.feed)
    with pytest.raises(errors.Foreign):
        check_owner(Withdrawal(a_revision(host).record, Mode.HIDE), voice.feed)


def test_what_a_channel_carries(mission: Party, host: Party, outsider: Party):
    manifest = a_channel(mission, host)
    check_carried(a_label(mission, host, outsider), kind=KIND, owner=host.id, manifest=manifest)
    fine = a_label(mission, host)
    for broken in (
        {"label": a_label(mission)},
        {"label": a_label(mission, host, classification=Classification.CONFIDENTIAL)},
        {"label": a_label(mission, host, groups=frozenset({"cell"}))},
        {"label": a_label(mission, host, caveats=frozenset({"EYES"}))},
        {"label": a_label(mission, host, tlp=Tlp.GREEN)},
        {"label": a_label(mission, host, exchange_never=True)},
        {"label": replace(fine, policy="SYNTHETIC")},
        {"kind": "people.person/1"},
        {"manifest": a_channel(mission, host, carries=frozenset({host.id}))},
    ):
        asked: dict[str, object] = {"label": fine, "kind": KIND, "owner": mission.id, "manifest": manifest} | broken
        with pytest.raises(errors.OverCeiling):
            check_carried(asked.pop("label"), **asked)  # type: ignore[arg-type]


def test_a_content_that_was_destroyed_does_not_break_the_chain(voice: Voice, mission: Party):
    headers = [
        frame.verify_header(said.envelope, mission.ring)
        for said in (voice.announce(), voice.say(a_revision(mission)), voice.say(a_revision(mission)))
    ]
    assert accept(FeedState(voice.feed), headers, lambda _: None).state.at == voice.at
