"""A request is believed for what was signed, to whom, and with which body."""

from typing import Any

import pytest

from comity.federation.protocol import errors, request, vector
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.protocol.tests.peer import AT, Party, drawn, rings

MISSION, HOST = Party("mission"), Party("host")


def asked(**changes: Any) -> Any:
    facts: dict[str, Any] = {
        "sender": MISSION.id,
        "recipient": HOST.id,
        "method": "POST",
        "path": "/p",
        "body": b"b",
        "at": AT,
    }
    return request.sign_request(**(facts | {"nonce": bytes(16), "key": MISSION.key()} | changes))


def heard(envelope: Any, **changes: Any) -> request.RequestStatement:
    facts: dict[str, Any] = {"rings": rings, "method": "POST", "path": "/p", "body": b"b"}
    return request.verify_request(envelope, **(facts | changes))


def test_a_request_says_who_asks_whom():
    said = heard(asked())
    assert (said.sender, said.recipient, said.at, said.nonce) == (MISSION.id, HOST.id, AT, bytes(16))


@pytest.mark.parametrize("other", [{"method": "GET"}, {"path": "/q"}, {"body": b"c"}])
def test_a_request_is_good_for_itself_alone(other: dict[str, Any]):
    with pytest.raises(errors.Misdirected):
        heard(asked(), **other)


def test_nobody_asks_in_the_name_of_another():
    with pytest.raises(errors.BadSignature):
        heard(asked(key=HOST.key()))
    with pytest.raises(errors.BadSignature):
        heard(asked(), rings=lambda _: None)


def test_a_key_that_was_replaced_asks_no_more():
    party = Party("rotating")
    old = asked(sender=party.id, key=party.key())
    heard(old)
    party.rotate()
    with pytest.raises(errors.BadSignature):
        heard(old)


def test_a_revoked_key_asks_no_more():
    party = Party("robbed")
    old = asked(sender=party.id, key=party.key())
    party.revoked[party.key().public] = {}
    with pytest.raises(errors.BadSignature):
        heard(old)


def test_two_vectors_say_what_to_pull_and_what_to_offer():
    def key(party: Party) -> FeedKey:
        return FeedKey(MISSION.id, party.id, "0" * 16)

    more, less = Position(3, drawn(3).hex()), Position(1, drawn(1).hex())
    other = Party("other")
    mine = {key(MISSION): more, key(HOST): less, key(other): more}
    theirs = {key(MISSION): less, key(HOST): more, key(other): more._replace(head=drawn(0).hex())}
    found = vector.difference(mine, theirs)
    assert (dict(found.pull), dict(found.push), found.forked) == (
        {key(HOST): less},
        {key(MISSION): less},
        (key(other),),
    )
    assert vector.difference({}, mine).pull[key(HOST)] == Position(0, "")
    assert vector.decode(vector.encode(mine)) == mine
