"""A revision as bytes: one spelling, one commitment, and every malformation refused."""

import hashlib
import json
from typing import Any

import pytest

from comity.kernel import canonical
from comity.kernel.ids import party_id_of
from comity.labels.domain import Label
from comity.labels.scale import Classification
from comity.parties.models import Party
from comity.records.envelope import Envelope, NotARevision, commitment, decode
from comity.records.tests.factories import SALT, envelope

PARTY = party_id_of(b"somewhere")


def made() -> Envelope:
    marking = Label("PARTNERSHIP", Classification.UNCLASSIFIED, frozenset({PARTY}))
    return envelope(Party(id=PARTY), marking)


def parsed() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(made().encode())
    return value


def test_what_is_encoded_is_read_back() -> None:
    assert decode(made().encode()) == made()


def test_the_bytes_are_canonical_json_of_seven_members() -> None:
    assert canonical.encode(parsed()) == made().encode()
    assert list(parsed()) == ["at", "body", "by", "id", "kind", "label", "revision"]


def test_the_commitment_is_the_hash_of_salt_and_bytes() -> None:
    data = made().encode()
    assert commitment(SALT, data) == hashlib.sha256(SALT + data).digest()
    assert commitment(bytes(32), data) != commitment(SALT, data)


@pytest.mark.parametrize(
    "broken",
    [
        {"extra": 1},
        {"at": "2026-03-01T09:00:00Z"},
        {"at": 5},
        {"body": []},
        {"by": None},
        {"by": "x" * 81},
        {"by": "two\nlines"},
        {"id": f"{PARTY}/nothing"},
        {"id": PARTY},
        {"kind": ["people.organisation/1"]},
        {"kind": "k" * 81},
        {"label": "PARTNERSHIP"},
        {"label": {}},
        {"label": {"policy": "PARTNERSHIP", "classification": "UNCLASSIFIED", "releasable_to": []}},
        {"revision": 0},
        {"revision": -1},
        {"revision": True},
        {"revision": "1"},
        {"revision": 2**31},
    ],
)
def test_a_malformed_revision_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(NotARevision):
        decode(canonical.encode(parsed() | broken))


@pytest.mark.parametrize("name", ["at", "body", "by", "id", "kind", "label", "revision"])
def test_no_member_may_be_missing(name: str) -> None:
    value = parsed()
    del value[name]
    with pytest.raises(NotARevision):
        decode(canonical.encode(value))


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: data + b" ",
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b'"at":', b'"at": '),
        lambda data: data[:-1] + b',"revision":1}',
        lambda data: data.replace(b'"revision":1', b'"revision":1.0'),
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"[]",
        lambda data: b"null",
        lambda data: b"[" * 5_000,
        lambda data: b'"' + b"x" * 1_048_577 + b'"',
    ],
)
def test_bytes_in_another_spelling_are_refused(spoilt: Any) -> None:
    with pytest.raises(NotARevision):
        decode(spoilt(made().encode()))
