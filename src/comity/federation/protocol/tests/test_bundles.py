"""Files of a bundle: what was written is read, and nothing else is."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from comity.federation.protocol import bundle, dsse, errors
from comity.federation.protocol.bundle import Index, chunk_of
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.ring import Ring
from comity.federation.protocol.tests.peer import Party
from comity.kernel import canonical
from comity.kernel.ids import PartyId, party_id_of

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
SENDER, OTHER = Party("sender"), Party("other")
FEED = FeedKey(party_id_of(b"a channel"), SENDER.id, "0" * 16)
DATA = (b'{"parties":[]}', b"frames one to three", b"frames four to nine")
INDEX = Index(
    sender=SENDER.id,
    recipient=PartyId(OTHER.id),
    name="ab" * 16,
    at=AT,
    parts=((chunk_of(DATA[0]), chunk_of(DATA[1], FEED, 1, 3)), (chunk_of(DATA[2], FEED, 4, 9),)),
    manifests=({"any": "thing"},),
)


def rings(party: PartyId) -> Ring | None:
    keys = {one.id: frozenset({one.key().public}) for one in (SENDER, OTHER)}
    return Ring(keys[party], keys[party]) if party in keys else None


def opened(data: bytes) -> tuple[Index, int]:
    opening = bundle.read_opening(io.BytesIO(data).read)
    return bundle.verify(opening, rings), opening.part


def written(index: Index = INDEX, part: int = 2, by: Party = SENDER) -> bytes:
    return bundle.opening(bundle.sign(index, by.key()), part)


def test_what_was_written_is_read():
    assert opened(written() + DATA[2]) == (INDEX, 2)
    assert opened(written(part=1)) == (INDEX, 1)
    assert list(INDEX.chunks)[1].feed == FEED


def test_members_of_a_later_version_are_passed_by():
    body = canonical.decode(INDEX.encode())
    assert isinstance(body, dict)
    assert Index.decode(canonical.encode({**body, "later": [1]})) == INDEX


@pytest.mark.parametrize("data", [b"", b"com", b"PK\x03\x04" + b"0" * 100, b"\x1f\x8b" * 99, b"{}" * 40])
def test_another_file_is_refused(data: bytes):
    with pytest.raises(bundle.NotABundle):
        opened(data)


def test_a_bundle_of_a_later_version_says_so():
    with pytest.raises(errors.UnknownVersion):
        opened(written().replace(b"bundle 1", b"bundle 2"))


def test_a_length_is_refused_before_anything_is_read():
    asked: list[int] = []
    stream = io.BytesIO(bundle.MAGIC + b"\xff" * 4 + b"x" * 1000)

    def read(count: int) -> bytes:
        asked.append(count)
        return stream.read(count)

    with pytest.raises(errors.TooBig):
        bundle.read_opening(read)
    assert max(asked) < 100


def test_every_file_that_ends_early_or_was_changed_is_refused():
    whole = written()
    chance = random.Random(7)
    for end in chance.sample(range(len(whole)), 40):
        with pytest.raises(errors.ProtocolError):
            opened(whole[:end])
    for at in chance.sample(range(len(whole) - 4), 60):
        with pytest.raises(errors.ProtocolError):
            opened(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])


@pytest.mark.parametrize("part", [0, 3, 2**32 - 1])
def test_a_part_that_there_is_not(part: int):
    with pytest.raises(errors.Malformed):
        opened(written(part=part))


def test_an_index_is_its_senders_own():
    for forged in (written(by=OTHER), written(replace(INDEX, sender=PartyId(party_id_of(b"nobody"))))):
        with pytest.raises(errors.BadSignature):
            opened(forged)
    cheat = bundle.sign(INDEX, SENDER.key())
    swapped = dsse.Envelope(cheat.payload_type, replace(INDEX, name="cd" * 16).encode(), cheat.signatures)
    with pytest.raises(errors.BadSignature):
        opened(bundle.opening(swapped, 1))


def test_bytes_that_the_index_does_not_name():
    chunk = chunk_of(DATA[1], FEED, 1, 3)
    bundle.check_chunk(chunk, DATA[1])
    for wrong in (DATA[1][:-1], DATA[1] + b"x", DATA[2], b""):
        with pytest.raises(errors.Spliced):
            bundle.check_chunk(chunk, wrong)


BAD: list[Callable[[dict[str, Any]], object]] = [
    lambda body: body.update(parts=[]),
    lambda body: body.update(parts=[[[bundle.MAX_CHUNK + 1, "0" * 64]]]),
    lambda body: body.update(parts=[[[1, "0" * 64, 0, 5, 4]]]),
    lambda body: body.update(parts=[[[1, "0" * 64, 1, 1, 1]]]),
    lambda body: body.update(parts=[[[1, "0" * 64, 0]]]),
    lambda body: body.update(feeds=[], parts=[[[1, "0" * 64, 0, 1, 1]]]),
    lambda body: body.update(parts=[[[True, "0" * 64]]]),
    lambda body: body.update(parts=[[[1, "0" * 63]]]),
    lambda body: body.update(parts=[[]] * (bundle.MAX_PARTS + 1)),
    lambda body: body.update(parts=[[[1, "0" * 64]] * (bundle.MAX_CHUNKS + 1)]),
    lambda body: body.update(name="../../etc/passwd"),
    lambda body: body.update(at="yesterday"),
    lambda body: body.update(to="nobody"),
    lambda body: body.update(manifests=[1] * (bundle.MAX_MANIFESTS + 1)),
    lambda body: body.pop("feeds"),
    lambda body: body.update(later=[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]),
]


@pytest.mark.parametrize("spoil", BAD)
def test_an_index_that_says_what_cannot_be_is_refused(spoil: Callable[[dict[str, Any]], object]):
    body = canonical.decode(INDEX.encode())
    assert isinstance(body, dict)
    spoil(body)
    with pytest.raises((errors.Malformed, errors.TooBig)):
        Index.decode(canonical.encode(body))
