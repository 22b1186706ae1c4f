"""A channel's manifest is believed only as a chain that its owner has signed."""

from dataclasses import replace
from typing import Any

import pytest

from comity.federation.protocol import channel, errors
from comity.federation.protocol.feed import Position
from comity.federation.protocol.tests.peer import Party, a_channel, following, rings, signed
from comity.kernel.ids import PartyId
from comity.labels.scale import Tlp

MISSION, HOST, MEMBER = Party("mission"), Party("host"), Party("member")
FIRST = a_channel(MISSION, HOST)
ID = channel.channel_id_of(FIRST.encode())


def test_a_manifest_reads_as_it_was_written():
    full = a_channel(
        MISSION,
        HOST,
        groups=frozenset({"cell"}),
        caveats=frozenset({"EYES"}),
        tlp=Tlp.AMBER,
        history=True,
        carries=frozenset({HOST.id}),
        ended={MEMBER.id: {"0" * 16: Position(3, "a" * 64)}},
        closed=True,
    )
    assert channel.parse(full.encode()) == full
    assert channel.audience(full).members == {MISSION.id, HOST.id}
    assert full.senders == {HOST.id}
    assert FIRST.senders == FIRST.members


def test_a_chain_is_followed_to_its_newest_version():
    second = following(FIRST, members=FIRST.members | {MEMBER.id})
    third = following(second, closed=True)
    chain = [signed(one, MISSION) for one in (FIRST, second, third)]
    assert channel.verify_chain(ID, chain, rings) == third


def test_an_owner_may_change_its_key():
    owner = Party("another owner")
    first = a_channel(owner)
    chain = [signed(first, owner)]
    owner.rotate()
    chain.append(signed(following(first, closed=True), owner))
    assert channel.verify_chain(channel.channel_id_of(first.encode()), chain, rings).closed


def test_a_revoked_key_makes_no_channel():
    owner = Party("careless")
    stolen = signed(a_channel(owner), owner)
    owner.revoked[owner.key().public] = {}
    owner.rotate()
    with pytest.raises(errors.BadSignature):
        channel.verify_first(stolen, rings)


def test_only_the_owner_speaks_for_a_channel():
    with pytest.raises(errors.BadSignature):
        channel.verify_first(signed(FIRST, HOST), rings)
    with pytest.raises(errors.BadSignature):
        channel.verify_next(FIRST.encode(), signed(following(FIRST, owner=HOST.id), MISSION), rings)
    with pytest.raises(errors.BadSignature):
        channel.verify_first(signed(FIRST, MISSION), lambda _: None)


@pytest.mark.parametrize(
    "broken",
    [
        {"version": 3},
        {"previous": "0" * 64},
        {"owner": HOST.id},
        {"nonce": "0" * 32},
    ],
)
def test_a_version_that_does_not_follow_is_refused(broken: dict[str, Any]):
    manifest = following(FIRST)
    by = HOST if "owner" in broken else MISSION
    with pytest.raises(errors.BadChannel):
        channel.verify_next(FIRST.encode(), signed(_with(manifest, broken), by), rings)


def _with(manifest: channel.ChannelManifest, changes: dict[str, Any]) -> channel.ChannelManifest:
    return replace(manifest, **changes)


def test_a_closed_channel_stays_closed():
    closed = following(FIRST, closed=True)
    with pytest.raises(errors.BadChannel):
        channel.verify_next(closed.encode(), signed(following(closed, closed=False), MISSION), rings)


def test_an_ended_feed_stays_ended():
    ended = following(FIRST, ended={HOST.id: {"0" * 16: Position(3, "a" * 64)}})
    for change in ({}, {HOST.id: {"0" * 16: Position(4, "a" * 64)}}):
        with pytest.raises(errors.BadChannel):
            channel.verify_next(ended.encode(), signed(following(ended, ended=change), MISSION), rings)


def test_a_channel_has_one_beginning():
    with pytest.raises(errors.BadChannel):
        channel.verify_first(signed(following(FIRST), MISSION), rings)
    with pytest.raises(errors.BadChannel):
        channel.verify_chain(MISSION.id, [signed(FIRST, MISSION)], rings)
    with pytest.raises(errors.BadChannel):
        channel.verify_chain(ID, [], rings)


@pytest.mark.parametrize(
    "broken", [{"members": frozenset({HOST.id})}, {"carries": frozenset({MEMBER.id})}, {"ceiling": {}}]
)
def test_a_manifest_that_makes_no_sense_is_refused(broken: dict[str, Any]):
    with pytest.raises(errors.BadChannel):
        channel.parse(_with(FIRST, broken).encode())


def test_members_are_party_ids():
    with pytest.raises(errors.Malformed):
        channel.parse(_with(FIRST, {"members": FIRST.members | {PartyId("x")}}).encode())
