"""A manifest is believed only when the right keys signed exactly these bytes."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel import canonical
from comity.kernel.ids import party_id_of
from comity.kernel.text import Text
from comity.parties import keys, manifest
from comity.parties.manifest import BadManifest, Envelope, LogEnd, Manifest, Nature, Purpose, Revocation, Step

AT = datetime(2026, 3, 1, tzinfo=UTC)
ROOTS = [bytes([number]) * 32 for number in (1, 2, 3)]
OTHERS = {Purpose.RELEASE: b"r" * 32, Purpose.EXCHANGE: b"x" * 32, Purpose.AUDIT: b"a" * 32}


def public(private: bytes, purpose: Purpose = Purpose.ROOT) -> bytes:
    return keys.public_of(purpose, private)


def a_manifest(**changes: Any) -> Manifest:
    first = Manifest(
        version=1,
        previous="",
        expires=AT + timedelta(days=30),
        name=Text.single("en", "Republic of Somewhere"),
        nature=Nature.HOST,
        threshold=2,
        keys={
            Purpose.ROOT: tuple(public(root) for root in ROOTS),
            **{purpose: (public(private, purpose),) for purpose, private in OTHERS.items()},
        },
    )
    return replace(first, **changes)


def signed(data: bytes, *roots: bytes) -> Envelope:
    message = manifest.signed_bytes(data)
    return Envelope(
        data,
        {manifest.key_id(public(root)): Ed25519PrivateKey.from_private_bytes(root).sign(message) for root in roots},
    )


FIRST = a_manifest().encode()
NEW_ROOT = b"n" * 32


def following(**changes: Any) -> Manifest:
    return a_manifest(**{"version": 2, "previous": hashlib.sha256(FIRST).hexdigest()} | changes)


def test_a_first_manifest_names_its_party():
    party, read = manifest.verify_first(signed(FIRST, *ROOTS[:2]))
    assert party == party_id_of(FIRST)
    assert read == a_manifest()


def test_more_signatures_than_needed_are_welcome():
    manifest.verify_first(signed(FIRST, *ROOTS))


def test_fewer_signatures_than_the_threshold_are_refused():
    with pytest.raises(BadManifest, match="too few"):
        manifest.verify_first(signed(FIRST, ROOTS[0]))


def test_a_stranger_signing_makes_up_for_nobody():
    with pytest.raises(BadManifest, match="too few"):
        manifest.verify_first(signed(FIRST, ROOTS[0], NEW_ROOT))


def test_one_signature_under_two_names_counts_once():
    one = signed(FIRST, ROOTS[0])
    (signature,) = one.signatures.values()
    twice = Envelope(FIRST, {manifest.key_id(public(root)): signature for root in ROOTS})
    with pytest.raises(BadManifest, match="too few"):
        manifest.verify_first(twice)


@given(st.integers(0, len(FIRST) - 1), st.integers(0, 7))
def test_one_bit_changed_is_noticed(place: int, bit: int):
    forged = bytearray(FIRST)
    forged[place] ^= 1 << bit
    with pytest.raises(BadManifest):
        manifest.verify_first(Envelope(bytes(forged), signed(FIRST, *ROOTS).signatures))


def test_a_signature_without_its_type_is_refused():
    bare = {manifest.key_id(public(r)): Ed25519PrivateKey.from_private_bytes(r).sign(FIRST) for r in ROOTS}
    with pytest.raises(BadManifest, match="too few"):
        manifest.verify_first(Envelope(FIRST, bare))


def test_a_party_does_not_begin_with_version_two():
    data = following().encode()
    with pytest.raises(BadManifest, match="begins"):
        manifest.verify_first(signed(data, *ROOTS))


def test_the_next_version_is_accepted_from_the_same_root():
    data = following().encode()
    assert manifest.verify_next(FIRST, signed(data, *ROOTS[:2])).version == 2


def test_a_new_root_needs_the_old_one_too():
    data = following(threshold=1, keys={**a_manifest().keys, Purpose.ROOT: (public(NEW_ROOT),)}).encode()
    with pytest.raises(BadManifest, match="version 1"):
        manifest.verify_next(FIRST, signed(data, NEW_ROOT))
    assert manifest.verify_next(FIRST, signed(data, NEW_ROOT, *ROOTS[:2])).threshold == 1


def test_the_old_root_cannot_name_a_new_one_that_did_not_sign():
    data = following(threshold=1, keys={**a_manifest().keys, Purpose.ROOT: (public(NEW_ROOT),)}).encode()
    with pytest.raises(BadManifest, match="version 2"):
        manifest.verify_next(FIRST, signed(data, *ROOTS))


def test_lowering_the_threshold_still_takes_the_old_threshold():
    data = following(threshold=1).encode()
    with pytest.raises(BadManifest, match="version 1"):
        manifest.verify_next(FIRST, signed(data, ROOTS[0]))


def test_a_version_left_out_is_refused():
    data = following(version=3).encode()
    with pytest.raises(BadManifest, match="does not follow"):
        manifest.verify_next(FIRST, signed(data, *ROOTS))


def test_the_same_version_again_is_refused():
    data = following(version=1).encode()
    with pytest.raises(BadManifest, match="does not follow"):
        manifest.verify_next(FIRST, signed(data, *ROOTS))


def test_following_other_bytes_is_refused():
    data = following(previous="0" * 64).encode()
    with pytest.raises(BadManifest, match="another manifest"):
        manifest.verify_next(FIRST, signed(data, *ROOTS))


def history() -> list[Envelope]:
    return [signed(FIRST, *ROOTS), signed(following(expires=AT + timedelta(days=60)).encode(), *ROOTS)]


def test_a_whole_history_gives_the_manifest_in_force():
    assert manifest.verify_history(party_id_of(FIRST), history(), at=AT).version == 2


def test_an_old_version_may_have_expired():
    assert manifest.verify_history(party_id_of(FIRST), history(), at=AT + timedelta(days=45)).version == 2


def test_the_newest_must_not_have_expired():
    with pytest.raises(BadManifest, match="expired"):
        manifest.verify_history(party_id_of(FIRST), history(), at=AT + timedelta(days=60))


def test_another_partys_history_is_refused():
    with pytest.raises(BadManifest, match="another party"):
        manifest.verify_history(party_id_of(b"else"), history(), at=AT)


def test_no_history_is_refused():
    with pytest.raises(BadManifest):
        manifest.verify_history(party_id_of(FIRST), [], at=AT)


BODY: Any = canonical.decode(FIRST)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "application/vnd.comity.frame+json"},
        {"version": 0},
        {"version": True},
        {"threshold": 0},
        {"threshold": 4},
        {"nature": "empire"},
        {"expires": "2026-03-31"},
        {"name": "Somewhere"},
        {"keys": {}},
        {"keys": BODY["keys"] | {"audit": []}},
        {"keys": BODY["keys"] | {"audit": BODY["keys"]["release"]}},
        {"keys": BODY["keys"] | {"root": BODY["keys"]["root"][:1] * 3}},
        {"keys": BODY["keys"] | {"audit": ["not base64!"]}},
        {"keys": BODY["keys"] | {"audit": ["YWJj"]}},
        {"endpoints": [1]},
        {"suite": None},
    ],
    ids=lambda change: str(change)[:60],
)
def test_what_is_not_quite_a_manifest_is_refused(change: dict[str, Any]):
    data = canonical.encode(BODY | change)
    with pytest.raises(BadManifest):
        manifest.verify_first(signed(data, *ROOTS))


def test_what_a_later_version_says_besides_is_kept():
    later = canonical.encode(BODY | {"later": {"of": [1]}})
    party, read = manifest.verify_first(signed(later, *ROOTS))
    assert (read.encode(), party) == (later, party_id_of(later))
    follows = replace(read, version=2, previous=hashlib.sha256(later).hexdigest()).encode()
    assert manifest.verify_next(later, signed(follows, *ROOTS)).beyond == {"later": {"of": [1]}}


def test_bytes_that_are_not_canonical_are_refused():
    with pytest.raises(BadManifest):
        manifest.verify_first(signed(b" " + FIRST, *ROOTS))


# --------------------------------------------------------------------------------------------------------- revocations

REVOKED = Revocation(b"k" * 32, (Step(party_id_of(b"a channel"), "0" * 16, 3, "a" * 64),))


OF_LOG = Revocation(b"l" * 32, log=LogEnd(7, "a" * 64))


def test_what_is_revoked_is_said_and_read():
    said = a_manifest(revocations=(REVOKED, OF_LOG)).encode()
    assert manifest.parse(said).revocations == (REVOKED, OF_LOG)
    assert b"revocations" not in FIRST


def test_what_was_revoked_stays_revoked():
    first = a_manifest(revocations=(REVOKED,)).encode()
    forgotten = a_manifest(version=2, previous=hashlib.sha256(first).hexdigest()).encode()
    with pytest.raises(BadManifest, match="stays revoked"):
        manifest.verify_next(first, signed(forgotten, *ROOTS))


@pytest.mark.parametrize(
    "revocations",
    [
        (REVOKED, Revocation(REVOKED.key)),
        (Revocation(public(ROOTS[0])),),
        (replace(REVOKED, last=(replace(REVOKED.last[0], channel="elsewhere"),)),),
        (replace(REVOKED, last=(replace(REVOKED.last[0], incarnation="0"),)),),
        (replace(REVOKED, last=(replace(REVOKED.last[0], seq=0),)),),
        (replace(REVOKED, last=(replace(REVOKED.last[0], head="a"),)),),
        (Revocation(b"short"),),
        (replace(REVOKED, log=OF_LOG.log),),
        (replace(OF_LOG, log=LogEnd(0, "a" * 64)),),
        (replace(OF_LOG, log=LogEnd(7, "A" * 64)),),
    ],
)
def test_a_revocation_that_says_nothing_clear_is_refused(revocations: tuple[Revocation, ...]):
    with pytest.raises(BadManifest):
        manifest.parse(a_manifest(revocations=revocations).encode())
