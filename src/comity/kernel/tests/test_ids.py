"""Ids of parties and records."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.ids import BadId, PartyId, RecordId, parse_party_id, party_id_of, uuid7

moments = st.datetimes(datetime(1970, 1, 2), datetime(2900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PARTY = party_id_of(b"manifest")


def test_a_party_id_is_the_base32_of_the_hash() -> None:
    assert len(PARTY) == 52
    assert PARTY.lower() == PARTY
    value = 0
    for character in PARTY:
        value = value << 5 | "abcdefghijklmnopqrstuvwxyz234567".index(character)
    assert (value >> 4).to_bytes(32, "big") == hashlib.sha256(b"manifest").digest()


@given(st.binary())
def test_a_party_id_is_read_back(manifest: bytes) -> None:
    party = party_id_of(manifest)
    assert parse_party_id(party) == party


@pytest.mark.parametrize(
    "text", ["", PARTY[:-1], PARTY + "a", PARTY.upper(), PARTY[:-1] + "b", "1" + PARTY[1:], PARTY + "\n"]
)
def test_is_no_party_id(text: str) -> None:
    with pytest.raises(BadId):
        parse_party_id(text)


def test_the_example_of_rfc_9562() -> None:
    """Appendix A.6: 2022-02-22 14:22:22 at UTC-5, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F."""
    at = datetime(2022, 2, 22, 14, 22, 22, tzinfo=timezone(timedelta(hours=-5)))
    random = (0xCC3 << 62 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(at, random) == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(moments, moments, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_uuids_sort_by_time_to_the_millisecond(one: datetime, other: datetime, salt: bytes, pepper: bytes) -> None:
    early, late = sorted((one, other))
    if late - early >= timedelta(milliseconds=1):
        assert uuid7(early, salt) < uuid7(late, pepper)
    made = uuid7(one, salt)
    assert (made.version, made.variant) == (7, RFC_4122)


def test_uuid7_refuses_what_it_cannot_hold() -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC)
    for moment, random in (
        (at.replace(tzinfo=None), bytes(10)),
        (at, bytes(9)),
        (at, bytes(16)),
        (at.replace(year=1969), bytes(10)),
    ):
        with pytest.raises(ValueError, match=r"zone|random|outside"):
            uuid7(moment, random)


@given(moments, st.binary(min_size=10, max_size=10))
def test_a_record_id_is_read_back(at: datetime, random: bytes) -> None:
    rid = RecordId(PARTY, uuid7(at, random))
    assert RecordId.parse(str(rid)) == rid
    assert rid.slug == f"{PARTY[:8]}-{rid.uuid}"


@pytest.mark.parametrize(
    "breaking", [str.upper, lambda text: text.replace("-", ""), lambda text: text.replace("/", "-")]
)
def test_another_spelling_of_a_record_id_is_refused(breaking: object) -> None:
    text = str(RecordId(PARTY, UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")))
    assert RecordId.parse(text).party == PARTY
    with pytest.raises(BadId):
        RecordId.parse(breaking(text))  # type: ignore[operator]
    for other in ("", "/", text + "/", text + " ", "{" + text + "}", "a/" + text, text.partition("/")[2]):
        with pytest.raises(BadId):
            RecordId.parse(other)


def test_record_ids_sort_by_party_then_uuid() -> None:
    low, high = UUID(int=1), UUID(int=2)
    ids = [RecordId(PartyId("b"), low), RecordId(PartyId("a"), high), RecordId(PartyId("a"), low)]
    assert sorted(ids) == [ids[2], ids[1], ids[0]]
